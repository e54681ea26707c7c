import Runtime

/// Reads the bytes of a file that is in memory, as the file would be read; for tests of the readers.
package enum MemoryReading {
    /// What a look at the bytes and reading all of them find, with shards of some size.
    ///
    /// - Parameter layout: what they are taken for; found out if none is given.
    /// - Throws: `DataError` as for a file.
    package static func read(_ bytes: [UInt8], as layout: FileLayout? = nil, shardBytes: Int, _ work: Work) throws -> (format: DelimitedFormat, table: Table, report: ReadReport) {
        let file = InputFile("memory", memory: bytes, packing: .init(magic: bytes.prefix(4)))
        guard !bytes.isEmpty else { throw DataError.emptyFile(file.path) }
        let sample = try FileSample(file, layout: layout)
        let plans = zip(sample.format.names, sample.guesses).enumerated().map { ColumnPlan($1.0, field: $0, $1.1.kind) }
        let reader = DelimitedReader(paths: [file.path], format: sample.format, plans: plans, shardBytes: shardBytes)
        let reading = ShardedReading(reader, work)
        try reading.read(file)
        let (table, report) = try reading.finish()
        return (sample.format, table, report)
    }
}

import Runtime

/// Reads files of delimited text into columns, in shards on all workers.
///
/// Shard borders lie at fixed bytes. A worker guesses that its shard's first record starts after the first line end; once all are read, each guess is
/// held against the place where the shard before really ended, and the few shards that a quoted line end misled are read again. So the result is that
/// of one pass from top to bottom, whatever the number of threads.
public struct DelimitedReader: Sendable {
    public let paths: [String]
    public let format: DelimitedFormat
    public let plans: [ColumnPlan]
    public let badRows: BadRowPolicy
    /// The column of users and the draws that a user must be in.
    public let sample: (column: String, draws: [(draw: UserDraw, share: Double)])?
    /// Bytes that the rows may take, twice for the time that they are sorted, with what sorting needs itself; none for no limit.
    public let memory: Int?
    /// Bytes of a shard; results are the same for any.
    let shardBytes: Int

    public init(
        paths: [String], format: DelimitedFormat, plans: [ColumnPlan], badRows: BadRowPolicy = BadRowPolicy(),
        sample: (column: String, draws: [(draw: UserDraw, share: Double)])? = nil, memory: Int? = nil
    ) {
        // A sample needs little memory, and should take it.
        self.init(paths: paths, format: format, plans: plans, badRows: badRows, sample: sample, memory: memory, shardBytes: sample == nil ? 1 << 21 : 1 << 19)
    }

    package init(
        paths: [String], format: DelimitedFormat, plans: [ColumnPlan], badRows: BadRowPolicy = BadRowPolicy(),
        sample: (column: String, draws: [(draw: UserDraw, share: Double)])? = nil, memory: Int? = nil, shardBytes: Int
    ) {
        self.memory = memory
        self.paths = paths
        self.format = format
        self.plans = plans
        self.badRows = badRows
        self.sample = sample
        self.shardBytes = shardBytes
    }

    /// Reads everything: the columns in the order of the plans, rows in the order of the files, text codes by first appearance.
    ///
    /// - Parameter sample: the look at a pipe, which is read on in the place of the files.
    /// - Throws: `DataError`, such as `readBefore` for a pipe; or `Cancelled`.
    /// - Complexity: O(bytes); memory for the rows that are kept, and a few shards.
    public func read(_ work: Work, goingOnFrom sample: FileSample? = nil) throws -> (table: Table, report: ReadReport) {
        let reading = ShardedReading(self, work)
        if let pipe = sample?.pipe?.pipe, pipe.offset > 0 { throw DataError.readBefore(pipe.path) }
        if let pipe = sample?.pipe { try reading.read(pipe) } else { for path in paths { try reading.read(path) } }
        return try reading.finish()
    }

    /// Where the first record starts and on which line: after a byte order mark and the header.
    ///
    /// - Parameter isWhole: whether nothing follows the head; else a header that it cuts is none.
    func bodyStart(_ head: [UInt8], isWhole: Bool = true) -> (byte: Int, line: Int, header: [String]?) {
        let start = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard format.layout == .delimited, format.hasHeader else { return (start, 1, nil) }
        let (records, ends) = SampleRecords.split(Array(head[start...]), format.separator, limit: 1, isWhole: isWhole)
        guard let names = records.first, let end = ends.first else { return (start, 1, nil) }
        let lines = head[start..<(start + end)].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        return (start + end, 1 + lines, names)
    }
}

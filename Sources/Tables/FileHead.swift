import Runtime

/// The first bytes of a file, unpacked, held in memory: enough to measure how fast the file is read, and to say how many rows it may have.
public struct FileHead: Sendable {
    /// Whole lines, the header among them.
    public let bytes: [UInt8]
    /// How many bytes on disk they came from, and how many the file has.
    public let bytesOnDisk: Int, fileBytes: Int
    public let isPacked: Bool
    private let path: String

    /// - Parameter limit: unpacked bytes at most; lines that it cuts are left out.
    /// - Throws: `DataError` as reading the file would.
    public init(_ path: String, limit: Int) throws(DataError) {
        let file = try InputFile(path)
        var head: [UInt8]
        var used: Int
        if file.packing == .none {
            head = try file.bytes(at: 0, limit)
            used = head.count
        } else {
            let stream = try UnpackedStream(file)
            head = [UInt8](repeating: 0, count: limit)
            head.removeLast(limit - (try stream.fill(&head)))
            used = stream.used
        }
        let whole = head.count
        if used < file.size, let end = head.lastIndex(of: 0x0A) { head.removeLast(head.count - end - 1) }
        bytes = head
        bytesOnDisk = whole == 0 ? 0 : max(1, Int(Double(used) * Double(head.count) / Double(whole)))
        fileBytes = file.size
        isPacked = file.packing != .none
        self.path = path
    }

    /// Whether all of the file is here.
    public var isWhole: Bool { bytesOnDisk >= fileBytes }

    /// Reads the first of the lines as the file is read, in shards on all workers. No file is made; bad rows are counted only.
    ///
    /// - Parameter count: bytes to read, cut to whole lines.
    /// - Throws: `DataError`, or `Cancelled`.
    public func read(
        bytes count: Int, format: DelimitedFormat, plans: [ColumnPlan], sample: (column: String, draws: [(draw: UserDraw, share: Double)])? = nil, _ work: Work
    ) throws -> (table: Table, report: ReadReport, bytes: Int) {
        var end = min(count, bytes.count)
        if end < bytes.count { end = (bytes[..<end].lastIndex(of: 0x0A) ?? end - 1) + 1 }
        // As many shards a worker as a large file gives them work.
        let shard = max(1 << 16, end / (4 * work.workers.threads))
        let reading = ShardedReading(DelimitedReader(paths: [path], format: format, plans: plans, badRows: BadRowPolicy(), sample: sample, shardBytes: shard), work)
        try reading.read(InputFile(path, memory: Array(bytes[..<end])))
        let (table, report) = try reading.finish()
        return (table, report, end)
    }
}

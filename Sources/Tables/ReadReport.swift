import Runtime

/// What reading some files found.
public struct ReadReport: Sendable {
    public struct File: Sendable, Hashable {
        public let path: String
        /// Size on disk.
        public let bytes: Int
        /// XXH3-128 of the file as it lies on disk.
        public let digest: Digest

        public init(path: String, bytes: Int, digest: Digest) {
            self.path = path
            self.bytes = bytes
            self.digest = digest
        }
    }

    public var files: [File] = []
    /// Records found, the bad ones included, the header not.
    public var rows = 0
    public var badRows = 0
    /// Bad rows by reason, the commonest first, then by name.
    public var badRowReasons: [(reason: String, count: Int)] = []
    /// Keys of JSON objects that the head of the file does not have, with the number of rows that do; the commonest first, then by name. Their values were not read.
    public var unknownKeys: [(key: String, count: Int)] = []
    /// The first three bad rows.
    public var firstBadRows: [BadRow] = []
    /// Where all bad rows were written, if that was asked for and there were any.
    public var badRowsFile: String?
    /// Users seen in the files and users kept by the sample; the same without one. 0 for tables.
    public var usersSeen = 0, usersKept = 0
    /// Usable rows, and those of the users kept.
    public var rowsKept = 0

    public init() {}
}

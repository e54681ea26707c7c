import Language

/// A file that a run read, as the data card of a report states it.
public struct DataCardEntry: Sendable, Hashable {
    /// The file's name without its folder.
    public let file: String
    public let rows: Int?
    public let users: Int?
    /// The first and last time in the file, as text.
    public let span: (from: String, to: String)?
    /// XXH3-128 of the content, 32 hexadecimal digits.
    public let digest: String

    public init(file: String, rows: Int?, users: Int?, span: (from: String, to: String)?, digest: String) {
        self.file = file
        self.rows = rows
        self.users = users
        self.span = span
        self.digest = digest
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.file == b.file && a.rows == b.rows && a.users == b.users && a.span?.from == b.span?.from && a.span?.to == b.span?.to && a.digest == b.digest
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(file)
        hasher.combine(digest)
    }
}

/// A value that knows which files it was read from.
public protocol DataCardProviding {
    var dataCard: [DataCardEntry] { get }
}

/// What a report states about the program that made it.
public struct EngineFacts: Sendable {
    public let version: String
    /// Results are bit for bit the same on one kind of processor only: `x86-64-v4`.
    public let instructionSet: String

    public init(version: String, instructionSet: String) {
        self.version = version
        self.instructionSet = instructionSet
    }
}

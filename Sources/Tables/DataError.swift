import Diagnostics
import Runtime
import Store

/// Why data could not be read, or an option does not fit it.
public enum DataError: Diagnosable, Sendable {
    case file(FileError)
    case emptyFile(String)
    case binaryFile(String, what: String)
    /// A text, but not one of those that are read.
    case unknownFormat(String, what: String, hint: String)
    /// A file is not of the kind that schema= says.
    case unfitSchema(String, schema: String, wanted: String, found: String)
    /// What can be read only once was read before.
    case readBefore(String)
    case headerOnly(String)
    case damaged(String, format: String, what: String)
    case noRowsLeft(String)
    case unknownColumn(String, known: [String])
    case twoRoles(column: String, first: String, second: String)
    /// A column was to get a name that means another one already.
    case nameTaken(String, by: String)
    /// A key stands twice where each may stand once.
    case repeatedKey(String, column: String)
    case differentColumns(String, first: String, expected: [String], found: [String])
    /// The header gives two columns one name.
    case repeatedName(String, String, names: [String])
    case badRow(BadRow, hint: String)
    case badOption(name: String, value: String, wanted: String)
    /// An expression, question or option needs a role that no column plays.
    case missingRole(String, use: String, hint: String)
    case tooManyRows(String)
    /// The rows so far take all the memory that was allowed.
    case overBudget(String, rows: Int, memory: Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .file(let error): Self.diagnostic(of: error)
        case .emptyFile(let path): .init("empty-file", "\(Self.named(path)) is empty", category: .data, hint: "check how the file was written")
        case .binaryFile(let path, let what):
            .init("binary-file", "\(Self.named(path)) is not a text file: \(what)", category: .data, hint: "CSV, TSV, JSON lines, web server logs and sequences are read, plain or packed by gzip or zstd")
        case .unknownFormat(let path, let what, let hint): .init("unread-format", "\(Self.named(path)) cannot be read: \(what)", category: .data, hint: hint)
        case .unfitSchema(let path, let schema, let wanted, let found):
            .init(
                "unfit-schema", "\(Self.named(path)) does not fit schema=\(schema)", category: .data, notes: ["expected \(wanted)", "found \(found)"],
                hint: "without schema= the format is found by a look at the file")
        case .readBefore(let path):
            .init(
                "standard-input", "\(Self.named(path)) was read before, and can be read only once", category: .data, label: "is at its end",
                hint: "go on from what the statement that read it made of it")
        case .headerOnly(let path): .init("no-rows", "\(Self.named(path)) holds a header and no rows", category: .data, hint: "if the first line is data, add header=no")
        case .damaged(let path, let format, let what):
            .init("damaged-file", "\(Self.named(path)) is a damaged \(format) file: \(what)", category: .data, hint: "copy or download the file again")
        case .noRowsLeft(let what): .init("no-rows", what, category: .data, hint: "look at the columns and roles that were found; they can be given as options")
        case .unknownColumn(let name, let known):
            .init(
                "unknown-column", "no column is named '\(name)'", category: .data, label: "not a column",
                hint: nearest(to: name, in: known).map { "did you mean '\($0)'?" } ?? "columns are \(Self.distinct(known).joined(separator: ", "))")
        case .twoRoles(let column, let first, let second):
            .init("two-roles", "column '\(column)' cannot play both \(first) and \(second)", category: .data, hint: "give each role a column of its own")
        case .nameTaken(let name, let owner):
            .init("name-taken", "'\(name)' is \(owner) already", category: .data, label: "means another column", hint: "'rename \(name)=NAME' before it makes room")
        case .repeatedKey(let key, let column):
            .init("ambiguous-key", "'\(key)' stands more than once in column '\(column)' of the table", category: .data, label: "not a key", hint: "join a table with a row for each \(column)")
        case .differentColumns(let path, let first, let expected, let found):
            .init(
                "different-columns", "\(Self.named(path)) has other columns than '\(first)'", category: .data,
                notes: ["expected \(expected.joined(separator: ", "))", "found \(found.joined(separator: ", "))"], hint: "load the files one by one")
        case .badRow(let row, let hint): row.diagnostic(hint: hint)
        case .repeatedName(let path, let name, let names):
            .init(
                "repeated-column", "the header of \(Self.named(path)) names two columns '\(name)'", category: .data,
                hint: "columns=[\(names.enumerated().map { names[..<$0.offset].contains($0.element) ? "\($0.element)_\($0.offset + 1)" : $0.element }.joined(separator: ", "))] header=yes gives each a name of its own")
        case .badOption(let name, let value, let wanted):
            .init("bad-option", "\(name) takes \(wanted), not '\(value)'", category: .data, label: "not one of them")
        case .missingRole(let role, let use, let hint):
            .init("missing-role", "\(use) needs a column of \(role), and the data has none", category: .data, hint: hint)
        case .overBudget(let path, let rows, let memory):
            .init(
                "over-budget", "\(NumberText.grouped(rows)) rows of \(Self.named(path)) need more than \(NumberText.bytes(memory)) of memory", category: .limit,
                hint: "'sample 5%' after load keeps a share of the users, 'select' only the columns that are wanted; memory= allows more")
        case .tooManyRows(let path):
            .init("too-many-rows", "\(Self.named(path)) has more than 2 147 483 647 rows", category: .limit, hint: "sample 10% reads whole users of a part")
        }
    }

    /// A file as a sentence calls it.
    fileprivate static func named(_ path: String) -> String { path == "-" ? "standard input" : "'\(path)'" }

    /// Each name once, where it came first: columns often bear the name of their role.
    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    static func diagnostic(of error: FileError) -> Diagnostic {
        switch error.reason {
        case .missing: .init("missing-file", "no file is named '\(error.path)'", category: .data, label: "not a file", hint: "paths are relative to the notebook's folder, or to the working directory")
        case .directory: .init("directory", "'\(error.path)' is a directory", category: .data, hint: "name the files in it")
        case .notReadable(let why): .init("unreadable-file", "\(named(error.path)) cannot be read: \(why)", category: .data, hint: "check its permissions")
        case .notWritable(let why): .init("unwritable-file", "'\(error.path)' cannot be written: \(why)", category: .failure, hint: "choose another place with to=")
        }
    }
}

/// A row that could not be used, kept as it stands in the file.
public struct BadRow: Sendable, Hashable {
    public let path: String
    /// Counted from 1; the line on which the row begins.
    public let line: Int
    public let reason: String
    /// The row's text; bytes that are not UTF-8 are shown as U+FFFD.
    public let text: String
    /// The UTF-8 bytes of `text` that are at fault.
    public let field: Range<Int>

    public init(path: String, line: Int, reason: String, text: String, field: Range<Int>) {
        self.path = path
        self.line = line
        self.reason = reason
        self.text = text
        self.field = field
    }

    /// The row as a diagnostic with a caret under the field.
    public func diagnostic(severity: Diagnostic.Severity = .error, hint: String? = nil) -> Diagnostic {
        let file = SourceFile(name: path, text: text, firstLine: line)
        return Diagnostic(
            "bad-row", "line \(line) of \(DataError.named(path)) cannot be used: \(reason)", category: .data, severity: severity, at: SourceSpan(file, field),
            label: reason, hint: hint)
    }
}

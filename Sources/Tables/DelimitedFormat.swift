/// How the rows and fields of a text file are told apart.
public struct DelimitedFormat: Sendable, Hashable {
    public enum Separator: Sendable, Hashable {
        case byte(UInt8)
        /// Runs of blanks and tabs; those at either end of a line do not count.
        case whitespace

        /// The word by which a person chooses it.
        public var word: String {
            switch self {
            case .byte(0x2C): "comma"
            case .byte(0x09): "tab"
            case .byte(0x3B): "semicolon"
            case .byte(0x7C): "pipe"
            case .byte(let other): String(UnicodeScalar(other))
            case .whitespace: "space"
            }
        }

        public static let words = ["comma", "tab", "semicolon", "pipe", "space"]

        /// From its word, or from the character itself.
        public init?(word: String) {
            switch word {
            case "comma", ",": self = .byte(0x2C)
            case "tab", "\t", "\\t": self = .byte(0x09)
            case "semicolon", ";": self = .byte(0x3B)
            case "pipe", "|": self = .byte(0x7C)
            case "space", "whitespace", "blank", " ": self = .whitespace
            default:
                guard word.utf8.count == 1, let byte = word.utf8.first, byte > 0x20, byte != 0x22, !(0x30...0x39).contains(byte) else { return nil }
                self = .byte(byte)
            }
        }
    }

    /// Who a line of a sequence file belongs to: the one named first in it, or nobody but the line itself.
    public enum SequenceUser: Sendable, Hashable { case first, line }

    /// What a line holds.
    public enum Layout: Sendable, Hashable {
        /// Fields with separators between them.
        case delimited
        /// One JSON object a line; `names` are the flattened keys that are read.
        case jsonLines
        /// A web server's log in the combined or the common format.
        case combinedLog
        /// `user item item ...`, or items only.
        case sequences(SequenceUser)
    }

    /// How the letters of a file are written.
    public enum Encoding: String, Sendable, Hashable {
        case utf8 = "UTF-8"
        /// Latin-1 with the letters that Windows has in the place of control characters.
        case windows1252 = "Windows-1252 (Latin-1)"
    }

    public var layout: Layout
    /// Of delimited text.
    public var separator: Separator
    public var hasHeader: Bool
    /// A name for each field of a row.
    public var names: [String]
    public var encoding = Encoding.utf8
    /// Whether lines end with a carriage return alone, as on old Macintoshes.
    public var endsLinesWithCarriageReturns = false

    public init(layout: Layout = .delimited, separator: Separator = .byte(0x2C), hasHeader: Bool = false, names: [String]) {
        self.layout = layout
        self.separator = separator
        self.hasHeader = hasHeader
        self.names = names
    }

    /// Whether the bytes of the file are not the text that is parsed.
    var isConverted: Bool { encoding != .utf8 || endsLinesWithCarriageReturns }
}

/// One column to read: which field it is and what its values are.
public struct ColumnPlan: Sendable {
    public enum Kind: Sendable, Hashable {
        case text, integer, number, boolean
        case time(TimeFormat)

        public var columnKind: Column.Kind {
            switch self {
            case .text: .text
            case .integer: .integer
            case .number: .number
            case .boolean: .boolean
            case .time: .time
            }
        }
    }

    public let name: String
    /// Place in the row, from 0.
    public let field: Int
    public let kind: Kind
    /// What the row is short of if the value is missing (`no user`); a row may do without other values.
    public let required: String?
    /// Whether it holds the users of events: the only texts that every row must have.
    var isOfUsers: Bool { kind == .text && required != nil }

    public init(_ name: String, field: Int, _ kind: Kind, required: String? = nil) {
        self.name = name
        self.field = field
        self.kind = kind
        self.required = required
    }
}

/// What happens to rows that cannot be used.
public struct BadRowPolicy: Sendable, Hashable {
    /// Whether reading ends at the first of them.
    public var stops: Bool
    /// Where all of them are written: `line<TAB>reason<TAB>raw text`.
    public var file: String?

    public init(stops: Bool = false, file: String? = nil) {
        self.stops = stops
        self.file = file
    }
}

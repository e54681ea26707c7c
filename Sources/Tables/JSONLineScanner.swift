#if canImport(Glibc)
    import Glibc
#endif

/// Cuts a line that holds one JSON object into the fields of known keys.
///
/// An object inside is flattened, its keys with a point between (`a.b`); a list stays the JSON text that it is. Numbers keep their digits. `null` and keys that
/// are not there are gaps. A key that stands twice makes the line bad, as does anything that RFC 8259 does not allow.
///
/// ### References
/// T. Bray. The JavaScript Object Notation (JSON) Data Interchange Format. RFC 8259, 2017.
struct JSONLineScanner: LineScanner {
    /// Objects and lists inside one another.
    static let deepest = 64
    static let hasManyRows = false

    var cursor: LineCursor
    /// Keys that are not among the columns, with the number of lines that have them.
    private(set) var unknownKeys: [String: Int] = [:]
    /// Those beyond this many are counted under one name.
    static let mostUnknownKeys = 1000
    private(set) var keys: KeyTable
    /// Whether keys that are met for the first time become columns.
    private let isOpen: Bool
    /// The line in which each key stood last.
    private var stamps: [Int]
    private var serial = 0
    /// Which column most probably comes next: that after the last one.
    private var expected = 0
    /// The flattened key at the position.
    private var path: [UInt8] = []

    /// - Parameters:
    ///   - names: flattened keys, one a column.
    ///   - isOpen: whether further keys join them.
    init(_ names: [String], isOpen: Bool = false) {
        keys = KeyTable(names)
        self.isOpen = isOpen
        stamps = Array(repeating: 0, count: names.count)
        cursor = LineCursor(fields: max(16, names.count))
    }

    mutating func next() -> LineRow {
        guard cursor.beginOnlyRow(fields: keys.count) else { return .end }
        serial += 1
        expected = 0
        do throws(LineFault) {
            skipBlanks()
            guard byte == UInt8(ascii: "{") else { throw fault("a JSON object was expected") }
            position += 1
            path.removeAll(keepingCapacity: true)
            try object(depth: 1)
            skipBlanks()
            guard position == line.upperBound else { throw fault("text follows the JSON object") }
        } catch { return .bad(error.reason, field: error.place) }
        return .row
    }

    // MARK: Grammar

    /// The byte at the position; 0 at the line's end, which no rule of JSON takes.
    private var byte: UInt8 { position < line.upperBound ? base[position] : 0 }

    private func fault(_ reason: String) -> LineFault { cursor.fault(reason, cutOff: "the JSON object is cut off") }

    private mutating func skipBlanks() {
        while position < line.upperBound, base[position] == 0x20 || base[position] == 0x09 || base[position] == 0x0D { position += 1 }
    }

    /// After the opening brace; the keys lead on from `path`, unless the object is only checked and nothing kept of it.
    private mutating func object(depth: Int, isKept: Bool = true) throws(LineFault) {
        let prefix = path.count
        skipBlanks()
        if byte == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            guard byte == UInt8(ascii: "\"") else { throw fault("a key in quotes was expected") }
            if isKept {
                path.removeLast(path.count - prefix)
                if prefix > 0 { path.append(UInt8(ascii: ".")) }
                try key()
            } else {
                try passString()
            }
            skipBlanks()
            guard byte == UInt8(ascii: ":") else { throw fault("a colon was expected") }
            position += 1
            skipBlanks()
            if isKept { try value(depth: depth) } else { try passValue(depth: depth + 1) }
            skipBlanks()
            let after = byte
            guard after == UInt8(ascii: ",") || after == UInt8(ascii: "}") else { throw fault("a comma or a closing brace was expected") }
            position += 1
            if after == UInt8(ascii: "}") { return }
            skipBlanks()
        }
    }

    /// Appends the key at the position to the path.
    private mutating func key() throws(LineFault) {
        let open = position
        let text = try string()
        guard text.count > 0 else { throw LineFault(reason: "a key is empty", place: open..<position) }
        path.append(contentsOf: UnsafeBufferPointer(start: base + text.start, count: text.count))
    }

    private mutating func value(depth: Int) throws(LineFault) {
        let start = position
        switch byte {
        case UInt8(ascii: "{"):
            guard depth < Self.deepest else { throw fault("objects lie more than \(Self.deepest) deep") }
            position += 1
            try object(depth: depth + 1)
        case UInt8(ascii: "["):
            let column = try column(at: start)
            position += 1
            try list(depth: depth + 1)
            if let column { fields[column] = cursor.text(from: start, isQuoted: true) }
        case UInt8(ascii: "\""):
            let column = try column(at: start)
            let text = try string()
            if let column { fields[column] = text }
        default:
            let column = try column(at: start)
            let isMissing = try plain()
            if let column, !isMissing { fields[column] = cursor.text(from: start) }
        }
    }

    /// After the opening bracket: checked, and nothing kept of it.
    private mutating func list(depth: Int) throws(LineFault) {
        guard depth <= Self.deepest else { throw fault("lists lie more than \(Self.deepest) deep") }
        skipBlanks()
        if byte == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            try passValue(depth: depth)
            skipBlanks()
            let after = byte
            guard after == UInt8(ascii: ",") || after == UInt8(ascii: "]") else { throw fault("a comma or a closing bracket was expected") }
            position += 1
            if after == UInt8(ascii: "]") { return }
            skipBlanks()
        }
    }

    private mutating func passValue(depth: Int) throws(LineFault) {
        switch byte {
        case UInt8(ascii: "\""): try passString()
        case UInt8(ascii: "["):
            position += 1
            try list(depth: depth + 1)
        case UInt8(ascii: "{"):
            guard depth < Self.deepest else { throw fault("objects lie more than \(Self.deepest) deep") }
            position += 1
            try object(depth: depth, isKept: false)
        default: _ = try plain()
        }
    }

    private mutating func passString() throws(LineFault) {
        let kept = cursor.scratch.count
        _ = try string()
        cursor.scratch.count = kept
    }

    /// A number or one of the three words.
    ///
    /// - Returns: whether it is `null`.
    private mutating func plain() throws(LineFault) -> Bool {
        switch byte {
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"):
            try word("null")
            return true
        default: try number()
        }
        return false
    }

    private mutating func word(_ word: StaticString) throws(LineFault) {
        guard position + word.utf8CodeUnitCount <= line.upperBound, memcmp(base + position, word.utf8Start, word.utf8CodeUnitCount) == 0 else { throw fault("a JSON value was expected") }
        position += word.utf8CodeUnitCount
    }

    private mutating func number() throws(LineFault) {
        if byte == UInt8(ascii: "-") { position += 1 }
        guard isDigit else { throw fault("a JSON value was expected") }
        if byte == UInt8(ascii: "0") { position += 1 } else { while isDigit { position += 1 } }
        if byte == UInt8(ascii: ".") {
            position += 1
            guard isDigit else { throw fault("a digit was expected") }
            while isDigit { position += 1 }
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            guard isDigit else { throw fault("a digit was expected") }
            while isDigit { position += 1 }
        }
    }

    private var isDigit: Bool { byte &- 0x30 < 10 }

    // MARK: Strings

    /// The string whose opening quote is at the position, without its escapes.
    private mutating func string() throws(LineFault) -> RecordScanner.Field {
        position += 1
        let first = position
        while true {
            let byte = byte
            if byte == UInt8(ascii: "\"") {
                position += 1
                return .init(start: first, count: position - 1 - first, isQuoted: true, hasQuotes: false)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: first) }
            guard byte >= 0x20 else { throw fault("a control character stands in a string") }
            position += 1
        }
    }

    private mutating func escapedString(from first: Int) throws(LineFault) -> RecordScanner.Field {
        let start = cursor.scratch.count
        for place in first..<position { cursor.scratch.append(base[place]) }
        while true {
            let byte = byte
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return cursor.scratch.field(from: start, base, isQuoted: true)
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw fault("a control character stands in a string")
            default:
                cursor.scratch.append(byte)
                position += 1
            }
        }
    }

    private mutating func escape() throws(LineFault) {
        let open = position
        position += 1
        let letter = byte
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): cursor.scratch.append(letter)
        case UInt8(ascii: "b"): cursor.scratch.append(0x08)
        case UInt8(ascii: "f"): cursor.scratch.append(0x0C)
        case UInt8(ascii: "n"): cursor.scratch.append(0x0A)
        case UInt8(ascii: "r"): cursor.scratch.append(0x0D)
        case UInt8(ascii: "t"): cursor.scratch.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if 0xDC00..<0xE000 ~= code { throw LineFault(reason: "half of a surrogate pair", place: open..<position) }
            if 0xD800..<0xDC00 ~= code {
                guard byte == UInt8(ascii: "\\"), position + 1 < line.upperBound, base[position + 1] == UInt8(ascii: "u") else {
                    throw LineFault(reason: "half of a surrogate pair", place: open..<position)
                }
                position += 2
                let low = try hexadecimal()
                guard 0xDC00..<0xE000 ~= low else { throw LineFault(reason: "half of a surrogate pair", place: open..<position) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            // Anything else is a scalar: below 0x110000, and no surrogate.
            for byte in UTF8.encode(Unicode.Scalar(code) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter { cursor.scratch.append(byte) }
        default:
            position = open
            throw fault("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(LineFault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let letter = byte
            let digit: UInt8
            switch letter {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = letter - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = letter - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = letter - UInt8(ascii: "A") + 10
            default: throw fault("four hexadecimal digits were expected")
            }
            code = code << 4 + UInt32(digit)
            position += 1
        }
        return code
    }

    // MARK: Columns

    /// The column of the key in `path`, or none of a key that is not wanted.
    private mutating func column(at place: Int) throws(LineFault) -> Int? {
        let found = path.withUnsafeBufferPointer { keys.index(of: $0, guess: expected) }
        guard let column = found ?? addColumn() else {
            let name = String(decoding: path, as: UTF8.self)
            unknownKeys[unknownKeys.count < Self.mostUnknownKeys || unknownKeys[name] != nil ? name : "...", default: 0] += 1
            return nil
        }
        guard stamps[column] != serial else { throw LineFault(reason: "key '\(String(decoding: path, as: UTF8.self))' stands twice", place: place..<min(line.upperBound, place + 1)) }
        stamps[column] = serial
        expected = column + 1
        return column
    }

    private mutating func addColumn() -> Int? {
        guard isOpen else { return nil }
        let column = keys.add(path)
        stamps.append(0)
        cursor.addField(after: column)
        return column
    }
}

/// Names and their places, found by their bytes.
struct KeyTable {
    private var names: [[UInt8]] = []
    private var places: [[UInt8]: Int] = [:]

    init(_ names: [String]) { for name in names { _ = add(Array(name.utf8)) } }

    var count: Int { names.count }
    var texts: [String] { names.map { String(decoding: $0, as: UTF8.self) } }

    mutating func add(_ name: [UInt8]) -> Int {
        names.append(name)
        places[name] = names.count - 1
        return names.count - 1
    }

    /// - Parameter guess: where the name most probably stands; keys mostly come in the same order.
    func index(of name: UnsafeBufferPointer<UInt8>, guess: Int) -> Int? {
        if guess < names.count, names[guess].count == name.count, names[guess].withUnsafeBytes({ memcmp($0.baseAddress!, name.baseAddress!, name.count) == 0 }) { return guess }
        return places[Array(name)]
    }
}

#if canImport(Glibc)
    import Glibc
#endif

/// Cuts a line of a web server's log in the combined format, or in the common one, which ends before the referrer.
///
/// `host ident authuser [time] "request" status bytes "referrer" "agent"`, the request cut into method, URL and protocol. `-` stands for no value. The last text of a line may lack its closing quote. In quotes, `\"`, `\\`
/// and `\t` are read as the server meant them, as is `\xhh` for a printable letter; other `\xhh` stay as they are written.
struct CombinedLogScanner: LineScanner {
    static let names = ["host", "ident", "authuser", "time", "method", "url", "protocol", "status", "bytes", "referrer", "agent"]
    static let hasManyRows = false
    private enum Column: Int { case host, ident, authuser, time, method, url, version, status, bytes, referrer, agent }

    var cursor = LineCursor(fields: names.count)

    mutating func next() -> LineRow {
        guard cursor.beginOnlyRow(fields: Self.names.count) else { return .end }
        do throws(LineFault) {
            for column in [Column.host, .ident, .authuser] { try word(column) }
            try time()
            try request()
            for column in [Column.status, .bytes] { try word(column) }
            guard position < line.upperBound else { return .row }
            try put(.referrer, quoted())
            // Servers cut long lines, mostly in the agent, which is whole enough for what is asked of it.
            try put(.agent, quoted(mayBeCutOff: true))
            guard position >= line.upperBound else { throw fault("text follows the agent") }
        } catch { return .bad(error.reason, field: error.place) }
        return .row
    }

    private func fault(_ reason: String) -> LineFault { cursor.fault(reason, cutOff: "the line is cut off") }

    private mutating func passBlank() throws(LineFault) {
        guard position < line.upperBound else { return }
        guard base[position] == 0x20 else { throw fault("a blank was expected") }
        while position < line.upperBound, base[position] == 0x20 { position += 1 }
    }

    private mutating func put(_ column: Column, _ text: RecordScanner.Field) {
        guard text.count != 1 || base[text.start] != UInt8(ascii: "-") else { return }
        fields[column.rawValue] = text
    }

    private mutating func word(_ column: Column) throws(LineFault) {
        let start = position
        while position < line.upperBound, base[position] != 0x20 { position += 1 }
        guard position > start else { throw fault("the \(Self.names[column.rawValue]) was expected") }
        put(column, cursor.text(from: start))
        try passBlank()
    }

    private mutating func time() throws(LineFault) {
        guard position < line.upperBound, base[position] == UInt8(ascii: "["), let found = memchr(base + position, 0x5D, line.upperBound - position) else {
            throw fault("a time in brackets was expected")
        }
        let close = UnsafePointer<UInt8>(found.assumingMemoryBound(to: UInt8.self)) - base
        put(.time, .init(start: position + 1, count: close - position - 1, isQuoted: false, hasQuotes: false))
        position = close + 1
        try passBlank()
    }

    /// A text in quotes, without its escapes.
    private mutating func quoted(mayBeCutOff: Bool = false) throws(LineFault) -> RecordScanner.Field {
        guard position < line.upperBound, base[position] == UInt8(ascii: "\"") else { throw fault("a text in quotes was expected") }
        let open = position
        position += 1
        while position < line.upperBound, base[position] != UInt8(ascii: "\""), base[position] != UInt8(ascii: "\\") { position += 1 }
        var text = RecordScanner.Field(start: open + 1, count: position - open - 1, isQuoted: true, hasQuotes: false)
        if position < line.upperBound, base[position] == UInt8(ascii: "\\") {
            let start = cursor.scratch.count
            for place in (open + 1)..<position { cursor.scratch.append(base[place]) }
            while position < line.upperBound, base[position] != UInt8(ascii: "\"") { unescape() }
            text = cursor.scratch.field(from: start, base, isQuoted: true)
        }
        guard position < line.upperBound || mayBeCutOff else { throw LineFault(reason: "a text in quotes is not closed", place: open..<(open + 1)) }
        position = min(line.upperBound, position + 1)
        try passBlank()
        return text
    }

    private mutating func unescape() {
        let byte = base[position]
        position += 1
        guard byte == UInt8(ascii: "\\"), position < line.upperBound else { return cursor.scratch.append(byte) }
        let letter = base[position]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): cursor.scratch.append(letter)
        case UInt8(ascii: "t"): cursor.scratch.append(0x09)
        case UInt8(ascii: "x") where position + 2 < line.upperBound:
            guard let high = Self.digit(base[position + 1]), let low = Self.digit(base[position + 2]), 0x20..<0x7F ~= high << 4 + low else { return cursor.scratch.append(byte) }
            cursor.scratch.append(high << 4 + low)
            position += 2
        default: return cursor.scratch.append(byte)
        }
        position += 1
    }

    private static func digit(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): letter - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// `GET /path HTTP/1.1`. What is not of that form, as attacks send it, is all taken for the URL.
    private mutating func request() throws(LineFault) {
        let text = try quoted()
        let bytes = UnsafeBufferPointer(start: base + text.start, count: text.count)
        func part(_ range: Range<Int>) -> RecordScanner.Field { .init(start: text.start + range.lowerBound, count: range.count, isQuoted: true, hasQuotes: false) }
        guard let blank = bytes.firstIndex(of: 0x20), blank > 0, bytes[..<blank].allSatisfy({ 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 }) else { return put(.url, text) }
        put(.method, part(0..<blank))
        var end = bytes.count
        if let last = bytes.lastIndex(of: 0x20), last > blank, bytes[(last + 1)...].starts(with: "HTTP/".utf8) {
            put(.version, part((last + 1)..<end))
            end = last
        }
        put(.url, part((blank + 1)..<max(blank + 1, end)))
    }
}

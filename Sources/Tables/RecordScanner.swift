#if canImport(Glibc)
    import Glibc
#endif

/// Finds the fields of one record in a buffer.
///
/// A quote opens a quoted field only at the field's start; inside, doubled quotes stand for one, and separators and line ends are text.
/// Anywhere else a quote is a character like others.
struct RecordScanner {
    /// A quoted field that is longer than this is taken for a stray quote.
    static let longestQuotedField = 1 << 20
    /// How many bytes after the valid ones must be readable.
    static let padding = 64

    struct Field {
        var start: Int
        var count: Int
        var isQuoted: Bool
        /// Whether it holds doubled quotes.
        var hasQuotes: Bool

        /// The field as it stands in the file, without the quotes around it.
        func raw(_ base: UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: count) }
    }

    enum Outcome {
        /// The record ends; the next one starts at `next`.
        case record(next: Int)
        case blank(next: Int)
        case bad(String, field: Range<Int>, next: Int)
        /// The record may go on after the buffer.
        case incomplete
    }

    let separator: UInt8
    let isWhitespace: Bool
    let expected: Int
    let fields: UnsafeMutablePointer<Field>
    /// How many fields the last record has, which may be more than were expected and kept.
    private(set) var count = 0
    /// Line ends inside quoted fields of the last record.
    private(set) var innerLines = 0
    private let highestSpecial: UInt8

    init(_ separator: DelimitedFormat.Separator, expected: Int) {
        switch separator {
        case .byte(let byte):
            self.separator = byte
            isWhitespace = false
        case .whitespace:
            self.separator = 0x20
            isWhitespace = true
        }
        self.expected = expected
        highestSpecial = max(self.separator, 0x0A)
        fields = .allocate(capacity: max(1, expected))
        fields.initialize(repeating: Field(start: 0, count: 0, isQuoted: false, hasQuotes: false), count: max(1, expected))
    }

    func deallocate() { fields.deallocate() }

    /// Scans the record at `start`.
    ///
    /// - Precondition: `base[end]` is a line feed that does not count, and `padding` bytes after it may be read.
    @inline(__always)
    mutating func scan(_ base: UnsafePointer<UInt8>, from start: Int, end: Int, isFinal: Bool) -> Outcome {
        innerLines = 0
        count = 0
        if isWhitespace { return scanWhitespace(base, from: start, end: end, isFinal: isFinal) }
        var position = start
        while true {
            if base[position] == 0x22, position < end {
                switch scanQuoted(base, record: start, from: position, end: end, isFinal: isFinal) {
                case .incomplete: return .incomplete
                case .bad(let reason, let field): return bad(reason, field, base, from: start, end: end, isFinal: isFinal)
                case .closed(let next): position = next
                }
            } else {
                let first = position
                while true {
                    let byte = base[position]
                    if byte > highestSpecial {
                        position += 1
                        continue
                    }
                    if byte == separator || byte == 0x0A { break }
                    position += 1
                }
                if count < expected { fields[count] = Field(start: first, count: position - first, isQuoted: false, hasQuotes: false) }
                count += 1
            }
            // Here `position` is at a separator or a line feed.
            if base[position] == separator, position < end {
                position += 1
                continue
            }
            if position >= end {
                guard isFinal else { return .incomplete }
                position = end
            }
            trimCarriageReturn(base)
            let next = min(end, position + 1)
            if count == 1, fields[0].count == 0, !fields[0].isQuoted { return .blank(next: next) }
            return .record(next: next)
        }
    }

    @inline(__always)
    private func trimCarriageReturn(_ base: UnsafePointer<UInt8>) {
        guard count <= expected, count > 0 else { return }
        let last = fields[count - 1]
        if !last.isQuoted, last.count > 0, base[last.start + last.count - 1] == 0x0D { fields[count - 1].count -= 1 }
    }

    private enum Quoted { case closed(Int), bad(String, Range<Int>), incomplete }

    @inline(never)
    private mutating func scanQuoted(_ base: UnsafePointer<UInt8>, record: Int, from open: Int, end: Int, isFinal: Bool) -> Quoted {
        let limit = min(end, open + Self.longestQuotedField)
        var position = open + 1
        var hasQuotes = false
        while true {
            guard position < limit, let found = memchr(base + position, 0x22, limit - position) else {
                if !isFinal, limit == end { return .incomplete }
                return .bad("a quoted field is not closed", open..<(open + 1))
            }
            let quote = UnsafePointer<UInt8>(found.assumingMemoryBound(to: UInt8.self)) - base
            if quote + 1 < end, base[quote + 1] == 0x22 {
                hasQuotes = true
                position = quote + 2
                continue
            }
            if quote + 1 >= end, !isFinal { return .incomplete }
            var after = quote + 1
            if after < end, base[after] == 0x0D {
                if after + 1 >= end, !isFinal { return .incomplete }
                if after + 1 >= end || base[after + 1] == 0x0A { after += 1 }
            }
            guard after >= end || base[after] == separator || base[after] == 0x0A else { return .bad("text follows a closing quote", after..<(after + 1)) }
            if count < expected { fields[count] = Field(start: open + 1, count: quote - open - 1, isQuoted: true, hasQuotes: hasQuotes) }
            count += 1
            for offset in (open + 1)..<quote where base[offset] == 0x0A { innerLines += 1 }
            return .closed(min(after, end))
        }
    }

    /// A record with broken quoting ends with its first line, so that it takes no other row with it.
    private mutating func bad(_ reason: String, _ field: Range<Int>, _ base: UnsafePointer<UInt8>, from start: Int, end: Int, isFinal: Bool) -> Outcome {
        innerLines = 0
        guard let found = memchr(base + start, 0x0A, end - start) else { return isFinal ? .bad(reason, field: field, next: end) : .incomplete }
        return .bad(reason, field: field, next: UnsafePointer<UInt8>(found.assumingMemoryBound(to: UInt8.self)) - base + 1)
    }

    private mutating func scanWhitespace(_ base: UnsafePointer<UInt8>, from start: Int, end: Int, isFinal: Bool) -> Outcome {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var position = start
        while true {
            while isBlank(base[position]) { position += 1 }
            if base[position] == 0x0A { break }
            let first = position
            while !isBlank(base[position]), base[position] != 0x0A { position += 1 }
            if count < expected { fields[count] = Field(start: first, count: position - first, isQuoted: false, hasQuotes: false) }
            count += 1
        }
        if position >= end, !isFinal { return .incomplete }
        let next = min(end, position + 1)
        return count == 0 ? .blank(next: next) : .record(next: next)
    }
}

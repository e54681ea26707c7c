import Foundation

/// The first records of a text, cut up for a look at them.
enum SampleRecords {
    /// The complete records at the head of `bytes`, with the place where each ends; broken ones are left out.
    static func split(_ bytes: [UInt8], _ separator: DelimitedFormat.Separator, limit: Int = .max, isWhole: Bool = true) -> (records: [[String]], ends: [Int]) {
        var padded = bytes
        padded.append(0x0A)
        padded.append(contentsOf: repeatElement(0, count: RecordScanner.padding))
        var scanner = RecordScanner(separator, expected: 4096)
        defer { scanner.deallocate() }
        var records: [[String]] = []
        var ends: [Int] = []
        padded.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = 0
            while position < bytes.count, records.count < limit {
                switch scanner.scan(base, from: position, end: bytes.count, isFinal: isWhole) {
                case .incomplete: return
                case .blank(let next), .bad(_, _, let next): position = next
                case .record(let next):
                    records.append(
                        (0..<min(4096, scanner.count)).map { index in
                            let field = scanner.fields[index]
                            let text = String(decoding: UnsafeBufferPointer(start: base + field.start, count: field.count), as: UTF8.self)
                            return field.hasQuotes ? text.replacing("\"\"", with: "\"") : text
                        })
                    ends.append(next)
                    position = next
                }
            }
        }
        return (records, ends)
    }
}

/// Headers of the form `user_id:token`, as RecBole's atomic files have them.
enum TypedHeader {
    private static let types: Set<String> = ["token", "token_seq", "float", "float_seq"]

    static func isTyped(_ names: [String]) -> Bool {
        !names.isEmpty && names.allSatisfy { name in name.lastIndex(of: ":").map { types.contains(String(name[name.index(after: $0)...])) } ?? false }
    }

    /// The names without blanks around them and, if all have one, without their type.
    static func plainNames(_ names: [String]) -> [String] {
        let trimmed = names.map { $0.trimmingCharacters(in: .whitespaces) }
        guard isTyped(trimmed) else { return trimmed }
        return trimmed.map { String($0[..<($0.lastIndex(of: ":") ?? $0.endIndex)]) }
    }
}

/// What a look at the head and the middle of a file shows: its format, and for each column the values seen.
public struct FileSample: Sendable {
    public let path: String
    public let format: DelimitedFormat
    /// Rows of the sample that have as many fields as the format says, the header not among them.
    public let rows: [[String]]
    /// Bytes on disk.
    public let bytes: Int

    /// Columns whose values are texts whatever they look like, as JSON's strings are.
    let stringColumns: Set<Int>
    /// What should be known about the choice, in words.
    public let notes: [String]
    /// The pipe that the rows come from and that is still to be read.
    let pipe: InputFile?

    /// - Parameters:
    ///   - separator, hasHeader, columns, layout, user: what the user has said about the format; the rest is found out. A separator or a header says that the text is delimited.
    ///   - knownNames: whether a header's name is one that files of the kind have (`user_id`).
    /// - Throws: `DataError` if the file is missing, empty, binary, or holds nothing but a header.
    public init(
        _ path: String, separator: DelimitedFormat.Separator? = nil, hasHeader: Bool? = nil, columns: [String]? = nil, layout: FileLayout? = nil, user: String? = nil,
        knownNames: (String) -> Bool = { _ in false }
    ) throws(DataError) {
        try self.init(InputFile(path), separator: separator, hasHeader: hasHeader, columns: columns, layout: layout, user: user, knownNames: knownNames)
    }

    /// Looks at the head of a pipe, which `DelimitedReader` then reads on.
    public init(
        _ pipe: InputPipe, separator: DelimitedFormat.Separator? = nil, hasHeader: Bool? = nil, columns: [String]? = nil, layout: FileLayout? = nil, user: String? = nil,
        knownNames: (String) -> Bool = { _ in false }
    ) throws(DataError) {
        try self.init(InputFile(pipe), separator: separator, hasHeader: hasHeader, columns: columns, layout: layout, user: user, knownNames: knownNames)
    }

    init(
        _ file: InputFile, separator: DelimitedFormat.Separator? = nil, hasHeader: Bool? = nil, columns: [String]? = nil, layout: FileLayout? = nil, user: String? = nil,
        knownNames: (String) -> Bool = { _ in false }
    ) throws(DataError) {
        let path = file.path
        self.path = path
        bytes = file.size
        pipe = file.pipe == nil ? nil : file
        if let columns, let twice = Self.firstRepeated(columns) { throw .badOption(name: "columns=", value: twice, wanted: "a different name for each column") }
        var (pieces, isWhole, encoding) = try Self.look(at: file)
        if pieces[0].starts(with: [0xEF, 0xBB, 0xBF]) { pieces[0].removeFirst(3) }
        var layout = layout
        if layout == nil, separator == nil, hasHeader == nil { layout = try LineSample.layout(of: pieces, isWhole: isWhole, path) }
        var notes = encoding.encoding == .utf8 ? [] : ["the file is not in UTF-8; it is read as \(encoding.encoding.rawValue)"]
        if encoding.endsLinesWithCarriageReturns { notes.append("lines end with a carriage return alone, and are read so") }
        if let layout, layout != .delimited {
            let sample = try LineSample(pieces, layout, .init(layout: layout, columns: columns, user: user), isWhole: isWhole, path)
            format = Self.encoded(sample.format, encoding)
            rows = sample.rows
            stringColumns = sample.stringColumns
            self.notes = notes + sample.notes
            return
        }
        let found = separator ?? Self.separator(of: pieces, isWhole: isWhole)
        var records = pieces.map { SampleRecords.split($0, found, isWhole: isWhole).records }
        guard let first = records[0].first else { throw .emptyFile(path) }
        let width = hasHeader == true ? first.count : Self.commonest(records.flatMap { $0.map(\.count) }) ?? first.count
        let body = records.enumerated().flatMap { index, piece in index == 0 ? Array(piece.dropFirst()) : piece }.filter { $0.count == width }
        let header: Bool
        if let hasHeader {
            header = hasHeader
        } else if let columns, columns == TypedHeader.plainNames(first) {
            header = true
        } else {
            header = first.count == width && Self.isHeader(first, over: body, knownNames: knownNames)
        }
        let own = header ? TypedHeader.plainNames(first) : (1...width).map { "c\($0)" }
        if let columns, columns.count != width {
            throw .badOption(name: "columns=", value: columns.joined(separator: ", "), wanted: "a name for each of the \(width) columns")
        }
        let names = columns ?? own
        if let twice = Self.firstRepeated(names) {
            if columns == nil { throw .repeatedName(path, twice, names: names) }
            throw .badOption(name: "columns=", value: twice, wanted: "a different name for each column")
        }
        if header { records[0].removeFirst() }
        let rows = records.flatMap { $0 }.filter { $0.count == width }
        if header, records.allSatisfy(\.isEmpty), isWhole { throw .headerOnly(path) }
        format = Self.encoded(DelimitedFormat(separator: found, hasHeader: header, names: names), encoding)
        self.rows = rows
        stringColumns = []
        self.notes = notes
    }

    private static func encoded(_ format: DelimitedFormat, _ encoding: TextEncoding) -> DelimitedFormat {
        var format = format
        format.encoding = encoding.encoding
        format.endsLinesWithCarriageReturns = encoding.endsLinesWithCarriageReturns
        return format
    }

    /// Parts of the file as UTF-8 with line feeds, the first with a whole line at least.
    static func look(at file: InputFile) throws(DataError) -> (pieces: [[UInt8]], isWhole: Bool, encoding: TextEncoding) {
        var length = 1 << 17
        while true {
            let (raw, isWhole) = try file.pieces(length)
            guard raw.contains(where: { !$0.isEmpty }) else { throw .emptyFile(file.path) }
            try refuseBinary(raw, file.path)
            if !isWhole, !raw[0].contains(where: { $0 == 0x0A || $0 == 0x0D }) {
                guard length < longestFirstLine else { throw .damaged(file.path, format: "text", what: "its first line is longer than \(longestFirstLine >> 20) MiB") }
                length <<= 3
                continue
            }
            let encoding = try TextEncoding(raw, file.path)
            guard encoding.encoding != .utf8 || encoding.endsLinesWithCarriageReturns else { return (raw, isWhole, encoding) }
            return (raw.map { piece in
                var text: [UInt8] = []
                encoding.convert(piece, into: &text)
                return text
            }, isWhole, encoding)
        }
    }

    private static let longestFirstLine = 1 << 20

    private static func firstRepeated(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }

    private static func refuseBinary(_ pieces: [[UInt8]], _ path: String) throws(DataError) {
        let head = pieces[0]
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            throw .binaryFile(path, what: "it is in UTF-16; write it again in UTF-8")
        }
        for piece in pieces {
            if piece.contains(0) { throw .binaryFile(path, what: "it holds NUL bytes") }
            let odd = piece.reduce(0) { $0 + ($1 < 0x20 && $1 != 0x09 && $1 != 0x0A && $1 != 0x0D ? 1 : 0) }
            if odd * 10 > piece.count { throw .binaryFile(path, what: "it holds control characters") }
        }
    }

    /// The separator that gives the most rows of one width, the first line among them; blanks only if nothing else gives two columns.
    private static func separator(of pieces: [[UInt8]], isWhole: Bool) -> DelimitedFormat.Separator {
        var best: (separator: DelimitedFormat.Separator, share: Double)?
        for separator in [DelimitedFormat.Separator.byte(0x2C), .byte(0x09), .byte(0x3B), .byte(0x7C), .whitespace] {
            if separator == .whitespace, let best, best.share > 0.5 { break }
            let records = pieces.map { SampleRecords.split($0, separator, limit: 2000, isWhole: isWhole).records }
            let widths = records.flatMap { $0.map(\.count) }
            guard let width = commonest(widths), width > 1 else { continue }
            var share = Double(widths.filter { $0 == width }.count) / Double(widths.count)
            if records[0].first?.count != width { share *= 0.9 }
            if share > best?.share ?? 0 { best = (separator, share) }
        }
        return best?.separator ?? .byte(0x2C)
    }

    private static func commonest(_ values: [Int]) -> Int? {
        var counts: [Int: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Whether the first line names the columns: all its fields are words, and they are known names, or stand over numbers, or are all different and never come again.
    private static func isHeader(_ first: [String], over body: [[String]], knownNames: (String) -> Bool) -> Bool {
        let names = first.map { $0.trimmingCharacters(in: .whitespaces) }
        guard names.allSatisfy({ !$0.isEmpty && !isValue($0) }) else { return false }
        let areDifferent = firstRepeated(names) == nil
        // Gaps are no names, of which there may be several.
        if !areDifferent, names.contains(where: { var text = $0; return text.withUTF8(FieldText.isMissingValue) }) { return false }
        if TypedHeader.isTyped(names) || names.contains(where: knownNames) || body.isEmpty { return true }
        for (index, _) in names.enumerated() {
            let values = body.lazy.map { $0[index] }.filter { !$0.isEmpty }
            if !values.isEmpty, values.allSatisfy(isValue) { return true }
        }
        return areDifferent && !names.indices.contains { index in body.contains { $0[index] == first[index] } }
    }

    private static func isValue(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            FieldText.number(bytes) != nil || TimeText.calendar(bytes) != nil
        }
    }
}

extension FileSample {
    /// The columns of a web server's log.
    public static var combinedLogColumns: [String] { CombinedLogScanner.names }

    /// Whether no more than so many bytes come of the pipe that was looked at; waits for as many.
    ///
    /// - Throws: `DataError` if it cannot be read.
    public func pipeHolds(atMost bytes: Int) throws(DataError) -> Bool { try pipe?.pipe?.holds(atMost: bytes) ?? true }

    /// The size of a file that can be read.
    public static func bytes(_ path: String) throws(DataError) -> Int { try InputFile(path).size }
}

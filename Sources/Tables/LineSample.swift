/// What the head and the middle of a file of lines show: the format, and rows of it.
struct LineSample {
    let format: DelimitedFormat
    let rows: [[String]]
    /// Columns whose values are JSON strings, and so texts whatever they look like.
    let stringColumns: Set<Int>
    let notes: [String]

    /// What a person has said of the format.
    struct Hints {
        var layout: FileLayout?
        var columns: [String]?
        /// The column of users.
        var user: String?
    }

    // MARK: Which format

    /// The layout that the text has, if it is one of lines.
    ///
    /// - Throws: `DataError.unknownFormat` for JSON that is not one object a line.
    static func layout(of pieces: [[UInt8]], isWhole: Bool, _ path: String) throws(DataError) -> FileLayout? {
        let lines = pieces.flatMap { Self.lines($0, isWhole: isWhole) }
        let first = pieces[0].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        if first.first == UInt8(ascii: "{") {
            var scanner = JSONLineScanner([], isOpen: true)
            defer { scanner.deallocate() }
            if lines.prefix(1000).contains(where: { scanner.isRow($0) }) { return .jsonLines }
        }
        // `[` or `{` and nothing else on the line, or a list of objects: JSON, but not of lines.
        let opening = first.prefix { $0 != 0x0A && $0 != 0x0D }.filter { $0 != 0x20 && $0 != 0x09 }
        if [Array("[".utf8), Array("{".utf8)].contains(Array(opening)) || opening.starts(with: "[{".utf8) || opening.starts(with: "{\"".utf8) {
            throw .unknownFormat(path, what: "it begins as JSON, but no line of it is a whole object", hint: "JSON lines have one object a line: jq -c '.[]' FILE writes a list so, jq -c . FILE other JSON")
        }
        guard !lines.isEmpty else { return nil }
        var log = CombinedLogScanner()
        defer { log.deallocate() }
        let requests = lines.count { line in
            log.isRow(line) { fields, base in
                let time = fields[3]
                return TimeText.combinedLog(UnsafeBufferPointer(start: base + time.start, count: time.count), zone: nil) != nil
            }
        }
        if requests * 5 >= lines.count * 4 { return .combinedLog }
        return isSequences(lines) ? .sequences : nil
    }

    /// Whole numbers with blanks between, no number of them on most lines.
    private static func isSequences(_ lines: [ArraySlice<UInt8>]) -> Bool {
        guard lines.count >= 3 else { return false }
        var widths: [Int: Int] = [:]
        for line in lines {
            guard line.allSatisfy({ 0x30...0x39 ~= $0 || $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return false }
            widths[line.split { !(0x30...0x39 ~= $0) }.count, default: 0] += 1
        }
        return (widths.values.max() ?? 0) * 2 <= lines.count
    }

    // MARK: Rows

    /// - Throws: `DataError` if no line of the sample is of the format, or columns= does not fit it.
    init(_ pieces: [[UInt8]], _ layout: FileLayout, _ hints: Hints, isWhole: Bool, _ path: String) throws(DataError) {
        let lines = pieces.flatMap { Self.lines($0, isWhole: isWhole) }
        guard !lines.isEmpty else { throw .emptyFile(path) }
        var rows: [[String]] = []
        var strings: Set<Int> = []
        var notes: [String] = []
        func take<Scanner: LineScanner>(_ scanner: inout Scanner, width: (Scanner) -> Int) {
            for (number, line) in lines.enumerated() {
                guard rows.count < 100_000 else { return }
                line.withUnsafeBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    scanner.begin(base, 0..<buffer.count, number: number + 1)
                    while true {
                        switch scanner.next() {
                        case .end: return
                        case .bad: continue
                        case .row:
                            rows.append((0..<width(scanner)).map { column in
                                let field = scanner.fields[column]
                                if field.isQuoted { strings.insert(column) }
                                return String(decoding: UnsafeBufferPointer(start: base + field.start, count: field.count), as: UTF8.self)
                            })
                        }
                    }
                }
            }
        }
        switch layout {
        case .delimited: preconditionFailure("delimited text is cut up by SampleRecords")
        case .jsonLines:
            var scanner = JSONLineScanner(hints.columns ?? [], isOpen: hints.columns == nil)
            defer { scanner.deallocate() }
            take(&scanner) { $0.keys.count }
            let names = scanner.keys.texts
            guard names.count <= Self.mostColumns else {
                // A dictionary written as one object: its keys are rows, not columns.
                if lines.count == 1 {
                    throw .unknownFormat(path, what: "it is one JSON object of more than \(Self.mostColumns) keys", hint: "jq -c 'to_entries[]' FILE writes an object for each key, with 'key' and 'value'")
                }
                throw .unknownFormat(path, what: "its objects have more than \(Self.mostColumns) different keys", hint: "columns=[...] names the keys that are wanted")
            }
            guard !names.isEmpty else { throw .unknownFormat(path, what: "the objects of its head have no keys", hint: "columns=[...] names the keys that are wanted") }
            for index in rows.indices { rows[index] += Array(repeating: "", count: names.count - rows[index].count) }
            format = DelimitedFormat(layout: .jsonLines, names: names)
            stringColumns = strings
        case .combinedLog:
            var scanner = CombinedLogScanner()
            defer { scanner.deallocate() }
            take(&scanner) { _ in CombinedLogScanner.names.count }
            format = DelimitedFormat(layout: .combinedLog, names: try Self.names(hints.columns, CombinedLogScanner.names))
            stringColumns = []
        case .sequences:
            let user: DelimitedFormat.SequenceUser
            let said = hints.columns?.first ?? hints.user
            if let said {
                user = said == Self.lineColumn ? .line : .first
            } else {
                user = Self.user(of: lines)
                if user == .line {
                    notes.append("the words that begin a line begin other lines too, so each line is taken for a user, named by its number; user=user says that the first word is the user")
                }
            }
            var scanner = SequenceScanner(user: user, filePrefix: "")
            defer { scanner.deallocate() }
            take(&scanner) { _ in 2 }
            let own = [user == .line ? Self.lineColumn : "user", "item"]
            format = DelimitedFormat(layout: .sequences(user), names: try Self.names(hints.columns, own))
            stringColumns = [0, 1]
        }
        guard !rows.isEmpty else {
            let what = switch layout {
            case .delimited, .jsonLines: "no line of its head is a JSON object"
            case .combinedLog: "no line of its head is of the combined log format"
            case .sequences: "no line of its head has a user and an item"
            }
            throw .unknownFormat(path, what: what, hint: "without schema= the format is found by a look at the file")
        }
        self.rows = rows
        self.notes = notes
    }

    /// What the user of sequences is called where each line is one.
    static let lineColumn = "line"
    private static let mostColumns = 4096

    private static func names(_ said: [String]?, _ own: [String]) throws(DataError) -> [String] {
        guard let said else { return own }
        guard said.count == own.count else { throw .badOption(name: "columns=", value: said.joined(separator: ", "), wanted: "a name for each of the \(own.count) columns") }
        return said
    }

    /// Users stand in one line or in neighbouring ones; where the first words of lines come again and again, they are items.
    private static func user(of lines: [ArraySlice<UInt8>]) -> DelimitedFormat.SequenceUser {
        let words = lines.map { Array($0.drop { $0 <= 0x20 }.prefix { $0 > 0x20 }) }
        let pairs = lines.count { $0.split { $0 <= 0x20 }.count <= 2 }
        let runs = 1 + zip(words, words.dropFirst()).count { $0 != $1 }
        return pairs * 2 < lines.count && runs * 2 > Set(words).count * 3 ? .line : .first
    }

    /// The whole lines of a piece, without their ends and without those that are blank.
    private static func lines(_ piece: [UInt8], isWhole: Bool) -> [ArraySlice<UInt8>] {
        var lines = piece.split(separator: 0x0A, omittingEmptySubsequences: false)
        if !isWhole { lines.removeLast() }
        return lines.map { $0.last == 0x0D ? $0.dropLast() : $0 }.filter { $0.contains { $0 != 0x20 && $0 != 0x09 } }
    }
}

/// What a file of text is, in the words of a person.
public enum FileLayout: Sendable, Hashable { case delimited, jsonLines, combinedLog, sequences }

extension LineScanner {
    /// Whether a line has a row, of which `holds` may ask more.
    fileprivate mutating func isRow(_ line: ArraySlice<UInt8>, _ holds: (UnsafeMutablePointer<RecordScanner.Field>, UnsafePointer<UInt8>) -> Bool = { _, _ in true }) -> Bool {
        line.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            begin(base, 0..<buffer.count, number: 1)
            guard case .row = next() else { return false }
            return holds(fields, base)
        }
    }
}

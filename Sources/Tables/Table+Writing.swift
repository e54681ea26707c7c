import Runtime

/// How rows are written.
public enum TextFormat: Sendable, Hashable {
    /// CSV (RFC 4180, lines ended by LF): a header, numbers that read back to the same value, gaps as empty fields.
    ///
    /// A field is quoted if it holds the separator, a quote, a line end or a blank at either end; a text that would be read as a gap (`?`, `\N`) is quoted too. The
    /// empty text is written as a gap.
    case csv(separator: UInt8 = 0x2C, header: Bool = true)
    /// A JSON array of objects, one a line; gaps as null, times in ISO 8601.
    case json
}

extension Table {
    /// The table as CSV, as `TextFormat.csv` says.
    public func csv(separator: UInt8 = 0x2C, header: Bool = true) -> [UInt8] { text(as: .csv(separator: separator, header: header)) }

    /// The table as JSON, as `TextFormat.json` says.
    public var jsonText: String { String(decoding: text(as: .json), as: UTF8.self) }

    private func text(as format: TextFormat) -> [UInt8] {
        var all = format.head(names)
        let rows = TableText(self, as: format) {}.rows(0..<rowCount)
        all.append(contentsOf: format.following(rows, after: 0))
        return all + format.end(rows: rowCount)
    }

    /// Hands over the text piece by piece, in order: all rows, made on all threads, without ever holding more than some ten thousand of them.
    ///
    /// - Throws: `Cancelled`, or what `sink` throws.
    public func writeText(as format: TextFormat, work: Work, to sink: (ArraySlice<UInt8>) throws -> Void) throws {
        try sink(format.head(names)[...])
        let text = try TableText(self, as: format, check: work.check)
        let size = 1 << 13
        let pieces = (rowCount + size - 1) / size
        let batch = 4 * work.workers.threads
        for first in stride(from: 0, to: pieces, by: batch) {
            try work.check()
            let made = try work.workers.map(shards: min(batch, pieces - first)) { piece in text.rows((first + piece) * size..<min(rowCount, (first + piece + 1) * size)) }
            for (piece, bytes) in made.enumerated() { try sink(format.following(bytes, after: first + piece)) }
            work.report("write", Double(first) / Double(pieces))
        }
        try sink(format.end(rows: rowCount)[...])
    }
}

extension TextFormat {
    /// What stands before the first row.
    public func head(_ names: [String]) -> [UInt8] {
        switch self {
        case .json: [0x5B]
        case .csv(_, header: false): []
        case .csv(let separator, header: true): names.map { TableText.field(Array($0.utf8), separator) }.joined(separator: [separator]) + [0x0A]
        }
    }

    /// Rows as `TableText` gives them, with what parts them from those before.
    ///
    /// - Parameter pieces: how many rows, or pieces of rows, stand before them.
    public func following(_ rows: [UInt8], after pieces: Int) -> ArraySlice<UInt8> {
        // In JSON each row begins with the comma that parts it from the one before.
        self == .json && pieces == 0 ? rows.dropFirst() : rows[...]
    }

    /// What stands after the last row.
    public func end(rows: Int) -> [UInt8] { self == .json ? Array((rows > 0 ? "\n]\n" : "]\n").utf8) : [] }
}

/// The rows of a table as text, any stretch of them at a time.
public struct TableText: Sendable {
    private let table: Table
    private let fields: [Field]?

    /// - Parameter check: is asked every few thousand texts; what it throws ends the making.
    public init(_ table: Table, as format: TextFormat, check: () throws -> Void) rethrows {
        self.table = table
        switch format {
        case .csv(let separator, _): fields = try table.columns.map { try Field($0, separator, check) }
        case .json: fields = nil
        }
    }

    /// Some rows, each with its line end; in JSON each with the comma and the line end before it.
    public func rows(_ rows: Range<Int>) -> [UInt8] {
        var out = ByteWriter()
        guard let fields else {
            for row in rows {
                out.append(Array(",\n".utf8))
                out.append(Array(JSON.object(table.columns.map { JSON.Member($0.name, $0.json(at: row)) }).text.utf8))
            }
            return out.finish()
        }
        for row in rows {
            for index in fields.indices {
                if index > 0 { out.append(byte: fields[index].separator) }
                fields[index].write(row, to: &out)
            }
            out.append(byte: 0x0A)
        }
        return out.finish()
    }

    /// Writes the values of one column.
    private struct Field: Sendable {
        let separator: UInt8
        private let content: Content

        private enum Content: Sendable {
            /// The field of each code, quoted where it must be.
            case text([Int32], TextDictionary)
            case integer([Int64])
            /// Whole seconds, in microseconds.
            case seconds([Int64])
            /// Ids as they were read, or times in whole seconds.
            case numbers(PackedColumn)
            case other(Column)
        }

        init(_ column: Column, _ separator: UInt8, _ check: () throws -> Void) rethrows {
            self.separator = separator
            if let packed = column.packed {
                switch packed.form {
                case .ids:
                    content = .numbers(packed)
                    return
                case .seconds(.epochSeconds) where packed.present == nil:
                    content = .numbers(packed)
                    return
                default: break
                }
            }
            switch column.storage {
            case .text(let codes, let dictionary): content = .text(codes, try TableText.fields(dictionary, separator, check))
            case .integer(let values, present: nil): content = .integer(values)
            case .time(let values, present: nil, .epochSeconds) where values.allSatisfy({ $0 % 1_000_000 == 0 }): content = .seconds(values)
            default: content = .other(column)
            }
        }

        @inline(__always)
        func write(_ row: Int, to out: inout ByteWriter) {
            switch content {
            case .text(let codes, let fields):
                let code = Int(codes[row])
                if code >= 0 { fields.bytes.withUnsafeBufferPointer { out.append(UnsafeBufferPointer(rebasing: $0[fields.starts[code]..<fields.starts[code + 1]])) } }
            case .integer(let values): out.append(number: values[row])
            case .seconds(let values): out.append(number: values[row] / 1_000_000)
            case .numbers(let packed):
                let number = packed.key(at: row)
                if number >= 0 || !packed.isMissing(row) { out.append(number: number) }
            case .other(let column): if let text = column.text(at: row) { out.append(TableText.field(Array(text.utf8), separator)) }
            }
        }
    }

    /// The texts as fields; the same dictionary where none needs quotes, as is the rule.
    private static func fields(_ dictionary: TextDictionary, _ separator: UInt8, _ check: () throws -> Void) rethrows -> TextDictionary {
        var quoted = false
        try dictionary.bytes.withUnsafeBufferPointer { bytes in
            for code in 0..<dictionary.count where !quoted {
                if code & 0xFFF == 0 { try check() }
                quoted = needsQuotes(UnsafeBufferPointer(rebasing: bytes[dictionary.starts[code]..<dictionary.starts[code + 1]]), separator)
            }
        }
        guard quoted else { return dictionary }
        var bytes: [UInt8] = []
        var starts = [0]
        for code in 0..<dictionary.count {
            if code & 0xFFF == 0 { try check() }
            bytes += field(Array(dictionary.bytes[dictionary.starts[code]..<dictionary.starts[code + 1]]), separator)
            starts.append(bytes.count)
        }
        return TextDictionary(bytes: bytes, starts: starts)
    }

    private static func needsQuotes(_ bytes: UnsafeBufferPointer<UInt8>, _ separator: UInt8) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        return bytes.count <= 2 && FieldText.isMissingText(bytes) || isBlank(first) || isBlank(last)
            || bytes.contains { $0 == separator || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    }

    /// A field as it stands in a file.
    static func field(_ bytes: [UInt8], _ separator: UInt8) -> [UInt8] {
        guard bytes.withUnsafeBufferPointer({ needsQuotes($0, separator) }) else { return bytes }
        var quoted: [UInt8] = [0x22]
        for byte in bytes {
            if byte == 0x22 { quoted.append(0x22) }
            quoted.append(byte)
        }
        quoted.append(0x22)
        return quoted
    }
}

/// Bytes that grow at their end.
private struct ByteWriter {
    private var bytes: [UInt8] = []

    mutating func append(byte: UInt8) { bytes.append(byte) }
    mutating func append(_ run: [UInt8]) { bytes.append(contentsOf: run) }
    mutating func append(_ run: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: run) }

    mutating func append(number value: Int64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value.magnitude
            var start = 20
            repeat {
                start -= 1
                digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
                rest /= 10
            } while rest > 0
            if value < 0 {
                start -= 1
                digits[start] = 0x2D
            }
            bytes.append(contentsOf: digits[start..<20])
        }
    }

    consuming func finish() -> [UInt8] { bytes }
}

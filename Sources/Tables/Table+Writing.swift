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
        let size = 1 << 12
        let pieces = (rowCount + size - 1) / size
        let batch = 4 * work.workers.threads
        for first in stride(from: 0, to: pieces, by: batch) {
            let made = try work.workers.map(shards: min(batch, pieces - first)) { piece in
                try work.check()
                return text.rows((first + piece) * size..<min(rowCount, (first + piece + 1) * size))
            }
            for (piece, bytes) in made.enumerated() {
                try work.check()
                try sink(format.following(bytes, after: first + piece))
            }
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

import Runtime

extension Table {
    /// The table as CSV (RFC 4180, lines ended by LF): a header, numbers that read back to the same value, gaps as empty fields.
    ///
    /// A field is quoted if it holds the separator, a quote, a line end or a blank at either end; a text that would be read as a gap (`?`, `\N`) is quoted too. The
    /// empty text is written as a gap.
    public func csv(separator: UInt8 = 0x2C, header: Bool = true) -> [UInt8] { csv(separator: separator, header: header) {} }

    /// - Parameter check: is asked every few thousand rows; what it throws ends the writing.
    public func csv<Failure: Error>(separator: UInt8 = 0x2C, header: Bool = true, check: () throws(Failure) -> Void) throws(Failure) -> [UInt8] {
        var out = ByteWriter()
        if header {
            for (index, column) in columns.enumerated() {
                if index > 0 { out.append(byte: separator) }
                out.append(Self.field(Array(column.name.utf8), separator))
            }
            out.append(byte: 0x0A)
        }
        let fields = columns.map { FieldWriter($0, separator) }
        for row in 0..<rowCount {
            if row & 0xFFF == 0 { try check() }
            for index in fields.indices {
                if index > 0 { out.append(byte: separator) }
                fields[index].write(row, to: &out)
            }
            out.append(byte: 0x0A)
        }
        return out.finish()
    }

    /// Writes the values of one column.
    private enum FieldWriter {
        /// The field of each code, quoted where it must be.
        case text([Int32], TextDictionary)
        case integer([Int64])
        case other(Column, UInt8)

        init(_ column: Column, _ separator: UInt8) {
            switch column.storage {
            case .text(let codes, let dictionary):
                var bytes: [UInt8] = []
                var starts = [0]
                for code in 0..<dictionary.count {
                    bytes += Table.field(Array(dictionary.bytes[dictionary.starts[code]..<dictionary.starts[code + 1]]), separator)
                    starts.append(bytes.count)
                }
                self = .text(codes, TextDictionary(bytes: bytes, starts: starts))
            case .integer(let values, present: nil): self = .integer(values)
            case .time(let values, present: nil, .epochSeconds) where values.allSatisfy({ $0 % 1_000_000 == 0 }): self = .integer(values.map { $0 / 1_000_000 })
            default: self = .other(column, separator)
            }
        }

        @inline(__always)
        func write(_ row: Int, to out: inout ByteWriter) {
            switch self {
            case .text(let codes, let fields):
                let code = Int(codes[row])
                if code >= 0 { fields.bytes.withUnsafeBufferPointer { out.append(UnsafeBufferPointer(rebasing: $0[fields.starts[code]..<fields.starts[code + 1]])) } }
            case .integer(let values): out.append(number: values[row])
            case .other(let column, let separator):
                if let text = column.text(at: row) { out.append(Table.field(Array(text.utf8), separator)) }
            }
        }
    }

    /// A field as it stands in a file.
    private static func field(_ bytes: [UInt8], _ separator: UInt8) -> [UInt8] {
        guard let first = bytes.first, let last = bytes.last else { return bytes }
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let isGap = bytes.count <= 2 && bytes.withUnsafeBufferPointer { FieldText.isMissingText($0) }
        guard isGap || isBlank(first) || isBlank(last) || bytes.contains(where: { $0 == separator || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return bytes }
        var quoted: [UInt8] = [0x22]
        for byte in bytes {
            if byte == 0x22 { quoted.append(0x22) }
            quoted.append(byte)
        }
        quoted.append(0x22)
        return quoted
    }

    /// The table as a JSON array of objects, one a line; gaps as null, times in ISO 8601.
    public var jsonText: String { jsonText {} }

    /// - Parameter check: is asked every few thousand rows; what it throws ends the writing.
    public func jsonText<Failure: Error>(check: () throws(Failure) -> Void) throws(Failure) -> String {
        var out = "["
        for row in 0..<rowCount {
            if row & 0xFFF == 0 { try check() }
            out += row == 0 ? "\n" : ",\n"
            out += JSON.object(columns.map { JSON.Member($0.name, $0.json(at: row)) }).text
        }
        return out + (rowCount > 0 ? "\n]\n" : "]\n")
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

import Runtime

extension Table {
    /// The table as CSV (RFC 4180, lines ended by LF): a header, numbers that read back to the same value, gaps as empty fields.
    ///
    /// A field is quoted if it holds the separator, a quote, a line end or a blank at either end; a text that would be read as a gap
    /// (`?`, `\\N`) is quoted too. The empty text is written as a gap.
    public func csv(separator: UInt8 = 0x2C, header: Bool = true) -> [UInt8] {
        var out: [UInt8] = []
        if header {
            for (index, column) in columns.enumerated() {
                if index > 0 { out.append(separator) }
                Self.appendField(column.name, separator, to: &out)
            }
            out.append(0x0A)
        }
        let writers = columns.map { Self.fieldWriter($0, separator) }
        for row in 0..<rowCount {
            for (index, writer) in writers.enumerated() {
                if index > 0 { out.append(separator) }
                writer(row, &out)
            }
            out.append(0x0A)
        }
        return out
    }

    private static func fieldWriter(_ column: Column, _ separator: UInt8) -> (Int, inout [UInt8]) -> Void {
        if case .text(let codes, let dictionary) = column.storage {
            return { row, out in
                let code = Int(codes[row])
                guard code >= 0 else { return }
                dictionary.withBytes(of: code) { bytes in
                    if needsQuotes(bytes, separator) { appendQuoted(bytes, to: &out) } else { out.append(contentsOf: bytes) }
                }
            }
        }
        return { row, out in
            if let text = column.text(at: row) { appendField(text, separator, to: &out) }
        }
    }

    private static func appendField(_ text: String, _ separator: UInt8, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            if needsQuotes(raw, separator) { appendQuoted(raw, to: &out) } else { out.append(contentsOf: raw) }
        }
    }

    private static func needsQuotes(_ bytes: UnsafeRawBufferPointer, _ separator: UInt8) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        if bytes.count <= 2, NumberText.isMissingText(bytes.bindMemory(to: UInt8.self)) { return true }
        if first == 0x20 || last == 0x20 || first == 0x09 || last == 0x09 { return true }
        for byte in bytes where byte == separator || byte == 0x22 || byte == 0x0A || byte == 0x0D { return true }
        return false
    }

    private static func appendQuoted(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        out.append(0x22)
        for byte in bytes {
            if byte == 0x22 { out.append(0x22) }
            out.append(byte)
        }
        out.append(0x22)
    }

    /// The table as a JSON array of objects, one a line; gaps as null, times in ISO 8601.
    public var jsonText: String {
        var out = "["
        for row in 0..<rowCount {
            out += row == 0 ? "\n" : ",\n"
            out += JSON.object(columns.map { JSON.Member($0.name, $0.json(at: row)) }).text
        }
        return out + (rowCount > 0 ? "\n]\n" : "]\n")
    }
}

import CScanning
import Runtime

/// The rows of a table as text, any stretch of them at a time.
public struct TableText: Sendable {
    private let table: Table
    private let separator: UInt8
    private let fields: [Field]?

    /// - Parameter check: is asked every few thousand texts; what it throws ends the making.
    public init(_ table: Table, as format: TextFormat, check: () throws -> Void) rethrows {
        self.table = table
        switch format {
        case .csv(let separator, _):
            self.separator = separator
            fields = try table.columns.map { try Field($0, separator, check) }
        case .json: (separator, fields) = (0, nil)
        }
    }

    /// Some rows, each with its line end; in JSON each with the comma and the line end before it.
    public func rows(_ rows: Range<Int>) -> [UInt8] {
        guard let fields else {
            var out: [UInt8] = []
            for row in rows {
                out += Array(",\n".utf8)
                out += Array(JSON.object(table.columns.map { JSON.Member($0.name, $0.json(at: row)) }).text.utf8)
            }
            return out
        }
        var out = TextBuffer()
        // As many bytes as a row of numbers and short texts can have.
        let most = fields.reduce(1) { $0 + $1.most + 1 } + TextBuffer.step
        var spans = fields.map { $0.reader(from: rows.lowerBound) }
        spans.withUnsafeMutableBufferPointer { spans in
            for row in rows {
                out.reserve(most)
                for index in spans.indices {
                    if index > 0 { out.append(separator) }
                    if !spans[index].write(row, to: &out), let text = table.columns[index].text(at: row) {
                        Self.field(Array(text.utf8), separator).withUnsafeBufferPointer {
                            out.reserve(most + $0.count)
                            out.append($0)
                        }
                    }
                }
                out.append(0x0A)
            }
        }
        return out.finish()
    }

    /// Where the values of a column lie, and how they are written.
    private struct Field: Sendable {
        private let form: Reader.Form
        nonisolated(unsafe) private let start: UnsafeRawPointer?
        /// The fields of a column of texts by code.
        private let texts: Texts?
        private let offsets: PackedMemory?
        private let runs: Int
        // Keeps what `start` points to.
        private let owner: (any Sendable)?
        /// Bytes of the longest field; 0 where fields are made one by one.
        let most: Int

        init(_ column: Column, _ separator: UInt8, _ check: () throws -> Void) rethrows {
            switch column.packed?.form {
            case .ids: self.init(.ids, column.packed?.memory)
            case .seconds(.epochSeconds) where column.present == nil: self.init(.seconds, column.packed?.memory)
            case .integers where column.present == nil: self.init(.integers, column.packed?.memory)
            case .runs(let offsets, let dictionary): self.init(.runs, nil, texts: try Texts(dictionary, separator, check), offsets: offsets)
            case .codes(let bytes, let dictionary):
                self.init(bytes == 1 ? .bytes : bytes == 2 ? .words : .raisedCodes, column.packed?.memory, texts: try Texts(dictionary, separator, check))
            default:
                try column.unpack(check: check)
                switch column.storage {
                case .text(let codes, let dictionary): self.init(.codes, try PackedMemory(copying: codes, check: check), texts: try Texts(dictionary, separator, check))
                case .integer(let values, present: nil): self.init(.integers, try PackedMemory(copying: values, check: check))
                case .time(let times, present: nil, format: .epochSeconds) where try Self.areWhole(times, check): self.init(.microseconds, try PackedMemory(copying: times, check: check))
                default: self.init(.others, nil)
                }
            }
        }

        /// Whether times are whole seconds.
        private static func areWhole(_ times: [Int64], _ check: () throws -> Void) rethrows -> Bool {
            for row in times.indices {
                if row & 0xFFFF == 0 { try check() }
                if times[row] % 1_000_000 != 0 { return false }
            }
            return true
        }

        private init(_ form: Reader.Form, _ memory: PackedMemory?, texts: Texts? = nil, offsets: [Int] = []) {
            self.form = form
            start = memory.map { UnsafeRawPointer($0.start) }
            owner = memory
            self.texts = texts
            self.offsets = offsets.isEmpty ? nil : PackedMemory(copying: offsets) {}
            runs = offsets.count - 1
            most = texts?.most ?? (form == .others ? 0 : 20)
        }

        func reader(from row: Int) -> Reader {
            var run = 0
            let offsets = offsets.map { UnsafePointer($0.start.assumingMemoryBound(to: Int.self)) }
            if let offsets {
                var high = runs
                while high - run > 1 {
                    let middle = (run + high) / 2
                    if offsets[middle] <= row { run = middle } else { high = middle }
                }
            }
            return Reader(
                form: form, start: start, bytes: texts.map { UnsafePointer($0.bytes.start.assumingMemoryBound(to: UInt8.self)) },
                starts: texts.map { UnsafePointer($0.starts.start.assumingMemoryBound(to: Int.self)) }, offsets: offsets, run: run)
        }
    }

    /// The texts of a column as fields, quoted where they must be.
    private struct Texts: Sendable {
        let bytes: PackedMemory
        let starts: PackedMemory
        let most: Int

        init(_ dictionary: TextDictionary, _ separator: UInt8, _ check: () throws -> Void) rethrows {
            let fields = try TableText.fields(dictionary, separator, check)
            bytes = try PackedMemory(copying: fields.bytes, padding: TextBuffer.step, check: check)
            starts = try PackedMemory(copying: fields.starts, check: check)
            most = (0..<fields.count).reduce(0) { max($0, fields.starts[$1 + 1] - fields.starts[$1]) }
        }
    }

    /// Reads a column row by row, in rising order; plain memory, so that nothing is counted in the loop. Whoever made it keeps what it points to.
    private struct Reader {
        enum Form { case ids, seconds, integers, microseconds, bytes, words, codes, raisedCodes, runs, others }

        let form: Form
        let start: UnsafeRawPointer?
        let bytes: UnsafePointer<UInt8>?
        let starts: UnsafePointer<Int>?
        let offsets: UnsafePointer<Int>?
        /// The run that holds the row.
        var run: Int

        @inline(__always)
        private func value<Value: BitwiseCopyable>(_ type: Value.Type, _ row: Int) -> Value { start.unsafelyUnwrapped.assumingMemoryBound(to: type)[row] }

        /// - Returns: false where the caller must write the field.
        @inline(__always)
        mutating func write(_ row: Int, to out: inout TextBuffer) -> Bool {
            let code: Int
            switch form {
            case .ids:
                let id = value(Int32.self, row)
                if id >= 0 { out.append(number: Int64(id)) }
                return true
            case .seconds:
                out.append(number: Int64(value(Int32.self, row)))
                return true
            case .integers:
                out.append(number: value(Int64.self, row))
                return true
            case .microseconds:
                out.append(number: value(Int64.self, row) / 1_000_000)
                return true
            case .bytes: code = Int(value(UInt8.self, row)) - 1
            case .words: code = Int(value(UInt16.self, row)) - 1
            case .codes: code = Int(value(Int32.self, row))
            case .raisedCodes: code = Int(value(Int32.self, row)) - 1
            case .runs:
                while row >= offsets.unsafelyUnwrapped[run + 1] { run += 1 }
                code = run
            case .others: return false
            }
            if code >= 0, let bytes, let starts { out.append(padded: bytes + starts[code], starts[code + 1] - starts[code]) }
            return true
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
private struct TextBuffer {
    private var start = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 16)
    private var capacity = 1 << 16
    private var count = 0

    /// Makes room for what is appended next.
    @inline(__always)
    mutating func reserve(_ more: Int) { if count + more > capacity { grow(more) } }

    @inline(never)
    private mutating func grow(_ more: Int) {
        capacity = max(2 * capacity, count + more)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: start, count: count)
        start.deallocate()
        start = grown
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ run: UnsafeBufferPointer<UInt8>) {
        guard let source = run.baseAddress else { return }
        (start + count).update(from: source, count: run.count)
        count += run.count
    }

    /// Bytes that are copied at once.
    static let step = 16

    /// - Precondition: `step` bytes more may be read and written.
    @inline(__always)
    mutating func append(padded text: UnsafePointer<UInt8>, _ length: Int) {
        if length <= Self.step {
            UnsafeMutableRawPointer(start + count).storeBytes(of: UnsafeRawPointer(text).loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        } else {
            (start + count).update(from: text, count: length)
        }
        count += length
    }

    @inline(__always)
    mutating func append(number: Int64) { count += cnb_write_number(number, start + count) }

    consuming func finish() -> [UInt8] {
        defer { start.deallocate() }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }
}

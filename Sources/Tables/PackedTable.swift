import Foundation
import Runtime
import Store

/// A table of packed columns as runs of bytes, from which it comes back without being read.
package struct PackedTable: Codable {
    private struct Part: Codable {
        let name: String
        let form: String
        let bytes: Int
        /// The runs of its values, of the mask of what is there, and of the bytes and starts of its dictionary.
        let values: Int
        let present: Int?
        let dictionary: [Int]?
    }

    private let rows: Int
    private let parts: [Part]

    /// Memory that a description speaks of.
    package struct Runs {
        package fileprivate(set) var buffers: [UnsafeRawBufferPointer] = []
        private var owners: [PackedMemory] = []

        package init() {}

        fileprivate mutating func add(_ memory: PackedMemory, _ count: Int) -> Int {
            buffers.append(UnsafeRawBufferPointer(start: memory.start, count: count))
            owners.append(memory)
            return buffers.count - 1
        }

        fileprivate mutating func add<Value: BitwiseCopyable>(_ values: [Value]) -> Int { add(PackedMemory(copying: values) {}, values.count * MemoryLayout<Value>.stride) }
    }

    /// - Returns: none if a column is not packed.
    package init?(_ table: Table, _ runs: inout Runs) {
        rows = table.rowCount
        var parts: [Part] = []
        for column in table.columns {
            guard let packed = column.packed else { return nil }
            var dictionary: [Int]?
            var values = runs.buffers.count
            if case .runs(let offsets, let names) = packed.form {
                values = runs.add(offsets)
                dictionary = [runs.add(names.bytes), runs.add(names.starts)]
            } else {
                values = runs.add(packed.memory, packed.count * packed.width)
                if case .codes(_, let names) = packed.form { dictionary = [runs.add(names.bytes), runs.add(names.starts)] }
            }
            let present = packed.present.map { runs.add($0.words) }
            parts.append(Part(name: column.name, form: packed.form.word, bytes: packed.width, values: values, present: present, dictionary: dictionary))
        }
        self.parts = parts
    }

    /// The table, over the memory of `content`.
    ///
    /// - Parameter formats: how the times of each column of times are written.
    /// - Returns: none if the content is not that of such a table.
    package func table(_ content: CachedContent, formats: [String: TimeFormat]) -> Table? {
        var columns: [Column] = []
        for part in parts {
            guard let column = column(part, content, formats) else { return nil }
            columns.append(column)
        }
        return Table(columns)
    }

    private func column(_ part: Part, _ content: CachedContent, _ formats: [String: TimeFormat]) -> Column? {
        func run(_ index: Int) -> UnsafeMutableRawBufferPointer? { content.runs.indices.contains(index) ? content.bytes(of: index) : nil }
        func array<Value>(_ index: Int, _ type: Value.Type) -> [Value]? { run(index).map { Array($0.assumingMemoryBound(to: type)) } }
        var names: TextDictionary?
        if let dictionary = part.dictionary {
            guard dictionary.count == 2, let bytes = array(dictionary[0], UInt8.self), let starts = array(dictionary[1], Int.self), starts.first == 0, starts.last == bytes.count else { return nil }
            names = TextDictionary(bytes: bytes, starts: starts)
        }
        guard let values = run(part.values) else { return nil }
        if part.form == "runs" {
            guard let names, let offsets = array(part.values, Int.self), offsets.last == rows, names.count == offsets.count - 1 else { return nil }
            return Column(part.name, packed: .runs(offsets, names))
        }
        let form: PackedColumn.Form
        switch part.form {
        case "ids": form = .ids
        case "codes":
            guard let names else { return nil }
            form = .codes(bytes: part.bytes, names)
        case "seconds", "times":
            guard let format = formats[part.name] else { return nil }
            form = part.form == "seconds" ? .seconds(format) : .times(format)
        case "integers": form = .integers
        case "numbers": form = .numbers
        case "truths": form = .truths
        default: return nil
        }
        var present: Mask?
        if let place = part.present {
            guard let words = array(place, UInt64.self), words.count == (rows + 63) / 64 else { return nil }
            present = Mask(words: words, count: rows)
        }
        guard values.count == rows * part.bytes, let start = values.baseAddress ?? (rows == 0 ? UnsafeMutableRawPointer(bitPattern: 64) : nil) else { return nil }
        let packed = PackedColumn(form, count: rows, memory: PackedMemory(start, keeping: content), present: present)
        return packed.width == part.bytes ? Column(part.name, packed: packed) : nil
    }
}

extension PackedColumn.Form {
    fileprivate var word: String {
        switch self {
        case .ids: "ids"
        case .codes: "codes"
        case .runs: "runs"
        case .seconds: "seconds"
        case .times: "times"
        case .integers: "integers"
        case .numbers: "numbers"
        case .truths: "truths"
        }
    }
}

import Runtime

/// A new order of rows, in two steps that both stay within a processor's cache: rows are dealt out to blocks, and each block is put in order on its own.
///
/// To fetch the values of tens of millions of rows straight from where they lie would wait for memory at each.
package final class Rearrangement: Sendable {
    package let count: Int
    /// Where each row is dealt to, and for each place of the new order where its row was dealt to; 32-bit whole numbers.
    private let dealt: PackedMemory
    private let order: PackedMemory
    /// Where the blocks begin, and where the last ends.
    private let borders: [Int]
    /// Room for eight bytes a row, used by one column after the other: memory that is new costs more than what is done with it.
    private let scratch: PackedMemory
    /// Rows are dealt out in this many stretches, whatever the number of threads.
    package static let stretches = 32

    package init(count: Int, dealt: PackedMemory, order: PackedMemory, borders: [Int], scratch: PackedMemory) {
        self.count = count
        self.dealt = dealt
        self.order = order
        self.borders = borders
        self.scratch = scratch
    }

    package static func stretch(_ index: Int, of count: Int) -> Range<Int> { count * index / stretches..<count * (index + 1) / stretches }

    /// Writes the values of rows in the new order, to other memory or to that of the values. Must not be asked by two threads at once.
    ///
    /// - Complexity: O(rows).
    private func arrange<Value: BitwiseCopyable>(_ values: UnsafePointer<Value>, to target: UnsafeMutablePointer<Value>, _ work: Work) throws {
        nonisolated(unsafe) let (values, middle, target) = (values, scratch.values(Value.self), target)
        nonisolated(unsafe) let (dealt, order) = (self.dealt.values(Int32.self), self.order.values(Int32.self))
        defer { withExtendedLifetime(self) {} }
        try work.workers.forEach(shards: Self.stretches) { index in
            try work.check()
            for row in Self.stretch(index, of: count) { middle[Int(dealt[row])] = values[row] }
        }
        try work.workers.forEach(shards: borders.count - 1) { block in
            try work.check()
            for place in borders[block]..<borders[block + 1] { target[place] = middle[Int(order[place])] }
        }
    }

    /// The rows in the new order.
    package func rows(_ work: Work) throws -> [Int32] {
        var rows = [Int32](0..<Int32(count))
        try rows.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { try arrange(UnsafePointer(start), to: start, work) } }
        return rows
    }

    /// The values of a column in the new order; none for a column that is not as it was read, or has gaps.
    ///
    /// - Parameter reusing: whether the values may be written over those of the column, which is then worth nothing any more.
    package func rearranged(_ column: Column, reusing: Bool, _ work: Work) throws -> Column? {
        guard let packed = column.packed, packed.present == nil, packed.width > 0 else { return nil }
        func made<Value: BitwiseCopyable>(_ type: Value.Type) throws -> PackedMemory {
            let memory = reusing ? packed.memory : PackedMemory(type, count: count)
            try arrange(UnsafePointer(packed.values(type)), to: memory.values(type), work)
            return memory
        }
        let memory =
            switch packed.width {
            case 1: try made(UInt8.self)
            case 2: try made(UInt16.self)
            case 4: try made(Int32.self)
            default: try made(Int64.self)
            }
        return Column(column.name, packed: PackedColumn(packed.form, count: count, memory: memory))
    }
}

/// A piece of memory for single-precision numbers, allocated once and cut into aligned parts: what a training step computes in.
///
/// Parts are handed out as plain pointers for the inner loops; they live as long as the workspace, whose owner keeps them to itself.
package final class Workspace<Element: BitwiseCopyable>: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer
    private let capacity: Int
    private var used = 0

    /// The room that a part of `count` numbers takes: parts begin at whole cache lines.
    package static func room(_ count: Int) -> Int { (count * MemoryLayout<Element>.stride + 63) / 64 * 64 / MemoryLayout<Element>.stride }

    /// - Parameter counts: the sizes of the parts that `next` will hand out, in any order.
    package init(parts counts: [Int]) {
        capacity = counts.reduce(0) { $0 + Self.room($1) }
        let bytes = max(capacity, 1) * MemoryLayout<Element>.stride
        memory = .allocate(byteCount: bytes, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    }

    deinit { memory.deallocate() }

    /// The next part: zeros.
    package func next(_ count: Int) -> UnsafeMutableBufferPointer<Element> {
        let start = used
        used += Self.room(count)
        precondition(used <= capacity, "Workspace has no room for a part of \(count)")
        let pointer = memory.advanced(by: start * MemoryLayout<Element>.stride).bindMemory(to: Element.self, capacity: count)
        return UnsafeMutableBufferPointer(start: pointer, count: count)
    }
}

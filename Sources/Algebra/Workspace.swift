/// A piece of memory for single-precision numbers, allocated once and cut into aligned parts: what a training step computes in.
///
/// Parts are handed out as plain pointers for the inner loops; they live as long as the workspace, whose owner keeps them to itself.
package final class Workspace<Element: BitwiseCopyable>: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer
    private let counts: [Int]
    private var taken = 0, used = 0

    /// The room that a part of `count` numbers takes: parts begin at whole cache lines.
    private static func room(_ count: Int) -> Int { (count * MemoryLayout<Element>.stride + 63) / 64 * 64 / MemoryLayout<Element>.stride }

    /// What parts of these sizes take together.
    package static func bytes(_ counts: [Int]) -> Int { counts.reduce(0) { $0 + room($1) } * MemoryLayout<Element>.stride }

    /// - Parameter counts: the sizes of the parts, in the order in which `next` will hand them out.
    package init(parts counts: [Int]) {
        self.counts = counts
        let bytes = max(Self.bytes(counts), MemoryLayout<Element>.stride)
        memory = .allocate(byteCount: bytes, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    }

    deinit { memory.deallocate() }

    /// The next part: zeros.
    package func next() -> UnsafeMutableBufferPointer<Element> {
        precondition(taken < counts.count, "Workspace has handed out all of its parts")
        let start = used, count = counts[taken]
        taken += 1
        used += Self.room(count)
        let pointer = memory.advanced(by: start * MemoryLayout<Element>.stride).bindMemory(to: Element.self, capacity: count)
        return UnsafeMutableBufferPointer(start: pointer, count: count)
    }
}

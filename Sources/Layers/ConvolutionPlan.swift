import Algebra

/// At which nodes of a prefix tree each convolution is computed, and which rows it reads there.
///
/// From the ends down: a convolution is computed where the next one reads, so that the holes between dilated steps stay empty. The rows of what a convolution
/// gives are its nodes in ascending order, counted from 1; row 0 is zeros and stands for what lies before the first event.
final class ConvolutionPlan {
    private let configuration: ConvolutionConfiguration
    /// How many nodes each convolution is computed at, the last first as in `reach`.
    private(set) var counts: [Int]
    /// `[count, kernel]` for each convolution, the last first: the rows of what it reads, the earliest first. The first convolution of all reads the table of the
    /// slots: row slot · kernel + tap, or the row past the last for none.
    let taps: [UnsafeMutableBufferPointer<Int32>]
    /// `[count]` for each block, the last first: the rows of its input at its output's nodes; slots in the first block.
    let residuals: [UnsafeMutableBufferPointer<Int32>]
    /// The row of the last block's output that is each end's.
    let ends: UnsafeMutableBufferPointer<Int32>
    /// For each dilation the node so far before each node, or -1.
    private let before: [UnsafeMutableBufferPointer<Int32>]
    /// The row of each node where the convolution under way reads, 0 for those that are not needed.
    private let rows: UnsafeMutableBufferPointer<Int32>
    /// The nodes of the last three sets.
    private let nodes: [UnsafeMutableBufferPointer<Int32>]
    private let memory: Workspace<Int32>

    /// The most rows of each convolution, the last first.
    static func most(_ configuration: ConvolutionConfiguration, _ room: ShardRoom) -> [Int] {
        configuration.reach(length: room.length).map { min(room.nodes, room.ends * $0) }
    }

    /// The sizes of all parts, in the order in which `init` takes them.
    static func parts(_ configuration: ConvolutionConfiguration, _ room: ShardRoom) -> [Int] {
        let most = most(configuration, room)
        return most.map { $0 * configuration.kernel } + (0..<configuration.layers).map { most[2 * $0] } + [room.ends]
            + [Int](repeating: room.nodes, count: configuration.layers + 4)
    }

    init(_ configuration: ConvolutionConfiguration, _ room: ShardRoom) {
        self.configuration = configuration
        let parts = Self.parts(configuration, room), memory = Workspace<Int32>(parts: parts)
        self.memory = memory
        let pieces = parts.map { _ in memory.next() }, layers = configuration.layers
        taps = Array(pieces[..<(2 * layers)])
        residuals = Array(pieces[2 * layers..<3 * layers])
        ends = pieces[3 * layers]
        before = Array(pieces[3 * layers + 1..<4 * layers + 1])
        rows = pieces[4 * layers + 1]
        nodes = Array(pieces[(4 * layers + 2)...])
        counts = [Int](repeating: 0, count: 2 * layers)
    }

    func build(_ tree: PrefixTree) {
        let layers = configuration.layers, kernel = configuration.kernel, all = tree.nodes
        for level in 0..<tree.levels {
            let first = level > 0 ? tree.offsets[level - 1] : 0
            for node in tree.level(level) { before[0][node] = level > 0 ? first + tree.parents[node] : -1 }
        }
        for layer in 1..<max(1, layers) {
            let half = before[layer - 1], whole = before[layer]
            for node in 0..<all { whole[node] = half[node] < 0 ? -1 : half[Int(half[node])] }
        }
        for node in 0..<all { rows[node] = 0 }
        for end in 0..<tree.endCount where tree.ends[end] >= 0 { rows[Int(tree.ends[end])] = 1 }
        var count = number(all, into: 0)
        for end in 0..<tree.endCount { ends[end] = tree.ends[end] >= 0 ? rows[Int(tree.ends[end])] : 0 }
        for stage in 0..<2 * layers {
            let layer = layers - 1 - stage / 2, jump = before[layer], own = nodes[stage % 3], isFirst = stage == 2 * layers - 1
            counts[stage] = count
            let taps = taps[stage]
            // The nodes that it reads, the latest first.
            for index in 0..<count {
                var node = own[index]
                for tap in stride(from: kernel - 1, through: 0, by: -1) {
                    taps[index * kernel + tap] = node
                    if node >= 0 {
                        if !isFirst { rows[Int(node)] = 1 }
                        node = jump[Int(node)]
                    }
                }
            }
            if isFirst {
                let none = Int32(tree.slotCount * kernel)
                for index in 0..<count * kernel {
                    let node = taps[index]
                    taps[index] = node >= 0 ? tree.slots[Int(node)] * Int32(kernel) + Int32(index % kernel) : none
                }
            } else {
                let read = number(all, into: (stage + 1) % 3)
                for index in 0..<count * kernel { taps[index] = taps[index] >= 0 ? rows[Int(taps[index])] : 0 }
                count = read
            }
            // The block's output stands where its second convolution is computed, two sets before its input.
            guard stage % 2 == 1 else { continue }
            let residual = residuals[stage / 2], output = nodes[(stage - 1) % 3]
            for index in 0..<counts[stage - 1] { residual[index] = isFirst ? tree.slots[Int(output[index])] : rows[Int(output[index])] }
        }
    }

    /// Gives the marked nodes their rows in ascending order, and lists them.
    private func number(_ all: Int, into set: Int) -> Int {
        let list = nodes[set]
        var count = 0
        for node in 0..<all where rows[node] > 0 {
            list[count] = Int32(node)
            count += 1
            rows[node] = Int32(count)
        }
        return count
    }
}

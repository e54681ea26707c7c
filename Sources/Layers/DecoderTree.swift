import Algebra

/// The rows of a decoder over a shard, level by level: level 0 are the ends themselves, level 1 continues each by 'go', level t + 1 by t true codes.
///
/// Sequences with the same end and the same codes so far are one row, as long as they are neighbours. A row is there only if some sequence has a target that it predicts.
final class DecoderTree {
    let steps: Int
    /// For each row its row in the level before, counted from that level's first; the code that it read; its end. Of level 0 the end alone.
    let parents: UnsafeMutableBufferPointer<Int32>, codes: UnsafeMutableBufferPointer<Int32>, ends: UnsafeMutableBufferPointer<Int32>
    /// `[sequences, steps]`: the row that predicts a target; not written where there is none.
    let rowOfTarget: UnsafeMutableBufferPointer<Int32>
    /// The first row of each level, and the number of rows as the last member.
    private let offsets: UnsafeMutableBufferPointer<Int32>
    private(set) var levels = 0
    private let cursor: UnsafeMutableBufferPointer<Int32>, path: UnsafeMutableBufferPointer<Int32>
    private let memory: Workspace<Int32>

    var rows: Int { Int(offsets[levels]) }
    func level(_ index: Int) -> Range<Int> { Int(offsets[index])..<Int(offsets[index + 1]) }

    /// The sizes of all parts, in the order in which `init` takes them.
    static func parts(sequences: Int, steps: Int) -> [Int] {
        let rows = sequences * (steps + 1)
        return [rows, rows, rows, sequences * steps, steps + 2, steps + 2, steps + 2]
    }

    init(sequences: Int, steps: Int) {
        self.steps = steps
        memory = Workspace(parts: Self.parts(sequences: sequences, steps: steps))
        (parents, codes, ends) = (memory.next(), memory.next(), memory.next())
        rowOfTarget = memory.next()
        (offsets, cursor, path) = (memory.next(), memory.next(), memory.next())
    }

    /// How many targets of a row are known; those after the first unknown are unknown too.
    private func known(_ targets: UnsafePointer<Int32>) -> Int {
        var count = 0
        while count < steps, targets[count] >= 0 { count += 1 }
        return count
    }

    /// From which level on a sequence has rows of its own.
    private func firstOwn(_ place: Int, _ tree: PrefixTree, _ targets: UnsafePointer<Int32>, before: UnsafePointer<Int32>?) -> Int {
        guard let before, tree.endOfSequence[place] == tree.endOfSequence[place - 1] else { return 1 }
        // The row of level t + 1 is there and the same if t codes are the same and one more is known.
        var common = 0
        while common < steps, targets[common] >= 0, targets[common] == before[common] { common += 1 }
        return common < steps && before[common] >= 0 ? common + 2 : common + 1
    }

    /// - Parameter targets: `[count of the set, steps]`; without any the levels are the ends and their 'go'.
    func build(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, targets: UnsafePointer<Int32>?, go: Int32) {
        let count = tree.endCount
        levels = targets == nil ? 2 : steps + 1
        for level in 0...levels { cursor[level] = 0 }
        func targetsOf(_ place: Int) -> UnsafePointer<Int32>? { place < 0 ? nil : targets.map { $0 + Int(rows[place]) * steps } }
        if targets != nil {
            for place in rows.indices {
                guard let own = targetsOf(place) else { continue }
                let last = known(own)
                for level in stride(from: max(2, firstOwn(place, tree, own, before: targetsOf(place - 1))), through: last, by: 1) { cursor[level] += 1 }
            }
        }
        (cursor[0], cursor[1]) = (Int32(count), Int32(count))
        var row: Int32 = 0
        for level in 0..<levels {
            offsets[level] = row
            row += cursor[level]
            cursor[level] = offsets[level]
        }
        offsets[levels] = row
        for end in 0..<count {
            ends[end] = Int32(end)
            let row = count + end
            (parents[row], codes[row], ends[row]) = (Int32(end), go, Int32(end))
        }
        guard targets != nil else { return }
        for place in rows.indices {
            guard let own = targetsOf(place) else { continue }
            let last = known(own), end = tree.endOfSequence[place]
            path[1] = offsets[1] + end
            for level in stride(from: max(2, firstOwn(place, tree, own, before: targetsOf(place - 1))), through: last, by: 1) {
                let row = Int(cursor[level])
                (parents[row], codes[row], ends[row]) = (path[level - 1] - offsets[level - 1], own[level - 2], end)
                path[level] = cursor[level]
                cursor[level] += 1
            }
            for step in 0..<last { rowOfTarget[place * steps + step] = path[step + 1] }
        }
    }
}

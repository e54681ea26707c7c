/// How often each follower came after each context: the counts of a chain, with those of all shorter orders, to which it backs off.
///
/// A context is the last few events. Contexts make a tree: its root is the empty one, and each step goes an event further back, so the shorter contexts of one lie on its way from the
/// root. Where a history begins within reach, its beginning is the last step.
///
/// The chance of follower x after context c of k events is interpolated with the chance after its last k - 1 events:
///
///     p_k(x | c) = (n(c, x) + s · t(c) · p_{k-1}(x | c')) / (n(c) + s · t(c)),    p_{-1} = 1 / followers,
///
/// where n counts, t(c) is the number of different followers of c, and s the smoothing, 1 in Witten and Bell's method C. A context that never occurred has the chances of the longest
/// one within it that did.
///
/// ### References
/// I. H. Witten, T. C. Bell. The Zero-Frequency Problem: Estimating the Probabilities of Novel Events in Adaptive Text Compression. IEEE Transactions on Information Theory 1991.
struct ContextCounts: Sendable {
    let order: Int
    /// How many different followers there may be.
    let followerCount: Int
    let smoothing: Double
    /// Steps from a context's number by an event to a longer one, whose number is one above the step's; 0 is the root.
    private let steps: PairTable
    /// Where in `followers` and `counts` those of each context begin, and where the last ones end.
    private let starts: [Int32]
    /// Ascending within a context.
    private let followers: [Int32]
    private let counts: [Int32]
    private let totals: [Double]

    /// Stands for the beginning of a history where an event would be; events are numbered from 0, and -1 is one that was never seen.
    private static let beginning: Int32 = -2

    /// The number of counts that are kept.
    var countCount: Int { counts.count }
    /// The number of different contexts, the empty one among them.
    var contextCount: Int { totals.count }

    /// Counts as they are made: O(order) for each follower.
    struct Builder {
        private let order: Int
        private var steps = PairTable()
        private var pairs = PairTable()
        private var counts: [Int32] = []

        init(order: Int) { self.order = order }

        /// Counts a follower after its whole history and after each shorter one.
        ///
        /// - Parameters:
        ///   - history: events numbered from 0, the last one nearest.
        ///   - begins: whether nothing came before them.
        mutating func add(_ follower: Int32, after history: UnsafeBufferPointer<Int32>, begins: Bool) {
            var context: Int32 = 0
            count(follower, after: context)
            for back in 0..<order {
                guard let event = ContextCounts.event(back, of: history, begins: begins) else { return }
                context = steps.insert(PairTable.key(context, event)) + 1
                count(follower, after: context)
            }
        }

        private mutating func count(_ follower: Int32, after context: Int32) {
            let pair = Int(pairs.insert(PairTable.key(context, follower)))
            if pair == counts.count { counts.append(1) } else { counts[pair] += 1 }
        }

        func finish(followerCount: Int, smoothing: Double) -> ContextCounts {
            let contexts = steps.count + 1
            let sorted = pairs.keys.indices.sorted { pairs.keys[$0] < pairs.keys[$1] }
            var starts = [Int32](repeating: 0, count: contexts + 1)
            var totals = [Double](repeating: 0, count: contexts)
            for (pair, key) in pairs.keys.enumerated() {
                starts[Int(key >> 32) + 1] += 1
                totals[Int(key >> 32)] += Double(counts[pair])
            }
            for context in 0..<contexts { starts[context + 1] += starts[context] }
            return ContextCounts(
                order: order, followerCount: followerCount, smoothing: smoothing, steps: steps, starts: starts,
                followers: sorted.map { Int32(truncatingIfNeeded: pairs.keys[$0]) }, counts: sorted.map { counts[$0] }, totals: totals)
        }
    }

    /// The event that lies `back` before the last one; none where nothing is known of it.
    private static func event(_ back: Int, of history: UnsafeBufferPointer<Int32>, begins: Bool) -> Int32? {
        back < history.count ? history[history.count - 1 - back] : back == history.count && begins ? beginning : nil
    }

    /// The chances of all followers after a history. They sum to 1.
    ///
    /// - Complexity: O(order · followers).
    func chances(after history: UnsafeBufferPointer<Int32>, begins: Bool, into chances: UnsafeMutableBufferPointer<Double>) {
        chances.update(repeating: 1 / Double(followerCount))
        forEachContext(of: history, begins: begins) { context in
            let places = Int(starts[context])..<Int(starts[context + 1])
            let held = smoothing * Double(places.count), sum = totals[context] + held
            let share = held / sum
            for follower in chances.indices { chances[follower] *= share }
            for place in places { chances[Int(followers[place])] += Double(counts[place]) / sum }
        }
    }

    /// The chance of one follower after a history; -1 is a follower that was never seen.
    ///
    /// - Complexity: O(order · log followers).
    func chance(of follower: Int32, after history: UnsafeBufferPointer<Int32>, begins: Bool) -> Double {
        var chance = 1 / Double(followerCount)
        forEachContext(of: history, begins: begins) { context in
            let places = Int(starts[context])..<Int(starts[context + 1])
            let held = smoothing * Double(places.count), sum = totals[context] + held
            chance = chance * (held / sum) + Double(count(of: follower, in: places)) / sum
        }
        return chance
    }

    /// The contexts of a history that occurred, from the empty one on.
    private func forEachContext(of history: UnsafeBufferPointer<Int32>, begins: Bool, _ body: (Int) -> Void) {
        // No follower at all: nothing was counted.
        guard totals[0] > 0 else { return }
        var context: Int32 = 0
        body(0)
        for back in 0..<order {
            guard let event = Self.event(back, of: history, begins: begins) else { return }
            context = steps.number(of: PairTable.key(context, event)) + 1
            guard context > 0 else { return }
            body(Int(context))
        }
    }

    private func count(of follower: Int32, in places: Range<Int>) -> Int32 {
        var low = places.lowerBound, high = places.upperBound
        while low < high {
            let middle = (low + high) / 2
            if followers[middle] < follower { low = middle + 1 } else { high = middle }
        }
        return low < places.upperBound && followers[low] == follower ? counts[low] : 0
    }
}

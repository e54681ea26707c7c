import Features
import Runtime

/// Journeys as the counts of their transitions, equal ones together: what a mixture of chains sees of them.
///
/// Beginning with a word is a transition from the start, ending (where that counts) one to the end. Transitions that touch a word outside the vocabulary are passed over.
struct TransitionCounts: Sendable {
    /// The words; the start and the end bear the number after the last of them.
    let states: Int
    /// For each transition that occurs, `from · (states + 1) + to`, rising.
    let pairs: [Int64]
    /// Of different journey j the entries `starts[j]..<starts[j + 1]`: the place of the transition, and how often it is made.
    let starts: [Int64]
    let entries: [Int32], counts: [Int32]
    /// How many journeys are equal to each different one.
    let multiplicities: [Int32]
    /// For each journey its place among the different ones.
    let places: [Int32]

    var different: Int { multiplicities.count }
    func from(_ pair: Int) -> Int { Int(pairs[pair]) / (states + 1) }
    func to(_ pair: Int) -> Int { Int(pairs[pair]) % (states + 1) }

    /// - Parameters:
    ///   - journeys: with the codes of `states` words, -1 for others.
    ///   - ends: whether ending is a transition.
    /// - Throws: `Cancelled`.
    /// - Complexity: O(n log n) for journeys of n words.
    init(_ journeys: Journeys, states: Int, ends: Bool, work: Work) throws {
        self.states = states
        let width = Int64(states + 1), shards = journeys.shards
        // Each journey as pairs and their counts in turn, which is what makes two of them equal.
        let parts = try work.workers.map(shards: shards.count) { shard in
            var different: [[Int64]] = [], known: [[Int64]: Int32] = [:], places: [Int32] = []
            for journey in shards[shard] {
                if journey & 0xFFF == 0 { try work.check() }
                let key = Self.key(of: journey, in: journeys, width: width, ends: ends)
                if let place = known[key] { places.append(place) } else {
                    places.append(Int32(different.count))
                    known[key] = Int32(different.count)
                    different.append(key)
                }
            }
            return (different: different, places: places)
        }
        var different: [[Int64]] = [], known: [[Int64]: Int32] = [:], places: [Int32] = [], multiplicities: [Int32] = []
        places.reserveCapacity(journeys.count)
        for part in parts {
            try work.check()
            let translation = part.different.map { key -> Int32 in
                if let place = known[key] { return place }
                known[key] = Int32(different.count)
                different.append(key)
                multiplicities.append(0)
                return Int32(different.count - 1)
            }
            for place in part.places {
                places.append(translation[Int(place)])
                multiplicities[Int(translation[Int(place)])] += 1
            }
        }
        var all = Set<Int64>()
        for (index, key) in different.enumerated() {
            if index & 0xFFF == 0 { try work.check() }
            for place in stride(from: 0, to: key.count, by: 2) { all.insert(key[place]) }
        }
        let pairs = all.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($0.element, Int32($0.offset)) })
        var starts: [Int64] = [0], entries: [Int32] = [], counts: [Int32] = []
        for (index, key) in different.enumerated() {
            if index & 0xFFF == 0 { try work.check() }
            for place in stride(from: 0, to: key.count, by: 2) {
                entries.append(numbers[key[place]] ?? 0)
                counts.append(Int32(clamping: key[place + 1]))
            }
            starts.append(Int64(entries.count))
        }
        (self.pairs, self.starts, self.entries, self.counts, self.multiplicities, self.places) = (pairs, starts, entries, counts, multiplicities, places)
    }

    private static func key(of journey: Int, in journeys: Journeys, width: Int64, ends: Bool) -> [Int64] {
        var pairs: [Int64] = []
        let places = journeys.offsets[journey]..<journeys.offsets[journey + 1]
        pairs.reserveCapacity(places.count + 1)
        var from = width - 1
        for place in places {
            let to = Int64(journeys.level(at: place))
            if from >= 0, to >= 0 { pairs.append(from * width + to) }
            from = to
        }
        if ends, from >= 0 { pairs.append(from * width + width - 1) }
        pairs.sort()
        var key: [Int64] = [], start = 0
        for end in 1...max(1, pairs.count) where !pairs.isEmpty && (end == pairs.count || pairs[end] != pairs[start]) {
            key.append(pairs[start])
            key.append(Int64(end - start))
            start = end
        }
        return key
    }

    /// The same entries by transition: for each, which different journeys make it how often.
    func transposed() -> (starts: [Int64], journeys: [Int32], counts: [Int32]) {
        var starts = [Int64](repeating: 0, count: pairs.count + 1)
        for entry in entries { starts[Int(entry) + 1] += 1 }
        for pair in pairs.indices { starts[pair + 1] += starts[pair] }
        var next = starts, journeys = [Int32](repeating: 0, count: entries.count), counts = journeys
        for journey in 0..<different {
            for entry in Int(self.starts[journey])..<Int(self.starts[journey + 1]) {
                let place = Int(next[Int(entries[entry])])
                next[Int(entries[entry])] += 1
                journeys[place] = Int32(journey)
                counts[place] = self.counts[entry]
            }
        }
        return (starts, journeys, counts)
    }

    /// Stretches of something with about as many entries each, at most 64, whatever the number of threads.
    static func shards(_ starts: [Int64]) -> [Range<Int>] { Journeys.shards(of: starts.map { Int($0) }) }
}

import CKernels
import Features
import Runtime

/// Edit distances between journeys: how many words must be put in, left out or changed to make one of the other (Levenshtein), by default as a share of the longer one's length.
///
/// Of longer journeys the last `length` words count. Equal journeys are measured once.
///
/// - Complexity: O(pairs · length · ⌈length / 64⌉), 64 rows of the table of a pair being one word of bits.
///
/// ### References
/// V. Levenshtein. Binary codes capable of correcting deletions, insertions, and reversals. Soviet Physics Doklady, 1966.
/// G. Myers. A fast bit-vector algorithm for approximate string matching based on dynamic programming. Journal of the ACM, 1999.
/// H. Hyyrö. A bit-vector algorithm for computing Levenshtein and Damerau edit distances. Nordic Journal of Computing, 2003.
public struct EditDistances: Sendable, Hashable, Codable {
    /// How many of the last words of a journey count.
    public var length: Int
    /// Whether distances are divided by the longer one's length, so that they lie in 0...1.
    public var isNormalised: Bool

    /// - Precondition: at least one word.
    public init(length: Int = 100, isNormalised: Bool = true) {
        precondition(length >= 1, "journeys are compared by at least one word")
        (self.length, self.isNormalised) = (length, isNormalised)
    }

    /// The distances between all pairs of journeys.
    ///
    /// - Throws: `Cancelled`.
    public func distances(of journeys: Journeys, work: Work = Work()) throws -> CondensedDistances {
        let words = WordNumbers(journeys, last: length), texts = DifferentJourneys(journeys, last: length, words)
        let different = texts.count
        // Rows of the table of different journeys, dealt out so that long and short rows come to every shard.
        let shards = min(64, max(1, different))
        let parts = try work.workers.map(shards: shards) { shard in
            var rows: [[Double]] = []
            var kernel = Kernel(words.count, length)
            for row in stride(from: shard, to: different, by: shards) { rows.append(try kernel.distances(of: texts[row], to: texts, texts: row + 1..<different, isNormalised, work)) }
            return rows
        }
        var values: [Double] = []
        values.reserveCapacity(journeys.count * (journeys.count - 1) / 2)
        for row in 0..<journeys.count {
            if row & 0xFF == 0 { try work.check() }
            for other in row + 1..<max(row + 1, journeys.count) {
                let (a, b) = (texts.places[row], texts.places[other])
                let (low, high) = (min(a, b), max(a, b))
                values.append(low == high ? 0 : parts[low % shards][low / shards][high - low - 1])
            }
        }
        return CondensedDistances(count: journeys.count, values: values)
    }

    /// For each journey the mean distance to each of some groups of others, `[journeys][groups]`.
    ///
    /// - Parameters:
    ///   - journeys: by the same vocabulary as `others`, or -1 for words that are not in it, which equal no word.
    ///   - groups: of `others`, none of them empty.
    /// - Throws: `Cancelled`.
    public func meanDistances(of journeys: Journeys, to others: Journeys, groups: [[Int]], work: Work = Work()) throws -> [[Double]] {
        let words = WordNumbers(others, last: length)
        let texts = DifferentJourneys(journeys, last: length, words), known = DifferentJourneys(others, last: length, words)
        // How many of each group are equal to each different one.
        let members = groups.map { group -> [(place: Int, count: Double)] in
            Dictionary(grouping: group.map { known.places[$0] }) { $0 }.map { (place: $0.key, count: Double($0.value.count)) }.sorted { $0.place < $1.place }
        }
        let size = max(16, (texts.count + 63) / 64)
        let parts = try work.workers.map(shards: (texts.count + size - 1) / size) { shard in
            let rows = shard * size..<min(texts.count, (shard + 1) * size)
            var kernel = Kernel(words.count, length)
            return try rows.map { row -> [Double] in
                let distances = try kernel.distances(of: texts[row], to: known, texts: 0..<known.count, isNormalised, work)
                return zip(members, groups).map { member, group in member.reduce(0) { $0 + $1.count * distances[$1.place] } / Double(group.count) }
            }
        }.flatMap { $0 }
        return try work.map(rows: journeys.count) { parts[texts.places[$0]] }
    }

    /// The memory that the kernel works in.
    private struct Kernel {
        private var masks: [UInt64], scratch: [UInt64], found: [Int32] = []
        private let length: Int

        /// Steps of the kernel between two questions whether to go on: some ten milliseconds.
        private static let steps = 1 << 24

        init(_ words: Int, _ length: Int) {
            self.length = length
            let height = (length + 63) / 64
            masks = Array(repeating: 0, count: (words + 1) * height)
            scratch = Array(repeating: 0, count: 2 * height)
        }

        mutating func distances(of pattern: ArraySlice<Int32>, to others: DifferentJourneys, texts: Range<Int>, _ isNormalised: Bool, _ work: Work) throws -> [Double] {
            try work.check()
            guard !texts.isEmpty else { return [] }
            if found.count < texts.count { found = Array(repeating: 0, count: texts.count) }
            let codes = Array(pattern), stretch = max(1, Self.steps / (length * max(1, (codes.count + 63) / 64)))
            for first in stride(from: texts.lowerBound, to: texts.upperBound, by: stretch) {
                if first > texts.lowerBound { try work.check() }
                others.starts.withUnsafeBufferPointer { starts in
                    found.withUnsafeMutableBufferPointer { found in
                        guard let start = starts.baseAddress, let into = found.baseAddress else { return }
                        cnb_edit_distances(
                            codes, Int64(codes.count), others.codes, start + first, start + first + 1, Int64(min(stretch, texts.upperBound - first)), &masks, &scratch, into + (first - texts.lowerBound))
                    }
                }
            }
            return texts.enumerated().map { index, text in
                let longer = max(codes.count, others[text].count)
                return isNormalised ? (longer == 0 ? 0 : Double(found[index]) / Double(longer)) : Double(found[index])
            }
        }
    }
}

/// Numbers from 0 for the words that occur in the last parts of some journeys, whose vocabulary may be far larger.
private struct WordNumbers: Sendable {
    /// By level; -1 for those that do not occur.
    private let numbers: [Int32]
    let count: Int

    init(_ journeys: Journeys, last length: Int) {
        var numbers = [Int32](repeating: -1, count: journeys.vocabulary.count), count = 0
        for journey in 0..<journeys.count {
            let end = journeys.offsets[journey + 1]
            for place in max(journeys.offsets[journey], end - length)..<end {
                let level = Int(journeys.level(at: place))
                guard level >= 0, numbers[level] < 0 else { continue }
                numbers[level] = Int32(count)
                count += 1
            }
        }
        (self.numbers, self.count) = (numbers, count)
    }

    /// The number of a level; of all that do not occur the one after the last.
    subscript(level: Int32) -> Int32 {
        guard level >= 0, level < numbers.count, numbers[Int(level)] >= 0 else { return Int32(count) }
        return numbers[Int(level)]
    }
}

/// The last words of journeys, equal ones once.
private struct DifferentJourneys: Sendable {
    /// Words by their numbers.
    let codes: [Int32]
    let starts: [Int64]
    /// For each journey its place among the different ones.
    let places: [Int]

    init(_ journeys: Journeys, last length: Int, _ words: WordNumbers) {
        var known: [[Int32]: Int] = [:], codes: [Int32] = [], starts: [Int64] = [0], places: [Int] = []
        for journey in 0..<journeys.count {
            let end = journeys.offsets[journey + 1], start = max(journeys.offsets[journey], end - length)
            let own = (start..<end).map { words[journeys.level(at: $0)] }
            if let place = known[own] { places.append(place) } else {
                known[own] = starts.count - 1
                places.append(starts.count - 1)
                codes += own
                starts.append(Int64(codes.count))
            }
        }
        (self.codes, self.starts, self.places) = (codes, starts, places)
    }

    var count: Int { starts.count - 1 }
    subscript(place: Int) -> ArraySlice<Int32> { codes[Int(starts[place])..<Int(starts[place + 1])] }
}

import Runtime
import Tables

/// The words of one column of a log, in its order, of each user or session: sequences of any length, read where they lie.
///
/// A missing word is a level of its own, `(none)`.
public struct Journeys: Sendable {
    /// What the words are: `action`.
    public let column: String
    /// What has the journeys: `users`, `sessions`.
    public let unit: String
    /// Who, by journey; with the user of each where it is a session.
    public let names: [String]
    public let users: [String]?
    /// Journey j is at the places `offsets[j]..<offsets[j + 1]`; none is empty.
    public let offsets: [Int]
    /// The different words that occur, the commonest first, of equally common ones the one that comes first as a text.
    public let vocabulary: [String]
    private let words: TextCodes
    /// By the code of a word, which is -1 for a missing one, its place in `vocabulary`.
    private let levels: [Int32]
    /// The place of each word among `words`, where journeys do not lie there one after the other.
    private let places: [Int32]?

    init(column: String, unit: String, names: [String], users: [String]?, offsets: [Int], words: TextCodes, places: [Int32]?, work: Work) throws {
        (self.column, self.unit, self.names, self.users, self.offsets, self.words, self.places) = (column, unit, names, users, offsets, words, places)
        let counts = try Self.counts(words, offsets: offsets, places: places, work)
        var present = counts.indices.filter { counts[$0] > 0 }.map { (code: $0, count: counts[$0], word: $0 == 0 ? SequenceInputs.Variable.missingWord : words.dictionary[$0 - 1]) }
        try work.sort(&present) { ($1.count, $0.word) < ($0.count, $1.word) }
        var vocabulary: [String] = [], known: [String: Int32] = [:]
        var levels = [Int32](repeating: -1, count: counts.count)
        for level in present {
            // A text that reads as the word for missing ones is one with them.
            if let place = known[level.word] { levels[level.code] = place } else {
                levels[level.code] = Int32(vocabulary.count)
                known[level.word] = Int32(vocabulary.count)
                vocabulary.append(level.word)
            }
        }
        (self.vocabulary, self.levels) = (vocabulary, levels)
    }

    /// How often each code of a word occurs, the missing one first.
    private static func counts(_ words: TextCodes, offsets: [Int], places: [Int32]?, _ work: Work) throws -> [Int] {
        // A part of its own is as long as the dictionary, so that there are no more of them than the words fill.
        let count = words.dictionary.count + 1, shards = max(1, min(64, offsets[offsets.count - 1] / max(1 << 12, 8 * count)))
        let first = offsets[0], total = offsets[offsets.count - 1] - first
        let parts = try work.workers.map(shards: shards) { shard in
            var counts = [Int](repeating: 0, count: count)
            try work.forEachStretch(of: first + total * shard / shards..<first + total * (shard + 1) / shards) { stretch in
                for place in stretch { counts[Int(words[places.map { Int($0[place]) } ?? place]) + 1] += 1 }
            }
            return counts
        }
        var sums = parts[0]
        for part in parts.dropFirst() { for code in sums.indices { sums[code] += part[code] } }
        return sums
    }

    /// Journeys given as arrays; empty ones are left out.
    ///
    /// - Throws: `Cancelled`.
    public init(_ journeys: [(name: String, words: [String])], column: String = "action", unit: String = "users", work: Work = Work()) throws {
        var interning = TextInterning()
        var codes: [Int32] = [], offsets = [0], names: [String] = []
        for journey in journeys where !journey.words.isEmpty {
            names.append(journey.name)
            codes += journey.words.map { interning.code(of: $0) }
            offsets.append(codes.count)
        }
        try self.init(column: column, unit: unit, names: names, users: nil, offsets: offsets, words: TextCodes(codes: codes, dictionary: interning.dictionary), places: nil, work: work)
    }

    public var count: Int { offsets.count - 1 }
    public var totalLength: Int { offsets[count] }

    public func length(_ journey: Int) -> Int { offsets[journey + 1] - offsets[journey] }

    /// The level of the word at a place: its place in `vocabulary`.
    @inline(__always)
    public func level(at place: Int) -> Int32 { levels[Int(words[places.map { Int($0[place]) } ?? place]) + 1] }

    /// The levels of a journey, in order.
    public subscript(journey: Int) -> [Int32] { (offsets[journey]..<offsets[journey + 1]).map { level(at: $0) } }

    /// The words of a journey, in order.
    public func words(of journey: Int) -> [String] { self[journey].map { vocabulary[Int($0)] } }

    /// Some of the journeys, in the order given, with the same vocabulary.
    ///
    /// - Throws: `Cancelled`.
    public func selecting(_ journeys: [Int], work: Work) throws -> Journeys {
        var (offsets, codes) = ([0], [Int32]())
        for (index, journey) in journeys.enumerated() {
            if index & 0xFFF == 0 { try work.check() }
            codes += self[journey]
            offsets.append(codes.count)
        }
        return Journeys(
            column: column, unit: unit, names: journeys.map { names[$0] }, users: users.map { users in journeys.map { users[$0] } }, offsets: offsets, vocabulary: vocabulary,
            words: TextCodes(codes: codes, dictionary: TextDictionary(vocabulary)), levels: [-1] + vocabulary.indices.map { Int32($0) }, places: nil)
    }

    /// The same journeys by the levels of another vocabulary, that of a model; -1 for a word that is not in it.
    public func recoded(to known: [String]) -> Journeys {
        guard known != vocabulary else { return self }
        let places = Dictionary(known.enumerated().map { ($0.element, Int32($0.offset)) }) { first, _ in first }
        let translation = vocabulary.map { places[$0] ?? -1 }
        return Journeys(
            column: column, unit: unit, names: names, users: users, offsets: offsets, vocabulary: known, words: words, levels: levels.map { $0 < 0 ? -1 : translation[Int($0)] }, places: self.places)
    }

    private init(column: String, unit: String, names: [String], users: [String]?, offsets: [Int], vocabulary: [String], words: TextCodes, levels: [Int32], places: [Int32]?) {
        (self.column, self.unit, self.names, self.users, self.offsets, self.vocabulary) = (column, unit, names, users, offsets, vocabulary)
        (self.words, self.levels, self.places) = (words, levels, places)
    }

    /// Neighbouring journeys, at most 64 lots with about as many words each, whatever the number of threads.
    public var shards: [Range<Int>] { Self.shards(of: offsets) }

    package static func shards(of offsets: [Int]) -> [Range<Int>] { Groups.shards(of: offsets, atLeast: 1 << 12) }
}

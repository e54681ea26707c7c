import Features
import Runtime

/// Journeys as people read them.
public enum JourneyText {
    /// The words of a journey with arrows between, each run of one word once with its length; of a long journey the beginning and the end: `home → search ×3 → … 12 more → buy`.
    ///
    /// - Parameter width: characters that it should not exceed, as far as the first and the last run do not.
    public static func text(_ words: [String], width: Int = 44) -> String {
        var runs: [(word: String, count: Int)] = []
        for word in words {
            if let last = runs.last, last.word == word { runs[runs.count - 1].count += 1 } else { runs.append((word, 1)) }
        }
        let shown = runs.map { $0.count > 1 ? "\($0.word) ×\(NumberText.grouped($0.count))" : $0.word }
        let whole = shown.joined(separator: " → ")
        guard whole.count > width, shown.count > 2, let last = shown.last else { return whole }
        var head = shown[0], taken = 1
        while taken < shown.count - 2 {
            let longer = "\(head) → \(shown[taken])"
            if longer.count + last.count + 15 > width { break }
            (head, taken) = (longer, taken + 1)
        }
        return "\(head) → … \(NumberText.grouped(shown.count - taken - 1)) more → \(last)"
    }

    /// The journey that differs least from the others by edit distance on average, of equally near ones the first; at most `most` of them, drawn, are compared.
    ///
    /// - Returns: its place among all journeys; none where there are none.
    /// - Throws: `Cancelled`.
    static func medoid(_ rows: [Int], of journeys: Journeys, most: Int = 200, seed: Int, work: Work) throws -> Int? {
        guard var best = rows.first else { return nil }
        var drawn = rows
        if rows.count > most {
            var stream = RandomStream(seed: seed, name: "journeys", purpose: "medoid of \(rows[0])")
            for place in 0..<most { drawn.swapAt(place, place + stream.below(drawn.count - place)) }
            drawn = drawn.prefix(most).sorted()
        }
        let distances = try EditDistances().distances(of: journeys.selecting(drawn, work: work), work: work)
        var least = Double.infinity
        for (place, row) in drawn.enumerated() {
            let sum = drawn.indices.reduce(0) { $0 + distances[place, $1] }
            if sum < least { (best, least) = (row, sum) }
        }
        return best
    }
}

extension ModelTable {
    /// How the journeys of each segment begin, and one that is typical of them.
    ///
    /// - Throws: `Cancelled`.
    init(overviewOf journeys: Journeys, labels: [Int], segments: Int, seed: Int, work: Work) throws {
        var members = [[Int]](repeating: [], count: segments)
        for (journey, label) in labels.enumerated() where label >= 0 { members[label].append(journey) }
        let rows = try members.enumerated().map { segment, own -> [Cell] in
            try work.check()
            var firsts: [Int32: Int] = [:]
            for journey in own { firsts[journeys.level(at: journeys.offsets[journey]), default: 0] += 1 }
            let first = firsts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map { "\(journeys.vocabulary[Int($0.key)]) \(NumberText.percent(Double($0.value) / Double(max(1, own.count)), 0))" }
            let typical = try JourneyText.medoid(own, of: journeys, seed: seed, work: work)
            return [.text("\(segment + 1)"), .text(first.joined(separator: ", ")), .text(typical.map { JourneyText.text(journeys.words(of: $0)) } ?? "–")]
        }
        self.init(
            "How the journeys of each segment begin, and one that is typical", columns: ["segment", "first", "typical journey"], rows: rows,
            notes: ["a typical journey is the one that differs least from the others of its segment by edit distance (of at most 200, drawn)"])
    }
}

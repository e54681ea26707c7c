import Features
import Runtime

/// Journeys as people read them.
public enum JourneyText {
    /// The words of a journey with arrows between, each run of one word once with its length; the middle of a long journey is left out: `home → search ×3 → item → … → buy`.
    public static func text(_ words: [String], most: Int = 12) -> String {
        var runs: [(word: String, count: Int)] = []
        for word in words {
            if let last = runs.last, last.word == word { runs[runs.count - 1].count += 1 } else { runs.append((word, 1)) }
        }
        let shown = runs.map { $0.count > 1 ? "\($0.word) ×\(NumberText.grouped($0.count))" : $0.word }
        guard shown.count > most else { return shown.joined(separator: " → ") }
        return (shown.prefix(most - 3) + ["… \(NumberText.grouped(shown.count - most + 1)) more"] + shown.suffix(2)).joined(separator: " → ")
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

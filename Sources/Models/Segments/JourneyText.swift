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

extension ModelTable {
    /// How the journeys of each segment begin, how long they are, and one that is typical of them.
    ///
    /// - Throws: `Cancelled`.
    init(overviewOf journeys: Journeys, labels: [Int], segments: Int, seed: Int, work: Work) throws {
        var members = [[Int]](repeating: [], count: segments)
        for (journey, label) in labels.enumerated() where label >= 0 { members[label].append(journey) }
        let rows = try members.enumerated().map { segment, own -> [Cell] in
            try work.check()
            var steps = 0, firsts: [Int32: Int] = [:]
            for journey in own {
                steps += journeys.length(journey)
                firsts[journeys.level(at: journeys.offsets[journey]), default: 0] += 1
            }
            let size = Double(max(1, own.count))
            let first = firsts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map { "\(journeys.vocabulary[Int($0.key)]) \(NumberText.percent(Double($0.value) / size, 0))" }
            let typical = try JourneyText.medoid(own, of: journeys, seed: seed, work: work)
            return [
                .text("\(segment + 1)"), .number(Double(steps) / size, digits: 1), .text(first.joined(separator: ", ")), .text(typical.map { JourneyText.text(journeys.words(of: $0), most: 8) } ?? "–"),
            ]
        }
        self.init(
            "How the journeys of each segment begin, and one that is typical", columns: ["segment", "mean length", "first", "typical journey"], rows: rows,
            notes: ["a typical journey is the one that differs least from the others of its segment by edit distance (of at most 200, drawn)"])
    }
}

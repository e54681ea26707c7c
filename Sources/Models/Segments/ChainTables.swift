import Features
import Runtime

/// What sets the segments of a mixture of chains apart, in tables, by the journeys that belong to each.
struct ChainTables {
    let tables: [ModelTable]

    /// - Parameter labels: the segment of each journey.
    /// - Throws: `Cancelled`.
    init(_ journeys: Journeys, _ counts: TransitionCounts, labels: [Int], segments: Int, seed: Int, work: Work) throws {
        // How often the journeys of each segment make each transition, and the last of each row anybody's.
        var made = [Double](repeating: 0, count: counts.pairs.count * (segments + 1))
        try work.forEachStretch(of: journeys.count) { rows in
            for journey in rows where labels[journey] >= 0 {
                let segment = labels[journey], place = Int(counts.places[journey])
                for entry in Int(counts.starts[place])..<Int(counts.starts[place + 1]) {
                    made[Int(counts.entries[entry]) * (segments + 1) + segment] += Double(counts.counts[entry])
                    made[Int(counts.entries[entry]) * (segments + 1) + segments] += Double(counts.counts[entry])
                }
            }
        }
        let transitions = (0..<segments).flatMap { segment in
            Self.lifted(segment, of: segments, made, counts).map { found -> [ModelTable.Cell] in
                [
                    .text("\(segment + 1)"), .text(Self.text(found.pair, counts, journeys)), .number(100 * found.share, digits: 1), .number(100 * found.everybody, digits: 1), .number(found.lift, digits: 1),
                ]
            }
        }
        let lifted = ModelTable(
            "Transitions that each segment makes most oftener than everybody", columns: ["segment", "transition", "share %", "everybody %", "lift"], rows: transitions,
            notes: ["shares of all transitions, beginning and ending among them; at least 1 % of the segment's and 5 times; lift, the one share over the other, is at least 1.1"])
        tables = [try ModelTable(overviewOf: journeys, labels: labels, segments: segments, seed: seed, work: work)] + (segments > 1 ? [lifted] : [])
    }

    /// A transition that a segment makes oftener than everybody.
    private struct Lifted {
        let pair: Int
        let share: Double, everybody: Double
        var lift: Double { share / everybody }
    }

    /// The five of the highest lift, of equally high ones the one with the greater share first.
    private static func lifted(_ segment: Int, of segments: Int, _ made: [Double], _ counts: TransitionCounts) -> [Lifted] {
        func total(_ column: Int) -> Double { counts.pairs.indices.reduce(0) { $0 + made[$1 * (segments + 1) + column] } }
        let own = total(segment), all = total(segments)
        let found = counts.pairs.indices.compactMap { pair -> Lifted? in
            let count = made[pair * (segments + 1) + segment]
            guard count >= 5, count >= 0.01 * own else { return nil }
            let lifted = Lifted(pair: pair, share: count / own, everybody: made[pair * (segments + 1) + segments] / all)
            return lifted.lift >= 1.1 ? lifted : nil
        }
        return Array(found.sorted { ($1.lift, $1.share, $0.pair) < ($0.lift, $0.share, $1.pair) }.prefix(5))
    }

    private static func text(_ pair: Int, _ counts: TransitionCounts, _ journeys: Journeys) -> String {
        let (from, to) = (counts.from(pair), counts.to(pair))
        return "\(from == counts.states ? "(begin)" : journeys.vocabulary[from]) → \(to == counts.states ? "(end)" : journeys.vocabulary[to])"
    }
}

import Runtime

/// Names for segments from what sets them apart: `high monetary, recent`.
///
/// A name is made of the traits that hold, the strongest first, until no other segment bears it; of numbers it says high or low, of a category its level. Where the traits of two segments
/// are the same to the last, they are told apart by how much: the one that is further out is `very`, and what is left by its number.
public struct SegmentNames: Sendable, Hashable {
    /// One a segment, no two the same.
    public let names: [String]

    /// Weaker traits name nothing.
    private static let leastDifference = 0.25
    private static let mostTraits = 4
    /// Of a segment without a trait that is strong enough.
    private static let unremarkable = "average"

    /// - Parameter profile: of the segments.
    public init(of profile: SegmentProfile) {
        let words = profile.segments.map { segment in
            var seen: Set<String> = []
            // Of the levels of one category the strongest is enough.
            return segment.established.filter { $0.difference.magnitude >= Self.leastDifference && ($0.level == nil || $0.difference > 0) && seen.insert($0.column).inserted }.prefix(Self.mostTraits).map(Self.words)
        }
        var lengths = words.map { min(2, $0.count) }
        func name(_ segment: Int) -> String { lengths[segment] == 0 ? Self.unremarkable : words[segment].prefix(lengths[segment]).joined(separator: ", ") }
        // Those that share a name get longer ones, as long as they can.
        for _ in 0..<Self.mostTraits {
            let names = words.indices.map(name)
            let bearers = names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            for segment in words.indices where bearers[names[segment], default: 0] > 1 && lengths[segment] < words[segment].count { lengths[segment] += 1 }
        }
        var names = words.indices.map(name)
        for (shared, bearers) in Dictionary(grouping: names.indices, by: { names[$0] }) where bearers.count > 1 {
            func extent(_ segment: Int) -> Double { profile.segments[segment].established.first?.difference.magnitude ?? 0 }
            let order = bearers.sorted { (extent($1), $0) < (extent($0), $1) }
            for (place, segment) in order.enumerated() {
                if shared == Self.unremarkable { names[segment] = place == 0 ? shared : "\(shared) \(place + 1)" } else {
                    names[segment] = place == 0 ? "very \(shared)" : place == 1 ? shared : "\(shared) \(place)"
                }
            }
        }
        self.names = names
    }

    private static func words(_ trait: SegmentProfile.Trait) -> String {
        if let level = trait.level { return level == "true" ? trait.column : level == "false" ? "not \(trait.column)" : "\(trait.column) \(level)" }
        // Days since the last purchase: few of them are recent.
        if trait.column == "recency" { return trait.difference < 0 ? "recent" : "long ago" }
        return "\(trait.difference > 0 ? "high" : "low") \(trait.column)"
    }
}

import Diagnostics
import Runtime
import Scoring

/// One clustering made of several of the same rows, by how often they put two rows together (evidence accumulation).
///
/// Rows are as far from each other as the share of the clusterings that put them apart; average linkage over these distances gives the consensus, with `k` segments or as many as last over the
/// longest range of heights, at most as many as the finest clustering has. Rows that bear the same labels everywhere are one thing with a weight, so that what is linked are the label tuples that occur and not the rows. A row that a
/// clustering calls noise is together with no other in it; one that all call noise is noise in the consensus.
///
/// Up to `mostTuples` tuples are linked, the commonest ones; rows of rarer ones go to the segment with which they are together most often.
///
/// ### References
/// A. Fred, A. Jain. Combining Multiple Clusterings Using Evidence Accumulation. IEEE Transactions on Pattern Analysis and Machine Intelligence, 2005.
public struct CoAssociation: Sendable {
    /// The segment of each row, from 0 by falling size, of equally large ones that of the earlier first row first; -1 for noise.
    public let labels: [Int]
    /// Rows of each segment, falling.
    public let sizes: [Int]
    /// Different tuples of labels, noise in all left out, and how many of them were linked.
    public let tuples: Int, linkedTuples: Int
    /// Over how long a range of heights, of 0...1, as many segments are there; none where k was given.
    public let lifetime: Double?
    /// How far the clusterings agree with each other, `[first][second]`, and with the consensus; none of two whose parts are too many to be held against each other.
    public let agreements: [[Agreement?]]
    public let withConsensus: [Agreement?]

    /// How far two clusterings agree (`PartitionAgreement`).
    public struct Agreement: Sendable, Hashable {
        public let adjustedRand: Double, mutualInformation: Double
    }

    public static let mostTuples = 4_000

    /// - Parameters:
    ///   - clusterings: at least two, each with the segment of each row or -1.
    ///   - k: how many segments; the number with the longest lifetime unless given.
    /// - Throws: `CoAssociationError`; `Cancelled`.
    /// - Complexity: O(rows · clusterings² + tuples · linked tuples · clusterings).
    public init(_ clusterings: [[Int]], k: Int? = nil, mostTuples: Int = mostTuples, work: Work = Work()) throws {
        guard clusterings.count > 1 else { throw CoAssociationError.tooFew(clusterings.count) }
        for (place, labels) in clusterings.enumerated() where labels.count != clusterings[0].count {
            throw CoAssociationError.otherRows(clustering: place, expected: clusterings[0].count, found: labels.count)
        }
        guard !clusterings[0].isEmpty else { throw CoAssociationError.noRows }
        let all = try Tuples(clusterings, work)
        guard !all.isEmpty else { throw CoAssociationError.onlyNoise }
        if let k, k < 1 || k > all.count { throw CoAssociationError.count(wanted: k, tuples: all.count) }
        // The commonest first, of equals the one that comes first.
        let order = all.weights.indices.sorted { (all.weights[$1], $0) < (all.weights[$0], $1) }
        let linked = Array(order.prefix(max(mostTuples, k ?? 2))).sorted()

        var distances: [Double] = []
        distances.reserveCapacity(linked.count * (linked.count - 1) / 2)
        for (place, one) in linked.enumerated() {
            try work.check()
            for other in linked[(place + 1)...] { distances.append(all.distance(one, other)) }
        }
        work.report("consensus", nil, "\(linked.count) different tuples of labels")
        let linkage = try WeightedLinkage(CondensedDistances(count: linked.count, values: distances), weights: linked.map { Double(all.weights[$0]) }, work: work)
        // Below the finest clustering the tree only takes its combinations with the others apart.
        let finest = clusterings.map { ($0.max() ?? 0) + 1 }.max() ?? 2
        let chosen: (groups: Int, lifetime: Double?) = k.map { ($0, nil) } ?? linkage.longestLived(most: finest).map { ($0.groups, $0.lifetime) } ?? (1, nil)
        let groups = linkage.labels(groups: chosen.groups)
        var tupleGroups = [Int](repeating: -1, count: all.count)
        for (place, tuple) in linked.enumerated() { tupleGroups[tuple] = groups[place] }
        let rare = tupleGroups.indices.filter { tupleGroups[$0] < 0 }, shards = min(256, rare.count)
        let nearest = try work.workers.map(shards: shards) { shard in
            try rare[rare.count * shard / shards..<rare.count * (shard + 1) / shards].map { tuple in
                try work.check()
                return all.nearest(tuple, among: linked, groups: groups, count: chosen.groups)
            }
        }
        for (tuple, group) in zip(rare, nearest.joined()) { tupleGroups[tuple] = group }

        let ordered = SegmentOrder(all.places.map { $0 < 0 ? -1 : tupleGroups[Int($0)] }, count: chosen.groups)
        labels = ordered.labels
        sizes = ordered.sizes
        tuples = all.count
        linkedTuples = linked.count
        lifetime = chosen.lifetime
        var agreements = [[Agreement?]](repeating: Array(repeating: Agreement(adjustedRand: 1, mutualInformation: 1), count: clusterings.count), count: clusterings.count)
        for first in clusterings.indices {
            for second in clusterings.indices where first < second {
                agreements[first][second] = try Self.agreement(clusterings[first], clusterings[second], work)
                agreements[second][first] = agreements[first][second]
            }
        }
        self.agreements = agreements
        withConsensus = try clusterings.map { try Self.agreement($0, ordered.labels, work) }
    }

    private static func agreement(_ one: [Int], _ other: [Int], _ work: Work) throws -> Agreement? {
        do {
            let found = try PartitionAgreement(one, other, work: work)
            return Agreement(adjustedRand: found.adjustedRand, mutualInformation: found.mutualInformation)
        } catch ScoringError.tooManyParts { return nil }
    }

    /// The tuples of labels that occur.
    private struct Tuples: Sendable {
        /// Of each tuple one label a clustering, one tuple after the other.
        private let labels: [Int32]
        private let width: Int
        /// How many rows bear each.
        let weights: [Int]
        /// The tuple of each row; -1 where all labels are -1.
        let places: [Int32]

        var count: Int { weights.count }
        var isEmpty: Bool { weights.isEmpty }

        private struct Pair: Hashable { let code: Int32, label: Int32 }

        init(_ clusterings: [[Int]], _ work: Work) throws {
            // Codes of the tuples so far; those of one clustering more follow from them and its labels.
            var codes = [Int32](repeating: 0, count: clusterings[0].count), tuples: [Int32] = []
            for (width, clustering) in clusterings.enumerated() {
                var known: [Pair: Int32] = [:], longer: [Int32] = []
                try work.forEachStretch(of: codes.count) {
                    for row in $0 {
                        let label = Int32(max(-1, clustering[row])), pair = Pair(code: codes[row], label: label)
                        if let code = known[pair] {
                            codes[row] = code
                        } else {
                            let code = Int32(known.count), start = Int(codes[row]) * width
                            longer += tuples[start..<start + width]
                            longer.append(label)
                            known[pair] = code
                            codes[row] = code
                        }
                    }
                }
                tuples = longer
            }
            width = clusterings.count
            var renumbered: [Int32] = [], kept: [Int32] = [], weights: [Int] = []
            for start in stride(from: 0, to: tuples.count, by: width) {
                let tuple = tuples[start..<start + width], isNoise = tuple.allSatisfy { $0 < 0 }
                renumbered.append(isNoise ? -1 : Int32(weights.count))
                if isNoise { continue }
                kept += tuple
                weights.append(0)
            }
            for row in codes.indices {
                codes[row] = renumbered[Int(codes[row])]
                if codes[row] >= 0 { weights[Int(codes[row])] += 1 }
            }
            (labels, self.weights, places) = (kept, weights, codes)
        }

        /// The share of clusterings that put them apart.
        func distance(_ one: Int, _ other: Int) -> Double {
            labels.withUnsafeBufferPointer { labels in
                var together = 0
                for clustering in 0..<width {
                    let label = labels[one * width + clustering]
                    if label >= 0, label == labels[other * width + clustering] { together += 1 }
                }
                return 1 - Double(together) / Double(width)
            }
        }

        /// The group with the least mean distance, every row counting once; of equal ones the first.
        func nearest(_ tuple: Int, among linked: [Int], groups: [Int], count: Int) -> Int {
            var sums = [Double](repeating: 0, count: count), sizes = [Double](repeating: 0, count: count)
            for (place, other) in linked.enumerated() {
                sums[groups[place]] += Double(weights[other]) * distance(tuple, other)
                sizes[groups[place]] += Double(weights[other])
            }
            var best = 0
            for group in 1..<max(1, count) where sums[group] / sizes[group] < sums[best] / sizes[best] { best = group }
            return best
        }
    }
}

/// Why several clusterings make no consensus.
public enum CoAssociationError: Error, Sendable, Hashable, Diagnosable {
    case tooFew(Int)
    case noRows
    case onlyNoise
    /// `clustering` counts from 0.
    case otherRows(clustering: Int, expected: Int, found: Int)
    case count(wanted: Int, tuples: Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .tooFew(let found): Diagnostic("missing-argument", "a consensus is of at least two clusterings, found \(found)", hint: "consensus A B")
        case .noRows: Diagnostic("no-rows", "there are no rows to group", category: .data, hint: "filter less, or take a larger sample")
        case .onlyNoise: Diagnostic("no-segments", "all clusterings leave all rows out", category: .data, hint: "make segments that hold rows: kmeans k=3")
        case .otherRows(let place, let expected, let found):
            Diagnostic("different-rows", "clustering \(place + 1) is of \(found) rows, the first of \(expected)", category: .data, hint: "group the same rows")
        case .count(let wanted, let tuples):
            Diagnostic("too-few-rows", "\(wanted) segments cannot be made of \(tuples) different tuples of labels", category: .data, hint: "k=\(tuples) at most")
        }
    }
}

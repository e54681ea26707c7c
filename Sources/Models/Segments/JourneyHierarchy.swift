import Features
import Runtime
import Scoring

/// Groups journeys that are alike as sequences: merges the two nearest clusters by edit distance, again and again, and cuts the tree into `clusterCount`.
///
/// Up to `sampleCount` journeys are in the tree. Of more a sample is, drawn from the stream (seed, `hierarchical`, `journeys`), and each other journey belongs to the segment of the least mean edit
/// distance to its journeys (of at most 100 of them, evenly spread), of equally near ones to the first; so does a new one. Ward's linkage wants Euclidean distances, which these are not.
///
/// - Complexity: O(sample²) edit distances and as many numbers of memory; assigning a journey takes 100 edit distances a segment.
public struct JourneyHierarchy: Sendable {
    public var clusterCount = 4
    /// Average or complete.
    public var linkage = Linkage.Method.average
    public var sampleCount = 2000
    public var distances = EditDistances()
    public var seed = 0

    public init() {}

    /// - Throws: `ClusteringError.noRows`, `tooFewRows`, `notPositive`; `Cancelled`.
    public func segmentation(of journeys: Journeys, work: Work = Work()) throws -> Segmentation {
        precondition(linkage != .ward, "edit distances are not Euclidean, as Ward's linkage wants them")
        guard journeys.count > 0 else { throw ClusteringError.noRows }
        guard clusterCount >= 1 else { throw ClusteringError.notPositive("k", clusterCount) }
        guard min(journeys.count, sampleCount) >= clusterCount else { throw ClusteringError.tooFewRows(needed: clusterCount, found: min(journeys.count, sampleCount)) }
        let isSampled = journeys.count > sampleCount
        var stream = RandomStream(seed: seed, name: "hierarchical", purpose: "journeys")
        let sampled = isSampled ? stream.rows(sampleCount, of: journeys.count) : Array(0..<journeys.count)
        let sample = isSampled ? try journeys.selecting(sampled, work: work) : journeys
        work.report("edit distances", nil, NumberText.counted(sample.count, "journeys"))
        let tree = try Linkage(distances.distances(of: sample, work: work), method: linkage, work: work)
        let cut = tree.cut(into: clusterCount)
        var labels = cut
        if isSampled {
            let first = try Fitted(sample, tree, sampled, cut, clusterCount, distances, work: work)
            labels = try first.segments(of: journeys, work: work)
            for (place, journey) in sampled.enumerated() { labels[journey] = cut[place] }
        }
        let order = SegmentOrder(labels, count: clusterCount)
        let model = try Fitted(sample, tree, sampled, sampled.map { order.labels[$0] }, order.kept.count, distances, work: work)
        let longer = (0..<journeys.count).count { journeys.length($0) > distances.length }
        var remarks = [
            "\(linkage.rawValue) linkage; the tree joins " + (isSampled ? "a sample of \(NumberText.grouped(sample.count)) of \(NumberText.grouped(journeys.count)) journeys" : "all \(NumberText.grouped(journeys.count)) journeys"),
            "distances are the words to put in, leave out or change" + (distances.isNormalised ? ", as a share of the longer journey's length" : ""),
        ]
        if isSampled { remarks.append("the rest belongs to the segment of the least mean distance") }
        if longer > 0 { remarks.append("of \(NumberText.rate(longer, of: journeys.count)) longer journeys the last \(NumberText.counted(distances.length, "steps")) count") }
        return Segmentation(
            model: model, labels: order.labels, sizes: order.sizes, measures: tree.heights(at: clusterCount), remarks: remarks,
            tables: [try ModelTable(overviewOf: journeys, labels: order.labels, segments: order.kept.count, seed: seed, work: work)])
    }

    /// The journeys of a tree by segment.
    public struct Fitted: JourneyModel, TreeOfSegments {
        public let count: Int
        public let linkage: Linkage
        public let rows: [Int]
        public let labels: [Int]
        let journeys: Journeys
        /// How far journeys lie from each other.
        public let distances: EditDistances
        /// At most 100 journeys of each segment.
        let members: [[Int]]
        private static let most = 100

        public var column: String { journeys.column }
        public var vocabulary: [String] { journeys.vocabulary }

        init(_ journeys: Journeys, _ linkage: Linkage, _ rows: [Int], _ labels: [Int], _ count: Int, _ distances: EditDistances, work: Work) throws {
            var members = [[Int]](repeating: [], count: count)
            for (journey, label) in labels.enumerated() { members[label].append(journey) }
            let kept = members.map { own in own.count <= Self.most ? own : (0..<Self.most).map { own[$0 * own.count / Self.most] } }
            // Journeys that nothing is compared with any more are let go.
            let all = kept.flatMap { $0 }.sorted()
            let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0.element, $0.offset) })
            self.journeys = try journeys.selecting(all, work: work)
            self.members = kept.map { $0.map { places[$0] ?? 0 } }
            (self.linkage, self.rows, self.labels, self.count, self.distances) = (linkage, rows, labels, count, distances)
        }

        /// A word that the segments do not know equals no other.
        public func segments(of others: Journeys, work: Work) throws -> [Int] {
            let means = try distances.meanDistances(of: others.recoded(to: journeys.vocabulary), to: journeys, groups: members, work: work)
            return try work.map(rows: others.count) { row in means[row].indices.min { (means[row][$0], $0) < (means[row][$1], $1) } ?? 0 }
        }
    }
}

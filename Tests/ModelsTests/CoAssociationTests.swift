import Runtime
import Scoring
import TestSupport
import Testing

@testable import Models

struct CoAssociationTests {
    struct Linked: Decodable { let distances: [Double], weights: [Double], heights: [Double] }

    @Test func `weighted average linkage has the heights that SciPy gives for the repeated rows`() throws {
        let c = Fixture.read("weighted-linkage", in: .module, as: Linked.self)
        let linkage = try WeightedLinkage(CondensedDistances(count: c.weights.count, values: c.distances), weights: c.weights, work: Work())
        #expect(agree(linkage.merges.map(\.height), c.heights, within: 1e-9))
        #expect(Set(linkage.labels(groups: 5)).count == 5 && linkage.labels(groups: 1) == Array(repeating: 0, count: 40) && linkage.labels(groups: 40) == Array(0..<40))
    }

    @Test func `clusterings that agree are their own consensus, whatever their numbers`() throws {
        let labels = (0..<30).map { $0 % 10 < 5 ? 0 : $0 % 10 < 8 ? 1 : 2 }
        let consensus = try CoAssociation([labels, labels.map { 2 - $0 }])
        #expect(consensus.labels == labels && consensus.sizes == [15, 9, 6] && consensus.tuples == 3 && consensus.lifetime == 1)
        #expect(consensus.withConsensus.allSatisfy { $0?.adjustedRand == 1 } && consensus.agreements[0][1]?.adjustedRand == 1)
    }

    @Test func `a vote of three finds what two of them see`() throws {
        // Two clusterings know three groups, one has mixed up some rows and one merged two groups.
        let truth = (0..<60).map { $0 / 20 }
        let mixed = truth.indices.map { $0 % 19 == 0 ? (truth[$0] + 1) % 3 : truth[$0] }
        let consensus = try CoAssociation([truth, mixed, truth.map { min($0, 1) }], k: 3)
        #expect(consensus.labels == truth && consensus.lifetime == nil)
        #expect(consensus.withConsensus[0]?.adjustedRand == 1 && (consensus.withConsensus[1]?.adjustedRand ?? 1) < 1)
    }

    @Test func `noise joins nobody, and is noise where all say so`() throws {
        let consensus = try CoAssociation([[0, 0, 1, 1, -1, -1], [0, 0, 1, 1, 1, -1]])
        #expect(consensus.labels == [1, 1, 0, 0, 0, -1] && consensus.sizes == [3, 2] && consensus.tuples == 3)
    }

    @Test func `many rows of few tuples are quick, and rare tuples join the nearest`() throws {
        let base = (0..<200_000).map { $0 % 4 }
        let consensus = try CoAssociation([base, base.map { $0 / 2 }])
        #expect(consensus.tuples == 4 && consensus.sizes.reduce(0, +) == 200_000)
        let rare = try CoAssociation([[0, 0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1, 2]], mostTuples: 2)
        #expect(rare.tuples == 3 && rare.linkedTuples == 2 && rare.labels == [0, 0, 0, 1, 1, 1, 0])
    }

    @Test func `segments too many to be held against each other leave a gap, not an error`() throws {
        let single = Array(0..<5000), halves = single.map { $0 / 2500 }
        let consensus = try CoAssociation([single, halves, single], k: 2, mostTuples: 60)
        #expect(consensus.linkedTuples == 60 && consensus.agreements[0][2] == nil && consensus.agreements[2][0] == nil && consensus.agreements[1][1]?.adjustedRand == 1)
        #expect(consensus.agreements[0][1] != nil && consensus.agreements[0][1] == consensus.agreements[1][0])
        #expect(try CoAssociation([single, halves, single], k: 2, mostTuples: 60, work: Work(threads: 3)).labels == consensus.labels)
    }

    static let mistakes: [(clusterings: [[Int]], k: Int?, error: CoAssociationError)] = [
        ([[0, 1]], nil, .tooFew(1)), ([[0, 1], [0]], nil, .otherRows(clustering: 1, expected: 2, found: 1)), ([[], []], nil, .noRows), ([[-1], [-1]], nil, .onlyNoise),
        ([[0, 1], [0, 1]], 3, .count(wanted: 3, tuples: 2)),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (clusterings: [[Int]], k: Int?, error: CoAssociationError)) {
        #expect(throws: c.error) { try CoAssociation(c.clusterings, k: c.k) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }
}

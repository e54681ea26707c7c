import Testing

@testable import Runtime

struct RandomStreamTests {
    @Test(arguments: ReferenceValues.streams)
    func `agrees with an independent implementation`(_ seed: Int, _ name: String, _ purpose: String, _ words: [UInt64], _ shares: [Double], _ draws: [Int]) {
        var stream = RandomStream(seed: seed, name: name, purpose: purpose)
        #expect(words.map { _ in stream.next() } == words)
        var uniform = RandomStream(seed: seed, name: name, purpose: purpose)
        #expect(shares.map { _ in uniform.uniform() } == shares)
        var below = RandomStream(seed: seed, name: name, purpose: purpose)
        #expect([1, 2, 10, 1000, 1 << 62 + 1, 1 << 62 + 1].map { below.below($0) } == draws)
    }

    private func stream(_ purpose: String) -> RandomStream { RandomStream(seed: 1, name: "tests", purpose: purpose) }

    @Test
    func `other seeds, names and purposes give other streams`() {
        let streams = [
            RandomStream(seed: 0, name: "a", purpose: "b"), RandomStream(seed: 1, name: "a", purpose: "b"), RandomStream(seed: 0, name: "b", purpose: "b"),
            RandomStream(seed: 0, name: "a", purpose: "a"), RandomStream(seed: -1, name: "a", purpose: "b"),
        ]
        let firsts = streams.map { stream in
            var stream = stream
            return stream.next()
        }
        #expect(Set(firsts).count == streams.count)
    }

    // Five standard errors of the moments of 200,000 draws.
    @Test
    func `uniform numbers have the moments of the uniform distribution`() {
        var stream = stream("uniform")
        let draws = (0..<200_000).map { _ in stream.uniform() }
        #expect(draws.allSatisfy { (0..<1).contains($0) })
        let mean = draws.reduce(0, +) / 200_000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200_000
        #expect(abs(mean - 0.5) < 5 * 0.2887 / 447)
        #expect(abs(variance - 1 / 12) < 5 * 0.0745 / 447)
    }

    @Test
    func `normal numbers have the moments of the normal distribution`() {
        var stream = stream("normal")
        let draws = (0..<200_000).map { _ in stream.normal() }
        let mean = draws.reduce(0, +) / 200_000
        func moment(_ order: Int) -> Double { draws.reduce(0) { sum, x in sum + (0..<order).reduce(1) { power, _ in power * (x - mean) } } / 200_000 }
        #expect(abs(mean) < 5 / 447)
        #expect(abs(moment(2) - 1) < 5 * 1.4142 / 447)
        #expect(abs(moment(3)) < 5 * 3.873 / 447)
        #expect(abs(moment(4) - 3) < 5 * 9.798 / 447)
        #expect(draws.allSatisfy { $0.isFinite })
    }

    @Test(arguments: [1, 2, 3, 7, 1000, Int.max])
    func `whole numbers lie below their bound, each as likely`(_ bound: Int) {
        var stream = stream("below \(bound)")
        let draws = (0..<30_000).map { _ in stream.below(bound) }
        #expect(draws.allSatisfy { (0..<bound).contains($0) })
        guard bound <= 7 else { return }
        let expected = 30_000 / Double(bound)
        for value in 0..<bound { #expect(abs(Double(draws.filter { $0 == value }.count) - expected) < 5 * expected.squareRoot()) }
    }

    @Test
    func `an index is drawn in proportion to its weight, and never one without weight`() {
        var stream = stream("choose")
        var counts = [0, 0, 0, 0]
        for _ in 0..<40_000 { counts[stream.choose(weights: [1, 0, 3, 0])] += 1 }
        #expect(counts[1] == 0 && counts[3] == 0)
        #expect(abs(Double(counts[0]) - 10_000) < 5 * 87)
    }

    @Test
    func `shuffling keeps the elements and favours no order`() {
        var stream = stream("shuffle")
        var counts: [[Int]: Int] = [:]
        for _ in 0..<12_000 {
            var elements = [1, 2, 3]
            stream.shuffle(&elements)
            counts[elements, default: 0] += 1
        }
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 2000) < 5 * 41 })
        var none: [Int] = []
        stream.shuffle(&none)
        #expect(none.isEmpty)
    }
}

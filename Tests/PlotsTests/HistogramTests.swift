import Foundation
import Runtime
import Testing

@testable import Plots

struct HistogramTests {
    // `numpy.histogram(values, bins="fd")` and `numpy.median`, by histogram_reference.py.
    struct Case: Sendable {
        let name: String, values: [Double], firstEdge: Double, lastEdge: Double, counts: [Int], median: Double
    }

    static let heaps: [Double] = (0..<300).map { index in
        let heap: Double = index % 3 == 0 ? 100 : 0
        return Double(index % 10) + heap + Double(index) / 1000
    }

    static let cases: [Case] = [
        Case(
            name: "squares", values: (0..<50).map { Double($0 * $0) / 7 }, firstEdge: 85.75, lastEdge: 343, counts: [25, 10, 8, 7],
            median: 85.78571428571429),
        Case(
            name: "roots", values: (0..<1000).map { Double($0).squareRoot() }, firstEdge: 2.2576400898970155, lastEdge: 31.606961258558215,
            counts: [6, 15, 25, 36, 46, 56, 66, 77, 86, 97, 107, 117, 128, 138], median: 22.34949383934329),
        Case(
            name: "two heaps", values: heaps, firstEdge: 27.32725, lastEdge: 109.279,
            counts: [200, 0, 0, 100], median: 7.147),
    ]

    @Test func `putting values in order stops when it is asked to`() {
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: Cancelled.self) { try HistogramChart(name: "n", values: [1, 2], work: Work(cancellation: cancellation)) }
    }

    @Test(arguments: cases.indices)
    func `bins agree with numpy`(_ index: Int) throws {
        let c = Self.cases[index]
        let chart = try HistogramChart(name: c.name, values: c.values)
        #expect(chart.counts == c.counts)
        #expect(abs(chart.edges[1] - c.firstEdge) <= 1e-12 * c.lastEdge && abs((chart.edges.last ?? 0) - c.lastEdge) <= 1e-12 * c.lastEdge)
        #expect(abs((chart.median ?? 0) - c.median) <= 1e-12)
    }

    @Test func `whole numbers of a small range get a bin each`() throws {
        let chart = try HistogramChart(name: "n", values: [1, 2, 2, 4])
        #expect(chart.edges == [0.5, 1.5, 2.5, 3.5, 4.5] && chart.counts == [1, 2, 0, 1])
    }

    static let strange: [[Double]] = [
        [5], [0, 0, 0], [-1e308, 1e308], [1, 1 + 4e-16], [.leastNonzeroMagnitude, 3 * .leastNonzeroMagnitude],
        Array(repeating: 0.1, count: 100) + [0.7],
    ]

    @Test(arguments: strange)
    func `every value lies in a bin, however strange`(_ values: [Double]) throws {
        let chart = try HistogramChart(name: "n", values: values)
        #expect(chart.counts.reduce(0, +) == values.count)
        #expect(try !Gnuplot().render(chart).isEmpty)
    }

    @Test func `bins of a logarithmic axis are as wide as each other in the logarithm`() throws {
        let chart = try HistogramChart(name: "n", values: Samples.skewed(2_000), isLogarithmic: true)
        let ratios = zip(chart.edges, chart.edges.dropFirst()).map { $1 / $0 }
        #expect(chart.counts.reduce(0, +) == 2_000 && ratios.allSatisfy { abs($0 - ratios[0]) < 1e-9 })
    }
}

import Selection
import Testing

struct KneeTests {
    // Places are worked out by hand from the definition; the first is figure 2 of the paper, y = -1/x + 5, turned into a falling curve: its knee is at 0.22.
    static let cases: [(name: String, x: [Double], y: [Double], knee: Knee)] = [
        ("figure 2 of the paper", (0..<10).map { Double($0) / 9 }, (0..<10).map { 1 / (Double($0) / 9 + 0.1) }, .at(2)),
        ("a sharp bend", [2, 3, 4, 5, 6], [100, 40, 10, 8, 6], .at(2)),
        ("a line", [2, 3, 4, 5, 6], [10, 8, 6, 4, 2], .none(.noBend)),
        ("a line with thirds", [1, 2, 3, 4], [1, 2.0 / 3, 1.0 / 3, 0], .none(.noBend)),
        ("concave", [1, 2, 3, 4, 5], [10, 9.5, 8.5, 6, 0], .none(.noBend)),
        ("a slight bend", [1, 2, 3, 4, 5], [10, 7, 4.6, 2.2, 0], .none(.noBend)),
        ("two points", [2, 3], [5, 1], .none(.tooFewPoints)),
        ("no points", [], [], .none(.tooFewPoints)),
        ("level", [2, 3, 4], [5, 5, 5], .none(.notFalling)),
        ("rising", [2, 3, 4], [1, 2, 5], .none(.notFalling)),
        ("all in one step of two, not more than the threshold", [2, 3, 4], [9, 0, 0], .none(.noBend)),
        ("all in one step of three", [2, 3, 4, 5], [9, 0, 0, 0], .at(1)),
        ("uneven steps", [2, 4, 8, 16, 32], [64, 8, 6, 4, 0], .at(1)),
    ]

    @Test(arguments: cases)
    func `finds the bend, or says that there is none`(_ c: (name: String, x: [Double], y: [Double], knee: Knee)) {
        #expect(Knee(x: c.x, y: c.y) == c.knee, "\(c.name)")
    }

    @Test func `a higher sensitivity asks for a clearer bend`() {
        let x = (2...8).map(Double.init)
        let y = [70.0, 50, 36, 27, 20, 14, 10]
        #expect(Knee(x: x, y: y, sensitivity: 1) == .at(2))
        #expect(Knee(x: x, y: y, sensitivity: 5) == .none(.noBend))
    }
}

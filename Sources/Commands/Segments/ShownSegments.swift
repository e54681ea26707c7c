import Runtime

/// Segments as a chart has room for them: all of them, or the largest with the others as one.
struct ShownSegments: Sendable {
    /// As they are drawn; the last is that of the others, where there are some.
    let names: [String]
    /// The segments that are drawn by themselves, rising.
    let kept: [Int]
    /// For each segment its place among the names.
    private let places: [Int]

    /// - Parameter limit: how many names there may be, at least 1.
    init(_ names: [String], sizes: [Int], limit: Int) {
        kept = Self.largest(names.count <= limit ? names.count : limit - 1, of: sizes)
        let shown = kept.map { names[$0] }
        var places = [Int](repeating: kept.count, count: names.count)
        for (place, segment) in kept.enumerated() { places[segment] = place }
        self.places = places
        self.names = kept.count == names.count ? names : shown + [shown.contains(Self.others) ? "all \(Self.others)" : Self.others]
    }

    private static let others = "others"

    /// The segments with most rows, of equally large ones the first, in their own order.
    static func largest(_ count: Int, of sizes: [Int]) -> [Int] {
        sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.prefix(count).sorted()
    }

    /// Where a segment is drawn; -1 for that of no segment.
    func place(of segment: Int) -> Int { segment < 0 ? -1 : places[segment] }

    /// What is not drawn by itself.
    func notes(of name: String) -> [String] {
        let left = places.count - kept.count
        return left == 0 ? [] : ["The \(kept.count) largest segments of \(name) by themselves, the other \(NumberText.grouped(left)) together"]
    }
}

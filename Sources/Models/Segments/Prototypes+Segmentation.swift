import Runtime

extension KModes: SegmentEstimator {
    public static var reads: SegmentColumns { .categories }

    public func segmentation(of rows: SegmentRows, work: Work) throws -> Segmentation {
        let found = try fit(rows.categories, work: work)
        return Segmentation(
            model: found.model, labels: found.labels, sizes: found.sizes, measures: [("cost", found.cost)], remarks: [found.remark],
            tables: ModelTable.modes(of: rows.categories, found.labels, sizes: found.sizes).map { [$0] } ?? [])
    }
}

extension KModes.Fitted: SegmentModel {
    public var count: Int { modes.count }
    public var dissimilarity: Dissimilarity? { .mixed(gamma: 1) }
    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] { try predict(rows.categories, work: work) }
}

extension KPrototypes: SegmentEstimator {
    public static var reads: SegmentColumns { .mixed }

    public func segmentation(of rows: SegmentRows, work: Work) throws -> Segmentation {
        let found = try fit(rows, work: work)
        // 0.5000 is 0.5.
        var number = NumberText.short(found.model.gamma)
        while number.contains("."), let last = number.last, last == "0" || last == "." { number.removeLast() }
        let weight = "gamma \(number), \(gamma > 0 ? "as given" : "estimated")"
        return Segmentation(
            model: found.model, labels: found.labels, sizes: found.sizes, measures: [("cost", found.cost)], remarks: [found.remark, weight],
            tables: ModelTable.modes(of: rows.categories, found.labels, sizes: found.sizes).map { [$0] } ?? [])
    }
}

extension KPrototypes.Fitted: SegmentModel {
    public var count: Int { modes.count }
    public var dissimilarity: Dissimilarity? { .mixed(gamma: gamma) }
    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] { try predict(rows, work: work) }
}

extension ModelTable {
    /// A table of segments holds the commonest values of so many columns; of more there is one with a line a column.
    private static let fewColumns = 8

    /// The commonest level of each column in each segment, of equally common ones the first, with its share; none where the columns are few.
    static func modes(of categories: CategoryColumns, _ labels: [Int], sizes: [Int]) -> ModelTable? {
        guard categories.names.count > fewColumns else { return nil }
        let rows = categories.names.indices.map { column -> [Cell] in
            var counts = [[Int32: Int]](repeating: [:], count: sizes.count)
            for (row, code) in categories.codes[column].enumerated() where labels[row] >= 0 && code >= 0 { counts[labels[row]][code, default: 0] += 1 }
            return [.text(categories.names[column])] + counts.enumerated().map { segment, counts -> Cell in
                guard let mode = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return .text("") }
                return .text("\(categories.levels[column][Int(mode.key)]) \(NumberText.percent(Double(mode.value) / Double(sizes[segment])))")
            }
        }
        return ModelTable("Modes, with the share of the segment's rows that have them", columns: ["column"] + sizes.indices.map { String($0 + 1) }, rows: rows)
    }
}

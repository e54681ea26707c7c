import Runtime

/// Segments that are the values of a column of categories: rows with the same value are in the same one, rows with another or none in none.
public struct ColumnSegments: SegmentModel {
    public let column: String
    /// By falling number of rows.
    public let values: [String]

    public var count: Int { values.count }
    public var dissimilarity: Dissimilarity? { nil }

    /// - Parameters:
    ///   - codes: the place of each row's value among `levels`, or -1 for a row in no segment.
    public static func segmentation(of column: String, codes: [Int], levels: [String]) -> Segmentation {
        let order = SegmentOrder(codes, count: levels.count)
        return Segmentation(model: ColumnSegments(column: column, values: order.kept.map { levels[$0] }), labels: order.labels, sizes: order.sizes, measures: [])
    }

    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] {
        let recoded = try rows.categories.recoded(names: [column], levels: [values])
        return recoded.codes[0].map(Int.init)
    }
}

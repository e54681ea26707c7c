import Diagnostics
import Runtime

/// Why no clusters were found.
public enum ClusteringError: Error, Sendable, Hashable, Diagnosable {
    case noRows
    case noColumns
    /// Of numbers there may be some.
    case noCategories
    /// Of categories there are some.
    case noNumbers
    /// A weight of categories that is negative or no number.
    case noWeight(Double)
    case tooFewRows(needed: Int, found: Int)
    case tooFewDistinctRows(needed: Int, found: Int)
    /// `user` is none when it stands in a centroid.
    case notFinite(column: String, user: String?)
    case notPositive(String, Int)
    case otherColumns(expected: Int, found: Int)
    case otherColumnNames(expected: [String], found: [String])
    /// A clustering of journeys was given the rows of a table.
    case readsJourneys
    /// A component of a mixture of so many has a covariance that cannot be inverted.
    case collapsed(count: Int, ridge: Double)
    /// There are not as many rows as make a place dense.
    case fewerThanPoints(needed: Int, found: Int)
    /// Every row is noise. `options` are those it was tried with; `reach` is one in which nine rows of ten have enough neighbours.
    case noSegments(options: String, points: Int, reach: Double)
    /// A consensus of clusterings, which was found by no columns.
    case assignsNothing

    public var diagnostic: Diagnostic {
        switch self {
        case .assignsNothing:
            Diagnostic("cannot-assign", "a consensus of segments was found by no columns, and puts no further rows into its segments", hint: "assign one of its members, or learn it: fit xgboost predict=consensus")
        case .noRows: Diagnostic("no-rows", "there are no rows to group", category: .data, hint: "filter less, or take a larger sample")
        case .noColumns:
            Diagnostic("no-columns", "there are no columns of numbers to group by", category: .data, hint: "make features first: rfm")
        case .noCategories:
            Diagnostic(
                "no-categorical-columns", "there are no columns of categories to group by", category: .data,
                hint: "codes of categories look like numbers: categorical=[COLUMN], or types={COLUMN: text} at load")
        case .noNumbers: Diagnostic("no-numeric-columns", "there are no columns of numbers beside the categories", category: .data, hint: "kmodes groups by categories alone")
        case .noWeight(let gamma): Diagnostic("out-of-range", "'gamma' is \(NumberText.short(gamma)), but at least 0 is needed", hint: "gamma=0 has it estimated")
        case .tooFewRows(let needed, let found):
            Diagnostic(
                "too-few-rows", "\(needed) clusters need at least as many rows, found \(found)", category: .data, hint: "k=\(found) at most")
        case .tooFewDistinctRows(let needed, let found):
            Diagnostic(
                "too-few-distinct-rows", "\(needed) clusters need at least as many rows that differ, found \(found)", category: .data,
                hint: "k=\(found) at most")
        case .notFinite(let column, let user):
            Diagnostic(
                "not-finite", "column '\(column)' has no usable number" + (user.map { " in row '\($0)'" } ?? " in a centroid"), category: .data,
                hint: "fill or drop missing values first")
        case .notPositive(let name, let value):
            Diagnostic("out-of-range", "'\(name)' is \(value), but at least 1 is needed", hint: "\(name)=1 or more")
        case .otherColumns(let expected, let found):
            Diagnostic("wrong-columns", "centroids have \(found) columns, but rows \(expected)", hint: "give a value for each column")
        case .otherColumnNames(let expected, let found):
            Diagnostic(
                "other-columns", "the clusters were found by \(expected.joined(separator: ", ")), not by \(found.joined(separator: ", "))",
                category: .data, hint: "make the features as for the first data, in the same order")
        case .readsJourneys:
            Diagnostic("reads-journeys", "these segments were found in journeys, and rows of a table are none", category: .data, hint: "take events: the log that the segments were found in, or another")
        case .collapsed(let count, let ridge):
            Diagnostic(
                "collapsed-component", "with k=\(count) a component has shrunk until its covariance cannot be inverted", category: .data,
                hint: "widen the components by ridge=\(NumberText.short(max(0.001, 10 * ridge))), take fewer, or covariance=diagonal")
        case .fewerThanPoints(let needed, let found):
            Diagnostic(
                "too-few-rows", "a dense place takes \(NumberText.counted(needed, "rows")), found \(NumberText.grouped(found))", category: .data,
                hint: found > 1 ? "min-points=\(found) at most" : "filter less, or take a larger sample")
        case .noSegments(let options, let points, let reach):
            Diagnostic(
                "no-segments", "with \(options) every row is noise", category: .data,
                hint: reach > 0
                    ? "in eps=\(NumberText.short(reach)) nine rows of ten have \(NumberText.counted(points, "points")) around them, themselves included"
                    : "nine rows of ten equal \(NumberText.grouped(max(0, points - 1))) others: group by columns that differ more")
        }
    }
}

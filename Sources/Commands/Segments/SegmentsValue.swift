import Diagnostics
import Events
import Expressions
import Features
import Language
import Models
import Runtime
import Selection
import Tables

/// A partition of the rows of a table into segments.
struct SegmentsValue: KindValue {
    /// The verb that found them.
    let method: String
    let sourceName: String
    /// The rows, with all columns that the table has.
    let table: TableValue
    let reading: Reading
    let found: Segmentation
    let names: [String]
    let seed: Int

    /// What the segments were found by.
    enum Reading: Sendable {
        /// Columns of the table.
        case rows(ClusteredRows)
        /// The values of one column are the segments; its name, and the other columns of categories.
        case column(String, others: CategoryColumns)
        /// Other segments of the same rows; the columns that those were found by.
        case segments(numbers: [String], categories: CategoryColumns)
        /// The journeys of events; the table tells how long they are, and how they begin and end.
        case journeys(JourneyRows)
    }

    init(method: String, sourceName: String, table: TableValue, reading: Reading, found: Segmentation, names: [String]? = nil, seed: Int) {
        (self.method, self.sourceName, self.table, self.reading, self.found, self.seed) = (method, sourceName, table, reading, found, seed)
        self.names = names ?? found.sizes.indices.map { String($0 + 1) }
    }

    var kind: Kind { .segments }
    var rowNoun: String { table.rowNoun }
    var rows: Int { found.labels.count }
    var sizes: [Int] { found.sizes }
    /// Rows in no segment.
    var noise: Int { rows - sizes.reduce(0, +) }
    /// Whom the rows are about: users, unless they are sessions.
    var unit: FilterUnit { rowNoun == "sessions" ? .session : .user }
    /// What says who a row is about, in a table of segments.
    var identifier: String { table.identifier ?? "row" }

    /// The columns that the segments were found by; of segments that are a column's values those that describe a row.
    var columns: (numbers: [String], categories: [String]) {
        switch reading {
        case .rows(let rows): (rows.scaled.numbers.columns, rows.scaled.categories.names)
        case .column(let name, let others): (table.featureColumns.filter { $0 != name && !table.tells($0) }, others.names)
        case .segments(let numbers, let categories): (numbers, categories.names)
        case .journeys(let rows): (JourneyRows.numbers, rows.categories.names)
        }
    }

    /// The categories of the rows, by the names in `columns`.
    var categories: CategoryColumns {
        switch reading {
        case .rows(let rows): rows.scaled.categories
        case .column(_, let others), .segments(_, let others): others
        case .journeys(let rows): rows.categories
        }
    }

    /// The rows on the scale that was clustered, where one was.
    var scaled: SegmentRows? { if case .rows(let rows) = reading { rows.scaled } else { nil } }

    var summary: String {
        let (numbers, categories) = columns
        let by = if case .column(let name, _) = reading { "values of \(name)" } else { "clusters" }
        let ground = if case .journeys(let rows) = reading { "journeys of \(rows.journeys.column)" } else { Self.listed(numbers, categories) }
        let what = "\(NumberText.counted(sizes.count, by)) of \(NumberText.counted(rows, rowNoun)) in \(ground)"
        return noise == 0 ? what : "\(what); \(NumberText.rate(noise, of: rows)) in none"
    }

    /// The columns by name, or many of them by number.
    private static func listed(_ numbers: [String], _ categories: [String]) -> String {
        if numbers.count + categories.count <= mostColumns { return (numbers + categories).joined(separator: ", ") }
        return ClusteringOptions.counted(numbers: numbers.count, categories: categories.count)
    }

    var blocks: [Block] { blocks(with: []) }

    /// - Parameter remarks: further lines above the tables.
    func blocks(with remarks: [String]) -> [Block] {
        var lines = [summary]
        if case .rows(let rows) = reading { lines += rows.lines }
        let measures = found.measures.map { "\($0.name) \(NumberText.short($0.value))" }
        if !measures.isEmpty { lines.append((measures + found.remarks.prefix(1)).joined(separator: ", ")) }
        lines += found.remarks.dropFirst(measures.isEmpty ? 0 : 1) + remarks
        return [.text(lines.joined(separator: "\n")), .table(means)] + found.tables.map { .table(DisplayTable($0)) }
    }

    /// Above that a table has more columns than are read.
    private static let mostColumns = 8

    /// Sizes, means in the original units, and the commonest values.
    private var means: DisplayTable {
        let (numbers, categories) = columns
        // Of both sorts some are shown.
        let some = min(numbers.count, Self.mostColumns - min(categories.count, 3))
        let shown = (numbers.prefix(some), categories.prefix(Self.mostColumns - some))
        let left = numbers.count + categories.count - shown.0.count - shown.1.count
        let members = members
        let means = shown.0.map { name -> [DisplayTable.Cell] in
            let values = table.table.column(named: name)?.numbers ?? []
            return DisplayTable.Cell.column(members.map { rows -> Double? in
                let known = rows.lazy.map { values[$0] }.filter { !$0.isNaN }
                let count = known.reduce(0) { count, _ in count + 1 }
                return count == 0 ? nil : known.reduce(0, +) / Double(count)
            })
        }
        let words = shown.1.indices.map { column in members.map { commonest(of: column, $0) } }
        let rows = members.indices.map { segment -> [DisplayTable.Cell] in
            let size = members[segment].count
            let head: [DisplayTable.Cell] = [.init(names[segment], Int(names[segment]).map { .integer($0) } ?? .string(names[segment])), .count(size), .percent(Double(size) / Double(self.rows))]
            return head + means.map { $0[segment] } + words.map { $0[segment] }
        }
        return DisplayTable(
            title: "Segments with the \(shown.1.isEmpty ? "means" : shown.0.isEmpty ? "commonest values" : "means and commonest values") of their \(rowNoun)",
            columns: [.init("segment"), .init(rowNoun, .right), .init("share", .right)] + shown.0.map { .init($0, .right, unit: table.units[$0] ?? "") } + shown.1.map { .init($0) }, rows: rows,
            notes: left == 0 ? [] : ["\(NumberText.counted(left, "further columns")) \(left == 1 ? "was" : "were") read: 'profile' shows all."])
    }

    /// The rows of each segment.
    var members: [[Int]] {
        var members = [[Int]](repeating: [], count: sizes.count)
        for (row, label) in found.labels.enumerated() where label >= 0 { members[label].append(row) }
        return members
    }

    /// The category that most of some rows have, of equally common ones the first in the table, with its share.
    private func commonest(of column: Int, _ rows: [Int]) -> DisplayTable.Cell {
        let (levels, codes) = (categories.levels[column], categories.codes[column])
        var counts = [Int](repeating: 0, count: levels.count)
        for row in rows { counts[Int(codes[row])] += 1 }
        guard !rows.isEmpty, let most = counts.indices.max(by: { (counts[$0], $1) < (counts[$1], $0) }) else { return .undefined }
        return .init("\(levels[most]) \(NumberText.percent(Double(counts[most]) / Double(rows.count)))", .string(levels[most]))
    }

    var json: JSON {
        let (numbers, categories) = columns
        let measures = found.measures.map { (Self.property(of: $0.name), JSON.number($0.value)) }
        let all: [(String, JSON)] = [("k", .integer(sizes.count)), ("sizes", .array(sizes.map { .integer($0) })), ("noise", .integer(noise))] + measures
            + [("method", .string(method)), ("names", .array(names.map { .string($0) })), ("columns", .array((numbers + categories).map { .string($0) }))]
        return .object(all.map { JSON.Member($0.0, $0.1) })
    }

    /// `log likelihood` as prose and programs ask for it.
    private static func property(of measure: String) -> String { measure.lowercased().replacingOccurrences(of: " ", with: "_") }

    func property(_ name: String, _ work: Work) -> Value? {
        if let measure = found.measures.first(where: { Self.property(of: $0.name) == name }) { return .number(measure.value) }
        return switch name {
        case "k": .integer(sizes.count)
        case "rows": .integer(rows)
        case "noise": .integer(noise)
        case "largest": .integer(sizes.max() ?? 0)
        case "smallest": .integer(sizes.min() ?? 0)
        default: nil
        }
    }

    /// What a row of an answer about segments is.
    static let noun = "segments"
    private static let properties = ["k", "rows", "noise", "largest", "smallest"]
    /// What clusterings make small or likely.
    private static let measures = ["inertia", "cost", "log_likelihood", "bic", "aic", "height", "next_height"]
    var propertyNames: [String] { Self.properties + found.measures.map { Self.property(of: $0.name) } }
    var outline: Outline { Self.outline(features: columns.numbers, rowNoun: rowNoun, measures: found.measures.map { Self.property(of: $0.name) }, maker: isOfColumn ? method : nil) }

    /// Segments in some columns, if they are known.
    ///
    /// - Parameter maker: where it matters that the segments are a column's values.
    static func outline(features: [String]?, rowNoun: String?, measures: [String] = measures, maker: String? = nil) -> Outline {
        Outline([.segments], schema: features.map { ExpressionSchema(columns: $0.map { .init($0, .number) }) }, features: features, properties: properties + measures, rowNoun: rowNoun, maker: maker)
    }

    /// A row for each user: who, which segment, and what it was found by. Without a segment it is missing.
    ///
    /// - Throws: `Cancelled`.
    func assignments(_ work: Work) throws -> Table {
        let (numbers, categories) = columns
        let who = table.identifier.flatMap { table.table.column(named: $0) }
        let user = try who ?? Column(identifier, text: work.map(rows: rows) { String($0 + 1) }, check: work.check)
        return Table([user, try segmentColumn("segment", work)] + (numbers + categories).compactMap { table.table.column(named: $0) })
    }

    /// The segment of each row: its number, or its name where it has one.
    func segmentColumn(_ name: String, _ work: Work) throws -> Column { try column(name, found.labels, work) }

    private var isOfColumn: Bool { if case .column = reading { true } else { false } }

    /// The segments that some rows were put into, as a column: of numbers, unless they are a column's values.
    func column(_ name: String, _ labels: [Int], _ work: Work) throws -> Column {
        if !isOfColumn { return Column(name, integers: try work.map(rows: labels.count) { labels[$0] < 0 ? nil : Int64(labels[$0] + 1) }) }
        return try Column(name, text: work.map(rows: labels.count) { labels[$0] < 0 ? nil : names[labels[$0]] }, check: work.check)
    }
}

extension Input {
    func segments(for call: Call) throws(Diagnostic) -> SegmentsValue {
        guard let segments = value as? SegmentsValue else { throw .unexpected(self, wanted: .segments, at: call.span) }
        return segments
    }
}

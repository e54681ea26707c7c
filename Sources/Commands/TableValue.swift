import Diagnostics
import Events
import Expressions
import Features
import Language
import Notebooks
import Runtime
import Selection
import Tables

/// A table as a value of the session, with what later verbs may want to know of it.
struct TableValue: KindValue {
    let table: Table
    let kind: Kind
    /// What the table shows, for captions.
    let title: String
    /// What a row is: `users`.
    let rowNoun: String
    /// The column that says who or what a row is about.
    let identifier: String?
    /// The numeric columns that describe a row, which clusterings take; the others are ids, ranks or results.
    let featureColumns: [String]
    /// Columns that models are to predict, and never read.
    let labels: [String]
    /// Further columns that describe nothing: second ids, and what was made from a label.
    let hidden: [String]
    /// Texts that were made of the other columns, such as a group's name, and say nothing that those do not.
    let results: [String]
    /// In what the numbers of a column are measured, by its name: `days`. Columns without a unit are shown with their type.
    let units: [String: String]
    /// Definitions and denominators, shown below.
    let notes: [String]
    /// What is shown instead of the first rows.
    let summaryBlocks: [Block]?
    let detail: Detail
    private let properties: [(name: String, value: Value)]
    /// The files that the table was read from, for the data card.
    let files: [File]

    struct File: Sendable {
        let name: String
        let rows: Int
        let digest: String
    }

    /// What was done on the way from raw events, or from the file, to the rows.
    let steps: [EventStep]
    /// How models are to be scored on the rows; none until one is chosen.
    private(set) var split: SplitPlan?

    /// The result that the table was made from, which `plot` draws.
    enum Detail: Sendable {
        case none
        case rfm(RFM)
        case elbow(Elbow)
    }

    init(
        _ table: Table, kind: Kind = .table, title: String, rowNoun: String = "rows", identifier: String? = nil, featureColumns: [String]? = nil, labels: [String] = [], hidden: [String] = [], results: [String] = [],
        units: [String: String] = [:], notes: [String] = [],
        summaryBlocks: [Block]? = nil, detail: Detail = .none, properties: [(name: String, value: Value)] = [], files: [File] = [], steps: [EventStep] = [], split: SplitPlan? = nil
    ) {
        self.files = files
        self.steps = steps
        self.split = split
        self.table = table
        self.kind = kind
        self.title = title
        self.rowNoun = rowNoun
        self.identifier = identifier
        self.featureColumns = featureColumns ?? table.columns.filter { $0.name != identifier && !hidden.contains($0.name) && ($0.kind == .integer || $0.kind == .number) }.map(\.name)
        self.labels = labels
        self.hidden = hidden
        self.results = results
        self.units = units
        self.notes = notes
        self.summaryBlocks = summaryBlocks
        self.detail = detail
        self.properties = properties
    }

    /// The same table with other rows, after one more step unless they only stand for all.
    func with(_ table: Table, after step: EventStep? = nil) -> TableValue {
        TableValue(
            table, kind: kind, title: title, rowNoun: rowNoun, identifier: identifier, featureColumns: featureColumns, labels: labels, hidden: hidden, results: results, units: units, notes: notes, files: files,
            steps: steps + [step].compactMap { $0 }, split: split)
    }

    /// The same table, whose rows a column names.
    func identified(by name: String) -> TableValue {
        TableValue(
            table, kind: kind, title: title, rowNoun: rowNoun, identifier: name, featureColumns: featureColumns.filter { $0 != name }, labels: labels, hidden: hidden, results: results, units: units, notes: notes,
            summaryBlocks: summaryBlocks, detail: detail, properties: properties, files: files, steps: steps, split: split)
    }

    /// The same table, with how models are to be scored on it.
    func splitting(_ split: SplitPlan) -> TableValue {
        var value = self
        value.split = split
        return value
    }

    /// The same rows with other columns, the old names of those that bear new ones in `naming`, after one more step.
    ///
    /// - Parameter hiding: new columns that describe nothing.
    func with(_ table: Table, after step: EventStep, naming names: [String: String] = [:], featureColumns: [String], hiding: [String] = []) -> TableValue {
        func now(_ name: String) -> String { names[name] ?? name }
        func left(_ names: [String]) -> [String] { names.map(now).filter { table.column(named: $0) != nil } }
        let identifier = identifier.map(now).flatMap { table.column(named: $0)?.name }
        let units = Dictionary(units.map { (now($0.key), $0.value) }, uniquingKeysWith: { first, _ in first }).filter { table.column(named: $0.key) != nil }
        return TableValue(
            table, kind: kind, title: title, rowNoun: rowNoun, identifier: identifier, featureColumns: featureColumns.map(now), labels: left(labels), hidden: left(hidden) + hiding, results: left(results), units: units,
            notes: notes, files: files, steps: steps + [step], split: split)
    }

    /// Columns of texts and truth values that describe a row.
    var categoryColumns: [String] {
        table.columns.filter { ($0.kind == .text || $0.kind == .boolean) && $0.name != identifier && !labels.contains($0.name) && !hidden.contains($0.name) && !results.contains($0.name) }.map(\.name)
    }

    /// Whether a column tells a label.
    func tells(_ column: String) -> Bool { labels.contains(column) || hidden.contains(column) }

    static let defaultRows = 20

    var summary: String { "\(NumberText.counted(table.rowCount, rowNoun)), \(NumberText.counted(table.columns.count, "columns")): \(table.names.joined(separator: ", "))" }
    var blocks: [Block] { summaryBlocks ?? [.table(display(limit: Self.defaultRows, check: {}))] }
    /// Answers are given whole, for they are as long as was asked for; of other tables the first rows.
    var json: JSON { json(limit: kind.isAnswer ? table.rowCount : Self.defaultRows) }

    /// `{rows, columns, data}`, with at most so many rows of data.
    func json(limit: Int) -> JSON {
        let shown = min(limit, table.rowCount)
        return [
            "rows": .integer(table.rowCount), "columns": .array(table.names.map { .string($0) }),
            "data": .array((0..<shown).map { row in .array(table.columns.map { $0.json(at: row) }) }),
        ]
    }

    /// The first rows as people read them.
    ///
    /// - Parameters:
    ///   - more: the statement that shows them all.
    ///   - check: is asked every few hundred rows; what it throws ends the making.
    func display(limit: Int, more: String = "show n=all", check: () throws -> Void) rethrows -> DisplayTable {
        let shown = min(limit, table.rowCount)
        let columns = table.columns.map { column in
            DisplayTable.Column(column.name, column.kind == .text || column.kind == .boolean || column.name == identifier ? .left : .right, unit: units[column.name] ?? column.kind.word)
        }
        let cells = try table.columns.map { column in try self.cells(column, 0..<shown, check) }
        var rows: [[DisplayTable.Cell]] = []
        rows.reserveCapacity(shown)
        for row in 0..<shown {
            if row & 0xFFF == 0 { try check() }
            rows.append(cells.map { $0[row] })
        }
        return DisplayTable(title: title, columns: columns, rows: rows, totalRows: table.rowCount, more: more, notes: notes)
    }

    /// The first rows of a column: numbers with the same decimals, times as dates.
    private func cells(_ column: Column, _ rows: Range<Int>, _ check: () throws -> Void) rethrows -> [DisplayTable.Cell] {
        try column.unpack(check: check)
        let cell: (Int) -> DisplayTable.Cell
        switch column.storage {
        case .number(let values, _):
            let decimals = NumberText.decimals(for: rows.lazy.filter { !column.isMissing($0) }.map { values[$0] })
            cell = { column.isMissing($0) || values[$0].isNaN ? .undefined : .number(values[$0], decimals) }
        case .time(let values, _, let format): cell = { column.isMissing($0) ? .undefined : .init(format.shown(values[$0]), column.json(at: $0)) }
        default: cell = { self.cell(column, $0) }
        }
        return try rows.map { row in
            if row & 0xFF == 0 { try check() }
            return cell(row)
        }
    }

    private func cell(_ column: Column, _ row: Int) -> DisplayTable.Cell {
        guard !column.isMissing(row) else { return .undefined }
        let value = column.json(at: row)
        switch value {
        // Ids are names, not amounts: their digits stand as they are.
        case .integer(let whole) where column.name == identifier || !featureColumns.contains(column.name) && kind == .table: return .init(String(whole), value)
        case .integer(let whole): return .count(whole)
        case .number(let number): return .number(number)
        default: return .init(column.text(at: row) ?? "", value)
        }
    }

    func property(_ name: String, _ work: Work) -> Value? {
        if let found = properties.first(where: { $0.name == name }) { return found.value }
        switch name {
        case "rows": return .integer(table.rowCount)
        case "columns": return .integer(table.columns.count)
        default: break
        }
        // `rfm.frequency` is the mean of a numeric column.
        guard let numbers = table.column(named: name)?.numbers?.filter({ !$0.isNaN }), !numbers.isEmpty else { return nil }
        return .number(numbers.reduce(0, +) / Double(numbers.count))
    }

    var propertyNames: [String] { properties.map(\.name) + ["rows", "columns"] + table.columns.filter { $0.kind != .text }.map(\.name) }

    var outline: Outline {
        let maker: String? = switch detail {
        case .none: nil
        case .rfm: "rfm"
        case .elbow: "elbow"
        }
        return Outline([kind], schema: table.schema(), features: featureColumns, properties: propertyNames, rowNoun: rowNoun, maker: maker)
    }

    /// A table with some columns, if they are known, as the verb `maker` makes it. Where there may be others, nothing is said of what describes a row.
    ///
    /// - Parameters:
    ///   - features: the columns that describe a row; all numeric ones unless given.
    ///   - properties: names for prose besides the columns and their number.
    ///   - rowNoun: what a row is, if that is known.
    static func outline(
        _ schema: ExpressionSchema?, kind: Kind = .table, features: [String]? = nil, properties: [String] = [], rowNoun: String? = nil, maker: String? = nil
    ) -> Outline {
        let whole = schema.flatMap { $0.isOpen ? nil : $0 }
        let numeric = whole?.columns.filter { $0.type == .number }.map(\.name)
        let known = whole.map { properties + ["rows", "columns"] + $0.columns.filter { $0.type != .text }.map(\.name) }
        return Outline([kind], schema: schema, features: features ?? numeric, properties: known, rowNoun: rowNoun, maker: maker)
    }

    static func noFeatures(_ names: [String]) -> Diagnostic {
        Diagnostic("no-numeric-columns", "the table has no numeric columns to work on", category: .data, hint: "columns are \(names.joined(separator: ", "))")
    }
}

extension Column.Kind {
    /// As `types=` and a person call it.
    var word: String {
        switch self {
        case .text: "text"
        case .integer, .number: "number"
        case .boolean: "true/false"
        case .time: "time"
        }
    }
}

extension TableValue: DataCardProviding {
    var dataCard: [DataCardEntry] { files.map { DataCardEntry(file: $0.name, rows: $0.rows, users: nil, span: nil, digest: $0.digest) } }
}

extension Input {
    /// The table that a verb was promised.
    func table(for call: Call) throws(Diagnostic) -> TableValue {
        guard let table = value.asTable else { throw .unexpected(self, wanted: .table, at: call.span) }
        return table
    }
}

extension Diagnostic {
    static func unexpected(_ input: Input, wanted: Kind, at span: SourceSpan) -> Diagnostic {
        Diagnostic("wrong-kind", "expected \(wanted.phrase), and '\(input.name)' is \(input.value.kind.phrase)", category: .syntax, at: span, label: "not \(wanted.phrase)")
    }
}

extension Outline {
    /// Of a verb that changes columns: events or a table as this one, with others.
    ///
    /// - Parameter features: those of a table; all numeric columns unless given.
    func having(_ schema: ExpressionSchema, features: [String]? = nil, maker: String) -> Outline {
        guard !kinds.contains(.events) else {
            guard kinds.count == 1 else { return Outline(kinds, schema: schema, maker: maker) }
            var outline = EventsValue.outline(schema, texts: texts)
            outline.maker = maker
            return outline
        }
        return TableValue.outline(schema, kind: kinds.first ?? .table, features: features, rowNoun: rowNoun, maker: maker)
    }
}

import Algebra
import Diagnostics
import Expressions
import Features
import Language
import Models
import Runtime
import Tables

/// The rows of a table as a clustering reads them: which columns are numbers and which categories, and the numbers on a common scale.
struct ClusteredRows: Sendable {
    /// The numbers in the original units, with gaps where there are some.
    let numbers: FeatureMatrix
    /// What is clustered.
    let scaled: SegmentRows
    /// None where there are no numbers.
    let scaling: Scaling?
    /// Columns of numbers that were told to be codes of categories.
    let codes: [String]
    /// Columns that describe a row and are not read, as they are not of the sort that is.
    let left: [String]
    let reads: SegmentColumns
    /// Whether a missing number counts as the mean of its column.
    private let fillsGaps: Bool

    /// - Throws: a `Diagnostic` for columns that are not there or describe nothing, or where none of the sort that is read is left; `FeatureError` for gaps among the numbers.
    init(_ table: TableValue, _ call: Call, reads: SegmentColumns) throws {
        let (numbers, categories, codes, left) = try Self.columns(table, call, reads)
        let work = call.context.work
        self.reads = reads
        (self.codes, self.left) = (codes, left)
        self.numbers = try table.numbers(of: numbers, work: work)
        scaling = numbers.isEmpty ? nil : try Self.scaling(self.numbers, call)
        fillsGaps = try reads != .categories && call[ClusteringOptions.missing] == "mean"
        scaled = SegmentRows(numbers: try scaling?.apply(to: self.numbers, missing: fillsGaps ? .mean : .refused) ?? self.numbers, categories: try table.categories(of: categories, work: work))
    }

    /// The same columns of other rows, on the scale that was learnt.
    ///
    /// - Throws: `unknown-column` where one is not there; `FeatureError`.
    func replayed(on table: TableValue, _ call: Call) throws -> SegmentRows {
        let work = call.context.work
        for name in scaled.columns where table.table.column(named: name) == nil {
            throw DataError.unknownColumn(name, known: table.table.names).diagnostic.placed(at: call.span)
        }
        for name in numbers.columns where table.table.column(named: name)?.numbers == nil {
            throw Diagnostic("wrong-column", "'\(name)' holds no numbers here, and the segments were found by its numbers", category: .data, at: call.span, hint: "load it with types={\(Expression.quotedName(name)): number}")
        }
        let theirs = try table.numbers(of: numbers.columns, work: work), categories = try table.categories(of: scaled.categories.names, work: work)
        return SegmentRows(
            numbers: try scaling?.apply(to: theirs, missing: fillsGaps ? .mean : .refused) ?? theirs, categories: try categories.recoded(names: scaled.categories.names, levels: scaled.categories.levels))
    }

    private static func scaling(_ numbers: FeatureMatrix, _ call: Call) throws -> Scaling {
        let scales = try call[ClusteringOptions.scale], log = try call[ClusteringOptions.log]
        let isFilled = try call[ClusteringOptions.missing] == "mean"
        do throws(FeatureError) {
            if !isFilled { try numbers.checkComplete() }
        } catch {
            guard case .missing(let column, _, _) = error else { throw error }
            var diagnostic = error.diagnostic.placed(at: call.span)
            diagnostic.hint = "missing=mean takes the mean for it, and 'filter not (\(Expression.quotedName(column)) == missing)' keeps the rows that have a value"
            throw diagnostic
        }
        if !scales { return Scaling(asTheyAre: numbers.columns) }
        return try Scaling(learningFrom: numbers, log: log ? .skewed(above: 1) : .never, missing: isFilled ? .mean : .refused, work: call.context.work)
    }

    /// What is read as what, of the columns that describe a row or are named.
    private static func columns(_ table: TableValue, _ call: Call, _ reads: SegmentColumns) throws -> (numbers: [String], categories: [String], codes: [String], left: [String]) {
        try check(call, nil, reads: reads)
        let named = try call[ClusteringOptions.inputs]
        var codes = try (reads == .numbers ? nil : call[ClusteringOptions.categorical]) ?? []
        if ClusteringOptions.areAll(codes, among: table.table.names) {
            codes = (named ?? table.featureColumns.filter { !table.tells($0) }).filter { name in table.table.column(named: name).map { $0.kind == .integer || $0.kind == .number } == true }
        }
        func column(_ name: String, of option: String) throws -> Column {
            guard let column = table.table.column(named: name) else { throw DataError.unknownColumn(name, known: table.table.names).diagnostic.placed(at: call.span(named: option)) }
            if name == table.identifier { throw refused(name, option, "names the \(table.rowNoun), and no two are alike in it", "names the rows", "leave it out", call) }
            if column.kind == .time { throw refused(name, option, "holds times", "a time", "derive a number or a category from it", call) }
            return column
        }
        for name in codes { _ = try column(name, of: "categorical") }
        // The scores of 'rfm' describe nothing that its numbers do not, but may be told to be categories.
        let usual = table.featureColumns + table.categoryColumns
        let described = named ?? usual.filter { !table.tells($0) } + codes.filter { !usual.contains($0) }
        var numbers: [String] = [], categories: [String] = []
        for name in described {
            let column = try column(name, of: "inputs")
            if codes.contains(name) || column.kind == .text || column.kind == .boolean { categories.append(name) } else { numbers.append(name) }
        }
        let others = table.table.names.joined(separator: ", ")
        switch reads {
        case .numbers:
            if let named, let text = categories.first, named.contains(text) { throw refused(text, "inputs", "holds no numbers", "a category", "kprototypes inputs=[\(named.joined(separator: ", "))] reads both sorts", call) }
            guard !numbers.isEmpty else { throw TableValue.noFeatures(table.table.names).placed(at: call.span) }
            return (numbers, [], codes, categories)
        case .categories:
            if let named, let number = numbers.first, named.contains(number) {
                throw refused(number, "inputs", "holds numbers", "a number", "categorical=[\(Expression.quotedName(number))] says that they are codes; kprototypes reads both sorts", call)
            }
            guard !categories.isEmpty else { throw noCategories(others, numbers, call) }
            return ([], categories, codes, numbers)
        case .mixed:
            guard !categories.isEmpty else { throw noCategories(others, numbers, call) }
            guard !numbers.isEmpty else {
                throw Diagnostic("no-numeric-columns", "all columns that are read are categories, and '\(call.signature.verb)' is for numbers and categories together", category: .data, at: call.span, hint: "kmodes reads categories alone")
            }
            return (numbers, categories, codes, [])
        }
    }

    private static func refused(_ name: String, _ option: String, _ why: String, _ label: String, _ hint: String, _ call: Call) -> Diagnostic {
        Diagnostic("wrong-column", "'\(name)' \(why)", category: .data, at: call.span(named: option), label: label, hint: hint)
    }

    private static func noCategories(_ names: String, _ numbers: [String], _ call: Call) -> Diagnostic {
        let hint = numbers.isEmpty ? "columns are \(names)" : "codes of categories look like numbers: categorical=[\(numbers.prefix(2).map(Expression.quotedName).joined(separator: ", "))] or categorical=all, or types={\(Expression.quotedName(numbers[0])): text} at load"
        return Diagnostic("no-categorical-columns", "no column that is read holds categories, and '\(call.signature.verb)' works on them", category: .data, at: call.span, hint: hint)
    }

    /// Holds what is named against what is known of the columns before the statement runs.
    static func check(_ call: Call, _ input: Outline?, reads: SegmentColumns) throws(Diagnostic) {
        let named = try call[ClusteringOptions.inputs]
        let codes = try reads == .numbers ? nil : call[ClusteringOptions.categorical].flatMap { ClusteringOptions.areAll($0, among: input?.schema?.names ?? []) ? nil : $0 }
        if reads != .categories, try !call[ClusteringOptions.scale] {
            let label = "against scale=no"
            if try call[ClusteringOptions.missing] == "mean" {
                try call.refuse(["missing"], because: "columns that are taken as they are have no mean that would stand in for what is missing", label: label, hint: ClusteringOptions.oneOfThem)
            }
            if try call[ClusteringOptions.log] { try call.refuse(["log"], because: "columns that are taken as they are have no logarithm taken", label: label, hint: "leave it out, or derive x = log1p(x) first") }
        }
        if let named, let code = codes?.first(where: { !named.contains($0) }) {
            throw Diagnostic(
                "wrong-value", "'\(code)' is not among the columns that inputs= reads", category: .syntax, at: call.span(of: ClusteringOptions.categorical), label: "not read", hint: "inputs=[\((named + [code]).joined(separator: ", "))]")
        }
        if let schema = input?.schema, !schema.isOpen {
            for (option, names) in [("inputs", named ?? []), ("categorical", codes ?? [])] {
                for name in names where schema.column(named: name) == nil { throw DataError.unknownColumn(name, known: schema.names).diagnostic.placed(at: call.span(named: option)) }
            }
        }
        if reads == .numbers, named == nil, input?.features?.isEmpty == true { throw TableValue.noFeatures(input?.schema?.names ?? []).placed(at: call.span) }
    }

    /// A warning for numbers that tell rows apart and nothing else.
    func counters(_ table: TableValue, _ call: Call) -> [Diagnostic] {
        table.counters(among: numbers.columns).map { name in
            let others = scaled.columns.filter { $0 != name }.map(Expression.quotedName)
            return Diagnostic(
                "counts-rows", "'\(name)' rises from row to row, as numbers do that only tell rows apart, and takes part in the distances", category: .data, severity: .warning, at: call.span, label: "reads '\(name)'",
                hint: others.isEmpty ? "cluster by columns that describe the \(table.rowNoun)" : "inputs=[\(others.prefix(6).joined(separator: ", "))\(others.count > 6 ? ", ..." : "")] leaves it out")
        }
    }

    /// What is read as what, in lines.
    var lines: [String] {
        let levels = scaled.categories
        let categories = levels.names.indices.map { "\(levels.names[$0]) (\(NumberText.counted(levels.levels[$0].count, "values")))" }
        var lines = [scaling.map { "scaled: \($0.summary)" }, categories.isEmpty ? nil : "categorical: \(categories.joined(separator: ", "))"].compactMap { $0 }
        if reads == .mixed { lines.insert("numeric: \(numbers.columns.joined(separator: ", "))", at: 0) }
        if !left.isEmpty {
            let more = left.count - Self.mostNamed
            let names = left.prefix(Self.mostNamed).joined(separator: ", ") + (more > 0 ? " and \(NumberText.grouped(more)) more" : "")
            lines.append("not read: \(names) (\(reads == .numbers ? "categories" : "numbers; categorical= says which are codes"); 'kprototypes' reads both sorts)")
        }
        return lines
    }

    /// Of columns that are not read so many are named.
    private static let mostNamed = 8
}

extension FeatureMatrix {
    /// The means of some rows each, `[groups, columns]`: of scaled rows the centroids of segments.
    func means(of groups: [[Int]]) -> DenseMatrix {
        DenseMatrix(
            rows: groups.count, columns: columns.count,
            values: groups.flatMap { rows in columns.indices.map { column in rows.reduce(0) { $0 + values[$1, column] } / Double(max(1, rows.count)) } })
    }
}

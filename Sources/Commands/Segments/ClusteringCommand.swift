import Diagnostics
import Expressions
import Features
import Language
import Models
import Runtime

/// A verb that clusters the rows of a table, and its longer form `fit VERB`.
protocol ClusteringCommand: Command {
    associatedtype Estimator: SegmentEstimator
    /// An example of the longer form.
    static var longExample: Signature.Example { get }
    /// The options of the verb, hyperparameters first.
    static var options: [ParameterDescription] { get }
    /// Holds options against each other.
    ///
    /// - Throws: a `Diagnostic` for one that does not apply beside another.
    static func check(_ call: Call) throws(Diagnostic)
}

/// Options that clusterings of tables share.
enum ClusteringOptions {
    static let inputs = Parameter<[String]?>.optional(
        "inputs", "columns to cluster by; those that describe a row unless given", completion: .column, placeholder: "[COLUMN, ...]", check: FitCommand.columnList)
    static let categorical = Parameter<[String]?>.optional(
        "categorical", "columns of numbers that are codes of categories, such as a region's number; 'all' of them unless a column is called so", completion: .column, placeholder: "[COLUMN, ...]", check: FitCommand.columnList)
    static let log = Parameter<Bool>.named("log", default: true, "take log1p of columns without negative values that are skewed")
    static let scale = Parameter<Bool>.named("scale", default: true, "standardise the columns; no takes them as they are, where they are measured alike already")
    static let missing = Parameter<String>.named("missing", default: "stop", "what a number that is missing counts as: nothing is clustered, or it counts as the mean of its column", oneOf: ["stop", "mean"])
    static let seed = Parameter<Int?>.optional("seed", "seed of what is drawn; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    /// Those that say something of what a clustering reads.
    static func options(for columns: SegmentColumns) -> [ParameterDescription] {
        [inputs.description] + (columns == .numbers ? [] : [categorical.description]) + (columns == .categories ? [] : [log.description, scale.description, missing.description]) + [seed.description]
    }

    /// `26 numbers and 1 category`.
    static func counted(numbers: Int, categories: Int) -> String {
        let words = categories == 1 ? "1 category" : NumberText.counted(categories, "categories")
        return [numbers == 0 ? nil : NumberText.counted(numbers, "numbers"), categories == 0 ? nil : words].compactMap { $0 }.joined(separator: " and ")
    }

    /// Whether `categorical=` means every column of numbers.
    static func areAll(_ codes: [String], among columns: [String]) -> Bool { codes == ["all"] && !columns.contains("all") }

    /// What helps where two options are against each other.
    static let oneOfThem = "leave one of them out"

    /// The start of Cao is always the same, so that nothing is drawn and a second run finds what the first did.
    static func checkStart(_ call: Call) throws(Diagnostic) {
        guard call.value(named: "init")?.value == .word("cao") else { return }
        try call.refuse(["restarts", "seed"], because: "init=cao starts from the same rows each time, and draws nothing", label: "against init=cao", hint: oneOfThem)
    }

    /// The definitions of what all clusterings print.
    static let terms: [Signature.Term] = [
        .init("scaled", "which columns went through log1p, and that all were standardised to mean 0 and standard deviation 1"),
        .init("users, share", "rows of the cluster, and of all"),
        .init("the other columns", "of a number the mean over the cluster, in the original units; of a category its commonest value there, with its share"),
    ]
}

extension ClusteringCommand {
    static var options: [ParameterDescription] { ownOptions }

    /// Those of the estimator, and of what is read of a table.
    static var ownOptions: [ParameterDescription] { Estimator.schema.options + ClusteringOptions.options(for: Estimator.reads) }

    /// The longer form.
    static var variant: Signature.Variant {
        Signature.Variant(
            signature.verb, Estimator.schema.summary, details: signature.details, parameters: options, reads: signature.reads, gives: [.segments], memory: signature.memory, draws: signature.draws,
            prints: signature.prints, examples: [longExample])
    }

    static func check(_ call: Call) throws(Diagnostic) {}

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { try outlineOnRows(call, input) }

    static func outlineOnRows(_ call: Call, _ input: Outline?) throws(Diagnostic) -> Outline {
        try check(call)
        try ClusteredRows.check(call, input, reads: Estimator.reads)
        let codes = try Estimator.reads == .numbers ? [] : call[ClusteringOptions.categorical] ?? [], areAll = ClusteringOptions.areAll(codes, among: input?.schema?.names ?? [])
        let numbers = try call[ClusteringOptions.inputs]?.filter { name in input?.schema?.column(named: name)?.type == .number } ?? input?.features
        return SegmentsValue.outline(features: Estimator.reads == .categories || areAll ? [] : numbers?.filter { !codes.contains($0) }, rowNoun: input?.rowNoun)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome { try runOnRows(call, input) }

    /// Clusters the rows of a table.
    func runOnRows(_ call: Call, _ input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'\(Self.signature.verb)' reads a table", category: .syntax, at: call.span) }
        try Self.check(call)
        let table = try input.table(for: call).named(call.context.work)
        var estimator = try Estimator.schema.estimator(for: call)
        estimator.seed = try call[ClusteringOptions.seed] ?? call.context.seed
        let rows = try ClusteredRows(table, call, reads: Estimator.reads)
        let found: Segmentation
        do { found = try estimator.segmentation(of: rows.scaled, work: call.context.work) } catch let error as ClusteringError { throw error.diagnostic.placed(at: error.span(call)) }
        return Outcome(SegmentsValue(method: Self.signature.verb, sourceName: input.name, table: table, reading: .rows(rows), found: found, seed: estimator.seed), notes: rows.counters(table, call))
    }

    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOnRows(call, input) }

    func planOnRows(_ call: Call, _ input: Input?) throws -> Plan? {
        guard let input, let table = input.value.asTable else { return nil }
        // Rows are kept as they are and scaled, with a label each.
        let bytes = table.table.rowCount * (16 * table.featureColumns.count + 8)
        let plan = try planOverRows("cluster", call, input, from: 1000, remark: "rounds until they settle are taken to be as many as on some of the rows; of more rows they may be up to twice as many")
        return plan.map { plan in Plan(plan.steps.map { Plan.Step($0.what, amount: $0.amount, seconds: $0.seconds, bytes: bytes, remark: $0.remark) }) }
    }
}

extension ClusteringError {
    /// What of a statement is to blame.
    func span(_ call: Call) -> SourceSpan {
        switch self {
        case .tooFewRows, .tooFewDistinctRows, .collapsed: call.span(named: "k")
        case .fewerThanPoints: call.span(named: "min-points")
        case .noSegments: call.span(named: call.isGiven("eps") ? "eps" : "min-size")
        default: call.span
        }
    }
}

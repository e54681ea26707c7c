import Diagnostics
import Language
import Runtime

/// Says what a statement would read, hold and cost.
struct PlanCommand: Command {
    static let statement = Parameter<Statement>.statement("statement", "the statement, which is not run")

    static let signature = Signature(
        "plan", group: .keep, summary: "What a statement would read, keep in memory and take in seconds, without running it.",
        details: """
            Seconds are measured on this machine, on a small part of the very data, and extrapolated; they hold within a factor of two or so. Sizes of a file that was not
            read yet are estimated from its first megabytes. Memory is what the result keeps. Nothing is changed: no value, no name, no file.

            For some verbs, such as 'plot', no estimate exists, and it says so; a loop or an include is planned statement by statement. A notebook refuses 'plan', as what
            it measures would make each report another.
            """,
        isAboutSession: true, isTimed: true,
        examples: [Example("plan load datasets/shop.csv", prints: "read shop.csv"), Example("simulate shop users=300 days=30 seed=1 | rfm | plan kmeans k=5", prints: "cluster")]
    ) { statement }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let statement = try call[Self.statement]
        guard case .call(let syntax) = statement.node else {
            return .shown([.text("no estimate for '\(statement)' as a whole: plan its statements one by one")])
        }
        let prepared = try call.context.prepared(syntax)
        if let plan = try prepared.command.init().plan(prepared.call, on: prepared.input) {
            return .shown([.text(headline(plan, prepared)), .table(table(plan))])
        }
        let verb = syntax.verb.text
        return .shown([.text(prepared.command.signature.isAboutSession ? "'\(verb)' takes no time to speak of" : "no estimate exists for '\(verb)'")])
    }

    private func headline(_ plan: Plan, _ prepared: PreparedCall) -> String {
        var parts: [String] = []
        if let seconds = plan.seconds { parts.append("takes \(plan.isPartial ? "at least " : seconds < 0.01 ? "" : "about ")\(Plan.text(seconds: seconds))") }
        if let bytes = plan.bytes { parts.append("keeps about \(NumberText.bytes(Plan.rounded(bytes))) in memory") }
        let text = parts.isEmpty ? "how long it takes is not known" : parts.joined(separator: " and ")
        return prepared.input.map { "reads '\($0.name)', \(text)" } ?? text
    }

    private func table(_ plan: Plan) -> DisplayTable {
        func row(_ what: String, _ amount: String, _ seconds: Double?, _ bytes: Int?) -> [DisplayTable.Cell] {
            [
                .init(what), amount.isEmpty ? .undefined : .init(amount), seconds.map { .init(Plan.text(seconds: $0), .number($0)) } ?? .undefined,
                bytes.map { .init(NumberText.bytes(Plan.rounded($0)), .integer($0)) } ?? .undefined,
            ]
        }
        var rows = plan.steps.map { row($0.what, $0.amount, $0.seconds, $0.bytes) }
        if plan.steps.count > 1 { rows.append(row("in all", "", plan.seconds, plan.bytes)) }
        let notes = plan.steps.filter { !$0.remark.isEmpty }.map { "\($0.what.capitalisedFirst): \($0.remark)." }
        return DisplayTable(columns: [.init("what"), .init("of how much"), .init("seconds", .right), .init("memory", .right)], rows: rows, notes: notes)
    }
}

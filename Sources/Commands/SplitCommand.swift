import Diagnostics
import Events
import Features
import Language
import Runtime
import Tables

/// How a model's rows are to be divided.
struct SplitPlan: Sendable {
    var kind: Split.Kind
    var test = 0.2
    var validation = 0.1

    /// The default: held-back users and their later time; of sequences without times, the last event of each user.
    init(for events: EventSource) { kind = events.isTimed ? .timeUser : .last }

    /// The split and its sizes, what was drawn and what fell out: stands above every score.
    static func lines(_ split: Split) -> [String] {
        let total = split.training.count + split.validation.count + split.test.count + split.left
        func part(_ name: String, _ rows: [Int], _ users: Int) -> String {
            "\(name) \(NumberText.grouped(rows.count)) (\(NumberText.share(rows.count, of: total))) from \(NumberText.counted(users, "users"))"
        }
        var how = "split by \(split.kind.rawValue)"
        if let cutoff = split.cutoffText { how += ", cut-off \(cutoff)" }
        if [.timeUser, .user, .random].contains(split.kind) { how += ", seed \(split.seed)" }
        var lines = [how, "\(NumberText.counted(total, "windows")): \(part("training", split.training, split.trainingUsers)), \(part("validation", split.validation, split.validationUsers)), \(part("test", split.test, split.testUsers))"]
        if split.left > 0 {
            lines.append("\(NumberText.rate(split.left, of: total)) windows fell out" + (split.kind == .timeUser ? ": those of test users before the cut-off and of the others after it" : ""))
        }
        return lines
    }
}

/// Says which rows a model learns from and which it is scored on.
struct SplitCommand: Command {
    static let by = Parameter<String>.named("by", default: Split.Kind.timeUser.rawValue, "what is held back", oneOf: Split.Kind.allCases.map(\.rawValue))
    static let test = Parameter<Fraction>.named("test", default: Fraction(0.2), "share for the scores")
    static let validation = Parameter<Fraction>.named("valid", default: Fraction(0.1), "share for early stopping")

    static let signature = Signature(
        "split", group: .data, summary: "Choose which part of the events models are scored on; the models fitted on them follow.",
        details: """
            time-user (what 'fit' does unless told): users drawn by hash are held back, and of them only what comes after a cut-off counts, while the others train
            on what comes before it, so that neither the users nor the time of the scores were seen. time: everything after the cut-off. user: the held-back users
            with all their events. last: the last event of each user, which is the default of sequences without times. random: single events at random. none: no scores.
            """,
        prints: [
            .init("split by ..., test, validation", "the plan; each model prints the sizes that come of it"),
        ],
        memory: "nothing: the plan is kept with the events",
        draws: "which users are held back, or which events for by=random; drawn when a model is fitted, from the seed of the model",
        reads: [.events], gives: [.events],
        examples: [Example("simulate shop users=100 days=20 seed=1 | split by=user test=25%", prints: "split by user, test 25%")]
    ) {
        by
        test
        validation
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        _ = try share(call)
        return EventsValue.outline(input?.schema)
    }

    private static func share(_ call: Call) throws(Diagnostic) -> (test: Double, validation: Double) {
        let shares = (test: try call[test].value, validation: try call[validation].value)
        guard shares.test + shares.validation < 1 else {
            throw Diagnostic("wrong-value", "'test' and 'valid' leave nothing to train on", category: .syntax, at: call.span(of: test), label: "too large", hint: "test=20% valid=10%")
        }
        return shares
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        var plan = SplitPlan(for: events.source)
        (plan.test, plan.validation) = try Self.share(call)
        if call.isGiven("by"), let kind = Split.Kind(rawValue: try call[Self.by]) { plan.kind = kind }
        if [.timeUser, .time].contains(plan.kind), !events.source.isTimed {
            throw DataError.missingRole("time", use: "split by=\(plan.kind.rawValue)", hint: "sequences have an order and no times: by=last, by=user or by=random").diagnostic
                .placed(at: call.span(of: Self.by))
        }
        let words = plan.kind == .none ? "no split: no scores" : "split by \(plan.kind.rawValue), test \(try call[Self.test].valueText), validation \(try call[Self.validation].valueText)"
        return Outcome(events.splitting(plan), blocks: [.text("\(words); each model prints the sizes")])
    }
}

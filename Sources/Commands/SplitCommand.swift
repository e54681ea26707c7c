import Diagnostics
import Events
import Features
import Language
import Runtime
import Tables

/// Says which rows a model learns from and which it is scored on.
struct SplitCommand: Command {
    static let by = Parameter<String?>.optional(
        "by", "what is held back; unless given time-user of events with times, last of sequences, random of a table", oneOf: Split.Kind.allCases.map(\.rawValue))
    static let test = Parameter<Fraction>.named("test", default: Fraction(0.2), "share for the scores")
    static let validation = Parameter<Fraction>.named("valid", default: Fraction(0.1), "share for early stopping")

    static let signature = Signature(
        "split", group: .data, summary: "Choose which part of the events, or of the rows of a table, models are scored on; the models fitted on them follow.",
        details: """
            time-user (what 'fit' does unless told): users drawn by hash are held back, and of them only what comes after a cut-off counts, while the others train
            on what comes before it, so that neither the users nor the time of the scores were seen. time: everything after the cut-off. user: the held-back users
            with all their events. last: the last event of each user, which is the default of sequences without times. random: single events at random. none: no scores. Shares are for the others: of last, 0% alone says something, that the part is left out.
            The draw and the cut-off are those that are printed, for every model that is fitted on the events, whatever its own seed; a model has a row less for each
            event that it cannot predict, and prints the sizes of its parts.

            Of a table the default is random: rows at random, and where they have a label with texts, conditions or whole numbers of at most 20 values, the same share of each value
            in each part. The user of a row is what its column 'user' holds, its time what 'time' holds, or the only column of times; 'rename' gives columns these names. Where there is no time, the last row of a user is the last in the table. A user is held back from
            a table if and only if the same seed holds them back from events.
            """,
        prints: [
            .init("split by, cut-off, seed", "the plan: the time from which events are for the test, in the log's zone, and the seed of the draw"),
            .init("training, validation, test", "events or rows of each part, with their share of all; and their users, where they have some"),
            .init("fell out", "events in no part: of time-user, those of test users before the cut-off and of the others after it"),
            .init("stratified by", "the label of which each part has the same shares, as far as whole rows allow"),
        ],
        memory: "a few numbers for each event or row while they are counted; the plan is kept with them",
        draws: "which users are held back, or which events for by=random, from the session's seed",
        reads: [.events, .table], gives: [.events, .table],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | split by=user test=25%", prints: "split by user, seed 0"),
            Example("simulate shop users=100 days=20 seed=1 | split by=time test=10% valid=10%", prints: "cut-off"),
            Example("simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") | features | split", prints: "stratified by bought"),
        ]
    ) {
        by
        test
        validation
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        _ = try share(call)
        if let kind = try kind(call) { try expectShares(call, fit: kind) }
        guard var result = input else { return Outline(signature.gives, maker: signature.verb) }
        if result.kinds == [.table], let schema = result.schema { _ = try RowRoles(try kind(call) ?? SplitPlan.ofRows.kind, schema, call) }
        if result.kinds == [.events] { result = EventsValue.outline(result.schema) }
        result.maker = signature.verb
        return result
    }

    private static func kind(_ call: Call) throws(Diagnostic) -> Split.Kind? { try call[by].flatMap(Split.Kind.init) }

    private static func share(_ call: Call) throws(Diagnostic) -> (test: Double, validation: Double) {
        let shares = (test: try call[test].value, validation: try call[validation].value)
        guard shares.test + shares.validation < 1 else {
            throw Diagnostic("wrong-value", "'test' and 'valid' leave nothing to train on", category: .syntax, at: call.span(of: test), label: "too large", hint: "test=20% valid=10%")
        }
        return shares
    }

    /// Shares say nothing where the last rows are held back, besides that a part is left out, and nothing at all where none are.
    private static func expectShares(_ call: Call, fit kind: Split.Kind) throws(Diagnostic) {
        func expect(_ parameter: Parameter<Fraction>, _ name: String, _ part: String) throws(Diagnostic) {
            let isAboveNone = try call[parameter].value > 0
            guard call.isGiven(name), kind == .none || kind == .last && isAboveNone else { return }
            let what = kind == .none ? "nothing is held back" : "the \(part) of each user is held back, whatever the share"
            throw Diagnostic(
                "wrong-value", "'\(name)' does not apply: with by=\(kind.rawValue) \(what)", category: .syntax, at: call.span(named: name), label: "does not apply",
                hint: kind == .none ? "by=none stands alone" : "\(name)=0% leaves that part out")
        }
        try expect(test, "test", "last row")
        try expect(validation, "valid", "row before the last")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        if let table = input?.value.asTable { return try run(call, on: table) }
        let events = try EventsValue.read(input, call)
        let plan = try Self.plan(call, SplitPlan(for: events.source))
        guard plan.kind != .none else { return Outcome(events.splitting(plan), blocks: [.text(Self.noSplit)]) }
        if plan.kind.needsTimes, !events.source.isTimed {
            throw DataError.missingRole("time", use: "split by=\(plan.kind.rawValue)", hint: "sequences have an order and no times: by=last, by=user or by=random").diagnostic
                .placed(at: call.span(of: Self.by))
        }
        let work = call.context.work
        let log = try events.log(work).visible(work: work)
        var users: [Int32] = []
        users.reserveCapacity(log.count)
        for user in 0..<log.userCount {
            if user & 0xFFF == 0 { try work.check() }
            for _ in log.userOffsets[user]..<log.userOffsets[user + 1] { users.append(Int32(user)) }
        }
        // The last event of a user is found without: the events of a user follow one another in time.
        let times = plan.kind.needsTimes ? try log.clock.map { clock in try work.map(rows: log.count) { clock[$0] } } : nil
        let (settled, split) = try Self.divided(call, plan) {
            try Split(plan.kind, groups: users, users: log.users, times: times, zone: log.zone, test: plan.test, validation: plan.validation, seed: call.context.seed, work: work)
        }
        return Outcome(events.splitting(settled), blocks: [.text(SplitPlan.lines(split, of: "events").joined(separator: "\n"))])
    }

    static let noSplit = "no split: no scores"

    /// What is asked for, over what is usual.
    static func plan(_ call: Call, _ usual: SplitPlan) throws(Diagnostic) -> SplitPlan {
        var plan = usual
        (plan.test, plan.validation) = try share(call)
        plan.seed = call.context.seed
        if let kind = try kind(call) { plan.kind = kind }
        try expectShares(call, fit: plan.kind)
        return plan
    }

    /// The split, and the plan with the times that it found.
    static func divided(_ call: Call, _ plan: SplitPlan, _ split: () throws -> Split) throws -> (plan: SplitPlan, split: Split) {
        do {
            let split = try split()
            var plan = plan
            plan.borders = split.borders
            return (plan, split)
        } catch let error as DataError {
            var diagnostic = error.diagnostic
            if case .noRowsLeft = error { diagnostic.hint = "use more users, or another split: split by=random test=20%" }
            throw diagnostic.placed(at: call.span)
        }
    }
}

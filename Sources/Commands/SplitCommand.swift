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
    /// Of a split that was chosen: the seed of its draws, and where it divides by time. A model takes its own seed and finds the time in its rows otherwise.
    var seed: Int?
    var borders: Split.Borders?

    /// The windows of a log, divided.
    func divide(_ windows: EventWindows, seed: Int, work: Work) throws -> Split {
        try windows.split(kind, test: test, validation: validation, at: borders, seed: self.seed ?? seed, work: work)
    }

    /// The default: held-back users and their later time; of sequences without times, the last event of each user.
    init(for events: EventSource) { kind = events.isTimed ? .timeUser : .last }

    /// The split and its sizes, what was drawn and what fell out: stands above every score.
    static func lines(_ split: Split, of noun: String = "windows") -> [String] {
        let total = split.training.count + split.validation.count + split.test.count + split.left
        func part(_ name: String, _ rows: [Int], _ users: Int) -> String {
            "\(name) \(NumberText.grouped(rows.count)) (\(NumberText.share(rows.count, of: total))) from \(NumberText.counted(users, "users"))"
        }
        var how = "split by \(split.kind.rawValue)"
        if let cutoff = split.cutoffText { how += ", cut-off \(cutoff)" }
        if [.timeUser, .user, .random].contains(split.kind) { how += ", seed \(split.seed)" }
        var lines = [how, "\(NumberText.counted(total, noun)): \(part("training", split.training, split.trainingUsers)), \(part("validation", split.validation, split.validationUsers)), \(part("test", split.test, split.testUsers))"]
        if split.left > 0 {
            lines.append("\(NumberText.rate(split.left, of: total)) \(noun) fell out" + (split.kind == .timeUser ? ": those of test users before the cut-off and of the others after it" : ""))
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
            The draw and the cut-off are those that are printed, for every model that is fitted on the events, whatever its own seed; a model has a row less for each
            event that it cannot predict, and prints the sizes of its parts.
            """,
        prints: [
            .init("split by, cut-off, seed", "the plan: the time from which events are for the test, in the log's zone, and the seed of the draw"),
            .init("training, validation, test", "events and users of each part, with their share of all events"),
            .init("fell out", "events in no part: of time-user, those of test users before the cut-off and of the others after it"),
        ],
        memory: "a few numbers for each event while they are counted; the plan is kept with the events",
        draws: "which users are held back, or which events for by=random, from the session's seed",
        reads: [.events], gives: [.events],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | split by=user test=25%", prints: "split by user, seed 0"),
            Example("simulate shop users=100 days=20 seed=1 | split by=time test=10% valid=10%", prints: "cut-off"),
        ]
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
        plan.seed = call.context.seed
        if call.isGiven("by"), let kind = Split.Kind(rawValue: try call[Self.by]) { plan.kind = kind }
        guard plan.kind != .none else { return Outcome(events.splitting(plan), blocks: [.text("no split: no scores")]) }
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
        let split: Split
        do {
            split = try Split(
                plan.kind, groups: users, users: log.users, times: times, zone: log.zone, test: plan.test, validation: plan.validation, seed: call.context.seed, work: work)
        } catch let error as DataError {
            var diagnostic = error.diagnostic
            if case .noRowsLeft = error { diagnostic.hint = "use more users, or another split: split by=random test=20%" }
            throw diagnostic.placed(at: call.span)
        }
        plan.borders = split.borders
        return Outcome(events.splitting(plan), blocks: [.text(SplitPlan.lines(split, of: "events").joined(separator: "\n"))])
    }
}

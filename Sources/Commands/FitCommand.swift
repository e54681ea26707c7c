import Diagnostics
import Events
import Features
import Language
import Models
import Runtime
import Scoring
import Tables

/// Fits a model: `fit lstm seq=10` learns what comes next from the last ten actions.
struct FitCommand: Command {
    static let model = Parameter<String>.variant("model", "what to fit", words: variants.map(\.word))
    static let length = Parameter<Int>.named("seq", default: 10, in: 1...1000, "how many of the last events the model reads")
    static let target = Parameter<String?>.column("predict", "the column whose next value is predicted; action unless given")
    static let seed = Parameter<Int?>.optional("seed", "seed of weights, batches and dropout; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    private static let sequenceParameters = [length.description, target.description, seed.description]
    private static let variants = [
        sequenceModel(LSTM.schema, example: "simulate shop users=200 days=20 seed=1 | fit lstm seq=5 epochs=1 hidden=8", prints: "lstm: next action from the last 5"),
        sequenceModel(GRU.schema, example: "simulate shop users=200 days=20 seed=1 | fit gru seq=5 epochs=1 hidden=8 bidirectional=yes", prints: "gru: next action from the last 5"),
        sequenceModel(RNN.schema, example: "simulate shop users=200 days=20 seed=1 | fit rnn seq=5 epochs=1 hidden=[8, 4] layers=2", prints: "rnn: next action from the last 5"),
        Signature.Variant(
            KMeans.schema.name, KMeans.schema.summary, details: KMeansCommand.signature.details,
            parameters: KMeans.schema.options + [KMeansCommand.log.description, KMeansCommand.seed.description], reads: [.table], gives: [.segments],
            memory: KMeansCommand.signature.memory, draws: KMeansCommand.signature.draws, prints: KMeansCommand.signature.prints,
            examples: [Example("simulate shop users=200 days=30 seed=1 | rfm | fit kmeans k=2", prints: "2 clusters of")]),
    ]

    private static func sequenceModel<Model: RecurrentEstimator>(_ schema: Schema<Model>, example: String, prints: String) -> Signature.Variant {
        Signature.Variant(
            schema.name, schema.summary,
            details: """
                Each event of a user but the first is predicted from the events before it, at most seq of them. Training ends early when the loss on the validation part no
                longer falls for 'patience' epochs; the weights of the best epoch are kept. 'describe \(schema.name)' shows the epochs.
                """,
            parameters: sequenceParameters + schema.options, reads: [.events], gives: [.model], examples: [Example(example, prints: prints)])
    }

    static let signature = Signature(
        "fit", group: .predict, summary: "Fit a model and score it on rows held back from its training.",
        details: """
            'fit lstm seq=10', 'fit gru seq=10' and 'fit rnn seq=10' predict each user's next action from the ten before it; shorter histories count too, from the second event of a
            user on. The split (see 'split') and its sizes stand above the scores, and beside them the score of always guessing the commonest class. Training
            ends early when the loss on the validation part no longer falls; the best weights are kept. Results are the same at any number of threads.
            """,
        prints: [
            .init("parameters", "numbers that the model has learnt"), .init("trained on N windows", "events of the training part whose next one was learnt"),
            .init("epochs", "passes over the training part, and the one whose weights are kept"),
            .init("split by ...", "how rows were held back, with the cut-off in time and the seed"),
            .init("windows: training, validation, test", "windows and users of each part; fell out: windows that belong to none, so that neither users nor times of the test part were seen"),
        ] + ScoresValue.terms.filter { !["precision", "recall", "rows, predicted"].contains($0.name) },
        memory: "the windows of events, and the network with its gradients for each thread; the model keeps the values that it knows and none of the events",
        draws: "the users or rows that are held back, the first weights, the order of the batches, and dropout, each from a stream of its own",
        gives: [.model, .segments], namesResultByVariant: true, variants: variants,
        examples: [Example("simulate shop users=300 days=20 seed=1 | fit lstm seq=5 epochs=1 hidden=8", prints: "always 'pv'")]
    ) { model }

    /// More classes than this make no sense for a plain softmax over actions.
    private static let mostClasses = 1000

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if call.variant == KMeans.schema.name { return try KMeansCommand.outline(call, on: input) }
        if let schema = input?.schema, !schema.isOpen {
            let target = try call[target] ?? defaultTarget
            guard let column = schema.column(named: target) else { throw DataError.unknownColumn(target, known: schema.names).diagnostic.placed(at: call.span) }
            try checkTarget(target, column: column.name, roles: schema.roles, call)
        }
        return ModelValue.outline
    }

    private static let defaultTarget = "action"

    /// - Throws: `wrong-target` for a column that has one value for a user, or no classes.
    private static func checkTarget(_ target: String, column: String, roles: [String: String], _ call: Call) throws(Diagnostic) {
        guard let role = [Role.user, .time].first(where: { roles[$0.rawValue] == column }) else { return }
        throw Diagnostic(
            "wrong-target", "'\(target)' \(role == .user ? "is the same in all events of a user" : "holds times"), so there is nothing to predict", category: .data,
            at: call.span(of: Self.target), label: "plays the \(role.rawValue)", hint: "predict=action, or another column with few values")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        switch call.variant {
        case LSTM.schema.name: return try fit(LSTM.schema, call, input)
        case GRU.schema.name: return try fit(GRU.schema, call, input)
        case RNN.schema.name: return try fit(RNN.schema, call, input)
        case KMeans.schema.name: return try KMeansCommand().run(call, on: input)
        default: preconditionFailure("a model of the catalogue that 'fit' does not fit: \(call.variant ?? "none")")
        }
    }

    private func fit<Model: RecurrentEstimator>(_ schema: Schema<Model>, _ call: Call, _ input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let estimator = try schema.estimator(for: call)
        let seed = try call[Self.seed] ?? call.context.seed
        let target = try call[Self.target] ?? Self.defaultTarget
        let work = call.context.work
        let own = events.source.schema.column(named: target)?.name
        if let own { try Self.checkTarget(target, column: own, roles: events.source.schema.roles, call) }
        let (log, notes) = try events.visible(call, reading: [own].compactMap { $0 }, at: "predict")
        let windows: EventWindows
        do { windows = try EventWindows(of: log, column: target, length: try call[Self.length], work: work) } catch let error as DataError {
            throw error.diagnostic.placed(at: call.span(of: Self.target))
        }
        defer { letGo(windows) }
        guard windows.windows.classes.count <= Self.mostClasses else {
            throw Diagnostic(
                "too-many-classes", "'\(target)' has \(NumberText.grouped(windows.windows.classes.count)) different values; '\(schema.name)' predicts up to \(NumberText.grouped(Self.mostClasses))",
                category: .data, at: call.span(of: Self.target), label: "too many values", hint: "predict=category, or another column with fewer values")
        }
        let plan = events.split ?? SplitPlan(for: events.source)
        let split: Split
        do { split = try plan.divide(windows, seed: seed, work: work) } catch let error as DataError {
            var diagnostic = error.diagnostic
            if case .noRowsLeft = error { diagnostic.hint = "use more users, or another split before it: split by=random test=20%" }
            throw diagnostic
        }
        defer { letGo(split) }
        let training = try windows.windows.subset(split.training, work: work)
        defer { letGo(training) }
        let validation = split.validation.isEmpty ? nil : try windows.windows.subset(split.validation, work: work)
        let (classifier, history) = try estimator.fit(training, validation: validation, seed: seed, work: work)
        let name = schema.name
        let heldBack: Result<ScoresValue, Diagnostic>
        if split.test.isEmpty {
            heldBack = .failure(Diagnostic("no-test-rows", "no rows were held back, so there are no scores", category: .data, hint: "split by=time-user test=20%"))
        } else {
            let test = try windows.windows.subset(split.test, work: work)
            let probabilities = try classifier.predict(test, work: work)
            var counts = [Int](repeating: 0, count: test.classes.count)
            for label in training.targets { counts[Int(label)] += 1 }
            let scores = try ClassificationScores(
                classes: test.classes, labels: test.targets.map { Int($0) }, probabilities: probabilities.values.map { Double($0) }, trainingCounts: counts, work: work)
            heldBack = .success(ScoresValue(modelName: name, scores: scores, splitLines: SplitPlan.lines(split)))
        }
        return Outcome(
            ModelValue(
                model: name, classifier: classifier, history: history, sourceName: input?.name ?? "", target: target, trainingRows: training.count, seed: seed, heldBack: heldBack),
            notes: notes)
    }
}

import Diagnostics
import Events
import Expressions
import Features
import Language
import Layers
import Models
import Runtime
import Scoring
import Tables

/// Fits a model: `fit lstm seq=10` learns what comes next from the last ten actions.
struct FitCommand: Command {
    static let model = Parameter<String>.variant("model", "what to fit", words: variants.map(\.word))
    static let length = Parameter<Int>.named("seq", default: 10, in: 1...1000, "how many of the last events the model reads")
    static let target = Parameter<String?>.column("predict", "what is predicted: the next value of a column, or a label of users or sessions; the next action unless given")
    static let inputs = Parameter<[String]?>.optional(
        "inputs", "columns that say what an event is: texts, truth values and numbers; also hour and weekday of its time; what is predicted next unless given, or the action", check: { names in
            names.isEmpty ? "list of at least one column" : Set(names).count < names.count ? "list of different columns" : nil
        })
    static let seed = Parameter<Int?>.optional("seed", "seed of weights, batches and dropout; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    private static let sequenceParameters = [length.description, target.description, inputs.description, seed.description]

    /// A model of sequences: how it is typed, and how its hyperparameters are read.
    struct SequenceFit: Sendable {
        let variant: Signature.Variant
        let estimator: @Sendable (Call) throws -> any SequenceEstimator

        /// - Parameter details: how it is fitted; a network is trained in epochs.
        init<Model: SequenceEstimator>(_ schema: Schema<Model>, details: String = SequenceFit.trained, example: String, prints: String) {
            let shown = Model.self is any NeuralEstimator.Type ? "sizes and epochs" : "settings"
            variant = Signature.Variant(
                schema.name, schema.summary,
                details: """
                    Each event of a user but the first is predicted from the events before it, at most seq of them. predict=LABEL learns a label of users or sessions (see 'label') from
                    their last events instead, one window for each. Of a table that 'on' names each row is a sequence of one step, and predict= one of its columns. \(details) 'describe \(schema.name)' shows its \(shown).
                    """,
                parameters: sequenceParameters + schema.options, reads: [.events], readsByName: [.table], gives: [.model], examples: [Example(example, prints: prints)])
            estimator = { try schema.estimator(for: $0) }
        }

        /// A model that predicts several steps of what comes next.
        init<Model: SequenceEstimator>(continuing schema: Schema<Model>, details: String, example: String, prints: String) {
            variant = Signature.Variant(
                schema.name, schema.summary, details: details, parameters: [length.description, stepTarget.description, inputs.description, seed.description] + schema.options, reads: [.events], gives: [.model],
                prints: ScoresValue.continuationTerms, examples: [Example(example, prints: prints)])
            estimator = { try schema.estimator(for: $0) }
        }

        static let trained = "Training ends early when the loss on the validation part no longer falls for 'patience' epochs; the weights of the best epoch are kept."
    }

    static let sequenceModels = [
        SequenceFit(LSTM.schema, example: "simulate shop users=200 days=20 seed=1 | fit lstm seq=5 epochs=1 hidden=8", prints: "lstm: next action from the last 5"),
        SequenceFit(GRU.schema, example: "simulate shop users=200 days=20 seed=1 | fit gru seq=5 epochs=1 hidden=8 bidirectional=yes", prints: "gru: next action from the last 5"),
        SequenceFit(RNN.schema, example: "simulate shop users=200 days=20 seed=1 | fit rnn seq=5 epochs=1 hidden=[8, 4] layers=2", prints: "rnn: next action from the last 5"),
        SequenceFit(Transformer.schema, example: "simulate shop users=200 days=20 seed=1 | fit transformer seq=5 epochs=2 hidden=16 heads=2 rate=0.01", prints: "transformer: next action from the last 5"),
        SequenceFit(TCN.schema, example: "simulate shop users=200 days=20 seed=1 | fit tcn seq=5 epochs=2 hidden=8 layers=2 rate=0.01", prints: "tcn: next action from the last 5"),
        SequenceFit(
            Markov.schema,
            details: """
                What followed the same last 'order' events is counted, and shorter contexts stand in as far as longer ones are rare (Witten and Bell). An event is all inputs together; numbers are \
                refused. Of a label, each class has a chain of its own, and the class whose chain finds the events likelier wins. Counting is exact: no epochs, and the validation part is not used.
                """, example: "simulate shop users=200 days=20 seed=1 | fit markov order=2", prints: "markov: next action from the last 10"),
        SequenceFit(
            EchoState.schema,
            details: """
                The reservoir is random and stays as it is drawn; a linear read-out of its last state is solved by ridge regression, without epochs. Its values become probabilities by a softmax \
                whose temperature is that of least log loss on the validation part.
                """, example: "simulate shop users=200 days=20 seed=1 | fit esn seq=5 hidden=50", prints: "esn: next action from the last 5"),
        continuing,
    ]

    private static let variants =
        sequenceModels.map(\.variant) + [
            Signature.Variant(
                KMeans.schema.name, KMeans.schema.summary, details: KMeansCommand.signature.details,
                parameters: KMeans.schema.options + [KMeansCommand.log.description, KMeansCommand.seed.description], reads: [.table], gives: [.segments],
                memory: KMeansCommand.signature.memory, draws: KMeansCommand.signature.draws, prints: KMeansCommand.signature.prints,
                examples: [Example("simulate shop users=200 days=30 seed=1 | rfm | fit kmeans k=2", prints: "2 clusters of")]),
            Signature.Variant(
                Autoencoder.schema.name, Autoencoder.schema.summary, details: AutoencoderCommand.signature.details, parameters: AutoencoderCommand.options, reads: [.table, .events], gives: [.table],
                memory: AutoencoderCommand.signature.memory, draws: AutoencoderCommand.signature.draws, prints: AutoencoderCommand.signature.prints,
                examples: [Example("simulate shop users=200 days=30 seed=1 | features | fit autoencoder code=2 epochs=10", prints: "Held-back error")]),
        ]

    static let signature = Signature(
        "fit", group: .predict, summary: "Fit a model and score it on rows held back from its training.",
        details: """
            'fit lstm seq=10' predicts each user's next action from the ten before it, and so do gru, rnn, transformer and tcn; shorter histories count too, from the second event of a
            user on, and 'fit seq2seq ahead=5' predicts the next five. The split (see 'split') and its sizes stand above the scores, and beside them the score of always guessing the commonest class. Training
            ends early when the loss on the validation part no longer falls; the best weights are kept, also when Ctrl-C at the prompt ends it after the first epoch. 'fit markov'
            counts instead, and 'fit esn' solves one equation: both take seconds and say what a network is worth. Results are the same at any number of threads.
            """,
        prints: [
            .init("parameters", "numbers that the model has learnt"), .init("trained on N windows", "events of the training part whose next one was learnt"),
            .init("epochs", "passes over the training part, and the one whose weights are kept"),
            .init("split by ...", "how rows were held back, with the cut-off in time and the seed"),
            .init("windows: training, validation, test", "windows and users of each part; fell out: windows that belong to none, so that neither users nor times of the test part were seen"),
        ] + ScoresValue.terms.filter { !["precision", "recall", "rows, predicted"].contains($0.name) },
        memory: "the windows of events, and the network with its gradients for each thread; the model keeps the values that it knows and none of the events",
        draws: "the users or rows that are held back, the first weights, the order of the batches, and dropout, each from a stream of its own",
        gives: [.model, .segments, .table], namesResultByVariant: true, variants: variants,
        examples: [Example("simulate shop users=300 days=20 seed=1 | fit lstm seq=5 epochs=1 hidden=8", prints: "always 'pv'")]
    ) { model }

    /// More classes than this make no sense for a plain softmax over actions.
    private static let mostClasses = 1000

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if call.variant == KMeans.schema.name { return try KMeansCommand.outline(call, on: input) }
        if call.variant == Autoencoder.schema.name { return try AutoencoderCommand.outline(call, on: input) }
        guard let schema = input?.schema, !schema.isOpen else { return ModelValue.outline }
        if input?.isSurely([.table]) == true {
            try checkRows(call, schema)
            return ModelValue.outline
        }
        func column(_ name: String, of option: String) throws(Diagnostic) -> String {
            guard let column = schema.column(named: name) else { throw DataError.unknownColumn(name, known: schema.names).diagnostic.placed(at: call.span(named: option)) }
            return column.name
        }
        let target = try call[target] ?? defaultTarget
        try checkTarget(target, column: try column(target, of: "predict"), roles: schema.roles, call)
        for name in try call[inputs] ?? [] where schema.column(named: name) != nil || !SequenceInputs.isMadeOfTime(name) { try checkInput(name, column: try column(name, of: "inputs"), schema, call) }
        return ModelValue.outline
    }

    static let defaultTarget = "action"

    /// - Throws: `wrong-target` for a column that has one value for a user, or no classes.
    private static func checkTarget(_ target: String, column: String, roles: [String: String], _ call: Call) throws(Diagnostic) {
        guard let role = [Role.user, .time].first(where: { roles[$0.rawValue] == column }) else { return }
        throw Diagnostic(
            "wrong-target", "'\(target)' \(role == .user ? "is the same in all events of a user" : "holds times"), so there is nothing to predict", category: .data,
            at: call.span(of: Self.target), label: "plays the \(role.rawValue)", hint: "predict=action, or another column with few values")
    }

    /// - Throws: `wrong-column` for users, whom a model would learn by heart, and for times.
    private static func checkInput(_ name: String, column: String, _ schema: ExpressionSchema, _ call: Call) throws(Diagnostic) {
        let isUser = schema.roles[Role.user.rawValue] == column
        guard isUser || schema.column(named: column)?.type == .time else { return }
        throw Diagnostic(
            "wrong-column", "'\(name)' \(isUser ? "names the user, whom a model is not to learn by heart" : "holds times")", category: .data, at: call.span(of: inputs),
            label: isUser ? "plays the user" : "a time", hint: isUser ? "leave it out" : "hour and weekday are made of the events' times")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        if call.variant == KMeans.schema.name { return try KMeansCommand().run(call, on: input) }
        if call.variant == Autoencoder.schema.name { return try AutoencoderCommand().run(call, on: input) }
        guard let model = Self.sequenceModels.first(where: { $0.variant.word == call.variant }) else { preconditionFailure("a model of the catalogue that 'fit' does not fit: \(call.variant ?? "none")") }
        return try fit(model, call, input)
    }

    /// What a call learns from a log, and the columns that it reads.
    ///
    /// - Throws: a `Diagnostic` for a target or an input that cannot be one.
    static func task(_ call: Call, _ events: EventsValue, _ log: EventLog) throws -> (task: SequenceTask, columns: [String]) {
        let schema = log.schema
        let name = try call[target] ?? defaultTarget
        let own = schema.column(named: name)?.name
        if let own { try checkTarget(name, column: own, roles: schema.roles, call) }
        let label = own.flatMap { log.report.labels.label(named: $0) }.flatMap { $0.unit == .event ? nil : $0 }
        if let label { try checkContinued(label, call) }
        let inputs = try call[inputs] ?? [label == nil ? name : defaultTarget]
        for input in inputs {
            guard let column = schema.column(named: input)?.name else { continue }
            try checkInput(input, column: column, schema, call)
        }
        let columns = inputs.compactMap { schema.column(named: $0)?.name } + [label == nil ? own : nil].compactMap { $0 }
        return (SequenceTask(label.map { .label($0) } ?? .next(name), inputs: inputs, length: try call[length]), columns)
    }

    /// How rows are divided unless a split was chosen: held-back users where users are what is labelled.
    static func plan(for task: SequenceTask, _ events: EventsValue) -> SplitPlan {
        if let chosen = events.split { return chosen }
        if case .label(let label) = task.target, label.unit == .user { return .ofUsers }
        return SplitPlan(for: events.source)
    }

    /// The windows over a log that a call learns from, divided.
    private static func material(_ events: EventsValue, _ call: Call, seed: Int) throws -> Material {
        let work = call.context.work
        let (task, columns) = try task(call, events, try events.log(work))
        let (log, notes) = try events.visible(call, reading: columns, at: call.isGiven("inputs") ? "inputs" : "predict")
        let windows: EventWindows
        do { windows = try EventWindows(of: log, task, work: work) } catch let error as DataError {
            throw error.diagnostic.placed(at: call.span(named: call.isGiven("inputs") ? "inputs" : "predict"))
        }
        defer { letGo(windows) }
        let split: Split
        do { split = try plan(for: task, events).divide(windows, seed: seed, work: work) } catch let error as DataError {
            var diagnostic = error.diagnostic
            if case .noRowsLeft = error { diagnostic.hint = "use more users, or another split before it: split by=random test=20%" }
            throw diagnostic
        }
        return Material(windows: windows.windows, split: split, task: task, lines: SplitPlan.lines(split), notes: notes)
    }

    private func fit(_ model: SequenceFit, _ call: Call, _ input: Input?) throws -> Outcome {
        var estimator = try model.estimator(call)
        if call.context.isInteractive, var network = estimator as? any NeuralEstimator {
            network.training.keepsBest = true
            estimator = network
        }
        let name = model.variant.word
        let seed = try call[Self.seed] ?? call.context.seed
        let work = call.context.work
        let material: Material
        if let table = input?.value.asTable { material = try Self.material(table, call, seed: seed) } else { material = try Self.material(try EventsValue.read(input, call), call, seed: seed) }
        defer { letGo(material) }
        let (windows, split) = (material.windows, material.split)
        guard windows.classes.count <= Self.mostClasses else {
            throw Diagnostic(
                "too-many-classes", "'\(material.task.name)' has \(NumberText.grouped(windows.classes.count)) different values; '\(name)' predicts up to \(NumberText.grouped(Self.mostClasses))",
                category: .data, at: call.span(of: Self.target), label: "too many values", hint: "predict=category, or another column with fewer values")
        }
        let ahead = estimator.ahead
        let training = try windows.continued(split.training, ahead: ahead, work: work)
        defer { letGo(training) }
        let validation = split.validation.isEmpty ? nil : try windows.continued(split.validation, ahead: ahead, work: work)
        let (fitted, history) = try Self.fitted(estimator, training, validation: validation, seed: seed, call, work)
        let heldBack: Result<ScoresValue, Diagnostic>
        if split.test.isEmpty {
            heldBack = .failure(Diagnostic("no-test-rows", "no rows were held back, so there are no scores", category: .data, hint: "split by=time-user test=20%"))
        } else {
            let test = try windows.continued(split.test, ahead: ahead, work: work)
            let probabilities = try fitted.predict(test, work: work)
            var counts = [Int](repeating: 0, count: test.classes.count)
            for label in training.targets { counts[Int(label)] += 1 }
            let scores = try ClassificationScores(
                classes: test.classes, labels: test.targets.map { Int($0) }, probabilities: probabilities.values.map { Double($0) }, trainingCounts: counts, work: work)
            heldBack = .success(ScoresValue(modelName: name, scores: scores, splitLines: material.lines, continuation: try Self.continuation(fitted, test, training, work)))
        }
        var task = material.task
        task.ahead = ahead
        return Outcome(
            ModelValue(
                model: name, fitted: fitted, history: history, sourceName: input?.name ?? "", task: task, trainingRows: training.count, seed: seed, heldBack: heldBack),
            notes: material.notes)
    }
}

extension FitCommand {
    /// - Throws: what the estimator does; an input that it cannot read is placed where it is named.
    private static func fitted(
        _ estimator: any SequenceEstimator, _ training: SequenceWindows, validation: SequenceWindows?, seed: Int, _ call: Call, _ work: Work
    ) throws -> (model: any SequenceModel, history: TrainingHistory) {
        do { return try estimator.fit(training, validation: validation, seed: seed, work: work) } catch let error as SequenceModelError {
            guard case .numbers = error else { throw error }
            throw error.diagnostic.placed(at: call.span(named: call.isGiven("inputs") ? "inputs" : "predict"))
        }
    }
}

extension SequenceTask {
    /// What is predicted, as it is typed.
    var name: String {
        switch target {
        case .next(let column): column
        case .label(let label): label.name
        case .column(let column): column
        }
    }

    /// What is predicted from what, in words.
    var text: String {
        let usual = if case .next(let column) = target { [column] } else { [FitCommand.defaultTarget] }
        let from = inputs == usual ? "" : " values of \(inputs.joined(separator: ", "))"
        return switch target {
        case .next(let column): (ahead == 1 ? "next \(column)" : "\(column) of the next \(ahead) events") + " from the last \(length)\(from)"
        case .label(let label): "\(label.name) of a \(label.unit.rawValue) from the last \(length)\(from)"
        case .column(let column): "\(column) from \(NumberText.counted(inputs.count, "columns"))"
        }
    }
}

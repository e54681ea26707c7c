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
    static let inputs = Parameter<[String]?>.optional(
        "inputs", "columns that say what an event is: texts, truth values and numbers; also hour and weekday of its time; what is predicted next unless given, and the action for a label",
        completion: .column, placeholder: "[COLUMN, ...]", check: columnList)
    static let seed = Parameter<Int?>.optional("seed", "seed of weights, batches and dropout; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    private static let sequenceParameters = [length.description, targets.description, kinds.description, inputs.description, positive.description, seed.description]

    /// A model of sequences: how it is typed, and how its hyperparameters are read.
    struct SequenceFit: Sendable {
        let variant: Signature.Variant
        let estimator: @Sendable (Call) throws -> any SequenceEstimator

        /// - Parameter details: how it is fitted; a network is trained in epochs.
        init<Model: SequenceEstimator>(_ schema: Schema<Model>, details: String = SequenceFit.trained, example: String, prints: String) {
            let isNetwork = Model.self is any NeuralEstimator.Type
            let shown = isNetwork ? "sizes and epochs" : "settings"
            variant = Signature.Variant(
                schema.name, schema.summary,
                details: """
                    Each event of a user but the first is predicted from the events before it, at most seq of them. predict=LABEL learns a label of users or sessions (see 'label') from
                    their last events instead, one window for each. \(isNetwork ? FitCommand.severalTargets : Model.self is Markov.Type ? "It predicts classes. " : "")Of a table that 'on' names each row is a sequence of one step, and predict= one of its columns. \(details) 'describe \(schema.name)' shows its \(shown).
                    """,
                parameters: sequenceParameters + (isNetwork ? networkParameters : []) + schema.options + (isNetwork ? checkpointParameters : []), reads: [.events], readsByName: [.table], gives: [.model], examples: [Example(example, prints: prints)])
            estimator = { call in
                let estimator = try schema.estimator(for: call)
                return isNetwork ? try FitCommand.weighted(estimator, call) : estimator
            }
        }

        /// A model that predicts several steps of what comes next.
        init<Model: SequenceEstimator>(continuing schema: Schema<Model>, details: String, example: String, prints: String) {
            variant = Signature.Variant(
                schema.name, schema.summary, details: details, parameters: [length.description, targets.description, inputs.description, seed.description] + schema.options + checkpointParameters,
                reads: [.events], gives: [.model], prints: ScoresValue.continuationTerms, examples: [Example(example, prints: prints)])
            estimator = { try schema.estimator(for: $0) }
        }

        /// A model that reads rows of a table.
        init<Model: RowEstimator>(rows schema: Schema<Model>, details: String, example: String, prints: String) {
            variant = Signature.Variant(
                schema.name, schema.summary,
                details: "Each row of the table is read: numbers\(Model.readsGaps ? "" : ", gaps filled"), and categories as 'encode' says, all of it learnt on the training part. \(details) 'describe \(schema.name)' shows what was learnt.",
                parameters: [targets.description, inputs.description, positive.description, seed.description] + schema.options, reads: [.table], gives: [.model],
                examples: [Example(example, prints: prints)])
            estimator = { call in
                let estimator = try schema.estimator(for: call)
                guard var boosted = estimator as? XGBoost else { return estimator }
                boosted.positive = try call[positive]?.text
                return boosted
            }
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
                The reservoir is random and stays as it is drawn; a linear read-out of its last state is solved by ridge regression, without epochs. Of classes its values become probabilities by a \
                softmax whose temperature is that of least log loss on the validation part.
                """, example: "simulate shop users=200 days=20 seed=1 | fit esn seq=5 hidden=50", prints: "esn: next action from the last 5"),
        continuing,
        logistic,
        tree,
        forest,
        xgboost,
    ]

    /// Clusterings of tables, each of which is a verb too.
    private static let clusterings: [any ClusteringCommand.Type] = [KMeansCommand.self, KModesCommand.self, KPrototypesCommand.self, MixtureCommand.self, HierarchicalCommand.self, DBSCANCommand.self]

    private static let variants =
        sequenceModels.map(\.variant) + clusterings.map { $0.variant } + [
            Signature.Variant(
                Autoencoder.schema.name, Autoencoder.schema.summary, details: AutoencoderCommand.signature.details, parameters: AutoencoderCommand.options, reads: [.table, .events], gives: [.table],
                memory: AutoencoderCommand.signature.memory, draws: AutoencoderCommand.signature.draws, prints: AutoencoderCommand.signature.prints,
                examples: [Example("simulate shop users=200 days=30 seed=1 | features | fit autoencoder code=2 epochs=10", prints: "Held-back error")]),
        ]

    static func clustering(_ name: String?) -> (any ClusteringCommand.Type)? { clusterings.first { $0.signature.verb == name } }

    static let signature = Signature(
        "fit", group: .predict, summary: "Fit a model and score it on rows held back from its training.",
        details: """
            'fit lstm seq=10' predicts each user's next action from the ten before it, and so do gru, rnn, transformer and tcn; shorter histories count too, from the second event of a
            user on, and 'fit seq2seq ahead=5' predicts the next five. The split (see 'split') and its sizes stand above the scores, and beside them the score of always guessing the commonest class. Training
            ends early when the loss on the validation part no longer falls; the best weights are kept, also when Ctrl-C at the prompt ends it after the first epoch. 'fit markov'
            counts instead, and 'fit esn' solves one equation: both take seconds and say what a network is worth. Results are the same at any number of threads.

            What is predicted is a class or a number: texts, conditions and whole numbers of at most \(TargetKind.mostWholeClasses) values are classes, all other numbers are numbers, and
            as=class or as=number says otherwise; the model's line tells which it is. Of more than \(mostClasses) classes, such as predict=item, the scores say how far up the true one is ranked among all.
            predict=[bought, action] learns several targets at once: each has the windows that it has alone, so that a label is told by nothing after its cut-off.
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
        examples: [
            Example("simulate shop users=300 days=20 seed=1 | fit lstm seq=5 epochs=1 hidden=8", prints: "always 'pv'"),
            Example("simulate shop users=200 days=20 seed=1 prices=yes | fit gru predict=price inputs=[action, category] epochs=1 hidden=8", prints: "next price (a number)"),
            Example(
                "simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") | fit lstm predict=[bought, action] target-weights=[2, 1] epochs=1",
                prints: "Scores of lstm for action"),
        ]
    ) { model }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if let clustering = clustering(call.variant) { return try clustering.outline(call, on: input) }
        if call.variant == Autoencoder.schema.name { return try AutoencoderCommand.outline(call, on: input) }
        try checkCheckpoint(call)
        try checkTargets(call)
        let outline = ModelValue.outline(others: Array(try call[targets]?.dropFirst() ?? []))
        guard let known = input?.schema, !known.isOpen else { return outline }
        let schema = try schema(known, withSegmentsOf: call)
        if input?.isSurely([.table]) == true {
            try checkRows(call, schema)
            return outline
        }
        func column(_ name: String, of option: String) throws(Diagnostic) -> String {
            guard let column = schema.column(named: name) else { throw DataError.unknownColumn(name, known: schema.names).diagnostic.placed(at: call.span(named: option)) }
            return column.name
        }
        for (index, target) in try (call[targets] ?? [defaultTarget]).enumerated() {
            let name = try column(target, of: "predict")
            try checkTarget(target, column: name, roles: schema.roles, call)
            try checkKind(index, target, schema.column(named: name)?.type, call)
        }
        for name in try call[context] ?? [] { try checkInput(name, column: try column(name, of: "context"), schema, call, at: "context") }
        for name in try call[inputs] ?? [] where schema.column(named: name) != nil || !SequenceInputs.isMadeOfTime(name) { try checkInput(name, column: try column(name, of: "inputs"), schema, call) }
        return outline
    }

    static let defaultTarget = "action"

    /// - Throws: `wrong-target` for a column that has one value for a user, or no classes.
    private static func checkTarget(_ target: String, column: String, roles: [String: String], _ call: Call) throws(Diagnostic) {
        guard let role = [Role.user, .time].first(where: { roles[$0.rawValue] == column }) else { return }
        throw Diagnostic(
            "wrong-target", "'\(target)' \(role == .user ? "is the same in all events of a user" : "holds times"), so there is nothing to predict", category: .data,
            at: call.span(of: Self.targets), label: "plays the \(role.rawValue)", hint: "predict=action, or another column with few values")
    }

    /// - Throws: `wrong-target` for a column that says something of users: the next value would be the one before.
    private static func checkMoves(_ target: String, _ column: String, _ log: EventLog, _ call: Call) throws {
        guard !log.schema.roles.values.contains(column), try log.isOfUsers(column, work: call.context.work) else { return }
        throw Diagnostic(
            "wrong-target", "'\(target)' is the same in all events of a user, so that the next value is the one before", category: .data, at: call.span(of: targets), label: "of users, not of events",
            hint: "label NAME = first(\(column)) per=user | fit \(call.variant ?? "") predict=NAME learns it from what the users did")
    }

    /// - Throws: `wrong-column` for users, whom a model would learn by heart, and for times.
    private static func checkInput(_ name: String, column: String, _ schema: ExpressionSchema, _ call: Call, at option: String = "inputs") throws(Diagnostic) {
        let isUser = schema.roles[Role.user.rawValue] == column
        if schema.roles[Role.session.rawValue] == column, schema.column(named: column)?.type == .number {
            throw Diagnostic(
                "wrong-column", "'\(name)' numbers the sessions of all users one after the other, and says nothing of what happens in one", category: .data, at: call.span(named: option), label: "plays the session",
                hint: "leave it out; 'features per=session' makes a table of sessions")
        }
        guard isUser || schema.column(named: column)?.type == .time else { return }
        throw Diagnostic(
            "wrong-column", "'\(name)' \(isUser ? "names the user, whom a model is not to learn by heart" : "holds times")", category: .data, at: call.span(named: option),
            label: isUser ? "plays the user" : "a time", hint: isUser ? "leave it out" : "hour and weekday are made of the events' times")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        if let clustering = Self.clustering(call.variant) { return try clustering.init().run(call, on: input) }
        if call.variant == Autoencoder.schema.name { return try AutoencoderCommand().run(call, on: input) }
        guard let model = Self.sequenceModels.first(where: { $0.variant.word == call.variant }) else { preconditionFailure("a model of the catalogue that 'fit' does not fit: \(call.variant ?? "none")") }
        return try Self.fit(model, call, input)
    }

    /// What a call learns from a log, and the columns that it reads.
    ///
    /// - Throws: a `Diagnostic` for a target or an input that cannot be one.
    static func task(_ call: Call, _ events: EventsValue, _ log: EventLog) throws -> (task: SequenceTask, columns: [String]) {
        let schema = log.schema
        var targets: [SequenceTask.Target] = [], columns: [String] = []
        for name in try call[Self.targets] ?? [defaultTarget] {
            let own = schema.column(named: name)?.name
            if let own { try checkTarget(name, column: own, roles: schema.roles, call) }
            let label = own.flatMap { log.report.labels.label(named: $0) }.flatMap { $0.unit == .event ? nil : $0 }
            if let label { try checkContinued(label, call) }
            targets.append(label.map { .label($0) } ?? .next(name))
            if label == nil, let own {
                try checkMoves(name, own, log, call)
                columns.append(own)
            }
        }
        let inputs = try call[inputs] ?? SequenceTask.usualInputs(of: targets, schema)
        for input in inputs {
            guard let column = schema.column(named: input)?.name else { continue }
            try checkInput(input, column: column, schema, call)
            columns.append(column)
        }
        let context = try call[context] ?? []
        for name in context {
            guard let column = schema.column(named: name)?.name else { throw DataError.unknownColumn(name, known: log.knownNames).diagnostic.placed(at: call.span(named: "context")) }
            try checkInput(name, column: column, schema, call, at: "context")
            try events.expectVisible([column], log, call, at: "context")
        }
        return (SequenceTask(targets, kinds: try kinds(call, count: targets.count), inputs: inputs, context: context, length: try call[length]), columns)
    }

    /// How rows are divided unless a split was chosen: held-back users where users are what is labelled.
    static func plan(for task: SequenceTask, _ events: EventsValue) -> SplitPlan {
        if let chosen = events.split { return chosen }
        if task.targets.contains(where: { if case .label(let label) = $0 { label.unit == .user } else { false } }) { return .ofUsers }
        return SplitPlan(for: events.source)
    }

    /// The windows over a log that a call learns from.
    static func lesson(_ events: EventsValue, _ call: Call) throws -> Lesson {
        let work = call.context.work
        let (task, columns) = try task(call, events, try events.log(work))
        let (log, notes) = try events.visible(call, reading: columns, at: call.isGiven("inputs") ? "inputs" : "predict")
        let windows: EventWindows
        do { windows = try EventWindows(of: log, task, work: work) } catch let error as DataError {
            if case .badOption(name: "as=number", _, _) = error { throw error.diagnostic.placed(at: call.span(named: "as")) }
            throw error.diagnostic.placed(at: call.span(named: call.isGiven("inputs") ? "inputs" : "predict"))
        }
        let plan = plan(for: task, events)
        return Lesson(
            windows: windows.windows, task: task, notes: notes, users: windows.users, times: windows.times, strata: windows.windows.targets.isEmpty ? nil : windows.windows.targets, rowNoun: "windows"
        ) { seed in
            do {
                let split = try plan.divide(windows, seed: seed, work: work)
                return (split, SplitPlan.lines(split))
            } catch let error as DataError {
                var diagnostic = error.diagnostic
                if case .noRowsLeft = error { diagnostic.hint = "use more users, or another split before it: split by=random test=20%" }
                throw diagnostic
            }
        }
    }

    /// What a call learns from its input.
    static func lesson(_ call: Call, _ given: Input?, dividing kind: Split.Kind? = nil) throws -> Lesson {
        let (input, notes) = try joiningSegments(call, given)
        var lesson = try ownLesson(call, input, dividing: kind)
        lesson.notes += notes
        return lesson
    }

    private static func ownLesson(_ call: Call, _ input: Input?, dividing kind: Split.Kind?) throws -> Lesson {
        if let table = input?.value.asTable { return try lesson(table, call, dividing: kind) }
        return try lesson(try EventsValue.read(input, call), call)
    }

    static func fit(_ model: SequenceFit, _ call: Call, _ input: Input?) throws -> Outcome {
        try checkCheckpoint(call)
        var estimator = try model.estimator(call)
        if call.context.isInteractive, var network = estimator as? any NeuralEstimator {
            network.training.keepsBest = true
            estimator = network
        }
        let seed = try call[Self.seed] ?? call.context.seed
        let lesson = try Self.lesson(call, input)
        defer { letGo(lesson) }
        try expect(lesson.windows, fit: estimator, call)
        let (split, lines) = try lesson.divided(seed)
        let warnings = try LeakageGuard(lesson, split, work: call.context.work).warnings()
        let trial = try Trial(estimator, lesson, split.parts, seed: seed, call)
        return Outcome(trial.value(model.variant.word, lesson, lines, source: input?.name ?? ""), notes: lesson.notes + notes(of: lesson.task, split) + (try remarks(lesson, split, trial.fitted, call.context.work)) + warnings)
    }
}

extension SequenceTask {
    /// What is read of events unless told: what each target alone would read, which is what comes next, or the action for a label.
    static func usualInputs(of targets: [Target], _ schema: ExpressionSchema = .unknown) -> [String] {
        var inputs: [String] = []
        for target in targets {
            let name = if case .next(let column) = target { column } else { FitCommand.defaultTarget }
            if !inputs.contains(where: { schema.column(named: $0)?.name == schema.column(named: name)?.name }) { inputs.append(name) }
        }
        return inputs
    }

    /// What is predicted from what, in words.
    ///
    /// - Parameter found: what the model predicts, target by target.
    func text(_ found: [ModelTarget]) -> String {
        let from = inputs == Self.usualInputs(of: targets) ? "" : " values of \(inputs.joined(separator: ", "))"
        let goals = zip(targets, found).map { target, model in
            let kind = if case .number = model.kind { " (a number)" } else { "" }
            return switch target {
            case .next(let column): ahead == 1 ? "next \(column)\(kind)" : "\(column) of the next \(ahead) events"
            case .label(let label): "\(label.name)\(kind) of a \(label.unit.rawValue)"
            case .column(let column): "\(column)\(kind)"
            }
        }
        let goal = goals.count < 2 ? goals.joined() : goals.dropLast().joined(separator: ", ") + " and " + goals[goals.count - 1]
        let beside = context.isEmpty ? "" : ", beside \(context.joined(separator: ", "))"
        if case .column = target { return "\(goal) from \(NumberText.counted(inputs.count, "columns"))\(beside)" }
        return "\(goal) from the last \(length)\(from)\(beside)"
    }
}

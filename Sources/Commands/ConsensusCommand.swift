import Diagnostics
import Language
import Layers
import Models
import Runtime
import Scoring

/// Makes one model of several that predict the same.
struct ConsensusCommand: Command {
    static let models = Parameter<[String]>.names("models", of: [.model], "models that predict the same on the same split; all of the session unless given")
    static let by = Parameter<String>.named("by", default: ConsensusRule.Kind.mean.rawValue, "how they make up one answer", oneOf: ConsensusRule.Kind.allCases.map(\.rawValue))

    static let signature = Signature(
        "consensus", group: .predict, summary: "Make one model of several: by votes, by the mean of their probabilities, or by a regression on them.",
        details: """
            by=mean takes the mean of the probabilities. by=vote counts whose likeliest class it is, with the mean as one vote more, which breaks ties. by=stack learns a logistic regression on
            what the models say of the validation part, from which none of them has learnt (though some ended their training by it): a model that says nothing new gets little weight. All are
            scored on the same test part, where nothing was learnt or chosen.

            Models must predict the same classes on the same split; what they read may differ, such as the sessions' features and their events.
            """,
        prints: [
            .init("all agree", "rows whose likeliest class is the same for all models"), .init("accuracy", "of the consensus among such rows"),
        ],
        memory: "the models, which are shared, and their held-back predictions",
        reads: [.model], gives: [.model],
        examples: [
            Example(
                "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit logistic predict=bought | fit logistic predict=bought penalty=l1 as sparse | consensus logistic sparse by=mean",
                prints: "all agree"),
        ]
    ) {
        models
        by
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if try call[models].count == 1 { throw single(call) }
        return ModelValue.outline(others: [])
    }

    private static func single(_ call: Call) -> Diagnostic {
        Diagnostic("missing-argument", "a consensus is of at least two models", category: .syntax, at: call.span(of: models), label: "one model", hint: "consensus A B by=mean")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let work = call.context.work
        let chosen = try CompareCommand.chosen(call, try call[Self.models])
        guard chosen.count > 1 else { throw Self.single(call) }
        let first = chosen[0]
        let predictions = try chosen.map { one -> HeldBackPredictions in
            guard let predictions = one.model.predictions else {
                throw Diagnostic("no-classes", "'\(one.name)' predicts no classes that are known row by row", category: .data, at: call.span(of: Self.models), label: "cannot join", hint: "a consensus is of models of a few classes")
            }
            return predictions
        }
        guard predictions.allSatisfy({ $0.test.labels == predictions[0].test.labels && $0.validation?.labels == predictions[0].validation?.labels }) else {
            throw Diagnostic(
                "different-rows", "the models' held-back rows stand in different orders", category: .data, at: call.span(of: Self.models), label: "cannot be put together",
                hint: "fit them on the same table, or on the same events")
        }
        let names = chosen.map(\.name), classes = predictions[0].test.classes
        let rule = try Self.rule(ConsensusRule.Kind(rawValue: try call[Self.by]) ?? .mean, names, predictions, call)
        func combined(_ parts: [ClassPredictions]) throws -> ClassPredictions { parts[0].with(try rule.combined(parts.map(\.probabilities), classes: classes.count, work: work)) }
        let validations = predictions.compactMap(\.validation)
        let start = ContinuousClock.now
        let test = try combined(predictions.map(\.test))
        let scores = try ClassificationScores(test, trainingCounts: first.model.trainingCounts, positive: predictions[0].positive, work: work)
        let held = HeldBackPredictions(
            validation: validations.count == predictions.count ? try combined(validations) : nil, test: test, positive: predictions[0].positive)
        let target = first.scores.targets[0].name
        let value = ModelValue(
            model: "consensus", fitted: ConsensusModel(names: names, members: chosen.map(\.model.fitted), rule: rule), history: TrainingHistory(), sourceName: first.model.sourceName, task: first.model.task,
            trainingRows: first.model.trainingRows, seed: first.model.seed,
            heldBack: .success(ScoresValue(modelName: "consensus", targets: [(target, scores)], splitLines: first.scores.splitLines, division: first.scores.division)), predictions: held, trainingCounts: first.model.trainingCounts,
            seconds: (chosen.reduce(0) { $0 + $1.model.seconds.fit }, chosen.reduce((ContinuousClock.now - start) / .seconds(1)) { $0 + $1.model.seconds.score }), members: chosen.map { ($0.name, $0.model) })
        return Outcome(value, blocks: value.blocks + [.text(try Self.agreement(predictions.map(\.test), test))], input: chosen[0].input)
    }

    private static func rule(_ kind: ConsensusRule.Kind, _ names: [String], _ predictions: [HeldBackPredictions], _ call: Call) throws -> ConsensusRule {
        guard kind == .stack else { return ConsensusRule(kind) }
        let validations = predictions.compactMap(\.validation)
        guard validations.count == predictions.count else {
            throw Diagnostic("no-validation-rows", "by=stack learns on the validation part, and the split has none", category: .data, at: call.span(of: by), label: "nothing to learn from", hint: "split valid=10% before the models, or by=mean")
        }
        let rows = validations[0].rows, classes = validations[0].classes.count, least = 10 * names.count * (classes == 2 ? 1 : classes * classes)
        guard rows >= least else {
            throw Diagnostic(
                "too-few-rows", "by=stack learns what \(names.count) models are worth from the validation part, and its \(rows) rows are fewer than the \(least) that this takes", category: .data, at: call.span(of: by),
                label: "too little to learn from", hint: "by=mean, or a larger validation part: split valid=20%")
        }
        do {
            return try ConsensusRule(stacking: names, predictions: validations.map(\.probabilities), labels: validations[0].labels, classes: validations[0].classes, work: call.context.work)
        } catch SequenceModelError.oneClass(let name) {
            throw Diagnostic("one-class", "all rows of the validation part are '\(name)', so by=stack learns nothing", category: .data, at: call.span(of: by), label: "one class", hint: "by=mean, or a larger validation part: split valid=20%")
        }
    }

    /// How often all models say the same, and what it is worth.
    private static func agreement(_ members: [ClassPredictions], _ consensus: ClassPredictions) throws -> String {
        let said = try members.map { try $0.checked().predicted }, together = try consensus.checked().predicted
        let agreed = consensus.labels.indices.filter { row in said.allSatisfy { $0[row] == said[0][row] } }
        func accuracy(_ rows: [Int]) -> String { rows.isEmpty ? "–" : NumberText.decimal(Double(rows.count { together[$0] == consensus.labels[$0] }) / Double(rows.count), 4) }
        let isAgreed = Set(agreed)
        let others = consensus.labels.indices.filter { !isAgreed.contains($0) }
        return "all agree on \(NumberText.rate(agreed.count, of: consensus.rows)) test rows: accuracy \(accuracy(agreed)) there, \(accuracy(others)) on the others"
    }
}

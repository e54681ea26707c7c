import Diagnostics
import Language
import Layers
import Models
import Runtime
import Scoring

/// Makes one model of several that predict the same, or one set of segments of several of the same rows.
struct ConsensusCommand: Command {
    static let models = Parameter<[String]>.names(
        "models", of: [.model, .segments], "models that predict the same on the same split, or segments of the same rows; all of the session that are of the same as the newest unless given, but for what is a consensus of segments itself")
    static let by = Parameter<String>.named("by", default: ConsensusRule.Kind.mean.rawValue, "how models make up one answer", oneOf: ConsensusRule.Kind.allCases.map(\.rawValue))
    static let count = Parameter<Int?>.optional("k", "how many segments, of segments; the number that lasts longest unless given", check: { (1...1024).contains($0) ? nil : "whole number in 1...1024" })

    static let signature = Signature(
        "consensus", group: .predict, summary: "Make one model of several by votes, means or a regression, or one set of segments of several.",
        details: """
            by=mean takes the mean of the probabilities. by=vote counts whose likeliest class it is, with the mean as one vote more, which breaks ties. by=stack learns a logistic regression on
            what the models say of the validation part, from which none of them has learnt (though some ended their training by it): a model that says nothing new gets little weight. All are
            scored on the same test part, where nothing was learnt or chosen.

            Models must predict the same classes on the same split; what they read may differ, such as the sessions' features and their events.

            Segments are put together by how often two rows share one (evidence accumulation, Fred and Jain 2005): the distance of two rows is the share of the clusterings that part them, and
            average linkage over it gives the consensus, with k= segments or as many as last over the longest range of heights, at most as many as the finest clustering has. Rows are found by who they are about, else by their order; one
            that a clustering leaves out is with no other in it. How far the clusterings agree stands below, by the adjusted Rand index and normalised mutual information.
            """,
        prints: [
            .init("all agree", "rows whose likeliest class is the same for all models"), .init("accuracy", "of the consensus among such rows"),
            .init("different combinations", "how many different lists of segments, one of each clustering, the rows have"),
            .init("lifetime", "of segments, how long their number lasts while the tree is cut higher, as a share of its height: longer is clearer"),
            .init("How far they agree", "of segments, the adjusted Rand index: 1 for the same, about 0 by chance; in brackets the normalised mutual information, 1 for the same and 0 for none"),
        ],
        memory: "the models, which are shared, and their held-back predictions; of segments a label for each row and a distance for each pair of different combinations of labels",
        reads: [.model, .segments], gives: [.model, .segments],
        examples: [
            Example(
                "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit logistic predict=bought | fit logistic predict=bought penalty=l1 as sparse | consensus logistic sparse by=mean",
                prints: "all agree"),
            Example("simulate shop users=200 days=30 seed=1 | rfm | kmeans k=3 | kmeans k=4 as finer | segments by=group as groups | consensus kmeans finer groups", prints: "agreement"),
        ]
    ) {
        models
        by
        count
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let names = try call[models]
        if names.count == 1 { throw single(call) }
        try call.expectEachOnce(names, of: models.description.name, hint: "each once")
        let known = names.isEmpty ? [input?.kinds] : names.map { call.context.outlines[$0]?.kinds }
        if known.contains([.model]), known.contains([.segments]) { throw mixed(call) }
        if known.contains([.model]) {
            try check(areSegments: false, call)
            return ModelValue.outline(others: [])
        }
        guard known.contains([.segments]) else { return Outline(signature.gives, maker: signature.verb) }
        try check(areSegments: true, call)
        return SegmentsValue.outline(features: nil, rowNoun: (names.first.flatMap { call.context.outlines[$0] } ?? input)?.rowNoun, measures: [])
    }

    /// - Throws: `wrong-value` for an option of the other sort.
    private static func check(areSegments: Bool, _ call: Call) throws(Diagnostic) {
        if areSegments {
            try call.refuse([by.description.name], because: "'by' says how models make up one answer, and these are segments", label: "not of segments")
        } else {
            try call.refuse([count.description.name], because: "'k' is the number of segments, and these are models", label: "not of models")
        }
    }

    static func single(_ call: Call) -> Diagnostic {
        Diagnostic("missing-argument", "a consensus is of at least two models or clusterings", category: .syntax, at: call.span(of: models), label: "only one", hint: "consensus A B")
    }

    private static func mixed(_ call: Call) -> Diagnostic {
        Diagnostic("wrong-kind", "a consensus is of models or of segments, not of both", category: .syntax, at: call.span(of: models), label: "both sorts", hint: "name values of one sort")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let named = try call[Self.models].map { try call.context.value(named: $0, at: call.span(of: Self.models)) }
        let areSegments = (named.isEmpty ? [input].compactMap { $0 } : named).map { $0.value is SegmentsValue }
        if areSegments.contains(true) {
            guard !areSegments.contains(false) else { throw Self.mixed(call) }
            try Self.check(areSegments: true, call)
            return try segments(named.isEmpty ? Self.alike(call, input) : named, call)
        }
        try Self.check(areSegments: false, call)
        return try models(call)
    }

    private func models(_ call: Call) throws -> Outcome {
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

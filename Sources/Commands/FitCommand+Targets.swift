import Diagnostics
import Expressions
import Features
import Language
import Models
import Runtime

// What is predicted: one thing or several, classes or numbers.

extension FitCommand {
    static let targets = Parameter<[String]?>.optional(
        "predict", "what is predicted: the next value of a column, or a label of users or sessions; the next action unless given; a list of them for a network", completion: .column, placeholder: "[COLUMN, ...]", check: columnList)
    static let kinds = Parameter<[String]?>.optional(
        "as", "whether a target is a class or a number, one word for all or one each; unless given texts, conditions and whole numbers of at most \(TargetKind.mostWholeClasses) values are classes, other numbers are numbers",
        placeholder: TargetKind.allCases.map(\.rawValue).joined(separator: "|"), check: { words in words.allSatisfy { TargetKind(rawValue: $0) != nil } ? nil : "one of \(TargetKind.allCases.map(\.rawValue).joined(separator: ", ")), or a list of them" })
    static let weights = Parameter<[Double]?>.optional(
        "target-weights", "what each of several targets counts for in the loss; 1 each unless given", check: { $0.allSatisfy { $0 > 0 && $0.isFinite } ? nil : "list of numbers above 0" })
    static let context = Parameter<[String]?>.optional(
        "context", "columns that are known of the user or session, such as a country: their value in a window's last event is joined to what the network makes of the events", completion: .column, placeholder: "[COLUMN, ...]",
        check: columnList)
    static let positive = Parameter<Label?>.optional("positive", "which of two classes precision, recall, F1 and AUC are of; true, 1 or yes unless given, else the rarer")

    /// What networks take beside what all models of sequences do.
    static let networkParameters = [weights.description, context.description]

    static let severalTargets = "A list of targets is learnt at once, one output each, and each is scored where it has a value. A target that is a number is learnt in standard deviations of the training part. "

    /// Why names make no list of columns.
    static let columnList: @Sendable ([String]) -> String? = { names in
        names.isEmpty ? "list of at least one column" : Set(names).count < names.count ? "list of different columns" : nil
    }

    // MARK: Checks

    /// Whether the options that say something of the targets go with them, and the sizes of a network with one another.
    ///
    /// - Throws: `wrong-value`, `unsupported-target`, or what an estimator refuses.
    static func checkTargets(_ call: Call) throws(Diagnostic) {
        let count = try call[targets]?.count ?? 1
        _ = try kinds(call, count: count)
        if let weights = try call[weights], weights.count != count {
            throw Diagnostic(
                "wrong-value", "'target-weights' has \(NumberText.counted(weights.count, "numbers")) for \(NumberText.counted(count, "targets"))", category: .syntax, at: call.span(of: Self.weights), label: "not one each",
                hint: "target-weights=[\(Array(repeating: "1", count: count).joined(separator: ", "))]")
        }
        guard let model = sequenceModels.first(where: { $0.variant.word == call.variant }) else { return }
        let estimator: any SequenceEstimator
        do { estimator = try model.estimator(call) } catch { return }  // told by the check of its options
        guard let network = estimator as? any NeuralEstimator else {
            if count > 1 { throw SequenceModelError.severalTargets(model.variant.word).diagnostic.placed(at: call.span(of: targets)) }
            if estimator is Markov, try kinds(call, count: 1)[0] == .number {
                throw SequenceModelError.numberTarget(try call[targets]?.first ?? defaultTarget, model: model.variant.word).diagnostic.placed(at: call.span(of: kinds))
            }
            return
        }
        if network.decoder != nil, count > 1 { throw SequenceModelError.severalTargets(model.variant.word).diagnostic.placed(at: call.span(of: targets)) }
        do throws(SequenceModelError) { _ = try network.body(inputs: 1, length: 1) } catch {
            let options = if case .heads = error { ["heads", "hidden"] } else { ["hidden", "layers"] }
            throw error.diagnostic.placed(at: call.span(named: options.first(where: call.isGiven) ?? options[0]))
        }
    }

    /// Whether a target may be what it is said to be.
    static func checkKind(_ index: Int, _ target: String, _ type: ExpressionType?, _ call: Call) throws(Diagnostic) {
        let count = try call[targets]?.count ?? 1
        guard try kinds(call, count: count)[index] == .number, let type, type != .number else { return }
        throw Diagnostic("wrong-value", "'\(target)' holds no numbers", category: .data, at: call.span(of: kinds), label: "cannot be numbers", hint: "leave it out, or predict a column of numbers")
    }

    /// What each target is said to be.
    static func kinds(_ call: Call, count: Int) throws(Diagnostic) -> [TargetKind?] {
        guard let words = try call[kinds] else { return Array(repeating: nil, count: count) }
        guard words.count == 1 || words.count == count else {
            throw Diagnostic(
                "wrong-value", "'as' has \(NumberText.counted(words.count, "words")) for \(NumberText.counted(count, "targets"))", category: .syntax, at: call.span(of: kinds), label: "not one each",
                hint: "one word for all targets, or one for each")
        }
        return (0..<count).map { TargetKind(rawValue: words[words.count == 1 ? 0 : $0]) }
    }

    /// An estimator that takes the targets for what they count.
    static func weighted(_ estimator: any SequenceEstimator, _ call: Call) throws(Diagnostic) -> any SequenceEstimator {
        guard var network = estimator as? any NeuralEstimator, let weights = try call[weights] else { return estimator }
        network.training.outputWeights = weights
        return network
    }

    // MARK: Windows

    /// A note where users whose label is learnt beside other targets stand on both sides of a split that was chosen.
    static func notes(of task: SequenceTask, _ split: Split) -> [Diagnostic] {
        let label = task.targets.first { if case .label(let label) = $0 { label.unit == .user } else { false } }
        guard task.targets.count > 1, let label, [.random, .last, .time].contains(split.kind) else { return [] }
        return EventsValue.notes(["split by=\(split.kind.rawValue) puts windows of a user on both sides, and '\(label.name)' is one of several targets; split by=user keeps users apart"])
    }

    /// More classes than this are ranked instead of being told apart one by one.
    static let mostClasses = 1000
    /// More than this would fill the memory with the weights and logits of a network.
    static let mostRanked = 100_000
    /// A text of the context with more values is better read as an input, with an embedding.
    static let mostContextWords = 100

    /// Whether an estimator can learn windows: the number of classes, and the values of the context.
    ///
    /// - Throws: `too-many-classes`, `too-many-values`.
    static func expect(_ windows: SequenceWindows, fit estimator: any SequenceEstimator, _ call: Call) throws(Diagnostic) {
        for target in windows.outputs {
            // A chain a class would be as many chains as classes.
            let ranks = estimator is any NeuralEstimator || estimator is Markov && target.goal == .nextEvent
            let most = ranks ? mostRanked : mostClasses
            guard target.classes.count > most else { continue }
            throw Diagnostic(
                "too-many-classes", "'\(target.name)' has \(NumberText.grouped(target.classes.count)) different values; '\(call.variant ?? "")' predicts up to \(NumberText.grouped(most))",
                category: .data, at: call.span(of: targets), label: "too many values",
                hint: ranks ? "sample fewer users, or predict=category, or another column with fewer values" : "predict=category, or another column with fewer values; a network predicts more")
        }
        guard let wide = windows.context?.variables.first(where: { $0.vocabulary.count > mostContextWords }) else { return }
        throw Diagnostic(
            "too-many-values", "'\(wide.name)' has \(NumberText.grouped(wide.vocabulary.count)) different values; 'context' takes texts of up to \(mostContextWords)", category: .data,
            at: call.span(of: context), label: "too many values", hint: "inputs=[\(try (call[inputs] ?? [defaultTarget]).joined(separator: ", ")), \(wide.name)] learns an embedding of it")
    }

    /// The positive class of each target, where 'positive' names it.
    ///
    /// - Throws: `wrong-value` where no target of two classes has it.
    static func positives(_ windows: SequenceWindows, _ call: Call) throws(Diagnostic) -> [Int?] {
        guard let word = try call[positive]?.text else { return windows.outputs.map { _ in nil } }
        let found = windows.outputs.map { target -> Int? in
            guard target.classes.count == 2 else { return nil }
            return target.classes.firstIndex(of: word) ?? target.classes.firstIndex { $0.lowercased() == word.lowercased() }
        }
        guard found.allSatisfy({ $0 == nil }) else { return found }
        let span = call.span(of: positive)
        guard let target = windows.outputs.first(where: { $0.classes.count == 2 }) else {
            let target = windows.outputs[0]
            let what = target.classes.isEmpty ? "'\(target.name)' is a number" : "'\(target.name)' has \(NumberText.counted(target.classes.count, "classes"))"
            throw Diagnostic("wrong-value", "'positive' names one of two classes, and \(what)", category: .data, at: span, label: "not one of two", hint: "leave it out, or predict a label of two classes")
        }
        throw Diagnostic(
            "wrong-value", "'\(target.name)' has no class '\(word)'", category: .data, at: span, label: "not a class", hint: "positive=\(target.classes[0]) or positive=\(target.classes[1])")
    }
}

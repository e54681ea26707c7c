import Diagnostics
import Features
import Language
import Layers
import Models
import Runtime

/// A fitted model with how it was trained and how it scores on held-back rows.
struct ModelValue: KindValue {
    /// The name of its estimator: `lstm`.
    let model: String
    let fitted: any SequenceModel
    let history: TrainingHistory
    let sourceName: String
    /// What is predicted from what.
    let task: SequenceTask
    let trainingRows: Int
    let seed: Int
    /// The scores on the test part, or why there are none.
    let heldBack: Result<ScoresValue, Diagnostic>

    var kind: Kind { .model }

    /// - Throws: why the model has no held-back scores.
    func heldBackScores(at span: SourceSpan) throws(Diagnostic) -> ScoresValue {
        switch heldBack {
        case .success(let scores): return scores
        case .failure(let reason): throw reason.placed(at: span)
        }
    }

    private var rowNoun: String { if case .column = task.target { "rows" } else { "windows" } }

    var summary: String {
        "\(model): \(task.text(fitted.targets)), \(NumberText.grouped(fitted.parameterCount)) parameters, trained on \(NumberText.grouped(trainingRows)) \(rowNoun)"
    }

    var blocks: [Block] {
        var lines = [summary]
        if let last = history.epochs.last {
            let kept = history.bestEpoch == last.number && !history.wasInterrupted ? "" : ", the weights of epoch \(history.bestEpoch) kept"
            let resumed = history.resumedEpoch.map { ", went on in epoch \($0) from the checkpoint" } ?? ""
            lines.append((history.wasInterrupted ? "stopped by Ctrl-C after " : history.stoppedEarly ? "stopped after " : "") + "\(last.number) epoch\(last.number == 1 ? "" : "s")" + kept + resumed)
        }
        switch heldBack {
        case .success(let scores): return [.text((lines + scores.splitLines).joined(separator: "\n"))] + scores.measures.map { .table($0) } + scores.continuationBlocks
        case .failure(let reason): return [.text((lines + [reason.message]).joined(separator: "\n"))]
        }
    }

    /// Hyperparameters and epochs, for `describe`.
    var description: [Block] {
        let known = fitted.variables.map { "\(NumberText.counted($0.vocabulary.count, "values")) of \($0.name)" } + fitted.numbers.map { "\($0) as a number" }
        var owners: [String] = []
        for target in task.targets {
            let owner = if case .label(let label) = target { label.unit.rawValue } else { "user" }
            if !owners.contains(owner) { owners.append(owner) }
        }
        let reads = if case .column = task.target { "a row" } else { "the last \(fitted.length) events of a \(owners.joined(separator: ", or of a "))" }
        // A line each, as far as one would read them.
        let most = 12
        let inputs = known.prefix(most).enumerated().map { ($0.offset == 0 ? "inputs" : "", $0.element) } + (known.count > most ? [("", "and \(known.count - most) more")] : [])
        let beside = fitted.context.isEmpty ? [] : [("beside the events", "\(fitted.context.joined(separator: ", ")), as in the last event")]
        let predicts = zip(task.targets, fitted.targets).enumerated().map { ($0.offset == 0 ? "predicts" : "", Self.text($0.element.0, $0.element.1, ahead: task.ahead)) }
        let rows =
            [("reads", reads)] + inputs + beside + predicts + fitted.settings
            + [("parameters", NumberText.grouped(fitted.parameterCount)), ("events", sourceName), ("seed", "\(seed)")]
        let settings = DisplayTable(title: "Model", columns: [.init("what"), .init("value")], rows: rows.map { [.init($0.0), .init($0.1)] })
        guard !history.epochs.isEmpty else { return [.table(settings)] + rules + fitted.tables.map { .table(DisplayTable($0)) } }
        let epochs = DisplayTable(
            title: "Epochs",
            columns: [
                .init("epoch", .right), .init("loss", .right, unit: lossUnit), .init("accuracy", .right), .init("validation loss", .right, unit: lossUnit), .init("validation accuracy", .right),
            ],
            rows: history.epochs.map { epoch in
                [
                    .count(epoch.number), .number(epoch.trainingLoss, 4), epoch.trainingAccuracy.map { .number($0, 4) } ?? .undefined, epoch.validationLoss.map { .number($0, 4) } ?? .undefined,
                    epoch.validationAccuracy.map { .number($0, 4) } ?? .undefined,
                ]
            }, notes: ["Training loss and accuracy are those of each batch before its step; kept: epoch \(history.bestEpoch)."] + lossNote)
        return [.table(settings), .table(epochs)]
    }

    /// What is predicted of what, with some of the classes.
    private static func text(_ target: SequenceTask.Target, _ model: ModelTarget, ahead: Int) -> String {
        let goal = if case .next = target { ahead == 1 ? "the next \(target.name)" : "the \(target.name) of the next \(ahead) events" } else { target.name }
        switch model.kind {
        case .classes(let names):
            let most = 20
            return "\(goal): \(names.prefix(most).joined(separator: ", "))\(names.count > most ? " and \(NumberText.grouped(names.count - most)) more" : "")"
        case .number(let mean, let deviation): return "\(goal): a number, mean \(NumberText.short(mean)), standard deviation \(NumberText.short(deviation)) in the training part"
        }
    }

    /// In what a loss is told: of several targets it is a sum of unlike things, of a number nothing but a share.
    private var lossUnit: String { fitted.targets.count == 1 && !fitted.classes.isEmpty ? "nats" : "" }
    private var lossNote: [String] {
        if fitted.targets.count > 1 { return ["Loss: the sum over the targets, of classes in nats, of numbers the squared error in standard deviations of the training part."] }
        return fitted.classes.isEmpty ? ["Loss: the squared error in standard deviations of the training part."] : []
    }

    var json: JSON {
        let scores: JSON = if case .success(let scores) = heldBack { scores.json } else { .null }
        let hasEpochs = !history.epochs.isEmpty
        return [
            "model": .string(model), "parameters": .integer(fitted.parameterCount), "epochs": hasEpochs ? .integer(history.epochs.count) : .null,
            "best_epoch": hasEpochs ? .integer(history.bestEpoch) : .null, "scores": scores,
        ]
    }

    func property(_ name: String, _ work: Work) -> Value? {
        switch name {
        case "parameters": return .integer(fitted.parameterCount)
        case "epochs": return history.epochs.isEmpty ? nil : .integer(history.epochs.count)
        case "best_epoch": return history.epochs.isEmpty ? nil : .integer(history.bestEpoch)
        case "loss": return history.epochs.last.map { .number($0.trainingLoss) }
        default:
            guard case .success(let scores) = heldBack else { return nil }
            return scores.property(name, work)
        }
    }

    private static let ownProperties = ["parameters", "epochs", "best_epoch", "loss"]

    /// Of its epochs only where it was trained in some.
    var propertyNames: [String] {
        let own = history.epochs.isEmpty ? ["parameters"] : Self.ownProperties
        return if case .success(let scores) = heldBack { own + scores.propertyNames } else { own }
    }

    /// A model that is not fitted yet.
    ///
    /// - Parameter others: its targets but the first.
    static func outline(others: [String]) -> Outline { Outline([.model], properties: ownProperties + ScoresValue.properties(others: others)) }
}

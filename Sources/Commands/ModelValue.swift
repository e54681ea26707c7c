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
    /// None where it was opened from a file that does not tell.
    let trainingRows: Int?
    let seed: Int?
    /// The scores on the test part, or why there are none.
    let heldBack: Result<ScoresValue, Diagnostic>
    /// What it says of the first target in the validation and the test part, where that is a class and not one of very many.
    var predictions: HeldBackPredictions?
    /// Training rows of each class of the first target; empty of a number, and where nobody knows.
    var trainingCounts: [Int] = []
    /// How long fitting and scoring took.
    var seconds = (fit: 0.0, score: 0.0)
    /// The models that a consensus is made of.
    var members: [(name: String, model: ModelValue)] = []

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
        guard members.isEmpty else { return "\(model) of \(members.map(\.name).joined(separator: ", ")): \(fitted.targets[0].name), \(NumberText.counted(fitted.parameterCount, "parameters"))" }
        return "\(model): \(task.text(fitted.targets)), \(NumberText.counted(fitted.parameterCount, "parameters")), \(trainingRows.map { "trained on \(NumberText.grouped($0)) \(rowNoun)" } ?? "opened from \(sourceName)")"
    }

    var blocks: [Block] {
        var lines = [summary]
        if members.isEmpty, let last = history.epochs.last {
            let step = fitted.step, what = step == "round" ? "those up to round" : "the weights of epoch"
            let kept = history.bestEpoch == last.number && !history.wasInterrupted ? "" : ", \(what) \(history.bestEpoch) kept"
            let resumed = history.resumedEpoch.map { ", went on in epoch \($0) from the checkpoint" } ?? ""
            lines.append((history.wasInterrupted ? "stopped by Ctrl-C after " : history.stoppedEarly ? "stopped after " : "") + "\(last.number) \(step)\(last.number == 1 ? "" : "s")" + kept + resumed)
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
        guard members.isEmpty else {
            let rows = fitted.settings + [("predicts", fitted.targets[0].name), ("parameters", NumberText.grouped(fitted.parameterCount))]
            return [.table(DisplayTable(title: "Model", columns: [.init("what"), .init("value")], rows: rows.map { [.init($0.0), .init($0.1)] }))] + fitted.tables.map { .table(DisplayTable($0)) }
        }
        let reads = if case .column = task.target { "a row" } else { "the last \(fitted.length) events of a \(owners.joined(separator: ", or of a "))" }
        // A line each, as far as one would read them.
        let most = 12
        let inputs = known.prefix(most).enumerated().map { ($0.offset == 0 ? "inputs" : "", $0.element) } + (known.count > most ? [("", "and \(known.count - most) more")] : [])
        let beside = fitted.context.isEmpty ? [] : [("beside the events", "\(fitted.context.joined(separator: ", ")), as in the last event")]
        let predicts = zip(task.targets, fitted.targets).enumerated().map { ($0.offset == 0 ? "predicts" : "", Self.text($0.element.0, $0.element.1, ahead: task.ahead)) }
        let rows =
            [("reads", reads)] + inputs + beside + predicts + fitted.settings
            + [("parameters", NumberText.grouped(fitted.parameterCount)), (trainingRows == nil ? "file" : "events", sourceName)] + (seed.map { [("seed", "\($0)")] } ?? [])
        let settings = DisplayTable(title: "Model", columns: [.init("what"), .init("value")], rows: rows.map { [.init($0.0), .init($0.1)] })
        guard !history.epochs.isEmpty else { return [.table(settings)] + rules + fitted.tables.map { .table(DisplayTable($0)) } }
        let step = fitted.step, isRounds = step == "round"
        // Of hundreds those at even distances, the best and the last.
        let apart = (history.epochs.count + Self.mostSteps - 1) / Self.mostSteps
        let shown = history.epochs.filter { apart == 1 || $0.number % apart == 0 || $0.number == history.bestEpoch || $0.number == history.epochs.count }
        let measured = isRounds ? "Training loss and accuracy are those after the round, of many rows on the first of them; " : "Training loss and accuracy are those of each batch before its step; "
        let epochs = DisplayTable(
            title: "\(step.capitalisedFirst)s",
            columns: [
                .init(step, .right), .init("loss", .right, unit: lossUnit), .init("accuracy", .right), .init("validation loss", .right, unit: lossUnit), .init("validation accuracy", .right),
            ],
            rows: shown.map { epoch in
                [
                    .count(epoch.number), .number(epoch.trainingLoss, 4), epoch.trainingAccuracy.map { .number($0, 4) } ?? .undefined, epoch.validationLoss.map { .number($0, 4) } ?? .undefined,
                    epoch.validationAccuracy.map { .number($0, 4) } ?? .undefined,
                ]
            }, notes: [measured + "kept: \(isRounds ? "those up to round" : "epoch") \(history.bestEpoch)."] + lossNote)
        return [.table(settings)] + fitted.tables.map { .table(DisplayTable($0)) } + [.table(epochs)]
    }

    /// More epochs are not all listed.
    private static let mostSteps = 50

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

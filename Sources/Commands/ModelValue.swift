import Diagnostics
import Language
import Layers
import Models
import Runtime

/// A fitted model with how it was trained and how it scores on held-back rows.
struct ModelValue: KindValue {
    /// The name of its estimator: `lstm`.
    let model: String
    let classifier: NeuralSequenceModel
    let history: TrainingHistory
    let sourceName: String
    /// The column whose next value is predicted.
    let target: String
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

    var summary: String {
        "\(model): next \(target) from the last \(classifier.configuration.length), \(NumberText.grouped(classifier.parameterCount)) parameters, trained on \(NumberText.grouped(trainingRows)) windows"
    }

    var blocks: [Block] {
        var lines = [summary]
        if let last = history.epochs.last {
            lines.append(
                history.stoppedEarly
                    ? "stopped after \(last.number) epochs, the weights of epoch \(history.bestEpoch) kept"
                    : "\(last.number) epoch\(last.number == 1 ? "" : "s")\(history.bestEpoch == last.number ? "" : ", the weights of epoch \(history.bestEpoch) kept")")
        }
        switch heldBack {
        case .success(let scores): return [.text((lines + scores.splitLines).joined(separator: "\n")), .table(scores.measures)]
        case .failure(let reason): return [.text((lines + [reason.message]).joined(separator: "\n"))]
        }
    }

    /// Hyperparameters and epochs, for `describe`.
    var description: [Block] {
        let configuration = classifier.configuration
        let rows: [(String, String)] = [
            ("reads", "the last \(configuration.length) values of \(target) of a user, of \(configuration.vocabulary.count) known ones"),
            ("predicts", "the next \(target): \(configuration.classes.joined(separator: ", "))"), ("embedding", "\(configuration.embedding)"),
            ("hidden units", configuration.hidden.map(String.init).joined(separator: ", ") + (configuration.bidirectional ? " in each of both directions" : "")), ("parameters", NumberText.grouped(classifier.parameterCount)),
            ("events", sourceName), ("seed", "\(seed)"),
        ]
        let settings = DisplayTable(title: "Model", columns: [.init("what"), .init("value")], rows: rows.map { [.init($0.0), .init($0.1)] })
        let epochs = DisplayTable(
            title: "Epochs",
            columns: [
                .init("epoch", .right), .init("loss", .right, unit: "nats"), .init("accuracy", .right), .init("validation loss", .right, unit: "nats"), .init("validation accuracy", .right),
            ],
            rows: history.epochs.map { epoch in
                [
                    .count(epoch.number), .number(epoch.trainingLoss, 4), .number(epoch.trainingAccuracy, 4), epoch.validationLoss.map { .number($0, 4) } ?? .undefined,
                    epoch.validationAccuracy.map { .number($0, 4) } ?? .undefined,
                ]
            }, notes: ["Training loss and accuracy are those of each batch before its step; kept: epoch \(history.bestEpoch)."])
        return [.table(settings), .table(epochs)]
    }

    var json: JSON {
        let scores: JSON = if case .success(let scores) = heldBack { scores.json } else { .null }
        return [
            "model": .string(model), "parameters": .integer(classifier.parameterCount), "epochs": .integer(history.epochs.count), "best_epoch": .integer(history.bestEpoch),
            "scores": scores,
        ]
    }

    func property(_ name: String, _ work: Work) -> Value? {
        switch name {
        case "parameters": return .integer(classifier.parameterCount)
        case "epochs": return .integer(history.epochs.count)
        case "best_epoch": return .integer(history.bestEpoch)
        case "loss": return history.epochs.last.map { .number($0.trainingLoss) }
        default:
            guard case .success(let scores) = heldBack else { return nil }
            return scores.property(name, work)
        }
    }

    private static let ownProperties = ["parameters", "epochs", "best_epoch", "loss"]

    var propertyNames: [String] { if case .success(let scores) = heldBack { Self.ownProperties + scores.propertyNames } else { Self.ownProperties } }

    /// A model that is not fitted yet.
    static var outline: Outline { Outline([.model], properties: ownProperties + ScoresValue.properties) }
}

import Diagnostics
import Language
import Runtime

/// The verbs of the language's page with the slots and options that stand there, so that the grammar is tested whole before each verb is built.
enum PageCatalogue {
    static let events = Kind("events")
    static let table = Kind("table")
    static let answer = Kind("table", isAnswer: true)
    static let segments = Kind("segments")
    static let model = Kind("model")
    static let scores = Kind("scores")
    static let figure = Kind("figure")
    static let kinds = [events, table, segments, model, scores, figure]

    static let catalogue = Catalogue(commands: data + look + segmenting + predicting + keeping, kinds: kinds + [.plain])

    static let models = [
        "logistic", "tree", "forest", "xgboost", "markov", "rnn", "gru", "lstm", "transformer", "tcn", "esn", "seq2seq", "bert4rec", "sasrec", "popularity", "itemknn",
        "vsknn", "autoencoder",
    ]
    static let charts = [
        "roc", "pr", "confusion", "calibration", "lift", "gain", "threshold", "importance", "tree", "loss", "accuracy", "elbow", "silhouette", "clusters", "dendrogram",
        "profile", "rfm", "histogram", "daily", "hourly", "heatmap", "funnel", "retention", "paths", "transitions", "steps", "flow", "top", "embedding",
    ]
}

/// A verb whose signature is all that a test needs; running it gives a value of the first kind that it says it gives.
protocol PageCommand: Command {}

extension PageCommand {
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let kind = Self.signature.gives.first else { return .shown([.text(call.signature.verb)]) }
        return Outcome(PageValue(kind: kind, from: input?.name))
    }
}

struct PageValue: KindValue {
    let kind: Kind
    let from: String?
    var summary: String { "\(kind)\(from.map { " from \($0)" } ?? "")" }
    var blocks: [Block] { [.text(summary)] }
    var json: JSON { .string(summary) }
}

enum Grouping: String, WordValue { case event, session, user }
enum ColumnType: String, WordValue { case text, number, time }

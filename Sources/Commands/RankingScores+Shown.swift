import Language
import Runtime
import Scoring

extension RankingScores: TargetScores {
    var headline: String { "hr@10 \(NumberText.decimal(measures.hr10, 4)), baseline \(NumberText.decimal(baseline.hr10, 4))" }

    static let judge = "ndcg10"

    var baselineName: String { "the commonest first" }

    func cell(_ value: Double) -> DisplayTable.Cell { .number(value, 4) }

    var notes: [String] {
        ["Ranked among all \(NumberText.grouped(classes)) values; ties count against the model."]
            + (unseen > 0 ? ["\(NumberText.rate(unseen, of: rows)) rows are of values that the training part has none of: they count as misses."] : [])
    }

    var list: [ScoreMeasure] {
        zip(Self.all(measures), Self.all(baseline)).map { own, commonest in
            ScoreMeasure(shown: own.shown, name: own.name, unit: own.name == "log_loss" ? "nats" : "", value: own.value, baseline: commonest.value, heading: own.shown, isLoss: own.name == "log_loss")
        }
    }

    var details: [DisplayTable] { [] }

    var json: [JSON.Member] {
        [.init("n", .integer(rows)), .init("values", .integer(classes)), .init("unseen", .integer(unseen))] + Self.all(measures).map { .init($0.member, .number($0.value)) }
            + [.init("baseline", .object(Self.all(baseline).map { .init($0.member, .number($0.value)) }))]
    }

    /// Names of properties hold no `@`.
    var numbers: [(name: String, value: Double?)] { Self.all(measures).map { ($0.name, $0.value) } + Self.all(baseline).map { ("baseline_\($0.name)", $0.value) } }

    static let names = ["hr1", "hr5", "hr10", "ndcg10", "mrr", "log_loss"].flatMap { [$0, "baseline_\($0)"] }

    private static func all(_ measures: Measures) -> [(shown: String, member: String, name: String, value: Double)] {
        [
            ("hr@1", "hr@1", "hr1", measures.hr1), ("hr@5", "hr@5", "hr5", measures.hr5), ("hr@10", "hr@10", "hr10", measures.hr10), ("ndcg@10", "ndcg@10", "ndcg10", measures.ndcg10),
            ("mrr", "mrr", "mrr", measures.mrr), ("log loss", "log_loss", "log_loss", measures.logLoss),
        ]
    }
}

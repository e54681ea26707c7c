import Language
import Runtime
import Scoring

extension RankingScores: TargetScores {
    var headline: String { "hr@10 \(NumberText.decimal(measures.hr10, 4)), baseline \(NumberText.decimal(baseline.hr10, 4))" }

    func measures(_ model: String, title: String) -> DisplayTable {
        var notes = ["Ranked among all \(NumberText.grouped(classes)) values; ties count against the model."]
        if unseen > 0 { notes.append("\(NumberText.rate(unseen, of: rows)) rows are of values that the training part has none of: they count as misses.") }
        return DisplayTable(
            title: title, columns: [.init("measure"), .init(model, .right), .init("the commonest first", .right)],
            rows: zip(Self.all(measures), Self.all(baseline)).map { [.init($0.shown), .number($0.value, 4), .number($1.value, 4)] }, notes: notes)
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

import Language
import Runtime
import Scoring

// Of a model that predicts several steps: how good each is, and how often all are right.

extension ScoresValue {
    /// Of what is predicted, the only target.
    private var classes: [String] { classification?.classes ?? [] }

    var continuationBlocks: [Block] { continuation.map { [.table(Self.table(of: $0, modelName, classes: classes))] } ?? [] }

    private static func table(of continuation: ContinuationScores, _ modelName: String, classes: [String]) -> DisplayTable {
        func row(_ name: String, _ tally: ContinuationScores.Tally, _ commonest: String) -> [DisplayTable.Cell] {
            [.init(name), .count(tally.rows), tally.accuracy.map { .number($0, 4) } ?? .undefined, tally.baseline.map { .number($0, 4) } ?? .undefined, .init(commonest)]
        }
        let count = continuation.steps.count
        return DisplayTable(
            title: "Accuracy by step", columns: [.init("step"), .init("rows", .right), .init(modelName, .right), .init("baseline", .right), .init("commonest")],
            rows: continuation.steps.indices.map { row("\($0 + 1)", continuation.steps[$0], "'\(classes[continuation.commonest[$0]])'") }
                + (count > 1 ? [row("all \(count)", continuation.whole, "")] : []),
            notes: ["Baseline: always the commonest of the step in training. Rows are windows whose step belongs to the held-back part; a step is predicted from the predictions before it."])
    }

    /// What the numbers mean, for help.
    static let continuationTerms: [Signature.Term] = [
        .init("step", "of seq2seq: how far ahead; 1 is the next event"),
        .init("all N", "held-back windows all of whose N steps are known, and the share of which every step is right"),
    ]

    var continuationMembers: [JSON.Member] {
        guard let continuation else { return [] }
        func members(_ tally: ContinuationScores.Tally) -> [JSON.Member] {
            [.init("n", .integer(tally.rows)), .init("accuracy", tally.accuracy.map { .number($0) } ?? .null), .init("baseline", tally.baseline.map { .number($0) } ?? .null)]
        }
        let steps = continuation.steps.indices.map { index in
            JSON.object([.init("step", .integer(index + 1))] + members(continuation.steps[index]) + [.init("commonest", .string(classes[continuation.commonest[index]]))])
        }
        return [.init("steps", .array(steps)), .init("sequence", .object(members(continuation.whole)))]
    }

    static let continuationNames = ["sequence_accuracy", "sequence_baseline"]

    var continuationNumbers: [(name: String, value: Double?)] {
        continuation.map { zip(Self.continuationNames, [$0.whole.accuracy, $0.whole.baseline]).map { ($0, $1) } } ?? []
    }
}

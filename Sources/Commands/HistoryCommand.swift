import Language
import Runtime

/// Shows the statements of the session.
struct HistoryCommand: Command {
    static let limit = Parameter<RowLimit>.named("n", default: .rows(20), "how many of the last statements, or all")

    static let signature = Signature(
        "history", group: .keep, summary: "The statements of this session with their numbers, and what each gave; those that failed or were not run say why.",
        details: "What was typed with a mistake in it was not run: it has no number, and no export holds it.", isAboutSession: true,
        examples: [Example("let k = 5 | set seed=7 | history", prints: "set seed=7")]
    ) { limit }

    /// The words of a statement without its line ends.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { line in line.drop { $0 == " " || $0 == "\t" } }.joined(separator: " ")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let log = call.context.log
        let ran = log.map { entry in (place: entry.number, row: Self.row(entry.number, entry.source, entry.failure.map { "failed: \($0.message)" } ?? entry.makes.joined(separator: ", "))) }
        let refused = call.context.refusals.map { refusal in (place: refusal.entriesBefore, row: Self.row(nil, refusal.text, "not run: \(refusal.mistake.message)")) }
        // What was refused stands behind what had run by then.
        let all = (ran + refused).enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }.map(\.element.row)
        guard !all.isEmpty else { return .shown([.text("nothing has run yet")]) }
        let shown = switch try call[Self.limit] {
        case .all: all[...]
        case .rows(let rows): all.suffix(rows)
        }
        return .shown([.table(DisplayTable(columns: [.init("#", .right), .init("statement"), .init("gave")], rows: Array(shown), totalRows: all.count))])
    }

    private static func row(_ number: Int?, _ source: String, _ outcome: String) -> [DisplayTable.Cell] {
        [number.map { .count($0) } ?? .undefined, .init(oneLine(source), .string(source)), outcome.isEmpty ? .undefined : .init(outcome)]
    }
}

import Language
import Runtime

/// Shows the statements of the session.
struct HistoryCommand: Command {
    static let limit = Parameter<RowLimit>.named("n", default: .rows(20), "how many of the last statements, or all")

    static let signature = Signature(
        "history", group: .keep, summary: "The statements of this session with their numbers, and what each gave; those that failed say why.", isAboutSession: true,
        examples: [Example("let k = 5 | set seed=7 | history", prints: "set seed=7")]
    ) { limit }

    /// The words of a statement without its line ends.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { line in line.drop { $0 == " " || $0 == "\t" } }.joined(separator: " ")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let log = call.context.log
        guard !log.isEmpty else { return .shown([.text("nothing has run yet")]) }
        let shown: ArraySlice<SessionEntry> = switch try call[Self.limit] {
        case .all: log[...]
        case .rows(let rows): log.suffix(rows)
        }
        let rows = shown.map { entry -> [DisplayTable.Cell] in
            let outcome = entry.failure.map { "failed: \($0.message)" } ?? entry.makes.joined(separator: ", ")
            return [.count(entry.number), .init(Self.oneLine(entry.source), .string(entry.source)), outcome.isEmpty ? .undefined : .init(outcome)]
        }
        return .shown([.table(DisplayTable(columns: [.init("#", .right), .init("statement"), .init("gave")], rows: rows, totalRows: log.count))])
    }
}

import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Gives columns other names.
struct RenameCommand: Command {
    static let columns = Parameter<[Renaming]>.renamings("columns", "columns, or the roles that they play, with their new names")

    static let signature = Signature(
        "rename", group: .data, summary: "Give columns other names.",
        details: """
            All columns that are named get their new names at once, so that 'rename a=b b=a' swaps two. A column keeps the role that it plays; one that gets the name of a
            role that no column plays, as in 'rename c4=action', plays it from then on, if it holds what the role needs: numbers for value, texts for the others.
            """,
        prints: [
            .init("columns: ...", "the columns as they are called now"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "nothing new: the columns are shared with the value that was read",
        reads: [.events, .table], gives: [.events, .table],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | rename user=shopper action=step", prints: "shopper, item"),
            Example("simulate shop users=100 days=20 seed=1 | rfm | rename monetary=spent frequency=orders", prints: "spent"),
        ]
    ) { columns }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let pairs = try call[columns]
        // Over columns that are not known, two names may still clash with each other.
        let schema = input?.schema ?? .unknown
        let names: [String: String]
        do throws(DataError) { names = try schema.newNames(pairs.map { ($0.from.text, $0.to.text) }) } catch { throw placed(error, pairs, call) }
        guard let input, input.schema != nil else { return Outline(signature.gives, maker: signature.verb) }
        if input.kinds.contains(.events) {
            var outline = input
            outline.texts = Dictionary(uniqueKeysWithValues: input.texts.map { (names[$0.key] ?? $0.key, $0.value) })
            return outline.having(EventSource.schema(schema, renaming: names), maker: signature.verb)
        }
        return input.having(schema.renaming(names), features: input.features?.map { names[$0] ?? $0 }, maker: signature.verb)
    }

    /// The error at the name that it is about.
    private static func placed(_ error: DataError, _ pairs: [Renaming], _ call: Call) -> Diagnostic {
        let word: Word? = switch error {
        case .unknownColumn(let name, _): pairs.first { $0.from.text == name }?.from
        case .nameTaken(let name, _): pairs.last { $0.to.text == name }?.to ?? pairs.last { $0.from.text == name }?.from
        default: nil
        }
        return error.diagnostic.placed(at: word?.span ?? call.span(of: columns))
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let pairs = try call[Self.columns]
        let written = pairs.map { (from: $0.from.text, to: $0.to.text) }
        do {
            if let table = input?.value.asTable {
                let names = try table.table.schema().newNames(written)
                let value = table.with(table.table.renaming(names), after: .rename(names), naming: names, featureColumns: table.featureColumns)
                return Outcome(value, blocks: [.text("columns: \(value.table.names.joined(separator: ", "))")] + value.blocks)
            }
            let events = try EventsValue.read(input, call)
            return try events.followingColumns(try events.source.renaming(written), call: call)
        } catch let error as DataError { throw Self.placed(error, pairs, call) }
    }
}

import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Keeps some columns.
struct SelectCommand: Command {
    static let except = Parameter<Bool>.keyword("except", "all columns but those named")
    static let columns = Parameter<[String]>.columns("columns", "columns, or the roles that they play")

    static let signature = Signature(
        "select", group: .data, summary: "Keep some of the columns, or with 'except' all others.",
        details: """
            Events always keep the columns of user and time, and their columns stay in their order; those of a table come in the order in which they are named. Of a file
            that was not read yet only the columns that are left are read, when something is first asked of it.
            """,
        prints: [
            .init("columns: ...", "the columns that are left"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "nothing new: the columns are shared with the value that was read",
        reads: [.events, .table], gives: [.events, .table],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | select action", prints: "columns: user, action, time"),
            Example("simulate shop users=100 days=20 seed=1 | rfm | select except r f m", prints: "frequency"),
        ]
    ) {
        except
        columns
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        guard let input, let schema = input.schema else { return Outline(signature.gives, maker: signature.verb) }
        let (names, isExcepted) = (try call[columns], try call[except])
        do throws(DataError) {
            guard !input.kinds.contains(.events) else { return input.having(try EventSource.schema(schema, selecting: names, except: isExcepted), maker: signature.verb) }
            let kept = try schema.selecting(names, except: isExcepted)
            let left = kept.compactMap { name in schema.columns.first { $0.name == name } }
            return input.having(ExpressionSchema(columns: left, isOpen: schema.isOpen), features: input.features?.filter(kept.contains), maker: signature.verb)
        } catch { throw error.diagnostic.placed(at: call.span(of: columns)) }
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let (names, isExcepted) = (try call[Self.columns], try call[Self.except])
        do {
            if let table = input?.value.asTable {
                let kept = try table.table.selecting(table.table.schema().selecting(names, except: isExcepted))
                let value = table.with(kept, after: .select(kept.names), featureColumns: table.featureColumns.filter { kept.column(named: $0) != nil })
                return Outcome(value, blocks: [.text("columns: \(kept.names.joined(separator: ", "))")] + value.blocks)
            }
            let events = try EventsValue.read(input, call)
            return try events.followingColumns(try events.source.selecting(names, except: isExcepted), call: call)
        } catch let error as DataError { throw error.diagnostic.placed(at: call.span(of: Self.columns)) }
    }
}

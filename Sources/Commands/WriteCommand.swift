import Diagnostics
import Language
import Runtime
import Store
import Tables

/// Writes the rows of a value to a file.
struct WriteCommand: Command {
    static let name = Parameter<String?>.optionalName("name", of: [.events, .table, .segments, .scores], "the value; the newest with rows unless given")
    static let path = Parameter<String>.requiredPath("to", "the file; its ending says the format, .csv or .json")

    static let signature = Signature(
        "write", group: .keep, summary: "Write the rows of events, a table or segments, or the measures of scores, to a CSV or JSON file.",
        details: """
            All rows are written, numbers so that they read back to the same value, missing values as empty fields or null. The file is written whole or not at all.
            A chart is written by 'plot ... to=FILE'.
            """,
        prints: [
            .init("N rows written", "rows of the file, without the line of names"),
        ],
        memory: "the rows, and the text of some ten thousand of them at a time; of a large simulated shop that was not made yet some thousand users at a time",
        writes: "the file of to=, whole or not at all",
        reads: [.events, .table, .answer, .segments, .scores], hasSideEffects: true,
        examples: [
            Example("simulate shop users=10 days=5 seed=1 | write to=/dev/null", prints: "written to /dev/null"),
            Example("simulate shop users=50 days=20 seed=1 | rfm | write simulate to=/dev/null", prints: "written to /dev/null"),
        ]
    ) {
        name
        path
    }

    /// What a file's ending says of how it is written.
    private static func format(_ call: Call) throws(Diagnostic) -> TextFormat {
        let path = try call[path]
        switch path.split(separator: ".").last?.lowercased() {
        case "json": return .json
        case "csv": return .csv()
        case _ where path.hasPrefix("/dev/"): return .csv()
        default: throw Diagnostic("unknown-format", "rows are written as .csv or .json", category: .syntax, at: call.span(of: Self.path), label: "no such ending", hint: "to=rows.csv")
        }
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        _ = try format(call)
        return Outline([])
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var chosen = input
        if let name = try call[Self.name] { chosen = try call.context.value(named: name, at: call.span(of: Self.name)) }
        guard let chosen else { throw Diagnostic("nothing-to-read", "there is nothing to write yet", category: .syntax, at: call.span) }
        let path = try call[Self.path]
        let target = call.context.path(path)
        let format = try Self.format(call)
        let work = call.context.work
        func written(_ rows: Int) -> Outcome { .shown([.text("\(NumberText.grouped(rows)) rows written to \(path)")], input: chosen) }
        if let events = chosen.value as? EventsValue, events.source.isStreamed {
            do {
                var rows = 0
                try WholeFile.write(to: target) { file in rows = try events.source.writeText(as: format, work: work) { try file.append($0) } }
                return written(rows)
            } catch let error as FileError { throw error.diagnostic(shown: path).placed(at: call.span(of: Self.path)) }
        }
        let table: Table
        if let scores = chosen.value as? ScoresValue { table = scores.measureTable } else if let rows = try chosen.value.rows(call.context.work) { table = rows.table } else {
            throw Diagnostic("no-rows", "'\(chosen.name)' is \(chosen.value.kind.phrase), which has no rows to write", category: .syntax, at: call.span(of: Self.name), label: "has no rows")
        }
        do {
            try WholeFile.write(to: target) { file in try table.writeText(as: format, work: work) { try file.append($0) } }
        } catch let error as FileError { throw error.diagnostic(shown: path).placed(at: call.span(of: Self.path)) }
        return written(table.rowCount)
    }
}

import Diagnostics
import Foundation
import Language
import Notebooks
import Runtime
import Testing

@testable import Commands

/// Small verbs whose values tell all that they were made from, so that two sessions can be held against each other.
enum SessionToys {
    static let catalogue = Catalogue(
        commands: [
            Data.self, Rows.self, Group.self, Model.self, Look.self, Draw.self, Both.self, Every.self, Pick.self, Fail.self, ListCommand.self, DropCommand.self, SetCommand.self, HistoryCommand.self,
            ExportCommand.self,
        ], kinds: [.events, .table, .answer, .segments, .model, .figure, .plain])

    struct Toy: KindValue {
        let kind: Kind
        let summary: String
        var blocks: [Block] { [.text(summary)] }
        var json: JSON { .string(summary) }
    }

    static func told(_ input: Input?) -> String { input.map { "\($0.value.json.text)" } ?? "nothing" }

    struct Data: Command {
        static let n = Parameter<Int>.named("n", default: 1, "number")
        static let signature = Signature("data", group: .data, summary: "Data.", gives: [.events], examples: []) { n }
        func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(Toy(kind: .events, summary: "data \(try call[Self.n])")) }
    }

    struct Rows: Command {
        static let n = Parameter<Int>.named("n", default: 1, "number")
        static let signature = Signature("rows", group: .segments, summary: "Rows.", reads: [.events], gives: [.table], examples: []) { n }
        func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(Toy(kind: .table, summary: "rows \(try call[Self.n]) of \(told(input))")) }
    }

    struct Group: Command {
        static let seed = Parameter<Int?>.optional("seed", "seed")
        static let signature = Signature("group", group: .segments, summary: "Group.", reads: [.table], gives: [.segments], examples: []) { seed }
        func run(_ call: Call, on input: Input?) throws -> Outcome {
            Outcome(Toy(kind: .segments, summary: "group by \(try call[Self.seed] ?? call.context.seed) of \(told(input))"))
        }
    }

    /// Gives a table too, under a name that may hide another sort of value.
    struct Pick: Command {
        static let signature = Signature("pick", group: .data, summary: "Pick.", reads: [.table, .events], gives: [.table, .events], examples: [])
        func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(Toy(kind: input?.value.kind ?? .table, summary: "pick of \(told(input))")) }
    }

    struct Model: Command {
        static let signature = Signature("model", group: .predict, summary: "Model.", reads: [.events, .table], gives: [.model], examples: [])
        func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(Toy(kind: .model, summary: "model \(call.context.seed) of \(told(input))")) }
    }

    struct Look: Command {
        static let name = Parameter<String?>.optionalName("name", of: [], "value")
        static let signature = Signature("look", group: .look, summary: "Look.", reads: [.events, .table, .segments, .model], gives: [.answer], examples: []) { name }
        func run(_ call: Call, on input: Input?) throws -> Outcome {
            let chosen = try call[Self.name].map { try call.context.value(named: $0, at: call.span) } ?? input
            return Outcome(Toy(kind: .answer, summary: "look at \(told(chosen))"), input: chosen)
        }
    }

    struct Draw: Command {
        static let signature = Signature("draw", group: .plot, summary: "Draw.", reads: [.segments, .model], gives: [.figure], examples: [])
        func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(Toy(kind: .figure, summary: "drawing of \(told(input))")) }
    }

    struct Both: Command {
        static let names = Parameter<[String]>.names("names", of: [], "values", isRequired: true)
        static let signature = Signature("both", group: .predict, summary: "Both.", gives: [.model], examples: []) { names }
        func run(_ call: Call, on input: Input?) throws -> Outcome {
            let told = try call[Self.names].map { SessionToys.told(try call.context.value(named: $0, at: call.span)) }
            return Outcome(Toy(kind: .model, summary: "both of \(told)"))
        }
    }

    struct Every: Command {
        static let signature = Signature("every", group: .predict, summary: "Every.", gives: [.answer], examples: [])
        func run(_ call: Call, on input: Input?) throws -> Outcome {
            Outcome(Toy(kind: .answer, summary: "every \(call.context.all(of: [.model]).map { told($0) })"))
        }
    }

    struct Fail: Command {
        static let signature = Signature("fail", group: .look, summary: "Fail.", examples: [])
        func run(_ call: Call, on input: Input?) throws -> Outcome { throw Diagnostic("failed", "it fails", at: call.span) }
    }
}

/// A session, its export, and the session that ran the export.
struct Exported {
    let session: Session
    let text: String
    let again: Session

    /// Runs a script a line at a time, as at a prompt: what fails is passed over.
    static func session(_ lines: [String], catalogue: Catalogue = standardCatalogue, directory: String = ".") -> Session {
        let session = Session(catalogue: catalogue, directory: directory, threads: 2)
        for (number, line) in lines.enumerated() {
            let parsed = Parser.parse(SourceFile(name: "<input \(number)>", text: line), catalogue: catalogue)
            for statement in parsed.program.statements { do { try session.run(statement) { _ in } } catch { break } }
        }
        return session
    }

    init(_ session: Session, prefix: String? = nil, runningIn folder: String = ".") throws {
        self.session = session
        let essence = SessionEssence(of: session.log, values: session.values)
        text = try SessionNotebook(of: essence, title: "Test", prefix: prefix, parameters: session.parameters, catalogue: session.catalogue).text
        again = Session(catalogue: session.catalogue, directory: folder, threads: 2)
        let notebook = try Notebook(parsing: SourceFile(name: "test.cnb", text: text))
        let (prepared, mistakes) = PreparedNotebook.prepare(notebook, name: "test.cnb", session: again)
        if let first = mistakes.first { throw first }
        let run = Executor(try #require(prepared), in: again, facts: EngineFacts(version: "test", instructionSet: "test")).run()
        if let failure = run.failure { throw failure.diagnostic }
    }

    /// The statements of the notebook, without fences and options.
    var statements: [String] {
        text.split(separator: "\n").map(String.init).drop { !$0.hasPrefix("```") }.filter { !$0.hasPrefix("```") && !$0.hasPrefix("#|") }
    }

    /// What is alive, by name, as programs get it.
    static func alive(_ session: Session) -> [String: String] { Dictionary(uniqueKeysWithValues: session.values.map { ($0.name, $0.value.json.text) }) }

    /// The names whose values differ or are missing.
    var differences: [String] {
        let again = Self.alive(again)
        return Self.alive(session).filter { again[$0.key] != $0.value }.keys.sorted()
    }
}

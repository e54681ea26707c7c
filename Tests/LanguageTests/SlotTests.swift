import Diagnostics
import Expressions
import Testing

@testable import Language

/// Verbs with one slot each that show what `Call` gives for it.
private struct QuestionVerb: Command {
    static let question = Parameter<PatternOrExpression>.patternOrExpression("question", "what is asked")
    static let signature = Signature("question", group: .look, summary: "Show.", examples: []) { question }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        switch try call[Self.question] {
        case .pattern(let pattern): .shown([.text("pattern \(pattern)")])
        case .expression(let expression): .shown([.text("expression \(expression)")])
        }
    }
}

private struct MakeVerb: Command {
    static let target = Parameter<Assignment>.assignment("target", "what is made")
    static let signature = Signature("make", group: .look, summary: "Show.", examples: []) { target }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let target = try call[Self.target]
        return .shown([.text("\(target.name.text) is \(target.expression)")])
    }
}

private struct RenamingVerb: Command {
    static let columns = Parameter<[Renaming]>.renamings("columns", "what is renamed")
    static let signature = Signature("rename", group: .look, summary: "Show.", examples: []) { columns }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        .shown([.text(try call[Self.columns].map { "\($0.from.text) to \($0.to.text)" }.joined(separator: ", "))])
    }
}

private struct ColumnsVerb: Command {
    static let except = Parameter<Bool>.keyword("except", "all but these")
    static let columns = Parameter<[String]>.columns("columns", "which", isRequired: false)
    static let signature = Signature("columns", group: .look, summary: "Show.", examples: []) {
        except
        columns
    }
    func run(_ call: Call, on input: Input?) throws -> Outcome { .shown([.text("\(try call[Self.except]) \(try call[Self.columns])")]) }
}

private struct FileVerb: Command {
    static let name = Parameter<String>.requiredName("name", "whose")
    static let file = Parameter<String>.requiredPath("file", "where to", place: .slot)
    static let signature = Signature("file", group: .look, summary: "Show.", examples: []) {
        name
        file
    }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let found = try call.context.value(named: try call[Self.name], at: call.span)
        return .shown([.text("\(found.name) to \(try call[Self.file]) '\(call.span(of: Self.file).text)'")])
    }
}

private struct LookVerb: Command {
    static let statement = Parameter<Statement>.statement("statement", "what is looked at")
    static let signature = Signature("look", group: .look, summary: "Show.", examples: []) { statement }
    func run(_ call: Call, on input: Input?) throws -> Outcome { .shown([.text("\(try call[Self.statement])")]) }
}

struct SlotTests {
    private static let catalogue = Catalogue(
        commands: [QuestionVerb.self, MakeVerb.self, RenamingVerb.self, ColumnsVerb.self, FileVerb.self, LookVerb.self], kinds: [])

    @Test(arguments: [
        ("question pv->cart", "pattern pv -> cart"), ("question buy within 7d", "pattern buy within 7d"), ("question count()>3", "expression count() > 3"),
        ("let n = 3 | question count() > $n", "expression count() > 3"), ("make x = if a then 1 else 0 | make y=1", "y is 1"), ("let k = 2 | make `a b` = a*$k", "a b is a * 2"),
        ("rename a=b `c d`=e", "a to b, c d to e"), ("columns", "false []"), ("columns a `b c`", "false [\"a\", \"b c\"]"), ("columns except a,b", "true [\"a\", \"b\"]"), ("columns except", "true []"),
        ("columns `except`", "false [\"except\"]"), ("let a = 1 | file a out/x.csv", "a to out/x.csv 'out/x.csv'"), ("let a = 1 | file ans \"${a}.csv\"", "a to 1.csv '\"${a}.csv\"'"),
        ("look make x = 1 ; # quiet", "make x = 1"),
    ])
    func `a verb is given what stands in its slots`(_ script: String, _ shown: String) throws {
        let parsed = parse(script, catalogue: Self.catalogue)
        #expect(parsed.diagnostics.map { $0.rendered() } == [])
        let session = Session(catalogue: Self.catalogue, threads: 1)
        var text = ""
        try session.run(parsed.program) { result in if case .text(let block)? = result.blocks.first { text = block } }
        #expect(text == shown)
    }

    @Test
    func `usage lines say how each slot is written`() {
        let usages = [QuestionVerb.signature, MakeVerb.signature, RenamingVerb.signature, ColumnsVerb.signature, FileVerb.signature, LookVerb.signature].map { $0.usage() }
        #expect(usages == ["question QUESTION", "make NAME = EXPR", "rename OLD=NEW...", "columns [except] [COLUMNS...]", "file NAME FILE", "look STATEMENT"])
    }

    @Test
    func `a statement that fails is placed in its source`() throws {
        let session = Session(catalogue: Self.catalogue, threads: 1)
        let parsed = parse("file nobody x.csv", catalogue: Self.catalogue)
        do {
            try session.run(parsed.program) { _ in }
            Issue.record("no mistake was found")
        } catch let error as Diagnostic {
            #expect(error.code == "unknown-name")
            #expect(error.span?.text == "file nobody x.csv")
        }
    }
}

import Diagnostics
import Expressions
import Runtime

@testable import Language

// A small language for tests of what surrounds the verbs: every form of parameter is in it, and nothing is computed.

enum Toys {
    static let events = Kind("events")
    static let table = Kind("table")
    static let model = Kind("model")
    static let figure = Kind("figure")

    static let catalogue = Catalogue(
        commands: [
            Load.self, Sample.self, Filter.self, Derive.self, Rename.self, Select.self, Top.self, Fit.self, Plot.self, Help.self, Plan.self, Warn.self, Quit.self, Funnel.self,
        ], kinds: [events, table, model, figure, .plain])

    /// A slot of a form that no verb of this version takes yet, but the grammar knows.
    static func description(_ name: String, _ form: ParameterDescription.Form) -> ParameterDescription {
        ParameterDescription(
            name: name, place: .slot, form: form, isRequired: true, typeText: name, choices: [], completion: .none, defaultText: nil, help: name, mismatch: { _ in nil })
    }
}

protocol Silent: Command {}
extension Silent { func run(_ call: Call, on input: Input?) throws -> Outcome { .shown([]) } }

struct ToyValue: KindValue {
    let kind: Kind
    var outline: Outline { Outline([kind], schema: ExpressionSchema(columns: ["user", "page 1 (main)", "action", "amount"].map { .init($0, .text) })) }
    var summary: String { "3 rows" }
    var blocks: [Block] { [.text(summary)] }
    var json: JSON { ["rows": 3] }
}

struct Load: Command {
    static let paths = Parameter<[String]>.paths("path", "files to read")
    static let user = Parameter<String?>.column("user", "the column of users")
    static let rows = Parameter<String?>.optional("bad-rows", "what to do with bad rows", oneOf: ["skip", "stop"])
    static let header = Parameter<Bool>.named("header", default: true, "whether the first line names the columns")
    static let signature = Signature("load", group: .data, summary: "Read a file.", gives: [Toys.events], examples: []) {
        paths
        user
        rows
        header
    }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        if try call[Self.paths] == ["missing.csv"] {
            throw Diagnostic("missing-file", "no file is named 'missing.csv'", category: .data, hint: "ls shows the files")
        }
        return Outcome(ToyValue(kind: Toys.events))
    }
}

struct Sample: Command {
    static let share = Parameter<Fraction>.required("share", "share of users to keep")
    static let seed = Parameter<Int>.named("seed", default: 0, "seed of the draw")
    static let signature = Signature("sample", group: .data, summary: "Keep some users.", reads: [Toys.events], gives: [Toys.events], examples: []) {
        share
        seed
    }
    func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(ToyValue(kind: Toys.events)) }
}

struct Filter: Silent {
    static let condition = Parameter<Expressions.Expression>.expression("condition", "what to keep")
    static let per = Parameter<String>.named("per", default: "event", "of what", oneOf: ["event", "session", "user"])
    static let signature = Signature("filter", group: .data, summary: "Keep what fits.", reads: [Toys.events], gives: [Toys.events], examples: []) {
        condition
        per
    }
}

struct Derive: Silent {
    static let signature = Signature("derive", group: .data, summary: "Add a column.", reads: [Toys.events, Toys.table], gives: [Toys.events], examples: []) {
        [Toys.description("column", .assignment)]
    }
}

struct Funnel: Silent {
    static let mode = Parameter<String>.named("mode", default: "ordered", "how steps follow", oneOf: ["ordered", "strict"])
    static let signature = Signature("funnel", group: .look, summary: "Count who gets how far.", reads: [Toys.events], examples: []) {
        [Toys.description("pattern", .pattern)]
        mode
    }
}

struct Rename: Silent {
    static let signature = Signature("rename", group: .data, summary: "Rename columns.", reads: [Toys.events], gives: [Toys.events], examples: []) {
        [Toys.description("pairs", .renaming)]
    }
}

struct Select: Silent {
    static let except = Parameter<Bool>.keyword("except", "drop instead of keep")
    static let columns = Parameter<[String]>.columns("columns", "the columns")
    static let signature = Signature("select", group: .data, summary: "Choose columns.", reads: [Toys.events], gives: [Toys.events], examples: []) {
        except
        columns
    }
}

struct Top: Command {
    static let column = Parameter<String>.requiredColumn("column", "the column to count")
    static let n = Parameter<Int>.named("n", default: 10, in: 1...1000, "how many")
    static let signature = Signature("top", group: .look, summary: "Count values.", reads: [Toys.events], examples: []) {
        column
        n
    }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let rows: [[DisplayTable.Cell]] = [["pv", .count(1200), .percent(0.75)], ["buy\ttab", .count(34), .undefined]]
        return .shown([.table(DisplayTable(columns: [.init(try call[Self.column]), .init("events", .right), .init("share", .right)], rows: rows, totalRows: 7))])
    }
}

struct Fit: Silent {
    static let model = Parameter<String>.variant("model", "the model", words: ["kmeans", "lstm", "logistic"])
    static let k = Parameter<Int>.named("k", default: 8, in: 1...1024, "number of clusters")
    static let hidden = Parameter<Int>.named("hidden", default: 64, "width")
    static let inputs = Parameter<[String]>.named("inputs", default: [], "columns that are read")
    static let signature = Signature(
        "fit", group: .predict, summary: "Fit a model.", reads: [Toys.table], gives: [Toys.model],
        variants: [
            .init("kmeans", "groups", parameters: [k.description]), .init("lstm", "sequences", parameters: [hidden.description, inputs.description], reads: [Toys.events]),
            .init("logistic", "a line"),
        ], examples: []
    ) { model }
}

struct Plot: Command {
    static let shape = Parameter<String>.variant("chart", "the chart", words: ["roc", "rfm", "daily"])
    static let of = Parameter<[String]>.names("names", of: [Toys.model, Toys.table], "what is drawn", place: .clause("of"))
    static let to = Parameter<String?>.path("to", "the file to write")
    static let signature = Signature(
        "plot", group: .plot, summary: "Draw a chart.", reads: [Toys.events], gives: [Toys.figure], variants: [.init("roc", "roc"), .init("rfm", "rfm"), .init("daily", "daily")],
        examples: []
    ) {
        shape
        of
        to
    }
    func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(FigureValue()) }
}

struct FigureValue: KindValue {
    var kind: Kind { Toys.figure }
    var summary: String { "a chart" }
    var blocks: [Block] { [.figure(ToyFigure())] }
    var json: JSON { ["kind": "daily", "path": nil] }
}

struct ToyFigure: Figure {
    let chartKind = "daily"
    let alternativeText = "Events by day, 3 days."
    let caption = "Events by day"
    var table: DisplayTable { DisplayTable(columns: [], rows: []) }
    let script = ""
    func svg(identifier: String, size: (width: Int, height: Int)?) throws -> String { "<svg/>" }
    func text(columns: Int, rows: Int, colour: Bool, mustStop: @Sendable () -> Bool) throws -> String { "drawn with characters" }
    func sixel(width: Int, height: Int, mustStop: @Sendable () -> Bool) throws -> [UInt8] { Array("\u{1B}Pq\u{1B}\\".utf8) }
}

struct Help: Silent {
    static let verb = Parameter<String?>.optional("verb", "the verb", place: .slot)
    static let signature = Signature("help", group: .keep, summary: "Explain.", examples: []) { verb }
}

struct Plan: Silent {
    static let signature = Signature("plan", group: .keep, summary: "Say what would be done.", examples: []) {
        [Toys.description("statement", .statement)]
    }
}

struct Warn: Command {
    static let signature = Signature("warn", group: .keep, summary: "Remark something.", examples: [])
    func run(_ call: Call, on input: Input?) throws -> Outcome { .shown([.text("done")], notes: [Diagnostic("odd", "this is odd", severity: .note)]) }
}

struct Quit: Command {
    static let signature = Signature("quit", group: .keep, summary: "Leave.", examples: [])
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var outcome = Outcome.shown([])
        outcome.effects = [.quit]
        return outcome
    }
}

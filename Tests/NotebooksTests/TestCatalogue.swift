import Diagnostics
import Foundation
import Language
import Notebooks
import Runtime

// A few small verbs, so that notebooks can run here without the analytics.

extension Kind {
    static let table = Kind("table")
    static let model = Kind("model")
    static let figure = Kind("figure")
    static let events = Kind("events")
}

let testCatalogue = Catalogue(
    commands: [
        LoadCommand.self, NumberCommand.self, TableCommand.self, FigureCommand.self, FailCommand.self, WarnCommand.self, SayCommand.self, DrawCommand.self,
        WaitCommand.self,
    ], kinds: [.plain, .events, .table, .model, .figure])

func testSession(_ directory: String = ".", threads: Int = 1) -> Session { Session(catalogue: testCatalogue, directory: directory, threads: threads) }

let testFacts = EngineFacts(version: "0.0-test", instructionSet: "test")

/// `load FILE`: events with a data card, whose digest is of the file's real content if there is one.
struct LoadCommand: Command {
    static let file = Parameter.paths("file", "file to read")
    static let signature = Signature("load", group: .data, summary: "Read events.", gives: [.events], examples: []) { file }

    struct Events: KindValue, DataCardProviding {
        let kind = Kind.events
        let path: String
        var summary: String { "84,475 events of 815 users" }
        var blocks: [Block] { [.text("\(summary) from \(path)")] }
        var json: JSON { ["rows": 84_475] }
        func property(_ name: String, _ work: Work) -> Value? { name == "rows" ? .integer(84_475) : nil }
        var propertyNames: [String] { ["rows"] }
        var dataCard: [DataCardEntry] {
            [
                DataCardEntry(
                    file: URL(fileURLWithPath: path).lastPathComponent, rows: 84_475, users: 815, span: ("2017-11-24", "2017-12-03"), digest: Digest(of: path == "" ? "" : "x").description)
            ]
        }
    }

    /// Of a file named `absent...` the check knows that it is not there; of one named `missing...` only the run does.
    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        guard try call[file].first?.hasPrefix("absent") != true else {
            throw Diagnostic("missing-file", "no file is named so", category: .data, at: call.span(of: file), label: "not a file")
        }
        return Outline([.events], properties: ["rows"])
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let path = try call[Self.file].first ?? ""
        if path.hasPrefix("missing") {
            throw Diagnostic("missing-file", "the file '\(call.context.path(path))' does not exist", category: .data, at: call.span(of: Self.file), label: "not a file")
        }
        return Outcome(Events(path: path))
    }
}

/// `number X`: a model with some numbers as properties.
struct NumberCommand: Command {
    static let value = Parameter<Double>.required("value", "a number")
    static let signature = Signature("number", group: .predict, summary: "Make a model.", gives: [.model], examples: []) { value }

    struct Model: KindValue {
        let kind = Kind.model
        let value: Double
        var summary: String { "model of \(value)" }
        var blocks: [Block] { [.text("AUC \(NumberText.decimal(value, 3))")] }
        var json: JSON { ["auc": .number(value)] }
        func property(_ name: String, _ work: Work) -> Value? {
            switch name {
            case "auc": .number(value)
            case "users": .integer(1_234_567)
            case "name": .text("<b>model</b>")
            default: nil
            }
        }
        var propertyNames: [String] { ["auc", "users", "name"] }
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { Outline([.model], properties: ["auc", "users", "name"]) }

    func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(Model(value: try call[Self.value])) }
}

/// `table TITLE [columns=N] [rows=N]`
struct TableCommand: Command {
    static let title = Parameter<String>.required("title", "caption")
    static let columns = Parameter<Int>.named("columns", default: 3, "number of columns")
    static let rows = Parameter<Int>.named("rows", default: 3, "number of rows")
    static let signature = Signature("table", group: .look, summary: "Make a table.", reads: [.events], readsOptionally: true, gives: [.table], examples: []) {
        title
        columns
        rows
    }

    struct Table: KindValue {
        let kind = Kind.table
        let table: DisplayTable
        var summary: String { "table" }
        var blocks: [Block] { [.table(table)] }
        var json: JSON { .null }
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let title = try call[Self.title]
        let columns = try call[Self.columns]
        let rows = try call[Self.rows]
        let table = DisplayTable(
            title: title, columns: [.init("Segment")] + (1..<max(2, columns)).map { .init("Measure \($0)", .right) },
            rows: (0..<rows).map { row in [.init("group \(row + 1)")] + (1..<max(2, columns)).map { .count((row + 1) * $0 * 1237) } }, totalRows: rows + (rows > 10 ? 100 : 0),
            notes: ["Measures are made up."])
        return Outcome(Table(table: table))
    }
}

/// `figure TITLE [broken=yes]`
struct FigureCommand: Command {
    static let title = Parameter<String>.required("title", "caption")
    static let broken = Parameter<Bool>.named("broken", default: false, "cannot be drawn")
    static let signature = Signature("figure", group: .plot, summary: "Draw.", gives: [.figure], examples: []) {
        title
        broken
    }

    struct Drawing: KindValue, Figure {
        let kind = Kind.figure
        let caption: String
        let isBroken: Bool
        var chartKind: String { "bars" }
        var alternativeText: String { "Three bars: \(caption)" }
        var table: DisplayTable { DisplayTable(columns: [.init("day"), .init("events", .right)], rows: [["Mon", .count(1200)], ["Tue", .count(800)], ["Wed", .count(1500)]]) }
        var script: String { "plot '-' with boxes\n# \(caption)\n" }
        func svg(identifier: String, size: (width: Int, height: Int)?) throws -> String {
            if isBroken { throw Diagnostic("gnuplot-missing", "the program 'gnuplot' is not installed", hint: "apt install gnuplot-nox") }
            let (width, height) = size ?? (720, 300)
            let bars = [0.8, 0.53, 1.0].enumerated().map { index, share in
                let top = Double(height - 40) * (1 - share) + 10
                return "<rect x=\"\(60 + index * 200)\" y=\"\(NumberText.fixed(top, 1))\" width=\"140\" height=\"\(NumberText.fixed(Double(height) - 30 - top, 1))\" fill=\"#3a7fb5\"/>"
            }
            return "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"\(identifier)\" viewBox=\"0 0 \(width) \(height)\">\n\(bars.joined(separator: "\n"))\n</svg>"
        }
        func text(columns: Int, rows: Int, colour: Bool, mustStop: @Sendable () -> Bool) throws -> String { "" }
        func sixel(width: Int, height: Int, mustStop: @Sendable () -> Bool) throws -> [UInt8] { [] }
        var summary: String { "figure" }
        var blocks: [Block] { [.figure(self)] }
        var json: JSON { .null }
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome { Outcome(Drawing(caption: try call[Self.title], isBroken: try call[Self.broken])) }
}

/// `fail MESSAGE`
struct FailCommand: Command {
    static let message = Parameter<String>.required("message", "what went wrong")
    static let signature = Signature("fail", group: .look, summary: "Fail.", examples: []) { message }

    func run(_ call: Call, on input: Input?) throws -> Outcome { throw Diagnostic("failed", try call[Self.message], at: call.span(of: Self.message), label: "here") }
}

/// `warn MESSAGE`
struct WarnCommand: Command {
    static let message = Parameter<String>.required("message", "what to remark")
    static let signature = Signature("warn", group: .look, summary: "Warn.", examples: []) { message }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        .shown([.text("warned")], notes: [Diagnostic("careful", try call[Self.message], severity: .warning, hint: "look twice")])
    }
}

/// `say TEXT`
struct SayCommand: Command {
    static let text = Parameter<String>.required("text", "what to say")
    static let signature = Signature("say", group: .look, summary: "Say.", examples: []) { text }

    func run(_ call: Call, on input: Input?) throws -> Outcome { .shown([.text(try call[Self.text])]) }
}

/// `draw`: a sum of random numbers, drawn in shards, that follows from the seed alone.
struct DrawCommand: Command {
    static let signature = Signature("draw", group: .look, summary: "Draw numbers.", gives: [.model], examples: [])

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let seed = call.context.seed
        let sums = try call.context.work.workers.map(shards: 8) { shard in
            var stream = RandomStream(seed: seed, name: "draw", purpose: "shard \(shard)")
            return (0..<1000).reduce(0.0) { sum, _ in sum + stream.normal() }
        }
        return Outcome(NumberCommand.Model(value: sums.reduce(0, +)))
    }
}

/// `wait`: works until it is stopped, for at most ten seconds.
struct WaitCommand: Command {
    static let signature = Signature("wait", group: .look, summary: "Wait.", examples: [])

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        for _ in 0..<1000 {
            try call.context.work.check()
            usleep(10_000)
        }
        return .shown([.text("waited")])
    }
}

import Diagnostics
import Language
import Runtime

// A handful of verbs to try the prompt with until `Commands` brings the real ones: `ProgramCatalogue.swift` is the one place that names them.

let toyCatalogue = Catalogue(
    commands: [ToyHelp.self, ToyQuit.self, ToySet.self, ToySimulate.self, ToyTop.self, ToyList.self], kinds: [.plain, Kind("events"), Kind("table")])

struct ToyHelp: Command {
    static let verb = Parameter<String?>.optional("verb", "the verb to explain", place: .slot)
    static let signature = Signature("help", group: .keep, summary: "List the verbs, or explain one.", examples: []) { verb }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let verb = try call[Self.verb] else {
            let rows = call.context.catalogue.commands.map { [DisplayTable.Cell($0.signature.verb), DisplayTable.Cell($0.signature.summary)] }
            return .shown([.table(DisplayTable(columns: [.init("verb"), .init("what it does")], rows: rows))])
        }
        guard let signature = call.context.catalogue.signature(verb) else {
            throw Diagnostic("unknown-verb", "no verb is named '\(verb)'", category: .syntax, at: call.span(of: Self.verb))
        }
        return .shown([.text("\(signature.usage())\n\(signature.summary)")])
    }
}

struct ToyQuit: Command {
    static let signature = Signature("quit", group: .keep, summary: "Leave.", examples: [])
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var outcome = Outcome.shown([])
        outcome.effects = [.quit]
        return outcome
    }
}

struct ToySet: Command {
    static let seed = Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "the seed of all that is random")
    static let signature = Signature("set", group: .keep, summary: "Change a setting of the session.", examples: []) { seed }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var outcome = Outcome.shown([.text("seed \(try call[Self.seed])")])
        outcome.effects = [.setSeed(try call[Self.seed])]
        return outcome
    }
}

struct ToyEvents: KindValue, ColumnNaming {
    static let events = Kind("events")
    var kind: Kind { Self.events }
    let users: Int
    var summary: String { "\(NumberText.grouped(users * 10)) events of \(NumberText.grouped(users)) users" }
    var blocks: [Block] { [.text(summary)] }
    var json: JSON { ["rows": .integer(users * 10), "users": .integer(users)] }
    var columnNames: [String] { ["user", "item", "category", "action", "time"] }
}

struct ToySimulate: Command {
    static let shop = Parameter<String>.variant("scenario", "what is made up", words: ["shop"])
    static let users = Parameter<Int>.named("users", default: 1000, in: 1...1_000_000_000, "number of users")
    static let signature = Signature(
        "simulate", group: .data, summary: "Make up a shop's clicks.", gives: [ToyEvents.events], variants: [.init("shop", "a web shop")], examples: []
    ) {
        shop
        users
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let users = try call[Self.users]
        var state: UInt64 = 1
        for user in 0..<users {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            if user.isMultiple(of: 1 << 16) {
                try call.context.work.check()
                call.context.work.report("simulate", Double(user) / Double(users), "\(NumberText.grouped(user)) users")
            }
        }
        return Outcome(ToyEvents(users: users), name: "simulate", notes: state == 0 ? [Diagnostic("odd", "an odd state", severity: .note)] : [])
    }
}

struct ToyTop: Command {
    static let column = Parameter<String>.requiredColumn("column", "the column to count")
    static let signature = Signature("top", group: .look, summary: "Count the commonest values.", reads: [ToyEvents.events], examples: []) { column }
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let rows = (1...5).map { [DisplayTable.Cell("\($0)"), .count(100_000 / $0), .percent(0.4 / Double($0))] }
        let name = try call[Self.column]
        return .shown([.table(DisplayTable(columns: [.init(name), .init("events", .right), .init("share", .right)], rows: rows, totalRows: 12))])
    }
}

struct ToyList: Command {
    static let signature = Signature("list", group: .keep, summary: "List the values of the session.", examples: [])
    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let rows = call.context.values.map { [DisplayTable.Cell($0.name), DisplayTable.Cell($0.value.kind.name), DisplayTable.Cell($0.value.summary)] }
        return .shown([.table(DisplayTable(columns: [.init("name"), .init("kind"), .init("value")], rows: rows))])
    }
}

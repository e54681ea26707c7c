import Expressions
import Language

extension PageCatalogue {
    static let keeping: [any Command.Type] = [
        SaveVerb.self, OpenVerb.self, WriteVerb.self, ExportVerb.self, ListVerb.self, DropVerb.self, SetVerb.self, PlanVerb.self, WhyVerb.self,
        HistoryVerb.self, HelpVerb.self, QuitVerb.self,
    ]
}

struct SaveVerb: PageCommand {
    static let signature = Signature("save", group: .keep, summary: "Save.", hasSideEffects: true, examples: []) {
        Parameter<String>.requiredName("value", "what to save")
        Parameter<String>.requiredPath("to", "the file")
    }
}

struct OpenVerb: PageCommand {
    static let signature = Signature(
        "open", group: .keep,
        summary: "Open.", gives: [PageCatalogue.model, PageCatalogue.segments, PageCatalogue.table], examples: []
    ) {
        Parameter<String>.requiredPath("file", "the file", place: .slot)
    }
}

struct WriteVerb: PageCommand {
    static let signature = Signature(
        "write", group: .keep, summary: "Write.",
        reads: [PageCatalogue.events, PageCatalogue.table, PageCatalogue.segments, PageCatalogue.scores], hasSideEffects: true, examples: []
    ) {
        Parameter<String?>.optionalName("value", of: [], "what to write")
        Parameter<String>.requiredPath("to", "the file")
    }
}

struct ExportVerb: PageCommand {
    static let signature = Signature("export", group: .keep, summary: "Export.", hasSideEffects: true, examples: []) {
        Parameter<String>.required("what", "what to export", oneOf: ["session"])
        Parameter<String>.requiredPath("to", "the notebook")
    }
}

struct ListVerb: PageCommand {
    static let signature = Signature("list", group: .keep, summary: "List.", examples: [])
}

struct DropVerb: PageCommand {
    static let signature = Signature("drop", group: .keep, summary: "Drop.", examples: []) {
        Parameter<String>.requiredName("value", "what to drop")
    }
}

struct SetVerb: PageCommand {
    static let signature = Signature("set", group: .keep, summary: "Set.", examples: []) {
        Parameter<Int?>.optional("seed", "seed")
        Parameter<Int?>.optional("threads", "threads")
    }
}

struct PlanVerb: PageCommand {
    static let signature = Signature("plan", group: .keep, summary: "Plan.", examples: []) {
        Parameter<Statement>.statement("statement", "what to look at")
    }
}

struct WhyVerb: PageCommand {
    static let signature = Signature("why", group: .keep, summary: "Why.", examples: []) {
        Parameter<String>.requiredName("value", "what to explain")
    }
}

struct HistoryVerb: PageCommand {
    static let signature = Signature("history", group: .keep, summary: "History.", examples: [])
}

struct HelpVerb: PageCommand {
    static let signature = Signature("help", group: .keep, summary: "Help.", examples: []) {
        Parameter<String?>.optional("verb", "verb", place: .slot)
    }
}

struct QuitVerb: PageCommand {
    static let signature = Signature("quit", group: .keep, summary: "Quit.", examples: [])
}

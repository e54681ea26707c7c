import Expressions
import Language

extension PageCatalogue {
    static let data: [any Command.Type] = [
        LoadVerb.self, SimulateVerb.self, SampleVerb.self, CleanVerb.self, FilterVerb.self, DeriveVerb.self, SelectVerb.self, RenameVerb.self,
        JoinVerb.self, SessionsVerb.self, MapVerb.self, LabelVerb.self, FeaturesVerb.self, SplitVerb.self, EncodeVerb.self, ScaleVerb.self,
        ImputeVerb.self,
    ]
}

struct LoadVerb: PageCommand {
    static let schemas = ["userbehavior", "rsc15", "retentioneering", "cdnow", "combined-log", "movielens", "sequences"]
    static let signature = Signature("load", group: .data, summary: "Load.", gives: [PageCatalogue.events, PageCatalogue.table], examples: []) {
        Parameter<[String]>.paths("files", "files to read")
        Parameter<String?>.optional("schema", "schema", oneOf: schemas)
        Parameter<String?>.column("user", "user")
        Parameter<String?>.column("item", "item")
        Parameter<String?>.column("category", "category")
        Parameter<String?>.column("action", "action")
        Parameter<String?>.column("time", "time")
        Parameter<String?>.column("session", "session")
        Parameter<String?>.column("url", "url")
        Parameter<String?>.column("value", "value")
        Parameter<NamedValues<ColumnType>?>.optional("types", "types")
        Parameter<String?>.optional("kind", "kind", oneOf: ["events", "table"])
        Parameter<Bool?>.optional("header", "header")
        Parameter<String?>.optional("sep", "sep")
        Parameter<[String]?>.optional("columns", "columns")
        Parameter<String?>.optional("time-format", "time-format")
        Parameter<String?>.optional("zone", "zone")
        Parameter<String>.named("bad-rows", default: "skip", "bad-rows", oneOf: ["skip", "stop"])
        Parameter<ByteCount?>.optional("memory", "memory")
    }
}

struct SimulateVerb: PageCommand {
    static let signature = Signature("simulate", group: .data, summary: "Simulate.", gives: [PageCatalogue.events], examples: []) {
        Parameter<String>.required("what", "what to simulate", oneOf: ["shop"])
        Parameter<Int>.named("users", default: 1000, in: 1...10_000_000, "users")
        Parameter<Int>.named("days", default: 30, in: 1...3650, "days")
        Parameter<Int>.named("segments", default: 4, in: 1...26, "segments")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct SampleVerb: PageCommand {
    static let signature = Signature(
        "sample", group: .data, summary: "Sample.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.events], examples: []
    ) {
        Parameter<Fraction>.required("share", "share of users to keep: 5% or 0.05")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct CleanVerb: PageCommand {
    static let signature = Signature(
        "clean", group: .data, summary: "Clean.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.events], examples: []
    ) {
        Parameter<Bool?>.optional("duplicates", "duplicates")
        Parameter<Bool?>.optional("bots", "bots")
        Parameter<Double?>.optional("outliers", "outliers")
        Parameter<String>.named("missing", default: "drop", "missing", oneOf: ["drop", "keep"])
    }
}

struct FilterVerb: PageCommand {
    static let signature = Signature(
        "filter", group: .data, summary: "Filter.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.events, PageCatalogue.table], examples: []
    ) {
        Parameter<Expression>.expression("condition", "what to keep")
        Parameter<Grouping>.named("per", default: .event, "what the condition is asked of")
    }
}

struct DeriveVerb: PageCommand {
    static let signature = Signature(
        "derive", group: .data, summary: "Derive.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.events, PageCatalogue.table], examples: []
    ) {
        Parameter<Assignment>.assignment("column", "the new column")
    }
}

struct SelectVerb: PageCommand {
    static let signature = Signature(
        "select", group: .data, summary: "Select.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.events, PageCatalogue.table], examples: []
    ) {
        Parameter<Bool>.keyword("except", "all but the columns named")
        Parameter<[String]>.columns("columns", "columns to keep")
    }
}

struct RenameVerb: PageCommand {
    static let signature = Signature(
        "rename", group: .data, summary: "Rename.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.events, PageCatalogue.table], examples: []
    ) {
        Parameter<[Renaming]>.renamings("columns", "old=new")
    }
}

struct JoinVerb: PageCommand {
    static let signature = Signature(
        "join", group: .data, summary: "Join.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.events, PageCatalogue.table], examples: []
    ) {
        Parameter<String>.requiredName("table", of: [PageCatalogue.table], "the table to join")
        Parameter<String>.requiredColumn("by", "the column that both have", place: .option)
    }
}

struct SessionsVerb: PageCommand {
    static let signature = Signature(
        "sessions", group: .data, summary: "Sessions.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.events], examples: []
    ) {
        Parameter<Seconds?>.optional("gap", "gap")
        Parameter<Pattern?>.optionalPattern("start", "start")
        Parameter<Pattern?>.optionalPattern("end", "end")
    }
}

struct MapVerb: PageCommand {
    static let signature = Signature(
        "map", group: .data, summary: "Map.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.events], examples: []
    ) {
        Parameter<String>.requiredColumn("column", "the column to map")
        Parameter<String>.requiredPath("file", "a file of rules, or auto", place: .slot)
    }
}

struct LabelVerb: PageCommand {
    static let signature = Signature(
        "label", group: .data, summary: "Label.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.events, PageCatalogue.table], examples: []
    ) {
        Parameter<Assignment>.assignment("target", "the target")
        Parameter<Grouping>.named("per", default: .user, "what is labelled")
        Parameter<Pattern?>.optionalPattern("before", "before")
        Parameter<Moment?>.optional("at", "at")
        Parameter<Seconds?>.optional("for", "for")
    }
}

struct FeaturesVerb: PageCommand {
    static let signature = Signature(
        "features", group: .data, summary: "Features.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.table], examples: []
    ) {
        Parameter<Grouping>.named("per", default: .user, "what a row stands for")
    }
}

struct SplitVerb: PageCommand {
    static let signature = Signature(
        "split", group: .data, summary: "Split.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.events, PageCatalogue.table], examples: []
    ) {
        Parameter<String>.named("by", default: "time-user", "by", oneOf: ["time-user", "time", "user", "last", "random", "none"])
        Parameter<Fraction>.named("test", default: Fraction(0.2), "held back")
        Parameter<Fraction>.named("valid", default: Fraction(0.1), "for early stopping")
    }
}

struct EncodeVerb: PageCommand {
    static let signature = Signature(
        "encode", group: .data, summary: "Encode.",
        reads: [PageCatalogue.table], gives: [PageCatalogue.table], examples: []
    )
}

struct ScaleVerb: PageCommand {
    static let signature = Signature(
        "scale", group: .data, summary: "Scale.",
        reads: [PageCatalogue.table], gives: [PageCatalogue.table], examples: []
    )
}

struct ImputeVerb: PageCommand {
    static let signature = Signature(
        "impute", group: .data, summary: "Impute.",
        reads: [PageCatalogue.table], gives: [PageCatalogue.table], examples: []
    )
}

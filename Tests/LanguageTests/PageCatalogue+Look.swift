import Expressions
import Language

extension PageCatalogue {
    static let look: [any Command.Type] = [
        DescribeVerb.self, ShowVerb.self, EdaVerb.self, TopVerb.self, FunnelVerb.self, RetentionVerb.self, TransitionsVerb.self, PathsVerb.self,
        StepsVerb.self, DifferenceVerb.self, UsersVerb.self,
    ]
}

struct DescribeVerb: PageCommand {
    static let signature = Signature("describe", group: .look, summary: "Describe.", reads: [PageCatalogue.events, PageCatalogue.table], examples: [])
}

struct ShowVerb: PageCommand {
    static let signature = Signature(
        "show", group: .look, summary: "Show.",
        reads: [PageCatalogue.events, PageCatalogue.table, PageCatalogue.segments, PageCatalogue.model, PageCatalogue.scores, PageCatalogue.figure, .plain], examples: []
    ) {
        Parameter<RowLimit>.named("n", default: .rows(20), "rows to show")
    }
}

struct EdaVerb: PageCommand {
    static let signature = Signature("eda", group: .look, summary: "Eda.", reads: [PageCatalogue.events], examples: [])
}

struct TopVerb: PageCommand {
    static let signature = Signature(
        "top", group: .look, summary: "Top.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.answer], examples: []
    ) {
        Parameter<String>.requiredColumn("column", "what to count")
        Parameter<Int>.named("n", default: 10, in: 1...1000, "n")
    }
}

struct FunnelVerb: PageCommand {
    static let signature = Signature(
        "funnel", group: .look, summary: "Funnel.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.answer], examples: []
    ) {
        Parameter<Pattern>.pattern("steps", "the steps")
        Parameter<String>.named("mode", default: "ordered", "mode", oneOf: ["ordered", "strict", "any"])
        Parameter<String?>.column("by", "by")
    }
}

struct RetentionVerb: PageCommand {
    static let signature = Signature(
        "retention", group: .look, summary: "Retention.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.answer], examples: []
    ) {
        Parameter<String>.named("by", default: "day", "by", oneOf: ["day", "week"])
        Parameter<String>.named("mode", default: "nday", "mode", oneOf: ["nday", "unbounded", "bracket"])
    }
}

struct TransitionsVerb: PageCommand {
    static let signature = Signature(
        "transitions", group: .look, summary: "Transitions.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.answer], examples: []
    ) {
        Parameter<Int>.named("order", default: 1, in: 1...5, "order")
    }
}

struct PathsVerb: PageCommand {
    static let signature = Signature(
        "paths", group: .look, summary: "Paths.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.answer], examples: []
    ) {
        Parameter<Label?>.optional("from", "from")
        Parameter<Label?>.optional("to", "to")
        Parameter<Int>.named("steps", default: 5, in: 1...100, "steps")
    }
}

struct StepsVerb: PageCommand {
    static let signature = Signature(
        "steps", group: .look, summary: "Steps.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.answer], examples: []
    ) {
        Parameter<Label?>.optional("around", "around")
    }
}

struct DifferenceVerb: PageCommand {
    static let signature = Signature("difference", group: .look, summary: "Difference.", gives: [PageCatalogue.answer], examples: []) {
        Parameter<[String]>.names("values", of: [], "two values", isRequired: true)
    }
}

struct UsersVerb: PageCommand {
    static let signature = Signature(
        "users", group: .look, summary: "Users.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.table], examples: []
    ) {
        Parameter<PatternOrExpression>.patternOrExpression("question", "who is meant")
    }
}

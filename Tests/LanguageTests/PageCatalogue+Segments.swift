import Expressions
import Language

extension PageCatalogue {
    static let segmenting: [any Command.Type] = [
        RfmVerb.self, SegmentsVerb.self, KmeansVerb.self, KmodesVerb.self, KprototypesVerb.self, MixtureVerb.self, HierarchicalVerb.self,
        ChainsVerb.self, DbscanVerb.self, AutoencoderVerb.self, ElbowVerb.self, SilhouetteVerb.self, ConsensusVerb.self, ProfileVerb.self,
        ExplainVerb.self, AssignVerb.self, LifetimeVerb.self,
    ]
}

struct RfmVerb: PageCommand {
    static let signature = Signature(
        "rfm", group: .segments, summary: "Rfm.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.table], examples: []
    ) {
        Parameter<Expression?>.optionalExpression("purchase", "which events are purchases")
        Parameter<String?>.column("monetary", "monetary")
        Parameter<Int>.named("bins", default: 5, in: 2...10, "bins")
    }
}

struct SegmentsVerb: PageCommand {
    static let signature = Signature(
        "segments", group: .segments, summary: "Segments.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<String>.requiredColumn("by", "the column of the groups", place: .option)
    }
}

struct KmeansVerb: PageCommand {
    static let signature = Signature(
        "kmeans", group: .segments, summary: "Kmeans.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<Int>.requiredOption("k", in: 1...1024, "number of clusters")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct KmodesVerb: PageCommand {
    static let signature = Signature(
        "kmodes", group: .segments, summary: "Kmodes.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<Int>.requiredOption("k", in: 1...1024, "number of clusters")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct KprototypesVerb: PageCommand {
    static let signature = Signature(
        "kprototypes", group: .segments, summary: "Kprototypes.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<Int>.requiredOption("k", in: 1...1024, "number of clusters")
        Parameter<[String]?>.optional("categorical", "categorical")
        Parameter<Double?>.optional("gamma", "gamma")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct MixtureVerb: PageCommand {
    static let signature = Signature(
        "mixture", group: .segments, summary: "Mixture.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<Int>.requiredOption("k", in: 1...1024, "number of clusters")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct HierarchicalVerb: PageCommand {
    static let signature = Signature(
        "hierarchical", group: .segments, summary: "Hierarchical.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<Int>.requiredOption("k", in: 1...1024, "number of clusters")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct ChainsVerb: PageCommand {
    static let signature = Signature(
        "chains", group: .segments, summary: "Chains.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<Int>.requiredOption("k", in: 1...1024, "number of clusters")
        Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed")
    }
}

struct DbscanVerb: PageCommand {
    static let signature = Signature(
        "dbscan", group: .segments, summary: "Dbscan.",
        reads: [PageCatalogue.table], gives: [PageCatalogue.segments], examples: []
    )
}

struct AutoencoderVerb: PageCommand {
    static let signature = Signature(
        "autoencoder", group: .segments, summary: "Autoencoder.",
        reads: [PageCatalogue.table], gives: [PageCatalogue.table], examples: []
    ) {
        Parameter<Int>.requiredOption("code", in: 1...256, "width of the code")
    }
}

struct ElbowVerb: PageCommand {
    static let signature = Signature(
        "elbow", group: .segments, summary: "Elbow.",
        reads: [PageCatalogue.table], gives: [PageCatalogue.answer], examples: []
    ) {
        Parameter<WholeNumbers>.named("k", default: WholeNumbers(Array(2...10)), "numbers of clusters to try")
    }
}

struct SilhouetteVerb: PageCommand {
    static let signature = Signature(
        "silhouette", group: .segments, summary: "Silhouette.",
        reads: [PageCatalogue.segments], gives: [PageCatalogue.answer], examples: []
    )
}

struct ConsensusVerb: PageCommand {
    static let signature = Signature(
        "consensus", group: .segments,
        summary: "Consensus.", gives: [PageCatalogue.segments, PageCatalogue.model], examples: []
    ) {
        Parameter<[String]>.names("values", of: [PageCatalogue.segments, PageCatalogue.model], "what to combine", isRequired: true)
        Parameter<String?>.optional("by", "by", oneOf: ["vote", "mean", "stack"])
    }
}

struct ProfileVerb: PageCommand {
    static let signature = Signature(
        "profile", group: .segments, summary: "Profile.",
        reads: [PageCatalogue.segments], gives: [PageCatalogue.answer], examples: []
    )
}

struct ExplainVerb: PageCommand {
    static let signature = Signature(
        "explain", group: .segments, summary: "Explain.",
        reads: [PageCatalogue.segments], gives: [PageCatalogue.model], examples: []
    )
}

struct AssignVerb: PageCommand {
    static let signature = Signature(
        "assign", group: .segments, summary: "Assign.",
        reads: [PageCatalogue.table, PageCatalogue.events], gives: [PageCatalogue.segments], examples: []
    ) {
        Parameter<String>.requiredName("segments", of: [PageCatalogue.segments], "the segments to assign to")
    }
}

struct LifetimeVerb: PageCommand {
    static let signature = Signature(
        "lifetime", group: .segments, summary: "Lifetime.",
        reads: [PageCatalogue.events], gives: [PageCatalogue.table], examples: []
    )
}

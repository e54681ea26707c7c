import Expressions
import Language

extension PageCatalogue {
    static let predicting: [any Command.Type] = [
        FitVerb.self, EvaluateVerb.self, CvVerb.self, TuneVerb.self, CompareVerb.self, PredictVerb.self, RecommendVerb.self, FinetuneVerb.self,
        PlotVerb.self,
    ]
}

private func forms(_ words: [String], _ parameters: [ParameterDescription]) -> [Signature.Variant] { words.map { .init($0, $0, parameters: parameters) } }

private let shared: [ParameterDescription] = [
    Parameter<Int?>.optional("seq", "seq").description,
    Parameter<[String]?>.optional("predict", "predict").description,
    Parameter<[String]?>.optional("inputs", "inputs").description,
    Parameter<[Int]>.named("hidden", default: [32], "units of each layer").description,
    Parameter<Int?>.optional("layers", "layers").description,
    Parameter<Int?>.optional("heads", "heads").description,
    Parameter<Bool?>.optional("bidirectional", "bidirectional").description,
    Parameter<Double?>.optional("dropout", "dropout").description,
    Parameter<Int>.named("epochs", default: 10, in: 1...10_000, "epochs").description,
    Parameter<Int?>.optional("batch", "batch").description,
    Parameter<Double?>.optional("rate", "rate").description,
    Parameter<Int?>.optional("patience", "patience").description,
    Parameter<Bool?>.optional("mask", "mask").description,
    Parameter<Int?>.optional("order", "order").description,
    Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "seed").description,
    Parameter<String?>.optional("class-weights", "class-weights").description,
    Parameter<Label?>.optional("positive", "positive").description,
]

private let tuned: [ParameterDescription] = [
    Parameter<Choices<[Int]>?>.optional("hidden", "units of each layer").description,
    Parameter<Choices<Double>?>.optional("rate", "learning rate").description,
    Parameter<Int?>.optional("epochs", "epochs").description,
]

struct FitVerb: PageCommand {
    static let signature = Signature(
        "fit", group: .predict, summary: "Fit.", reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.model], namesResultByVariant: true,
        variants: forms(PageCatalogue.models, shared), examples: []
    ) {
        Parameter<String>.variant("model", "what to fit", words: PageCatalogue.models)
    }
}

struct EvaluateVerb: PageCommand {
    static let signature = Signature(
        "evaluate", group: .predict, summary: "Evaluate.",
        reads: [PageCatalogue.model, PageCatalogue.events, PageCatalogue.table], readsOptionally: true, gives: [PageCatalogue.scores], examples: []
    ) {
        Parameter<String?>.optionalName("model", of: [PageCatalogue.model], "the model")
    }
}

struct CvVerb: PageCommand {
    static let signature = Signature(
        "cv", group: .predict, summary: "Cv.", reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.answer],
        variants: forms(PageCatalogue.models, shared), examples: []
    ) {
        Parameter<String>.variant("model", "what to fit", words: PageCatalogue.models)
        Parameter<Int>.named("folds", default: 5, in: 2...100, "folds")
    }
}

struct TuneVerb: PageCommand {
    static let signature = Signature(
        "tune", group: .predict, summary: "Tune.", reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.model],
        variants: forms(PageCatalogue.models, tuned), examples: []
    ) {
        Parameter<String>.variant("model", "what to tune", words: PageCatalogue.models)
    }
}

struct CompareVerb: PageCommand {
    static let signature = Signature("compare", group: .predict, summary: "Compare.", gives: [PageCatalogue.answer], examples: []) {
        Parameter<[String]>.names("models", of: [PageCatalogue.model], "what to compare", isRequired: true)
        Parameter<Bool>.named("timings", default: false, "seconds too")
    }
}

struct PredictVerb: PageCommand {
    static let signature = Signature(
        "predict", group: .predict, summary: "Predict.",
        reads: [PageCatalogue.events, PageCatalogue.table], readsOptionally: true, gives: [PageCatalogue.table], examples: []
    ) {
        Parameter<String>.requiredName("model", of: [PageCatalogue.model], "the model")
        Parameter<[Label]?>.optional("events", "events")
    }
}

struct RecommendVerb: PageCommand {
    static let signature = Signature(
        "recommend", group: .predict, summary: "Recommend.",
        reads: [PageCatalogue.events, PageCatalogue.table], readsOptionally: true, gives: [PageCatalogue.table], examples: []
    ) {
        Parameter<String>.requiredName("model", of: [PageCatalogue.model], "the model")
        Parameter<Label?>.optional("user", "user")
        Parameter<[Label]?>.optional("events", "events")
        Parameter<Int>.named("n", default: 10, in: 1...1000, "n")
    }
}

struct FinetuneVerb: PageCommand {
    static let signature = Signature(
        "finetune", group: .predict, summary: "Finetune.",
        reads: [PageCatalogue.events, PageCatalogue.table], gives: [PageCatalogue.model], examples: []
    ) {
        Parameter<String>.requiredName("model", of: [PageCatalogue.model], "the model")
        Parameter<[String]?>.optional("predict", "predict")
    }
}

struct PlotVerb: PageCommand {
    private static let plain = PageCatalogue.charts.filter { !["histogram", "top", "roc", "clusters"].contains($0) }
    private static let column = Parameter<String?>.column("column", "the column", place: .slot).description

    static let signature = Signature(
        "plot", group: .plot, summary: "Plot.",
        reads: [PageCatalogue.events, PageCatalogue.table, PageCatalogue.answer, PageCatalogue.segments, PageCatalogue.model, PageCatalogue.scores],
        gives: [PageCatalogue.figure],
        variants: forms(plain, []) + forms(["histogram", "top"], [column]) + [
            .init("roc", "ROC curves", reads: [PageCatalogue.scores, PageCatalogue.model]), .init("clusters", "clusters", reads: [PageCatalogue.segments]),
        ], examples: []
    ) {
        Parameter<String>.variant("chart", "what to draw", words: PageCatalogue.charts)
        Parameter<[String]>.names("of", of: [], "what it shows", place: .clause("of"))
        Parameter<String?>.path("to", "a file to write")
        Parameter<PixelSize?>.optional("size", "size")
        Parameter<String?>.optional("title", "title")
    }
}

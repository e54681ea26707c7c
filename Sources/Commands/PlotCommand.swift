import Diagnostics
import Language
import Layers
import Plots
import Store

/// Draws a chart of what was found.
struct PlotCommand: Command {
    static let chart = Parameter<String>.variant("kind", "what to draw", words: Charts.kinds.map(\.name))
    static let path = Parameter<String?>.path("to", "file to write instead of showing: .svg, .png or .pdf")
    static let size = Parameter<PixelSize?>.optional("size", "width and height of the picture")
    static let title = Parameter<String?>.optional("title", "title instead of the chart's own")
    static let models = Parameter<[String]>.names("of", of: [.model, .scores], "models or scores; the newest unless given", place: .clause("of"))
    static let segments = Parameter<[String]>.names("of", of: [.segments], "two sets of segments of the same rows; the two newest unless given", place: .clause("of"))
    static let measure = Parameter<String?>.optional("by", "the measure, of models that have several: impurity, permutation; the first that all have unless given")
    static let columns = Parameter<[String]>.columns("of", "columns", place: .clause("of"), isRequired: false)
    private static let numbers = Parameter<[String]>.columns("of", "a column of numbers", place: .clause("of"), isRequired: false, type: .number)

    static let signature = Signature(
        "plot", group: .plot, summary: "Draw a chart: in the terminal, into the report of a notebook, or to a file.",
        details: """
            Reads the newest value that the kind of chart needs. At the prompt a chart is drawn in the terminal, as a picture where it can show
            sixels and with characters elsewhere; in a notebook it enters the report; 'to=' writes a file. At most 5,000 marks are drawn; of more points a seeded
            sample is, and the caption says so.
            """,
        memory: "the numbers that are drawn; of more than 5,000 points a sample",
        draws: "the sample of points, where not all are drawn; with the seed of the segments",
        writes: "the picture, with to=; in a notebook the report, with its data and gnuplot script beside it",
        gives: [.figure], variants: Charts.kinds.map(variant),
        examples: [Example("simulate shop users=200 days=20 seed=1 | plot daily title=\"A quiet month\"", prints: "day")]
    ) {
        chart
        path
        size
        title
    }

    private static func variant(_ kind: Charts.Kind) -> Signature.Variant {
        let (reads, parameters): ([Kind], [ParameterDescription]) =
            switch kind.name {
            case "roc", "pr", "gain", "lift", "calibration", "confusion": ([.scores, .model], [models.description])
            case "loss", "accuracy", "threshold": ([.model], [models.description])
            case "importance": ([.model], [models.description, measure.description])
            case "tree": ([.model], [models.description])
            case "clusters": ([.segments], [columns.description])
            case "silhouette", "dendrogram", "profile": ([.segments], [])
            case "flow": ([.segments], [segments.description])
            case "elbow": ([.answer], [])
            case "rfm": ([.table], [])
            case "histogram": ([.events, .table], [numbers.description])
            case "top": ([.events, .table], [columns.description])
            default: ([.events], [])
            }
        let makers = ["elbow", "rfm"].contains(kind.name) ? [kind.name] : []
        let (details, example) = Self.words(of: kind.name)
        return Signature.Variant(
            kind.name, kind.summary.capitalisedFirst + ".", details: details, parameters: parameters, reads: reads, draws: kind.name == "clusters" ? nil : "", makers: makers,
            examples: [example])
    }

    /// What is drawn and how it is defined, with an example.
    private static func words(of kind: String) -> (details: String, example: Example) {
        let shop = "simulate shop users=200 days=20 seed=1"
        switch kind {
        case "roc":
            return (
                "Of two classes the curve of the positive one, of more a curve a class against the rest, on the held-back rows. The area under a curve is how often a row of the class is ranked above another.",
                Example("\(shop) | fit lstm seq=5 epochs=1 hidden=8 | plot roc", prints: "ROC"))
        case "pr":
            return (
                "Of two classes the curve of the positive one, of more a curve a class against the rest, on the held-back rows: a precision holds from its recall down to the next. AP is the average precision, the precisions at each threshold weighted by the gain in recall; guessing reaches the share of the class.",
                Example("\(shop) | fit lstm seq=5 epochs=1 hidden=8 | plot pr", prints: "recall"))
        case "gain":
            return (
                "Held-back rows are taken by falling probability of the positive class, of more than two classes of each against the rest: what share of its rows is among them. The key says what the first 20 % hold; the thin line is that of a model without error.",
                Example("\(shop) | fit lstm seq=5 epochs=1 hidden=8 | plot gain", prints: "ain"))
        case "lift":
            return (
                "Held-back rows are taken by falling probability of the positive class, of more than two classes of each against the rest: how many times as many of its rows are among them as at random, from 1 % of the rows on. The key says what the first 10 % have.",
                Example("\(shop) | fit lstm seq=5 epochs=1 hidden=8 | plot lift", prints: "ift"))
        case "confusion":
            return ("Rows are the actual classes of the held-back rows, columns the predicted ones; shares are of a row.", Example("\(shop) | fit rnn seq=5 epochs=1 hidden=8 | plot confusion", prints: "onfusion"))
        case "importance":
            return (
                "At most twenty columns, those that count most in the first model. Of a tree the share of the fall in impurity that is due to a column's tests, of a forest also the fall of the accuracy out of bag when the column is shuffled (by=permutation), of a logistic regression the size of its coefficients. Of several models without a common measure each one's values are shown as shares of their sum.",
                Example("\(shop) | label bought = any(action == \"buy\") | features | fit tree predict=bought | plot importance", prints: "mportance"))
        case "tree":
            return (
                "From left to right, at most four tests deep: where the answer is yes a row goes up. Shares are those of the training rows, of two classes of the positive one, else of the likeliest.",
                Example("\(shop) | label bought = any(action == \"buy\") | features | fit tree predict=bought depth=3 | plot tree", prints: "share of true"))
        case "loss":
            return (
                "The mean of -ln of the probability given to the true class, epoch by epoch: in training that of each batch before its step, on the validation part after the epoch.",
                Example("\(shop) | fit rnn seq=5 epochs=3 hidden=8 | plot loss", prints: "loss"))
        case "accuracy":
            return ("Rows whose likeliest class is the true one, epoch by epoch, in training and on the validation part.", Example("\(shop) | fit rnn seq=5 epochs=3 hidden=8 | plot accuracy", prints: "accuracy"))
        case "clusters":
            return (
                "On two columns, or on the first two principal components of the scaled columns, whose axes say how much of the variance they hold; the caption gives their loadings.",
                Example("\(shop) | rfm | kmeans k=3 | plot clusters of recency frequency", prints: "lusters"))
        case "silhouette": return ("One bar a user, by segment and length; 'help silhouette' defines it.", Example("\(shop) | rfm | kmeans k=3 | plot silhouette", prints: "ilhouette"))
        case "dendrogram":
            return (
                "Of segments of 'hierarchical': the last joins, the leaves with their segment and rows, and the line at which the tree was cut. Of many rows the tree is of a sample, as the caption says.",
                Example("\(shop) | rfm | hierarchical k=3 | plot dendrogram", prints: "joined at"))
        case "profile":
            return (
                "Segments against columns and values of categories: how many standard deviations of everybody a segment lies above or below, with its mean or share below. Differences that may be chance have no colour; 'help profile' says how they are tested.",
                Example("\(shop) | rfm | kmeans k=3 | plot profile", prints: "standard deviations"))
        case "flow":
            return (
                "Ribbons from the segments of one clustering to those of another, as thick as the rows in both; or from groups then to groups now. Rows are found by who they are about.",
                Example("\(shop) | rfm | kmeans k=3 | segments by=group as groups | plot flow of kmeans groups", prints: "groups"))
        case "calibration":
            return (
                "Held-back rows are sorted into ten bins of the predicted probability, of the positive class of two, else of the class that each row is taken for: a bin's share of rows that are of the class against its mean probability.",
                Example("\(shop) | fit lstm seq=5 epochs=1 hidden=8 | plot calibration", prints: "alibration"))
        case "threshold":
            return (
                "Of two classes: precision, recall and F1 of the positive one by the probability from which a row counts as positive, on the validation part. The threshold of most F1 there is marked; the caption says what it gives on the test part.",
                Example("\(shop) | label bought = any(action == \"buy\") | features | fit logistic predict=bought | plot threshold", prints: "hreshold"))
        case "elbow": return ("A panel for each score that 'elbow' computed, with the k that it speaks for; 'help elbow' defines them. Bands are 95 % intervals of a sampled silhouette, standard errors of the gap, and the spread of the stability.", Example("\(shop) | rfm | elbow k=2..5 restarts=2 references=2 pairs=2 | plot elbow", prints: "nertia"))
        case "rfm": return ("A square for each pair of scores: the number of buyers, and their mean monetary value.", Example("\(shop) | rfm | plot rfm", prints: "score"))
        case "daily": return ("Days are those of UTC, or of the zone that load was given.", Example("\(shop) | plot daily", prints: "day"))
        case "hourly": return ("Hours are those of UTC, or of the zone that load was given, over all days.", Example("\(shop) | plot hourly", prints: "hour"))
        case "histogram":
            return ("Of events without a column: events per user. Values that are missing are left out, and counted in the caption.", Example("\(shop) | rfm | plot histogram of recency", prints: "ecency"))
        case "top": return ("At most fifteen values; shares are of all events or rows. Without a column: action, category or item, the first that there is.", Example("\(shop) | plot top of category", prints: "ategory"))
        default: preconditionFailure("a chart of the catalogue without words for help: \(kind)")
        }
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if let path = try call[path] { _ = try format(of: path, at: call.span(of: self.path)) }
        switch call.variant {
        case "confusion", "threshold", "tree": try checkSingle(try call[models], call)
        case "flow": try checkTwo(try call[segments], call)
        case "clusters":
            try checkPair(try call[columns], of: input?.features ?? [], call)
            if let features = input?.features { try checkPlane(try call[columns], of: features, call) }
        case "daily", "hourly": try EventsValue.expectTimes(input, for: call)
        default: break
        }
        return Outline([.figure], properties: [])
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let newest = input else { throw Diagnostic("nothing-to-read", "'plot' has nothing to draw", category: .syntax, at: call.span) }
        // Not every table is an 'rfm' or an 'elbow': the newest that is one is meant, unless 'on' says otherwise.
        let input = call.isInputNamed ? newest : try Self.named(call) ?? call.context.newest { Self.isDrawn(by: call.variant, $0) } ?? newest
        let format = try call[Self.path].map { path in try Self.format(of: path, at: call.span(of: Self.path)) }
        let size = try call[Self.size].map { try ChartSize(width: $0.width, height: $0.height) }
        let chart = try self.chart(call, on: input)
        guard let path = try call[Self.path], let format else { return Outcome(FigureValue(chart: chart, size: size, path: nil), input: input) }
        let cancellation = call.context.work.cancellation
        let bytes = try Gnuplot().render(chart, as: format, size: size, showsTitle: true, mustStop: { cancellation.isCancelled })
        do throws(FileError) { try WholeFile.write(bytes, to: call.context.path(path)) } catch { throw error.diagnostic(shown: path).placed(at: call.span(of: Self.path)) }
        return Outcome(FigureValue(chart: chart, size: size, path: path), input: input)
    }

    /// The first of the values that 'of' names, where it names values and not columns.
    private static func named(_ call: Call) throws -> Input? {
        guard ["roc", "pr", "gain", "lift", "calibration", "threshold", "confusion", "loss", "accuracy", "importance", "tree"].contains(call.variant), let first = try call[models].first else { return nil }
        return try call.context.value(named: first, at: call.span(of: models))
    }

    /// Whether a value is a table of the sort that a kind of chart is made for.
    private static func isDrawn(by kind: String?, _ value: any KindValue) -> Bool {
        switch (kind, (value as? TableValue)?.detail) {
        case ("rfm", .rfm), ("elbow", .elbow): true
        default: false
        }
    }

    private static func format(of path: String, at span: SourceSpan) throws(Diagnostic) -> ChartFormat {
        switch path.split(separator: ".").last.map({ $0.lowercased() }) {
        case "svg": return .svgFile
        case "png": return .png()
        case "pdf": return .pdf
        default:
            throw Diagnostic("unknown-format", "a chart is written as .svg, .png or .pdf", category: .syntax, at: span, label: "no such ending", hint: "to=chart.svg")
        }
    }

    private func chart(_ call: Call, on input: Input) throws -> any Chart {
        let title = try call[Self.title]
        switch call.variant {
        case "roc": return try rocChart(call, input, title)
        case "pr": return try precisionRecallChart(call, input, title)
        case "gain": return try gainChart(call, input, title, isLift: false)
        case "lift": return try gainChart(call, input, title, isLift: true)
        case "calibration": return try calibrationChart(call, input, title)
        case "threshold": return try thresholdChart(call, input, title)
        case "loss": return try trainingChart(Loss.self, call, input, title) { ($0.trainingLoss, $0.validationLoss) }
        case "accuracy": return try trainingChart(Accuracy.self, call, input, title) { ($0.trainingAccuracy, $0.validationAccuracy) }
        case "confusion": return try confusionChart(call, input, title)
        case "importance": return try importanceChart(call, input, title)
        case "tree": return try treeChart(call, input, title)
        case "dendrogram": return try dendrogramChart(call, input, title)
        case "profile": return try profileChart(call, input, title)
        case "flow": return try flowChart(call, input, title)
        case "elbow": return try elbowChart(call, input, title)
        case "silhouette": return try silhouetteChart(call, input, title)
        case "clusters": return try clusterChart(call, input, title)
        case "rfm": return try rfmChart(call, input, title)
        case "daily": return try dailyChart(call, input, title)
        case "hourly": return try hourlyChart(call, input, title)
        case "histogram": return try histogramChart(call, input, title)
        case "top": return try topChart(call, input, title)
        default: preconditionFailure("a chart kind of the catalogue that 'plot' does not draw: \(call.variant ?? "none")")
        }
    }
}

import Diagnostics
import Language
import Layers
import Plots
import Store

/// Draws a chart of what was found.
struct PlotCommand: Command {
    static let chart = Parameter<String>.variant("kind", "what to draw", words: Charts.kinds.map(\.name))
    static let path = Parameter<String?>.path("to", "file to write instead of showing: .svg, .png or .pdf")
    static let size = Parameter<PixelSize?>.optional("size", "width and height in pixels, such as 720x440")
    static let title = Parameter<String?>.optional("title", "title instead of the chart's own")
    static let models = Parameter<[String]>.names("of", of: [.model, .scores], "models or scores; the newest unless given", place: .clause("of"))
    static let columns = Parameter<[String]>.columns("of", "columns", place: .clause("of"), isRequired: false)
    private static let numbers = Parameter<[String]>.columns("of", "a column of numbers", place: .clause("of"), isRequired: false, type: .number)

    static let signature = Signature(
        "plot", group: .plot, summary: "Draw a chart: in the terminal, into the report of a notebook, or to a file.",
        details: """
            Reads the newest value that the kind of chart needs. At the prompt a chart is drawn in the terminal, as a picture where it can show
            sixels and with characters elsewhere; in a notebook it enters the report; 'to=' writes a file. At most 5,000 marks are drawn; of more points a seeded
            sample is, and the caption says so.
            """,
        gives: [.figure], variants: Charts.kinds.map(variant),
        examples: [Example("simulate shop users=200 days=20 seed=1 | plot daily", prints: "day")]
    ) {
        chart
        path
        size
        title
    }

    private static func variant(_ kind: Charts.Kind) -> Signature.Variant {
        let (reads, parameters): ([Kind], [ParameterDescription]) =
            switch kind.name {
            case "roc", "confusion": ([.scores, .model], [models.description])
            case "loss", "accuracy": ([.model], [models.description])
            case "clusters": ([.segments], [columns.description])
            case "silhouette": ([.segments], [])
            case "elbow": ([.answer], [])
            case "rfm": ([.table], [])
            case "histogram": ([.events, .table], [numbers.description])
            case "top": ([.events, .table], [columns.description])
            default: ([.events], [])
            }
        let makers = ["elbow", "rfm"].contains(kind.name) ? [kind.name] : []
        return Signature.Variant(kind.name, kind.summary.capitalisedFirst + ".", parameters: parameters, reads: reads, makers: makers)
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if let path = try call[path] { _ = try format(of: path, at: call.span(of: self.path)) }
        switch call.variant {
        case "confusion": try checkSingle(try call[models], call)
        case "clusters": try checkPair(try call[columns], of: input?.features ?? [], call)
        default: break
        }
        return Outline([.figure], properties: [])
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let newest = input else { throw Diagnostic("nothing-to-read", "'plot' has nothing to draw", category: .syntax, at: call.span) }
        // Not every table is an 'rfm' or an 'elbow': the newest that is one is meant, unless 'on' says otherwise.
        let input = call.isInputNamed ? newest : call.context.values.last { Self.isDrawn(by: call.variant, $0.value) } ?? newest
        let format = try call[Self.path].map { path in try Self.format(of: path, at: call.span(of: Self.path)) }
        let size = try call[Self.size].map { try ChartSize(width: $0.width, height: $0.height) }
        let chart = try self.chart(call, on: input)
        guard let path = try call[Self.path], let format else { return Outcome(FigureValue(chart: chart, size: size, path: nil), input: input) }
        let cancellation = call.context.work.cancellation
        let bytes = try Gnuplot().render(chart, as: format, size: size, showsTitle: true, mustStop: { cancellation.isCancelled })
        do throws(FileError) { try WholeFile.write(bytes, to: call.context.path(path)) } catch { throw error.diagnostic(shown: path).placed(at: call.span(of: Self.path)) }
        return Outcome(FigureValue(chart: chart, size: size, path: path), input: input)
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
        case "loss": return try trainingChart(Loss.self, call, input, title) { ($0.trainingLoss, $0.validationLoss) }
        case "accuracy": return try trainingChart(Accuracy.self, call, input, title) { ($0.trainingAccuracy, $0.validationAccuracy) }
        case "confusion": return try confusionChart(call, input, title)
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

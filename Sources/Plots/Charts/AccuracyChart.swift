/// The accuracy of models by epoch of training.
public struct AccuracyChart: Chart {
    public static let kind = "accuracy"
    public static let summary = "training and validation accuracy by epoch, the best epoch marked"

    public var title: String
    public let notes: [String]
    private let curves: TrainingCurves
    public var runs: [TrainingRun] { curves.runs }

    /// - Parameter baseline: the accuracy of always guessing the commonest class, drawn as a level to beat.
    /// - Throws: `PlotError` without a model or an epoch, for lists of unlike length, a share outside of 0...1, or a best epoch that was not run.
    public init(title: String = "Accuracy by epoch", runs: [TrainingRun], baseline: Double? = nil, notes: [String] = []) throws(PlotError) {
        curves = try TrainingCurves(
            kind: Self.kind, runs: runs, measure: "accuracy (share of right guesses)", isShare: true, baseline: baseline,
            baselineName: "commonest class")
        self.title = title
        self.notes = notes + curves.notes
    }

    public var altText: String { curves.altText("accuracy") }
    public var data: ChartTable { curves.data("accuracy") }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        curves.draw(&figure)
        return figure.commands
    }
}

/// The loss of models by epoch of training.
public struct LossChart: Chart {
    public static let kind = "loss"
    public static let summary = "training and validation loss by epoch, the best epoch marked"

    public var title: String
    public let notes: [String]
    /// In what the loss is measured: `cross-entropy`.
    public let unit: String
    private let curves: TrainingCurves
    public var runs: [TrainingRun] { curves.runs }

    /// - Throws: `PlotError` without a model or an epoch, for lists of unlike length, or a best epoch that was not run.
    public init(title: String = "Loss by epoch", runs: [TrainingRun], unit: String = "cross-entropy", notes: [String] = []) throws(PlotError) {
        let name = unit.isEmpty ? "loss" : "loss (\(unit))"
        curves = try TrainingCurves(kind: Self.kind, runs: runs, measure: name, isShare: false)
        self.title = title
        self.unit = unit
        self.notes = notes + curves.notes
    }

    public var altText: String { curves.altText("loss") }
    public var data: ChartTable { curves.data("loss") }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        curves.draw(&figure)
        return figure.commands
    }
}

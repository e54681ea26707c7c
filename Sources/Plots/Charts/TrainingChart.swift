/// What is measured epoch by epoch while a model is trained.
public protocol TrainingMeasure: Sendable {
    /// The word for it, which is also the kind of its chart: `loss`.
    static var name: String { get }
    /// In what it is measured.
    static var unit: String { get }
    /// Whether it is a share, 0...1, of which more is better; else less is better.
    static var isShare: Bool { get }
}

public enum Loss: TrainingMeasure {
    public static let name = "loss"
    public static let unit = "cross-entropy"
    public static let isShare = false
}

public enum Accuracy: TrainingMeasure {
    public static let name = "accuracy"
    public static let unit = "share of right guesses"
    public static let isShare = true
}

/// The loss of models by epoch of training.
public typealias LossChart = TrainingChart<Loss>
/// The accuracy of models by epoch of training.
public typealias AccuracyChart = TrainingChart<Accuracy>

/// A measure of models by epoch of training, with that of the held-back part where there is one.
public struct TrainingChart<Measure: TrainingMeasure>: Chart {
    public static var kind: String { Measure.name }
    public static var summary: String { "training and validation \(Measure.name) by epoch, the best epoch marked" }

    public var title: String
    public let notes: [String]
    private let curves: TrainingCurves
    public var runs: [TrainingRun] { curves.runs }

    /// - Parameters:
    ///   - title: `Loss by epoch` unless given.
    ///   - baseline: what always guessing the commonest class reaches, drawn as a level to beat.
    ///   - unit: in what the runs are measured; may be empty.
    ///   - step: what a step of training is called.
    /// - Throws: `PlotError` without a model or an epoch, for lists of unlike length, a share outside of 0...1, or a best epoch that was not run.
    public init(title: String? = nil, runs: [TrainingRun], baseline: Double? = nil, unit: String = Measure.unit, step: String = "epoch", notes: [String] = []) throws(PlotError) {
        curves = try TrainingCurves(
            kind: Self.kind, runs: runs, measure: unit.isEmpty ? Measure.name : "\(Measure.name) (\(unit))", isShare: Measure.isShare, baseline: baseline,
            baselineName: "commonest class", step: step)
        self.title = title ?? "\(Measure.name.prefix(1).uppercased())\(Measure.name.dropFirst()) by \(step)"
        self.notes = notes + curves.notes
    }

    public var altText: String { curves.altText(Measure.name) }
    public var data: ChartTable { curves.data(Measure.name) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        curves.draw(&figure)
        return figure.commands
    }
}

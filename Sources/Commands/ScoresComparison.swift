import Language
import Runtime
import Scoring
import Tables

/// The scores of several models on the same rows, measure by measure, the baseline last.
struct ScoresComparison {
    /// What is set side by side.
    struct Model {
        let name: String
        let scores: any TargetScores
        let parameters: Int
        var intervals: ScoreIntervals?
        /// How long fitting and scoring took, where that is asked for.
        var seconds: (fit: Double, score: Double)?
    }

    private let models: [Model]
    /// What each model reaches, those measures that have a place in comparisons.
    private let measures: [[ScoreMeasure]]
    private let judge: ScoreMeasure
    /// The places of the models from the best on.
    let order: [Int]

    /// - Precondition: there is a model, and all scores are of one kind.
    init(_ models: [Model]) {
        self.models = models
        measures = models.map { $0.scores.list.filter { $0.heading != nil } }
        let name = type(of: models[0].scores).judge
        let place = measures[0].firstIndex { $0.name == name } ?? 0
        let judge = measures[0][place]
        self.judge = judge
        let values = measures.map { $0[place].value ?? (judge.isLoss ? .infinity : -.infinity) }
        order = models.indices.sorted { values[$0] != values[$1] ? (values[$0] < values[$1]) == judge.isLoss : $0 < $1 }
    }

    var best: Int? { models.count > 1 ? order.first : nil }

    /// A row a measure, a column a model: so a terminal has room for all measures.
    ///
    /// - Parameter notes: what is to be said besides.
    func display(title: String, notes: [String] = []) -> DisplayTable {
        let first = models[0].scores
        func cell(_ value: Double?) -> DisplayTable.Cell { value.map(first.cell) ?? .undefined }
        var rows = measures[0].indices.map { place in [.init(measures[0][place].heading ?? "")] + models.indices.map { cell(measures[$0][place].value) } + [cell(measures[0][place].baseline)] }
        rows.append([.init("parameters")] + models.map { .count($0.parameters) } + [.undefined])
        if models.contains(where: { $0.seconds != nil }) {
            rows.append([.init("seconds to fit")] + models.map { $0.seconds.map { .number($0.fit, 3) } ?? .undefined } + [.undefined])
            rows.append([.init("seconds to score")] + models.map { $0.seconds.map { .number($0.score, 3) } ?? .undefined } + [.undefined])
        }
        return DisplayTable(
            title: title, columns: [.init("measure")] + models.map { .init($0.name, .right) } + [.init(first.baselineName, .right)], rows: rows,
            notes: (best.map { ["Best by \(judge.shown): \(models[$0].name)."] } ?? []) + notes)
    }

    /// The bounds of each measure; none where no model has any.
    var bounds: DisplayTable? {
        guard let intervals = models.lazy.compactMap(\.intervals).first else { return nil }
        let rows = measures[0].compactMap { measure -> [DisplayTable.Cell]? in
            guard let kind = measure.ofClasses else { return nil }
            return [.init(measure.heading ?? "")] + models.map { model in
                guard let bounds = model.intervals?[kind] else { return .undefined }
                return .init("\(NumberText.decimal(bounds.lowerBound, 3))–\(NumberText.decimal(bounds.upperBound, 3))", .array([.number(bounds.lowerBound), .number(bounds.upperBound)]))
            }
        }
        return DisplayTable(
            title: "95 % bounds of the measures", columns: [.init("measure")] + models.map { .init($0.name, .right) }, rows: rows, notes: [intervals.note(of: models[0].scores.rows)])
    }

    var table: Table {
        func column(_ name: String, _ values: [Double?], baseline: Double? = nil) -> Column { Column(name, numbers: values + [baseline]) }
        var columns = [Column("model", text: models.map(\.name) + ["baseline"])]
        for (place, measure) in measures[0].enumerated() {
            columns.append(column(measure.columnName, measures.map { $0[place].value }, baseline: measure.baseline))
            guard let kind = measure.ofClasses, models.contains(where: { $0.intervals?[kind] != nil }) else { continue }
            columns.append(column("\(measure.columnName)_from", models.map { $0.intervals?[kind]?.lowerBound }))
            columns.append(column("\(measure.columnName)_to", models.map { $0.intervals?[kind]?.upperBound }))
        }
        columns.append(column("parameters", models.map { Double($0.parameters) }))
        if models.contains(where: { $0.seconds != nil }) {
            columns += [column("fit_seconds", models.map { $0.seconds?.fit }), column("score_seconds", models.map { $0.seconds?.score })]
        }
        return Table(columns)
    }
}

import Diagnostics
import Features
import Language
import Models
import Runtime
import Scoring
import Tables

/// Fits a model as often as there are folds, each time judged by the rows of one of them.
struct CrossValidationCommand: Command {
    static let model = Parameter<String>.variant("model", "what to fit", words: FitCommand.sequenceModels.map(\.variant.word))
    static let folds = Parameter<Int>.named("folds", default: 5, in: 2...100, "how many parts take turns in judging")
    static let by = Parameter<String?>.optional(
        "by", "what a fold holds: whole users, a stretch of time, or rows at random; unless given users where rows have some, else rows", oneOf: Folds.Kind.allCases.map(\.rawValue))
    static let stratified = Parameter<Bool>.named("stratified", default: true, "whether random folds have the same shares of each class")

    static let signature = Signature(
        "cv", group: .predict, summary: "Cross-validate a model: scores from folds that take turns in judging what was learnt from the others.",
        details: """
            'cv xgboost predict=bought folds=5' fits five models as 'fit' would, each on four fifths of the rows, and scores it on the fifth. All rows are used, whatever 'split' said; what a
            model learns on the way, such as scales and encodings, is learnt in each fold anew. Where a model needs a validation part, to end training early or to settle a temperature, it
            is a tenth of the users or rows that are learnt from; by time it is their last tenth.

            by=user deals whole users, by hash; by=time deals users by the time of their first row and judges each fold by what was learnt from earlier rows; by=random deals rows, or users
            with all of their rows where rows have users, with the same shares of each class unless stratified=no.
            """,
        prints: [
            .init("fold", "the part that judges"), .init("rows", "how many rows of it were scored"), .init("mean, deviation", "over the folds, each counting the same; the deviation is that of a sample, with one degree of freedom less"),
            .init("baseline", "the mean of what always guessing the commonest class of the other folds reaches"),
        ] + ScoresValue.terms.filter { !["precision", "recall", "rows, predicted"].contains($0.name) },
        memory: "that of a 'fit', and the scores of each fold",
        draws: "the folds, and in each fold what 'fit' draws",
        gives: [.answer], variants: FitCommand.sequenceModels.map(variant),
        examples: [
            Example("simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | cv logistic predict=bought folds=3", prints: "mean"),
        ]
    ) {
        model
        folds
        by
        stratified
    }

    /// As the form of 'fit', but that nothing is kept on the way.
    private static func variant(_ model: FitCommand.SequenceFit) -> Signature.Variant {
        let fit = model.variant, kept = Set(FitCommand.checkpointParameters.map(\.name))
        let isOfRows = fit.reads == [.table]
        let source = isOfRows ? "simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") | features" : "simulate shop users=150 days=20 seed=1"
        let options = fit.parameters.contains { $0.name == "epochs" } ? " epochs=1" : ""
        return Signature.Variant(
            fit.word, fit.summary, details: "'help fit \(fit.word)' says how it is fitted.", parameters: fit.parameters.filter { !kept.contains($0.name) }, reads: fit.reads, readsByName: fit.readsByName, gives: [.answer],
            examples: [Example("\(source) | cv \(fit.word) folds=2\(isOfRows ? " predict=bought" : "")\(options)", prints: "mean")])
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        _ = try FitCommand.outline(call, on: input)
        try checkStrata(call)
        return TableValue.outline(nil, kind: .answer, properties: ["folds"] + ScoresValue.properties, rowNoun: "folds", maker: signature.verb)
    }

    private static func checkStrata(_ call: Call) throws(Diagnostic) {
        guard call.isGiven("stratified"), let by = try call[by], by != Folds.Kind.random.rawValue else { return }
        throw Diagnostic("wrong-value", "'stratified' does not apply: only random folds are dealt by class", category: .syntax, at: call.span(of: stratified), label: "does not apply", hint: "by=random, or leave it out")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        try Self.checkStrata(call)
        guard let model = FitCommand.sequenceModels.first(where: { $0.variant.word == call.variant }) else { preconditionFailure("a model of 'fit' that 'cv' does not know: \(call.variant ?? "none")") }
        let estimator = try model.estimator(call)
        let asked = try call[Self.by].flatMap(Folds.Kind.init)
        let lesson = try FitCommand.lesson(call, input, dividing: asked?.split)
        defer { letGo(lesson) }
        try FitCommand.expect(lesson.windows, fit: estimator, call)
        let seed = try call[FitCommand.seed] ?? call.context.seed
        let folds = try lesson.folds(asked, count: try call[Self.folds], stratified: try call[Self.stratified], seed: seed, call)
        let scores = try Self.scores(estimator, lesson, folds, seed: seed, call)
        let name = model.variant.word, fitted = FoldScores(scores.map { $0[0].scores })
        let display = fitted.display(title: "\(name), fold by fold" + (scores[0].count > 1 ? ", for \(scores[0][0].name)" : ""), folds: Array(folds.judged))
        return Outcome(
            TableValue(
                fitted.table, kind: .answer, title: "Cross-validation of \(name)", rowNoun: "folds", summaryBlocks: [.text(folds.description(of: lesson.rowNoun, hasUsers: lesson.users != nil)), .table(display)], properties: [("folds", .integer(folds.judged.count))] + fitted.means),
            notes: lesson.notes)
    }

    /// The scores of each fold that can be judged.
    static func scores(_ estimator: any SequenceEstimator, _ lesson: Lesson, _ folds: Folds, seed: Int, _ call: Call) throws -> [[(name: String, scores: any TargetScores)]] {
        // Where the classes are about as common, the rarer of one fold is not that of the next.
        let asked = try FitCommand.positives(lesson.windows, call)
        let positives = try zip(asked, lesson.windows.outputs).map { positive, target in
            try positive ?? ClassificationScores.positive(of: target.classes, trainingCounts: FitCommand.counts(target))
        }
        return try folds.judged.map { fold in
            let work = call.context.work
            work.report("fold \(fold + 1) of \(folds.count)", nil)
            let rest = try folds.training(for: fold, work: work)
            let (training, validation) = estimator.readsValidation ? try lesson.holdingOut(rest, seed: seed, byTime: folds.kind == .time, work) : (rest, [])
            return try Trial(estimator, lesson, RowParts(training: training, validation: validation, test: folds.rows[fold]), positives: positives, seed: seed, call).scores.get()
        }
    }
}

extension Folds.Kind {
    /// The split that needs the same of rows.
    var split: Split.Kind {
        switch self {
        case .user: .user
        case .time: .time
        case .random: .random
        }
    }
}

extension Lesson {
    /// Its rows, or some of them, dealt to folds; by users where rows have some, unless something else is asked for.
    ///
    /// - Throws: what the folds do, placed where they are asked for.
    func folds(_ asked: Folds.Kind?, count: Int, stratified: Bool, seed: Int, _ call: Call) throws -> Folds {
        let work = call.context.work
        let kind = asked ?? (users == nil ? .random : .user)
        // Rows of nobody are each their own.
        let groups = users == nil ? windows.groups.indices.map { Int32($0) } : windows.groups
        let names = users ?? groups.map { String($0) }
        if users == nil, count > groups.count {
            throw Diagnostic("wrong-value", "\(NumberText.counted(groups.count, rowNoun)) cannot be dealt to \(count) folds", category: .data, at: call.span(named: "folds"), label: "too many", hint: "folds=\(max(2, min(5, groups.count)))")
        }
        do {
            return try Folds(kind, count: count, groups: groups, users: names, times: times, strata: kind == .random && stratified ? strata : nil, seed: seed, work: work)
        } catch let error as DataError { throw error.diagnostic.placed(at: call.span(named: call.isGiven("folds") ? "folds" : "by")) }
    }

    /// A tenth of some rows for choosing: the last ones by time, or whole users, or rows.
    func holdingOut(_ rows: [Int], seed: Int, byTime: Bool, _ work: Work) throws -> (training: [Int], validation: [Int]) {
        var isHeld: [Bool]
        if byTime, let times {
            var order = Array(rows.indices)
            try work.sort(&order) { (times[rows[$0]], $0) < (times[rows[$1]], $1) }
            let cut = times[rows[order[order.count * 9 / 10]]]
            isHeld = try work.map(rows: rows.count) { times[rows[$0]] >= cut }
        } else if let users {
            let draw = UserDraw(seed: seed, purpose: "valid")
            isHeld = try work.map(rows: rows.count) { draw.position(of: users[Int(windows.groups[rows[$0]])]) < 0.1 }
        } else {
            var stream = RandomStream(seed: seed, name: "folds", purpose: "valid")
            isHeld = try work.map(rows: rows.count) { _ in stream.uniform() < 0.1 }
        }
        let held = rows.indices.filter { isHeld[$0] }.map { rows[$0] }
        // So few rows that a part would be empty: all of them are learnt.
        guard !held.isEmpty, held.count < rows.count else { return (rows, []) }
        return (rows.indices.filter { !isHeld[$0] }.map { rows[$0] }, held)
    }
}

/// The scores of the same model in several folds.
struct FoldScores {
    private let scores: [any TargetScores]
    private let lists: [[ScoreMeasure]]

    /// - Precondition: there is a fold.
    init(_ scores: [any TargetScores]) {
        self.scores = scores
        lists = scores.map { $0.list.filter { $0.heading != nil } }
    }

    private func values(_ measure: Int) -> [Double] { lists.compactMap { $0[measure].value } }

    /// Over the folds where a measure is defined.
    func mean(_ measure: Int) -> Double? {
        let known = values(measure)
        return known.isEmpty ? nil : known.exactSum / Double(known.count)
    }

    private func deviation(_ measure: Int) -> Double? {
        let known = values(measure)
        guard known.count > 1, let mean = mean(measure) else { return nil }
        return (known.map { ($0 - mean) * ($0 - mean) }.exactSum / Double(known.count - 1)).squareRoot()
    }

    private func baseline(_ measure: Int) -> Double? {
        let known = lists.compactMap { $0[measure].baseline }
        return known.isEmpty ? nil : known.exactSum / Double(known.count)
    }

    /// The place of a measure by its name.
    func place(of name: String) -> Int? { lists[0].firstIndex { $0.name == name || $0.columnName == name } }
    func isLoss(_ measure: Int) -> Bool { lists[0][measure].isLoss }
    /// The name of the measure that says most.
    var judge: String { type(of: scores[0]).judge }
    var names: [String] { lists[0].map(\.columnName) }
    /// The places of some measures: that of the aim, and those that are looked at first.
    func places(besides aim: Int) -> [Int] {
        let wanted = ["log_loss", "auc", "pr_auc", "f1", "accuracy", "rmse", "mae", "r2", "ndcg10", "hr10", "mrr"].compactMap(place)
        return [aim] + wanted.filter { $0 != aim }
    }
    func meanCell(_ measure: Int) -> DisplayTable.Cell { mean(measure).map(scores[0].cell) ?? .undefined }
    func shown(_ measure: Int) -> String { lists[0][measure].heading ?? lists[0][measure].shown }

    /// The means by the measures' names.
    var means: [(name: String, value: Value)] { lists[0].indices.compactMap { place in mean(place).map { (lists[0][place].columnName, .number($0)) } } }

    /// Measures that are not defined in every fold, such as those of a class that some have none of.
    private var gaps: [String] {
        let partial = lists[0].indices.filter { (1..<scores.count).contains(values($0).count) }.map(shown)
        return partial.isEmpty ? [] : ["\(partial.joined(separator: ", ")): of the folds where defined only. Fewer folds, or by=random, give each some rows of each class."]
    }

    /// A row a measure, a column a fold.
    func display(title: String, folds: [Int]) -> DisplayTable {
        let first = scores[0]
        func cell(_ value: Double?) -> DisplayTable.Cell { value.map(first.cell) ?? .undefined }
        let rows = lists[0].indices.map { place in [.init(shown(place)), cell(mean(place)), cell(deviation(place)), cell(baseline(place))] + lists.map { cell($0[place].value) } }
        return DisplayTable(
            title: title, columns: [.init("measure"), .init("mean", .right), .init("deviation", .right), .init("baseline", .right)] + folds.map { .init("\($0 + 1)", .right) },
            rows: rows + [[.init("rows"), .undefined, .undefined, .undefined] + scores.map { .count($0.rows) }], notes: first.notes + gaps)
    }

    var table: Table {
        let folds = scores.indices.map { "\($0 + 1)" } + ["mean", "deviation", "baseline"]
        return Table(
            [Column("fold", text: folds), Column("rows", numbers: scores.map { Double($0.rows) } + [nil, nil, nil])]
                + lists[0].indices.map { place in Column(lists[0][place].columnName, numbers: lists.map { $0[place].value } + [mean(place), deviation(place), baseline(place)]) })
    }
}

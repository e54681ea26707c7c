import Diagnostics
import Events
import Expressions
import Features
import Language
import Models
import Runtime
import Scoring
import Tables

// A model of sequences reads a table where 'on' names one: each row is a sequence of one step.

extension FitCommand {
    /// Holds the target and the inputs against the columns of a table.
    static func checkRows(_ call: Call, _ schema: ExpressionSchema) throws(Diagnostic) {
        let wanted = try call[targets] ?? []
        for (index, name) in wanted.enumerated() {
            guard let column = schema.column(named: name) else { throw DataError.unknownColumn(name, known: schema.names).diagnostic.placed(at: call.span(of: targets)) }
            if column.type == .time {
                throw Diagnostic("wrong-target", "'\(name)' holds times, so there are no classes to predict", category: .data, at: call.span(of: targets), label: "a time", hint: "derive a column with few values from it")
            }
            try checkKind(index, name, column.type, call)
            if try (call[inputs] ?? []).contains(name) {
                throw Diagnostic("wrong-column", "'\(name)' is what is predicted", category: .data, at: call.span(of: inputs), label: "tells the target", hint: "leave it out")
            }
            if try (call[context] ?? []).contains(name) {
                throw Diagnostic("wrong-column", "'\(name)' is what is predicted", category: .data, at: call.span(named: "context"), label: "tells the target", hint: "leave it out")
            }
        }
        for (option, names) in [("inputs", try call[inputs] ?? []), ("context", try call[context] ?? [])] {
            for name in names {
                guard let column = schema.column(named: name) else { throw DataError.unknownColumn(name, known: schema.names).diagnostic.placed(at: call.span(named: option)) }
                if column.type == .time { throw Diagnostic("wrong-column", "'\(name)' holds times", category: .data, at: call.span(named: option), label: "a time", hint: "derive a number from it") }
            }
        }
        if call.isGiven("seq"), try call[length] != 1 {
            throw Diagnostic("wrong-value", "a row of a table is a sequence of one step", category: .syntax, at: call.span(of: length), label: "rows have no more", hint: "leave it out")
        }
    }

    /// The rows of a table with a value of the target.
    ///
    /// - Parameter kind: how they are to be divided, where neither the table nor what is usual says it.
    static func lesson(_ table: TableValue, _ call: Call, dividing kind: Split.Kind? = nil) throws -> Lesson {
        let work = call.context.work
        try checkRows(call, table.table.schema())
        guard let names = try call[targets] ?? table.labels.first.map({ [$0] }) else {
            throw Diagnostic("missing-argument", "a table has no next event, so 'predict' says which column is learnt", category: .data, at: call.span, hint: "predict=COLUMN, one of \(table.table.names.joined(separator: ", "))")
        }
        let columns = try names.map { name throws(Diagnostic) in
            guard let column = table.table.column(named: name) else { throw DataError.unknownColumn(name, known: table.table.names).diagnostic.placed(at: call.span(of: targets)) }
            return column
        }
        let beside = try call[context] ?? []
        let given = try call[inputs] ?? (table.featureColumns + table.categoryColumns).filter { !(names + beside).contains($0) && !table.tells($0) && $0 != Role.user.rawValue }
        for (option, read) in [("inputs", given), ("context", beside)] {
            for column in read where table.tells(column) {
                throw Diagnostic("wrong-column", "'\(column)' tells a label, and what models read must not", category: .data, at: call.span(named: option), label: "tells a label", hint: "leave it out")
            }
        }
        guard !given.isEmpty else { throw TableValue.noFeatures(table.table.names) }
        // Rows without any target are nothing to learn from.
        let count = table.table.rowCount
        let known = try work.map(rows: count) { row in columns.contains { !$0.isMissing(row) } }
        let rows = table.with(table.table.filtered(known))
        let kinds = try kinds(call, count: names.count)
        guard rows.table.rowCount > 0 else {
            throw Diagnostic("no-rows", "'\(names[0])' has no value in any of the \(NumberText.counted(count, table.rowNoun))", category: .data, at: call.span(of: targets))
        }
        let outputs = try zip(names, kinds).compactMap { name, kind in try rows.table.column(named: name).map { try output($0, kind, call) } }
        let plan = table.split ?? .ofRows
        let facts = try SplitCommand.RowFacts(rows, kind ?? plan.kind, call, stratum: names[0])
        let left = count - rows.table.rowCount
        let wanted = names.map { "'\($0)'" }.joined(separator: " or ")
        let notes = left == 0 ? [] : EventsValue.notes(["\(NumberText.rate(left, of: count)) \(table.rowNoun) have no value of \(wanted) and are left out"])
        func read(_ names: [String]) throws -> SequenceInputs { try SequenceInputs(columns: names.compactMap(rows.table.column(named:)), work: work) }
        let noun = table.rowNoun
        return Lesson(
            windows: SequenceWindows(
                rows: try read(given), context: beside.isEmpty ? nil : try read(beside), outputs: outputs, groups: facts.users?.codes ?? Array(repeating: 0, count: rows.table.rowCount)),
            task: SequenceTask(names.map { .column($0) }, kinds: kinds, inputs: given, context: beside, length: 1), notes: notes, users: facts.users?.names, times: try facts.times(work), strata: facts.strata,
            rowNoun: noun
        ) { seed in
            let (_, split) = try SplitCommand.divided(call, plan) { try facts.split(plan, seed: seed, work: work) }
            return (split, facts.lines(split, of: noun))
        }
    }

    /// What is learnt of a column.
    private static func output(_ column: Column, _ asked: TargetKind?, _ call: Call) throws -> WindowTarget {
        let work = call.context.work
        if try asked ?? TargetKind(of: column, work: work) == .number, let numbers = try column.numbers(check: work.check) {
            return WindowTarget(name: column.name, goal: .label, .numbers(numbers))
        }
        let (codes, classes) = try classes(column, call[positive], work)
        return WindowTarget(name: column.name, goal: .label, .classes(codes, names: classes))
    }

    /// The classes of a column, -1 for a gap; truth values have both. Of two texts the positive one comes second, so that what is said of it reads the same in scores and coefficients.
    private static func classes(_ column: Column, _ positive: Label?, _ work: Work) throws -> (codes: [Int32], names: [String]) {
        guard case .boolean(let truths, _) = column.storage else {
            let (codes, names) = try column.interned(work: work)
            guard names.count == 2 else { return (codes, names) }
            let counts = [0, 1].map { one in codes.count { $0 == one } }
            guard try ClassificationScores.positive(of: names, trainingCounts: counts, asked: positive.flatMap { names.firstIndex(of: $0.text) }) == 0 else { return (codes, names) }
            return (codes.map { $0 < 0 ? -1 : 1 - $0 }, names.reversed())
        }
        return (try work.map(rows: truths.count) { column.isMissing($0) ? -1 : truths[$0] ? 1 : 0 }, ["false", "true"])
    }
}

extension FitCommand {
    static let logistic = SequenceFit(
        rows: LogisticRegression.schema,
        details: """
            The softmax of weighted sums of the columns is made as likely as the penalty allows, to the optimum: nothing is drawn, and the validation part is not used. Numbers are \
            brought to a mean of 0 and a deviation of 1 first, so that coefficients are by one deviation.
            """,
        example: "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit logistic predict=bought", prints: "logistic: bought from")

    static let xgboost = SequenceFit(
        rows: XGBoost.schema,
        details: """
            Trees are fitted one after the other to what those before leave, each level by histograms of 256 bins a column. Of more than two classes each round has a tree a class. Each split \
            says where rows with a gap go. It ends when the log loss on the validation part has not fallen for 'patience' rounds, and the trees up to the round of \
            least loss are kept. The trees are the same at 1, 2, 3 and 8 threads on all data that this was tried on; the library's sums follow the threads in their last digits, and \
            it does not promise it. 'save' writes them as Python's package reads them.
            """,
        example: "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit xgboost predict=bought rounds=20", prints: "xgboost: bought from")

    static let tree = SequenceFit(
        rows: DecisionTree.schema,
        details: """
            At each node the column and the number between its values that leave the classes purest on both sides are found among at most 255 bins of the training rows; of equals the \
            first column's lowest. A gap goes where it does most good, as a value of its own. The depth is held at 6 so that the rules can be read; they are conditions of 'filter'. The \
            validation part is not used. 'plot tree' draws it, 'plot importance' how much each column counts.
            """,
        example: "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit tree predict=bought depth=3", prints: "tree: bought from")

    static let forest = SequenceFit(
        rows: RandomForest.schema,
        details: """
            Each tree is grown until its leaves are pure, from as many rows as there are, drawn with replacement, and of some columns drawn at each node; probabilities are the mean of the \
            leaves'. The rows that a tree was not shown judge it: the score out of bag needs no rows held back. The validation part is not used. 'plot importance' draws how much each column counts.
            """,
        example: "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit forest predict=bought trees=20", prints: "forest: bought from")
}

import Algebra
import Diagnostics
import Events
import Features
import Language
import Layers
import Models
import Runtime
import Scoring
import Tables

/// Says each row of a table, or the last events of each user, in a few numbers: `autoencoder code=8`, short for `fit autoencoder code=8`.
struct AutoencoderCommand: Command {
    static let length = Parameter<Int>.named("seq", default: 10, in: 1...1000, "of events: how many of a user's last ones a code stands for")
    static let inputs = Parameter<[String]?>.optional(
        "inputs", "columns that are said and given back: of a table those that describe a row, unless given; of events one, the action unless given", check: FitCommand.columnList)
    static let log = Parameter<Bool>.named("log", default: true, "of a table: take log1p of columns without negative values that are skewed")
    static let seed = Parameter<Int?>.optional("seed", "seed of the rows that are held back, weights and batches; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    /// The options of the verb, and of `fit autoencoder`.
    static let options = Autoencoder.schema.options + [length.description, inputs.description, log.description, seed.description]

    static let signature = Signature(
        "autoencoder", group: .segments, summary: Autoencoder.schema.summary,
        details: """
            A network reads a row, says it in 'code' numbers, and gives the row back from these alone; what it learns is to lose little. The codes are a table that 'kmeans', 'write' and others take
            further. Of a table, numbers are scaled as 'kmeans' does, by what the training rows are like, and a missing one counts as the mean; categories are read as embeddings. Of events, the last
            'seq' actions of each user become one code, which gives them back one after another, the last first; learnt are all stretches of so many events.

            How much is lost is told on rows, or users, that were held back, beside what is known without any code: the mean of each number, the commonest word of each category.
            """,
        prints: [
            .init("trained on", "rows, or stretches of events, of the training part; and passes over them"),
            .init("parameters", "numbers that the network has learnt"),
            .init("scaled", "which columns went through log1p, and that all were standardised to mean 0 and standard deviation 1"),
            .init("squared error", "of a number: the mean over held-back rows, in standard deviations of the training rows, so that the mean alone is off by about 1"),
            .init("share wrong", "of a category: held-back rows whose word is not the one given back"),
            .init("values, stretches", "of events: those of held-back users that are given back right, and stretches of which all are"),
            .init("baseline", "the same where the mean, or the commonest word, of the training part stands for each row"),
            .init("code1, code2, ...", "the code of a row; its numbers mean nothing by themselves, but rows that are alike have codes that are near"),
        ],
        memory: "the columns as they are and scaled, the codes, and the network with its gradients for each thread",
        draws: "the rows or users that are held back, the first weights, and the order of the batches, each from a stream of its own",
        reads: [.table, .events], gives: [.table],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | features | autoencoder code=4 epochs=20 | kmeans k=3", prints: "3 clusters of"),
            Example("simulate shop users=200 days=20 seed=1 | autoencoder code=4 seq=5 epochs=40 rate=0.01", prints: "stretches of 5"),
        ]
    ) {
        Autoencoder.schema.options
        length
        inputs
        log
        seed
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let code = if case .integer(let given)? = call.value(named: "code")?.value { given } else { Autoencoder().code }
        return TableValue.outline(nil, features: names(code), rowNoun: input?.rowNoun, maker: signature.verb)
    }

    static func names(_ code: Int) -> [String] { (0..<code).map { "code\($0 + 1)" } }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var estimator = try Autoencoder.schema.estimator(for: call)
        estimator.training.keepsBest = call.context.isInteractive
        let seed = try call[Self.seed] ?? call.context.seed
        if let table = input?.value.asTable { return try Self.rows(table, estimator, call, seed: seed, of: input) }
        return try Self.stretches(try EventsValue.read(input, call), estimator, call, seed: seed, of: input)
    }

    /// What came of the fitting, as it is shown and taken further.
    struct Result {
        let codes: Matrix
        /// Who the rows are about, where something says so; and their labels and further ids.
        let identifier: Column?
        var labels: [Column] = [], hidden: [Column] = []
        let rowNoun: String
        let lines: [String]
        let errors: DisplayTable?
        /// The mean error, for prose.
        let properties: [(name: String, value: Value)]
        let steps: [EventStep]
        /// How models are to be scored on the rows, as it was chosen for those that are encoded.
        var split: SplitPlan?
    }

    static func outcome(_ result: Result, _ call: Call, of input: Input?, notes: [Diagnostic] = []) throws -> Outcome {
        let work = call.context.work, codes = result.codes, names = names(codes.columns)
        let columns = try names.indices.map { column in Column(names[column], numbers: try work.map(rows: codes.rows) { Double(codes[$0, column]) }) }
        let table = Table([result.identifier].compactMap { $0 } + columns + result.hidden + result.labels)
        let value = TableValue(
            table, title: "Codes of \(result.rowNoun)", rowNoun: result.rowNoun, identifier: result.identifier?.name, featureColumns: names, labels: result.labels.map(\.name), hidden: result.hidden.map(\.name),
            properties: result.properties, steps: result.steps + [.autoencoder(typed(call))],
            split: result.split)
        return Outcome(
            value, blocks: [.text(result.lines.joined(separator: "\n"))] + [result.errors].compactMap { $0.map { .table($0) } } + [.table(try value.display(limit: shownRows, check: work.check))],
            notes: notes, input: input)
    }

    private static let shownRows = 5

    /// The verb with its hyperparameters that were given, for the list of steps.
    private static func typed(_ call: Call) -> String {
        ([Autoencoder.schema.name] + options.filter { call.isGiven($0.name) }.compactMap { option in call.value(named: option.name).map { "\(option.name)=\($0.value)" } }).joined(separator: " ")
    }

    /// How the training went, in a line.
    static func line(_ history: TrainingHistory, rows: Int, _ noun: String, parameters: Int) -> String {
        var text = "trained on \(NumberText.counted(rows, noun)) for \(NumberText.counted(history.epochs.count, "epochs")), \(NumberText.grouped(parameters)) parameters"
        if history.wasInterrupted { text += "; stopped by Ctrl-C" }
        if history.bestEpoch != history.epochs.count { text += "; the weights of epoch \(history.bestEpoch) kept" }
        return text
    }

    /// - Throws: `too-many-classes` for a column of names, which no code gives back.
    static func expectWords(_ count: Int, of column: String, _ call: Call, hint: String) throws(Diagnostic) {
        let most = 1000
        guard count > most else { return }
        throw Diagnostic(
            "too-many-classes", "'\(column)' has \(NumberText.grouped(count)) different values; up to \(NumberText.grouped(most)) are given back", category: .data, at: call.span(of: inputs),
            label: "too many values", hint: hint)
    }
}

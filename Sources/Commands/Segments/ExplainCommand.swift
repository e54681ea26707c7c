import Diagnostics
import Expressions
import Language
import Models
import Runtime
import Selection
import Tables

/// Says by which short rules segments are found again: `explain`.
struct ExplainCommand: Command {
    static let depth = Parameter<Int>.named("depth", default: SegmentRules.depth, in: 1...8, "most tests in a rule")
    static let seed = Parameter<Int?>.optional("seed", "seed of the rows that are held back; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    static let signature = Signature(
        "explain", group: .segments, summary: "Short rules that find each segment again, which paste back as 'filter', with their precision and coverage.",
        details: """
            A shallow decision tree learns the segments from the columns as they are, in their own units: on seven tenths of the rows, at most 100,000. The leaves in which a segment is the
            likeliest are its rules, at most three, those that find most of it first; a segment that is the likeliest nowhere gets the rules of a tree of its own. Thresholds are the shortest
            numbers that part the same rows.

            How many rows a rule finds is counted over all rows, as 'filter' would. The accuracy on the rows that the tree has not seen says how far to believe it: where it is much lower than
            on those that it learnt from, the rules are of these rows alone. Rules describe the segments; they do not say why they are.
            """,
        prints: [
            .init("filter ...", "a statement that finds the rows; rules of one segment find different rows"),
            .init("precision", "the share of the rows found that are of the segment"),
            .init("coverage", "the share of the segment that is found"),
            .init("accuracy", "the share of rows that the tree puts into their segment; beside it what the largest segment alone would reach"),
            .init("proposed name", "the strongest traits in words; see 'help profile'"),
        ],
        memory: "the columns that describe a row, and a segment for each row",
        draws: "the rows that are held back",
        reads: [.segments], gives: [.answer],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3 | explain", prints: "filter ")]
    ) {
        depth
        seed
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let texts = ["segment", "name", "rule"].map { ExpressionSchema.Column($0, .text) }, numbers = ["rows", "hits", "precision", "coverage"].map { ExpressionSchema.Column($0, .number) }
        return TableValue.outline(ExpressionSchema(columns: texts + numbers), kind: .answer, properties: ["accuracy", "training_accuracy"], rowNoun: "rules", maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'explain' reads segments", category: .syntax, at: call.span) }
        let segments = try input.segments(for: call), work = call.context.work
        let rules = try segments.rules(depth: try call[Self.depth], seed: try call[Self.seed] ?? call.context.seed, work: work)
        let names = SegmentNames(of: try segments.profile(work: work)).names
        let told = rules.segments.indices.map { Self.text(rules.segments[$0], segments.names[$0], proposed: names[$0], segments) }
        let summary = DisplayTable(
            title: "Rules of \(input.name)", columns: [.init("segment"), .init("proposed name"), .init(segments.rowNoun, .right), .init("rules", .right), .init("precision", .right), .init("coverage", .right)],
            rows: rules.segments.enumerated().map { index, segment in
                [
                    .init(segments.names[index]), .init(names[index]), .count(segment.size), .count(segment.rules.count), segment.precision.map { .percent($0) } ?? .undefined,
                    segment.coverage.map { .percent($0) } ?? .undefined,
                ]
            }, notes: Self.notes(rules, segments, input.name))
        let all = rules.segments.enumerated().flatMap { index, segment in segment.rules.map { (index, segment, $0) } }
        let table = Table([
            Column("segment", text: all.map { segments.names[$0.0] }), Column("name", text: all.map { names[$0.0] }), Column("rule", text: all.map(\.2.condition)),
            Column("rows", integers: all.map { Int64($0.2.rows) }), Column("hits", integers: all.map { Int64($0.2.hits) }), Column("precision", numbers: all.map(\.2.precision)),
            Column("coverage", numbers: all.map { Double($0.2.hits) / Double(max(1, $0.1.size)) }),
        ])
        return Outcome(
            TableValue(
                table, kind: .answer, title: "Rules of \(input.name)", rowNoun: "rules", summaryBlocks: [.text(told.joined(separator: "\n")), .table(summary)],
                properties: [("accuracy", .number(rules.heldBackAccuracy)), ("training_accuracy", .number(rules.trainingAccuracy))]))
    }

    private static func text(_ segment: SegmentRules.Segment, _ name: String, proposed: String, _ segments: SegmentsValue) -> String {
        let head = "segment \(name), \(proposed): \(NumberText.rate(segment.size, of: segments.rows)) \(segments.rowNoun)"
        let lines = segment.rules.map { rule in
            "  filter \(rule.condition)\n    finds \(NumberText.counted(rule.rows, segments.rowNoun)): precision \(NumberText.percent(rule.precision ?? 0)), coverage \(NumberText.percent(Double(rule.hits) / Double(max(1, segment.size))))"
        }
        return ([head] + (lines.isEmpty ? ["  no rule parts it from the others"] : lines)).joined(separator: "\n")
    }

    private static func notes(_ rules: SegmentRules, _ segments: SegmentsValue, _ name: String) -> [String] {
        let own = rules.segments.indices.filter { rules.segments[$0].isOwnTree && rules.segments[$0].size > 0 }.map { segments.names[$0] }
        return [
            "Accuracy of the tree of \(NumberText.counted(rules.leaves, "leaves")): \(NumberText.percent(rules.heldBackAccuracy)) on \(NumberText.counted(rules.heldBackRows, segments.rowNoun)) held back, \(NumberText.percent(rules.trainingAccuracy)) on those it learnt from; the largest segment alone \(NumberText.percent(rules.baseline)).",
            segments.filtering(name),
        ] + (own.isEmpty ? [] : ["The likeliest nowhere, so by a tree of \(own.count == 1 ? "its" : "their") own: \(own.joined(separator: ", "))."])
    }
}

extension SegmentsValue {
    /// How a rule is used: of journeys first on a table with a row for each.
    fileprivate func filtering(_ name: String) -> String {
        guard case .journeys = reading else { return "'filter RULE on \(sourceName)' finds the rows." }
        return "'assign \(name) on \(sourceName) as t' makes the table of these journeys, and then 'filter RULE on t' finds the rows."
    }

    /// Rules over the columns in their own units.
    func rules(depth: Int, seed: Int, work: Work) throws -> SegmentRules {
        // Codes that count as categories are numbers to 'filter'.
        let (numbers, names) = columns, codes = names.filter { table.table.column(named: $0).map { $0.kind != .boolean && $0.numbers != nil } == true }
        let texts = names.indices.filter { !codes.contains(names[$0]) }, all = categories
        let read = CategoryColumns(names: texts.map { names[$0] }, levels: texts.map { all.levels[$0] }, codes: texts.map { all.codes[$0] }, rows: all.rows)
        let truths = Set(read.names.filter { table.table.column(named: $0)?.kind == .boolean })
        return try SegmentRules(numbers: table.numbers(of: numbers + codes, work: work), categories: read, truths: truths, labels: found.labels, count: sizes.count, depth: depth, seed: seed, work: work)
    }
}

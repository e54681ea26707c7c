import Diagnostics
import Expressions
import Language
import Runtime
import Selection
import Tables

/// Says what sets each segment apart.
struct ProfileCommand: Command {
    static let signature = Signature(
        "profile", group: .segments, summary: "Size, means and medians of each segment, and what sets it apart.",
        details: """
            A trait is (mean of the segment - mean of everybody) / standard deviation of everybody, in the original units; the traits are ordered by
            size. Medians stand beside the means, for the columns are often skewed.
            """,
        prints: [
            .init("users, share", "rows of the segment, and of all"),
            .init("mean (median)", "over the segment, in the original units; the median of an even number is the mean of the middle two"),
            .init("+1 sd", "one standard deviation of everybody above the mean of everybody; at most three traits, the largest first"),
        ],
        memory: "one column at a time, for the medians",
        reads: [.segments], gives: [.answer],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3 | profile", prints: "sets it apart")])

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        var schema: ExpressionSchema?
        if let noun = input?.rowNoun, let features = input?.features {
            schema = ExpressionSchema(columns: [.init("segment", .text), .init(noun, .number)] + features.flatMap { ["\($0) mean", "\($0) median"] }.map { .init($0, .number) })
        }
        return TableValue.outline(schema, kind: .answer, rowNoun: SegmentsValue.noun, maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'profile' reads segments", category: .syntax, at: call.span) }
        let segments = try input.segments(for: call)
        let (columns, kept) = (segments.columns.numbers, segments.found.labels.indices.filter { segments.found.labels[$0] >= 0 })
        let features = try segments.table.numbers(of: columns, work: call.context.work).selecting(rows: kept)
        let profile = try SegmentProfile(of: features, labels: kept.map { segments.found.labels[$0] }, names: segments.names, work: call.context.work)
        let summaries = columns.indices.map { column in Self.cells(profile.segments.map { $0.summaries[column] } + [profile.overall[column]]) }
        var rows: [[DisplayTable.Cell]] = profile.segments.enumerated().map { index, segment in
            [.init(segment.name), .count(segment.size), .percent(segment.share)] + summaries.map { $0[index] }
        }
        rows.append([.init("all"), .count(profile.rows), .percent(1)] + summaries.map { $0[profile.segments.count] })
        let means = DisplayTable(
            title: "Segments of \(segments.sourceName): mean (median) of each column",
            columns: [.init("segment"), .init(segments.rowNoun, .right), .init("share", .right)] + columns.map { .init($0, .right, unit: segments.table.units[$0] ?? "") }, rows: rows)
        // A table of its own, for in a narrow terminal the traits would be what is cut off.
        let traits = DisplayTable(
            title: "What sets a segment apart", columns: [.init("segment"), .init("sets it apart")],
            rows: profile.segments.map { segment in
                let texts = segment.traits.prefix(3).map { "\($0.column) \($0.difference > 0 ? "+" : "-")\(NumberText.decimal(abs($0.difference), 2)) sd" }
                return [.init(segment.name), .init(texts.joined(separator: ", "))]
            }, notes: ["+1 sd: one standard deviation of everybody above the mean of everybody."])
        var table = [
            Column("segment", text: profile.segments.map(\.name) + ["all"]), Column(segments.rowNoun, integers: (profile.segments.map(\.size) + [profile.rows]).map { Int64($0) }),
        ]
        for (index, column) in columns.enumerated() {
            table.append(Column("\(column) mean", numbers: profile.segments.map { $0.summaries[index].mean } + [profile.overall[index].mean]))
            table.append(Column("\(column) median", numbers: profile.segments.map { $0.summaries[index].median } + [profile.overall[index].median]))
        }
        return Outcome(TableValue(Table(table), kind: .answer, title: "Profile of the segments", rowNoun: SegmentsValue.noun, summaryBlocks: [.table(means), .table(traits)]))
    }

    /// Means and medians of a column, all with the same decimals.
    private static func cells(_ summaries: [SegmentProfile.Summary]) -> [DisplayTable.Cell] {
        let decimals = NumberText.decimals(for: summaries.flatMap { [$0.mean, $0.median] }.compactMap { $0 })
        return summaries.map { summary in
            guard let mean = summary.mean, let median = summary.median else { return .undefined }
            return .init("\(NumberText.decimal(mean, decimals)) (\(NumberText.decimal(median, decimals)))", .number(mean))
        }
    }
}

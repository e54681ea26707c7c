import Diagnostics
import Expressions
import Language
import Runtime
import Selection
import Tables

/// Says what sets each segment apart.
struct ProfileCommand: Command {
    static let events = Parameter<String?>.optionalName("events", of: [.events], "events of the same users, for their journeys and for when they were active; the newest unless given", place: .option)

    static let signature = Signature(
        "profile", group: .segments, summary: "Size, means, medians and shares of each segment, what sets it apart, how its users begin and when they were active.",
        details: """
            A trait is (mean of the segment - mean of everybody) / standard deviation of everybody, in the original units; of a value of a category, of the column that is 1 where the row has it
            and 0 elsewhere. Medians stand beside the means, for the columns are often skewed.

            Each trait is tested against the rest of the rows: a number by the ranks of Mann and Whitney, which a few huge values do not sway, a share by the chi-square test, or Fisher's exact
            one where few are expected. With many traits some differ by chance; p-values are corrected after Benjamini and Hochberg over all tests of the profile, and only traits that hold at
            5 % are said to set a segment apart. Of columns that the segments were found by the test says how far, not that the segments exist. Names are proposals from the strongest traits.

            Where the session has events of the same users, the newest or those of events=, the profile says how their journeys begin, and what share of the active users each segment had in each
            quarter of the span. Users are found by their names alone: events of another shop whose users bear the same names are theirs too, so name the right ones where there are several.
            """,
        prints: [
            .init("users, share", "rows of the segment, and of all"),
            .init("mean (median)", "over the segment, in the original units; the median of an even number is the mean of the middle two"),
            .init("sets it apart", "in sd: +1 is one standard deviation of everybody above the mean of everybody; at most three traits that hold, the largest first"),
            .init("proposed name", "the strongest traits in words, as many as make it another than the others'"),
            .init("first steps", "the first three actions of a user, the same one in a row once; with the share of the segment's users who begin so"),
            .init("the quarters", "the share of the segment among the users with an event in that quarter of the events' span"),
        ],
        memory: "one column at a time, sorted",
        reads: [.segments], gives: [.answer],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3 | profile", prints: "sets it apart")]
    ) { events }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        var schema: ExpressionSchema?
        if let noun = input?.rowNoun, let features = input?.features {
            schema = ExpressionSchema(
                columns: [.init("segment", .text), .init("name", .text), .init(noun, .number)] + features.flatMap { ["\($0) mean", "\($0) median"] }.map { .init($0, .number) } + [.init("traits", .text)])
        }
        return TableValue.outline(schema, kind: .answer, rowNoun: SegmentsValue.noun, maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'profile' reads segments", category: .syntax, at: call.span) }
        let segments = try input.segments(for: call)
        let profile = try segments.profile(work: call.context.work), names = SegmentNames(of: profile).names
        let traits = profile.segments.map { segment in segment.established.prefix(3).map { profile.words(of: $0) } }
        // A table of its own, for in a narrow terminal the traits would be what is cut off.
        let held = profile.segments.reduce(0) { $0 + $1.established.count }
        let apart = DisplayTable(
            title: "What sets a segment apart", columns: [.init("segment"), .init("proposed name"), .init("sets it apart, in sd")],
            rows: profile.segments.indices.map { place in
                [.init(profile.segments[place].name), .init(names[place]), .init(traits[place].isEmpty ? "nothing that holds" : traits[place].joined(separator: ", "))]
            },
            notes: [
                "+1: one standard deviation of everybody above the mean of everybody.",
                "\(NumberText.rate(held, of: profile.tests)) traits hold after the correction for \(NumberText.counted(profile.tests, "tests")) (Mann-Whitney for numbers, chi-square for shares; Benjamini-Hochberg at 5 %).",
            ])
        let journeys = try SegmentJourneys(of: segments, call)
        var table = [
            Column("segment", text: profile.segments.map(\.name) + ["all"]), Column("name", text: names + ["all"]), Column(segments.rowNoun, integers: (profile.segments.map(\.size) + [profile.rows]).map { Int64($0) }),
        ]
        for (index, column) in profile.columns.enumerated() {
            table.append(Column("\(column) mean", numbers: profile.segments.map { $0.summaries[index].mean } + [profile.overall[index].mean]))
            table.append(Column("\(column) median", numbers: profile.segments.map { $0.summaries[index].median } + [profile.overall[index].median]))
        }
        table.append(Column("traits", text: traits.map { $0.map { "\($0) sd" }.joined(separator: ", ") } + [""]))
        let blocks = [segments.summaryTable(profile)] + segments.shareTables(profile) + [apart] + (journeys?.tables(segments) ?? [])
        return Outcome(TableValue(Table(table), kind: .answer, title: "Profile of the segments", rowNoun: SegmentsValue.noun, summaryBlocks: blocks.map { .table($0) }))
    }
}

extension SegmentProfile {
    /// A trait as a person reads it, in standard deviations.
    func words(of trait: Trait) -> String {
        let size = "\(trait.difference > 0 ? "+" : "-")\(NumberText.decimal(abs(trait.difference), 2))"
        return trait.level.map { "\(trait.column) = \($0) \(size)" } ?? "\(trait.column) \(size)"
    }
}

extension SegmentsValue {
    /// The segments by the columns that they were found by, in the original units.
    func profile(work: Work) throws -> SegmentProfile {
        let (numbers, _) = columns
        return try SegmentProfile(of: table.numbers(of: numbers, work: work), categories: categories, labels: found.labels, names: names, work: work)
    }

    /// Means and medians of each segment.
    fileprivate func summaryTable(_ profile: SegmentProfile) -> DisplayTable {
        let summaries = profile.columns.indices.map { column in Self.cells(profile.segments.map { $0.summaries[column] } + [profile.overall[column]]) }
        var rows: [[DisplayTable.Cell]] = profile.segments.enumerated().map { index, segment in
            [.init(segment.name), .count(segment.size), .percent(segment.share)] + summaries.map { $0[index] }
        }
        rows.append([.init("all"), .count(profile.rows), .percent(1)] + summaries.map { $0[profile.segments.count] })
        return DisplayTable(
            title: "Segments of \(sourceName): mean (median) of each column",
            columns: [.init("segment"), .init(rowNoun, .right), .init("share", .right)] + profile.columns.map { .init($0, .right, unit: table.units[$0] ?? "") }, rows: rows,
            notes: profile.noise == 0 ? [] : ["\(NumberText.rate(profile.noise, of: profile.rows)) \(rowNoun) are in no segment, and count among all."])
    }

    private static let mostCategories = 6, mostShown = 8

    /// The shares of the commonest values of each category, segments side by side.
    fileprivate func shareTables(_ profile: SegmentProfile) -> [DisplayTable] {
        profile.categories.prefix(Self.mostCategories).enumerated().map { index, category in
            let shown = min(Self.mostShown, category.levels.count), left = category.levels.count - shown + category.leftOut
            let rows = (0..<shown).map { level -> [DisplayTable.Cell] in
                [.init(category.levels[level])] + profile.segments.map { .percent($0.shares[index][level]) } + [.percent(category.shares[level])]
            }
            return DisplayTable(
                title: "\(category.name): the share of each value", columns: [.init(category.name)] + profile.segments.map { .init($0.name, .right) } + [.init("all", .right)], rows: rows,
                notes: (left == 0 ? [] : ["\(NumberText.counted(left, "further values")) \(left == 1 ? "is" : "are") rarer."])
                    + (index == Self.mostCategories - 1 && profile.categories.count > Self.mostCategories ? ["\(NumberText.counted(profile.categories.count - Self.mostCategories, "further columns")) of categories are tested below."] : []))
        }
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

import Diagnostics
import Events
import Expressions
import Features
import Language
import Models
import Runtime
import Tables

/// Puts the rows of a table into segments that were found in other rows: `assign kmeans`.
struct AssignCommand: Command {
    static let segments = Parameter<String>.requiredName("segments", of: [.segments], "the segments that rows are put into")

    static let signature = Signature(
        "assign", group: .segments, summary: "Put the rows of a table into segments that were found before.",
        details: """
            Each row goes where the clustering would have put it: the nearest centroid of 'kmeans', the likeliest component of 'mixture', and so on. Columns are scaled as they were when the
            segments were found, not by what the new rows are like; a category that was not seen then is like no other. The table is the newest, or that which 'on' names; it needs the columns
            that the segments were found by, and gets the column 'segment'. Segments of journeys, such as those of 'chains', take the journeys of events, and give a table of them. The shares then and now stand side by side: where they differ, customers have changed, or the new rows are others.
            """,
        prints: [
            .init("users, share", "rows of the segment, and of all that were assigned"), .init("share when found", "of the rows in which the segments were found"),
            .init("in none", "rows that no segment takes, such as what lies too far from all clusters of 'dbscan'"),
        ],
        memory: "the columns that are read, as they are and scaled, and a segment for each row",
        reads: [.table, .events], gives: [.table],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3 | simulate shop users=200 days=30 seed=2 as later | rfm on later as new | assign kmeans on new", prints: "share when found")
        ]
    ) { segments }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        guard let input, let schema = input.schema else { return Outline(signature.gives, maker: signature.verb) }
        // Of segments of rows the newest table is meant, where no table is the newest value.
        if input.kinds.contains(.events) { return Outline(signature.gives, maker: signature.verb) }
        let areNamed = try call.context.outlines[call[segments]]?.maker == SegmentsCommand.signature.verb
        return input.having(schema.adding(column, areNamed ? .text : .number), features: input.features, maker: signature.verb)
    }

    private static let column = "segment"

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'assign' reads a table", category: .syntax, at: call.span) }
        let name = try call[Self.segments], work = call.context.work
        let chosen = try call.context.value(named: name, at: call.span(of: Self.segments))
        guard let segments = chosen.value as? SegmentsValue else { throw Diagnostic.unexpected(chosen, wanted: .segments, at: call.span(of: Self.segments)) }
        if case .journeys(let known) = segments.reading { return try journeys(known, segments, input, call) }
        // Events are read by segments of journeys alone: unless 'on' says so, the newest table is meant.
        let meant = input.value.asTable == nil && !call.isInputNamed ? call.context.newest(of: [.table]) ?? input : input
        let table = try meant.table(for: call)
        guard table.table.column(named: Self.column) == nil else {
            throw Diagnostic("name-taken", "the table has a column 'segment' already", category: .data, at: call.span, hint: "rename segment=before makes room")
        }
        let labels = try segments.model.segments(of: try segments.rows(of: table, call), work: work)
        let joined = table.table.adding(try segments.column(Self.column, labels, work))
        let result = table.with(joined, after: .assign(name), featureColumns: table.featureColumns)
        return Outcome(result, blocks: [.table(segments.shares(labels, rowNoun: table.rowNoun))] + result.blocks, input: meant)
    }

    /// Puts the journeys of events into segments of journeys.
    private func journeys(_ known: JourneyRows, _ segments: SegmentsValue, _ input: Input, _ call: Call) throws -> Outcome {
        let work = call.context.work
        let meant = input.value is EventsValue || call.isInputNamed ? input : call.context.newest(of: [.events]) ?? input
        let (rows, notes) = try known.replayed(on: try EventsValue.read(meant, call), call)
        guard let model = segments.model as? any JourneyModel else { throw ClusteringError.readsJourneys.diagnostic.placed(at: call.span) }
        let labels = try model.segments(of: rows.journeys, work: work)
        let table = try rows.table(work)
        let result = TableValue(
            table.table.adding(try segments.column(Self.column, labels, work)), title: table.title, rowNoun: table.rowNoun, identifier: table.identifier, featureColumns: table.featureColumns, hidden: table.hidden,
            units: table.units)
        return Outcome(result, blocks: [.table(segments.shares(labels, rowNoun: table.rowNoun))] + result.blocks, notes: notes, input: meant)
    }
}

extension SegmentsValue {
    var model: any SegmentModel { found.model }

    /// The rows of another table as the segments' own were read.
    fileprivate func rows(of other: TableValue, _ call: Call) throws -> SegmentRows {
        switch reading {
        case .rows(let rows): return try rows.replayed(on: other, call)
        case .segments: return SegmentRows(try other.numbers(of: [], work: call.context.work))
        case .column(let name, _):
            guard other.table.column(named: name) != nil else { throw DataError.unknownColumn(name, known: other.table.names).diagnostic.placed(at: call.span) }
            let none = try other.numbers(of: [], work: call.context.work)
            return SegmentRows(numbers: none, categories: try other.categories(of: [name], work: call.context.work))
        case .journeys: throw ClusteringError.readsJourneys.diagnostic.placed(at: call.span)
        }
    }

    /// How many rows went where, beside the shares when the segments were found.
    fileprivate func shares(_ labels: [Int], rowNoun noun: String) -> DisplayTable {
        var counts = [Int](repeating: 0, count: sizes.count), none = 0
        for label in labels { if label < 0 { none += 1 } else { counts[label] += 1 } }
        let total = Double(max(1, labels.count))
        func row(_ name: String, _ count: Int, _ before: Int) -> [DisplayTable.Cell] { [.init(name), .count(count), .percent(Double(count) / total), .percent(Double(before) / Double(max(1, rows)))] }
        return DisplayTable(
            title: "\(noun.capitalisedFirst) by segment of \(method)", columns: [.init("segment"), .init(noun, .right), .init("share", .right), .init("share when found", .right)],
            rows: names.indices.map { row(names[$0], counts[$0], sizes[$0]) } + (none + noise == 0 ? [] : [row("in none", none, noise)]) + [row("all", labels.count, rows)])
    }
}

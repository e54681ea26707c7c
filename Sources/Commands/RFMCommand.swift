import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Recency, frequency and monetary value of each user who bought.
struct RFMCommand: Command {
    static let purchase = Parameter<Expression?>.optionalExpression("purchase", "which events are purchases; recognised by the action's name unless given")
    static let monetary = Parameter<String?>.column("monetary", "the column of money that is summed", type: .number)
    static let bins = Parameter<Int>.named("bins", default: 5, in: 2...10, "scores go from 1 to this")
    static let groups = Parameter<String?>.optionalName("groups", of: [.table], "a table with the columns r, f and group, perhaps m, which names the groups; the usual ones unless given", place: .option)

    static let signature = Signature(
        "rfm", group: .segments, summary: "Recency, frequency and monetary value of each user who bought, with scores and named groups.",
        details: """
            Recency is the number of days from a user's last purchase to the last event of the log, frequency the number of purchases, monetary the sum of the
            value column over them, or, where the log has none, the number of different items bought (else of purchases); which, is printed. Scores go from 1 to
            'bins' by quantile of the ranks; equal values have equal scores. Groups follow from recency and frequency scores. Users without a purchase have no row.
            groups= names a table of groups of your own: its columns r and f (and m, where the monetary score has a say) hold a score or a range such as 4-5, and every combination of
            scores must have one group.
            """,
        prints: [
            .init("users with a purchase", "users who bought, of all; in brackets what counts as a purchase"),
            .init("recency", "days from a user's last purchase to the last event of the log; the mean over the group"),
            .init("frequency", "purchases of a user; the mean over the group"),
            .init("monetary", "the sum of the value column over the purchases, or what the line above says; the mean over the group"),
            .init("share", "users of the group, of all who bought"),
            .init("group", "by recency and frequency score, brought to five: champions (5, 4-5), loyal (3-4, 4-5), potential loyalists (4-5, 2-3), new (5, 1), promising (4, 1), need attention (3, 3), about to sleep (3, 1-2), can't lose them (1-2, 5), at risk (1-2, 3-4), hibernating (2, 1-2), lost (1, 1-2)"),
        ],
        memory: "a row for each user who bought",
        reads: [.events], gives: [.table],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm", prints: "champions"),
            Example("simulate shop users=300 days=30 seed=1 | rfm purchase=action == \"cart\" bins=3", prints: "users with a purchase"),
            Example("load datasets/rfm_groups.csv as mine | simulate shop users=300 days=30 seed=1 | rfm bins=3 groups=mine", prints: "regulars"),
        ]
    ) {
        purchase
        monetary
        bins
        groups
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        try EventsValue.expectTimes(input, for: call)
        if let condition = try call[purchase] { _ = try CompiledExpression.condition(condition, of: "purchase", schema: input?.schema ?? .unknown) }
        return TableValue.outline(RFM.schema, features: features, properties: properties, rowNoun: rowNoun, maker: signature.verb)
    }

    private static let features = ["recency", "frequency", "monetary"]
    private static let properties = ["users", "without_purchase"]
    private static let rowNoun = "users"

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let condition = try call[Self.purchase].map { try CompiledExpression.condition($0, of: "purchase", schema: events.source.schema) }
        let money = try call[Self.monetary].flatMap { events.source.schema.column(named: $0)?.name }
        let (log, labelNotes) = try events.visible(call, reading: (condition?.columns ?? []).union([money].compactMap { $0 }), at: condition == nil ? "monetary" : "purchase")
        let rfm: RFM
        do { rfm = try log.rfm(purchase: condition, monetary: try call[Self.monetary], bins: try call[Self.bins], groups: try ownGroups(call), work: call.context.work) } catch let error as DataError {
            if case .noRowsLeft(let what) = error, call.isGiven("purchase") {
                throw Diagnostic("no-rows", what, category: .data, at: call.span(of: Self.purchase), label: "true of no event", hint: Self.actions(log))
            }
            let span = switch error {
            case .noRowsLeft: call.span
            default: call.span(of: Self.monetary)
            }
            throw error.diagnostic.placed(at: span)
        }
        let monetary = switch rfm.monetaryKind {
        case .sum(let column): "the sum of \(column)"
        case .distinctItems: "the number of different items bought, as the log has no values"
        case .purchases: "the number of purchases, as the log has no values or items"
        }
        let unit = switch rfm.monetaryKind {
        case .sum(let column): "sum of \(column)"
        case .distinctItems: "items"
        case .purchases: "purchases"
        }
        let units = ["recency": "days", "frequency": "purchases", "monetary": unit, "r": "1–\(rfm.bins)", "f": "1–\(rfm.bins)", "m": "1–\(rfm.bins)"]
        let buyers = rfm.users.count
        let lines = [
            "\(NumberText.rate(buyers, of: buyers + rfm.withoutPurchase)) users with a purchase (\(rfm.purchase))",
            "recency in days before the last event\(EventsValue.span(log).map { ", \($0.to)" } ?? ""); monetary is \(monetary)",
        ]
        let work = call.context.work
        var members = [[Int]](repeating: [], count: rfm.grouping.names.count)
        try work.forEachStretch(of: rfm.groups.count) { for row in $0 { members[Int(rfm.groups[row])].append(row) } }
        let parts = zip(rfm.grouping.names, members).filter { !$0.1.isEmpty }.map { (name: $0.0, rows: $0.1) } + [(name: "all", rows: Array(rfm.recency.indices))]
        let means = try [rfm.recency, rfm.frequency, rfm.monetary].map { values in
            DisplayTable.Cell.column(
                try parts.map { part in
                    try work.check()
                    return part.rows.reduce(0) { $0 + values[$1] } / Double(part.rows.count)
                })
        }
        // The number of purchases, standing in for money, would count twice.
        let features = rfm.monetaryKind == .purchases ? ["recency", "frequency"] : Self.features
        let rows = parts.indices.map { index -> [DisplayTable.Cell] in
            let size = parts[index].rows.count
            return [.init(parts[index].name), .count(size), .percent(Double(size) / Double(buyers))] + means.map { $0[index] }
        }
        let groups = DisplayTable(
            title: "Groups of buyers, with the means of their recency, frequency and monetary value",
            columns: [.init("group"), .init("users", .right), .init("share", .right), .init("recency", .right, unit: "days"), .init("frequency", .right, unit: "purchases"), .init("monetary", .right, unit: unit)],
            rows: rows)
        return Outcome(
            TableValue(
                try rfm.table(work: work), title: "Recency, frequency and monetary value by user", rowNoun: Self.rowNoun, identifier: "user", featureColumns: features, results: ["group"], units: units,
                summaryBlocks: [.text(lines.joined(separator: "\n")), .table(groups)], detail: .rfm(rfm), properties: [("users", .integer(buyers)), ("without_purchase", .integer(rfm.withoutPurchase))],
                steps: events.source.steps + [.rfm(purchase: condition, monetary: money, bins: rfm.bins, groups: try call[Self.groups])]),
            notes: labelNotes + EventsValue.notes(Self.sameForAll(rfm)))
    }

    /// A word where scores tell nobody apart.
    private static func sameForAll(_ rfm: RFM) -> [String] {
        let same = [("recency", rfm.recency), ("frequency", rfm.frequency), ("monetary", rfm.monetary)].filter { Set($0.1).count == 1 }.map(\.0)
        return same.isEmpty ? [] : ["\(same.joined(separator: " and ")) \(same.count == 1 ? "is" : "are") the same for all who bought, so that scores of \(same.count == 1 ? "it" : "them"), and groups by them, tell nobody apart"]
    }

    /// The groups of the table that is named; none where none is.
    private func ownGroups(_ call: Call) throws -> RFMGroups? {
        guard let name = try call[Self.groups] else { return nil }
        let span = call.span(of: Self.groups)
        let input = try call.context.value(named: name, at: span)
        guard let table = input.value.asTable?.table else { throw Diagnostic.unexpected(input, wanted: .table, at: span) }
        func column(_ name: String) throws -> Column {
            guard let column = table.column(named: name) else { throw DataError.unknownColumn(name, known: table.names).diagnostic.placed(at: span) }
            return column
        }
        let (r, f, group, m) = (try column("r"), try column("f"), try column("group"), table.column(named: "m"))
        let rows = (0..<table.rowCount).map { row in
            RFMGroups.Row(recency: r.text(at: row) ?? "", frequency: f.text(at: row) ?? "", monetary: m.map { $0.text(at: row) ?? "" }, group: group.text(at: row) ?? "")
        }
        do { return try RFMGroups(rows, bins: try call[Self.bins]) } catch let error as RFMGroupsError { throw error.diagnostic.placed(at: span) }
    }

    /// What the actions of a log are, for those who named another.
    private static func actions(_ log: EventLog) -> String {
        guard let column = log.column(.action), case .text(let codes, let dictionary) = column.storage else { return "'describe' shows the columns and their values" }
        let present = Set(codes.filter { $0 >= 0 })
        let names = present.sorted().prefix(12).map { dictionary[Int($0)] }
        return "actions are \(names.joined(separator: ", "))\(present.count > names.count ? ", ..." : "")"
    }
}

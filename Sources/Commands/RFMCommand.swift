import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Recency, frequency and monetary value of each user who bought.
struct RFMCommand: Command {
    static let purchase = Parameter<Expression?>.optionalExpression("purchase", "which events are purchases; recognised by the action's name unless given")
    static let monetary = Parameter<String?>.column("monetary", "the column of money that is summed")
    static let bins = Parameter<Int>.named("bins", default: 5, in: 2...10, "scores go from 1 to this")

    static let signature = Signature(
        "rfm", group: .segments, summary: "Recency, frequency and monetary value of each user who bought, with scores and named groups.",
        details: """
            Recency is the number of days from a user's last purchase to the last event of the log, frequency the number of purchases, monetary the sum of the
            value column over them, or, where the log has none, the number of different items bought (else of purchases); which, is printed. Scores go from 1 to
            'bins' by quantile of the ranks; equal values have equal scores. Groups follow from recency and frequency scores. Users without a purchase have no row.
            """,
        reads: [.events], gives: [.table],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm", prints: "champions")]
    ) {
        purchase
        monetary
        bins
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let log = try EventsValue.read(input, call).log(call.context.work)
        let condition = try call[Self.purchase].map { try CompiledExpression($0, schema: log.schema) }
        let rfm: RFM
        do { rfm = try log.rfm(purchase: condition, monetary: try call[Self.monetary], bins: try call[Self.bins], work: call.context.work) } catch let error as DataError {
            let span = switch error {
            case .noRowsLeft: call.isGiven("purchase") ? call.span(of: Self.purchase) : call.span
            default: call.span(of: Self.monetary)
            }
            throw error.diagnostic.placed(at: span)
        }
        let monetary = switch rfm.monetaryKind {
        case .sum(let column): "the sum of \(column)"
        case .distinctItems: "the number of different items bought, as the log has no values"
        case .purchases: "the number of purchases, as the log has no values or items"
        }
        let buyers = rfm.users.count
        let lines = [
            "\(NumberText.rate(buyers, of: buyers + rfm.withoutPurchase)) users with a purchase (\(rfm.purchase))",
            "recency in days before the last event\(EventsValue.span(log).map { ", \($0.to)" } ?? ""); monetary is \(monetary)",
        ]
        let members = Dictionary(grouping: rfm.groups.indices) { rfm.groups[$0] }
        func mean(_ values: [Double], _ rows: [Int]) -> DisplayTable.Cell { .number(rows.reduce(0) { $0 + values[$1] } / Double(rows.count)) }
        let rows = RFMGroup.allCases.compactMap { group -> [DisplayTable.Cell]? in
            guard let rows = members[group] else { return nil }
            return [
                .init(group.rawValue), .count(rows.count), .percent(Double(rows.count) / Double(buyers)), mean(rfm.recency, rows), mean(rfm.frequency, rows), mean(rfm.monetary, rows),
            ]
        }
        let all = Array(rfm.recency.indices)
        let total: [DisplayTable.Cell] = [.init("all"), .count(buyers), .percent(1), mean(rfm.recency, all), mean(rfm.frequency, all), mean(rfm.monetary, all)]
        let groups = DisplayTable(
            title: "Groups of buyers, with the means of their recency, frequency and monetary value",
            columns: [.init("group"), .init("users", .right), .init("share", .right), .init("recency", .right), .init("frequency", .right), .init("monetary", .right)],
            rows: rows + [total])
        return Outcome(
            TableValue(
                rfm.table, title: "Recency, frequency and monetary value by user", rowNoun: "users", identifier: "user", featureColumns: ["recency", "frequency", "monetary"],
                summaryBlocks: [.text(lines.joined(separator: "\n")), .table(groups)], detail: .rfm(rfm), properties: [("users", .integer(buyers)), ("without_purchase", .integer(rfm.withoutPurchase))]))
    }
}

import Foundation
import Runtime
import Tables
import Testing

@testable import Commands

/// The real files that lie beside the project where it is developed; elsewhere these tests are skipped.
struct RealDataTests {
    static let folder = URL(fileURLWithPath: Running.root).deletingLastPathComponent().appendingPathComponent("shared/data").path
    static let isThere = FileManager.default.fileExists(atPath: folder)

    struct Case: CustomTestStringConvertible, Sendable {
        let file: String, options: String
        let rows: Int
        var users: Int?
        /// Different values by column.
        var distinct: [String: Int] = [:]
        init(_ file: String, _ options: String = "", rows: Int, users: Int? = nil, distinct: [String: Int] = [:]) {
            (self.file, self.options, self.rows, self.users, self.distinct) = (file, options, rows, users, distinct)
        }
        var testDescription: String { "\(file) \(options)" }
    }

    /// The counts are those of the folder's own page.
    static let cases = [
        Case("sequences/beauty.txt.gz", "schema=sequences", rows: 353_962, users: 40_226, distinct: ["item": 54_542]),
        Case("sequences/beauty_5core.txt.gz", rows: 198_502, users: 22_363, distinct: ["item": 12_101]),
        Case("sequences/sports_5core.txt.gz", rows: 296_337, users: 35_598, distinct: ["item": 18_357]),
        Case("sequences/ml-100k.inter.gz", "schema=movielens", rows: 100_000, users: 943, distinct: ["item_id": 1682]),
        Case("sequences/ml-100k.inter.gz", rows: 100_000, users: 943, distinct: ["item_id": 1682]),
        Case("sequences/ml-100k.item.gz", "schema=movielens", rows: 1682), Case("sequences/ml-100k.user.gz", "schema=movielens", rows: 943),
        Case("sessions/userbehavior_head.csv.gz", "schema=userbehavior", rows: 84_475, users: 815, distinct: ["item": 55_368, "category": 2914, "action": 4]),
        Case("sessions/userbehavior_head.csv.gz", rows: 84_475, users: 815),
        Case("sessions/rsc15_100k_train_full.tsv.gz", "schema=rsc15", rows: 70_278, users: 17_794, distinct: ["ItemId": 2933]),
        Case("sessions/rsc15_100k_train_tr.tsv.gz", rows: 53_254, users: 13_629), Case("sessions/rsc15_100k_valid.tsv.gz", rows: 16_539, users: 4084),
        Case("sessions/rsc15_100k_test.tsv.gz", rows: 13_568, users: 3416, distinct: ["ItemId": 1771]),
        Case("sessions/rsc15_100k_reference_recs_sr.csv.gz", rows: 387), Case("sessions/rsc15_100k_reference_recs_ar.csv.gz", rows: 387),
        Case("sessions/simple_onlineshop.csv.gz", "schema=retentioneering", rows: 32_283, users: 3751, distinct: ["event": 12]),
        Case("sessions/retentioneering_ecom_synthetic.csv.gz", "schema=retentioneering", rows: 31_106, users: 600),
        Case("tabular/online_shoppers_intention_70.csv", rows: 8631), Case("rfm/CDNOW_master.txt.gz", "schema=cdnow", rows: 69_659, users: 23_570),
        Case("rfm/CDNOW_sample.txt", "schema=cdnow", rows: 6919, users: 2357), Case("rfm/cdnow_customers_summary_with_transactions.csv", rows: 2357),
        Case("mixed/soybean_small.csv", rows: 47), Case("mixed/stocks.csv", rows: 12), Case("mixed/credit_approval_crx.csv", rows: 690),
        Case("weblog/apache_logs.gz", rows: 10_000, users: 1753), Case("weblog/msnbc323.seq", rows: 27_380, users: 323, distinct: ["item": 17]),
    ]

    @Test(.enabled(if: isThere, "the folder of real data is not there"), arguments: cases)
    func `loads with the counts that are known`(_ c: Case) throws {
        try Running.inFolder { folder in
            // Whatever is written beside the data lands beside the link.
            let name = URL(fileURLWithPath: c.file).lastPathComponent
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: "\(Self.folder)/\(c.file)")
            let value = try #require(Running.results("load \(name) \(c.options)", directory: folder).last?.value)
            let table: Table
            switch value {
            case let events as EventsValue:
                let log = try events.log(Work())
                #expect(log.userCount == c.users && log.report.read.badRows == 0)
                table = log.table
            case let made as TableValue:
                #expect(c.users == nil)
                table = made.table
            default:
                Issue.record("neither events nor a table")
                return
            }
            #expect(table.rowCount == c.rows)
            for (name, count) in c.distinct {
                let column = try #require(table.column(named: name))
                #expect(Set((0..<table.rowCount).map { column.text(at: $0) }).count == count, "\(name)")
            }
        }
    }
}

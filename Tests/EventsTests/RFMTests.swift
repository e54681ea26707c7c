import Foundation
import Runtime
import Tables
import Testing

@testable import Events

struct RFMTests {
    static let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures").path

    /// `Fixtures/make_rfm.py` wrote both files with pandas.
    @Test func `agrees with pandas`() throws {
        guard case .events(let source) = try Loaded(paths: ["\(Self.fixtures)/rfm_events.csv"], work: Work()),
            case .table(let wanted, _, _) = try Loaded(paths: ["\(Self.fixtures)/rfm.csv"], options: LoadOptions(kind: .table), work: Work())
        else {
            Issue.record("expected events and a table")
            return
        }
        let log = try source.collect(Work(threads: 2))
        #expect(log.roles[.value] == "price")
        let rfm = try log.rfm(work: Work())
        #expect(rfm.purchase == "action == \"buy\"" && rfm.monetaryKind == .sum(column: "price"))
        let place = Dictionary(uniqueKeysWithValues: rfm.users.enumerated().map { ($1, $0) })
        func column(_ name: String) throws -> [Double] { try #require(wanted.column(named: name)?.numbers) }
        #expect(wanted.rowCount == rfm.users.count && rfm.withoutPurchase == log.userCount - wanted.rowCount)
        let users = try column("user_id")
        let items = try log.selecting(["user_id", "item_id", "event", "timestamp"], work: Work()).rfm(work: Work())
        #expect(items.monetaryKind == .distinctItems)
        for row in 0..<wanted.rowCount {
            let user = try #require(place[String(Int(users[row]))])
            #expect(abs(rfm.recency[user] - (try column("recency")[row])) <= 1e-9)
            #expect(rfm.frequency[user] == (try column("frequency")[row]))
            #expect(abs(rfm.monetary[user] - (try column("money")[row])) <= 1e-9)
            #expect(items.monetary[user] == (try column("items")[row]))
            #expect(Double(rfm.recencyScores[user]) == (try column("r")[row]))
            #expect(Double(rfm.frequencyScores[user]) == (try column("f")[row]))
            #expect(Double(rfm.monetaryScores[user]) == (try column("m")[row]))
        }
    }

    @Test func `equal values have equal scores`() throws {
        // pandas.qcut(pd.Series(v).rank(), 5, labels=False) + 1
        #expect(try quantileScores([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], bins: 5) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
        #expect(try quantileScores([30, 10, 10, 20, 20, 20, 40, 50], bins: 3) == [3, 1, 1, 1, 1, 1, 3, 3])
        #expect(try Set(quantileScores([7, 7, 7], bins: 5)) == [1])
        #expect(try quantileScores([], bins: 5) == [] && quantileScores([3], bins: 5) == [1])
    }

    @Test func `every pair of scores has a group`() {
        let table = (1...5).reversed().map { r in (1...5).map { f in RFMGroup(recency: r, frequency: f).rawValue } }
        #expect(table == [
            ["new", "potential loyalists", "potential loyalists", "champions", "champions"],
            ["promising", "potential loyalists", "potential loyalists", "loyal", "loyal"],
            ["about to sleep", "about to sleep", "need attention", "loyal", "loyal"],
            ["hibernating", "hibernating", "at risk", "at risk", "can't lose them"],
            ["lost", "lost", "at risk", "at risk", "can't lose them"],
        ])
        #expect(RFMGroup(recency: 10, frequency: 10, bins: 10) == .champions && RFMGroup(recency: 1, frequency: 1, bins: 3) == .hibernating)
    }

    @Test func `says what it counts where there is no purchase, item or value`() throws {
        let log = try EventLog(users: ["a", "a", "b"], times: [0, 86_400_000_000, 0])
        let rfm = try log.rfm(work: Work())
        #expect(rfm.frequency == [2, 1] && rfm.recency == [0, 1] && rfm.monetaryKind == .purchases && rfm.monetary == [2, 1])
        #expect(rfm.purchase.hasPrefix("every event counts"))
        #expect(throws: DataError.self) { try log.rfm(monetary: "user", work: Work()) }
        #expect(throws: DataError.self) { try log.rfm(bins: 0, work: Work()) }
    }
}

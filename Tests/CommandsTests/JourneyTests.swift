import Foundation
import Language
import Runtime
import Testing

@testable import Commands

/// Verbs that read journeys and purchases of events.
struct JourneyTests {
    /// Users whose actions alternate, and users whose actions come in runs; each with a country.
    private static func log(users: Int, from first: Int = 0) -> String {
        var text = "user,action,country,time\n"
        for user in first..<first + users {
            for step in 0..<(12 + user % 4) { text += "u\(user),\(user % 3 == 0 ? ["pv", "cart"][step % 2] : ["pv", "cart"][step / 6 % 2]),\(user % 3 == 0 ? "de" : "fr"),\(1_700_000_000 + user * 100_000 + step * 60)\n" }
        }
        return text
    }

    private static func results(_ script: String) throws -> [StatementResult] {
        try Running.inFolder { folder in
            for (name, text) in [("old.csv", log(users: 30)), ("new.csv", log(users: 9, from: 100)), ("groups.csv", "r,f,group\n2,1-2,here\n1,1-2,gone\n")] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            return try Running.results(script, directory: folder)
        }
    }

    @Test(arguments: ["chains k=2", "hierarchical k=2", "hierarchical k=2 length=12 linkage=complete"])
    func `segments of journeys take new journeys`(_ verb: String) throws {
        let name = verb.prefix { $0 != " " }
        let all = try Self.results("load old.csv | \(verb) | load new.csv as later | assign \(name) on later")
        let found = try #require(all[1].value as? SegmentsValue)
        #expect(found.sizes == [20, 10] && found.summary.contains("2 clusters of 30 users in journeys of action"))
        let table = try #require(all.last?.value as? TableValue)
        // u102, u105 and u108 alternate.
        #expect(table.table.column(named: "segment")?.numbers == (100..<109).map { $0 % 3 == 0 ? 2 : 1 })
        #expect(table.table.names == ["user", "steps", "different", "first", "last", "segment"])
    }

    @Test func `segments of journeys are profiled, joined and predicted as others are`() throws {
        let profile = try Self.results("load old.csv | chains k=2 | profile").last
        #expect(profile?.blocks.map(Running.text).joined().contains("steps") == true)
        let joined = try #require(try Self.results("load old.csv | chains k=2 | join chains by=user on load").last?.value as? EventsValue)
        #expect(joined.source.schema.names.contains("segment"))
        #expect(try Self.results("load old.csv | chains k=2 | write to=s.csv | show").last?.value?.json["rows"] == .integer(30))
    }

    @Test(arguments: ["chains k=2 as ways", "hierarchical k=2 as ways"])
    func `rules of journeys find them in the table of the journeys`(_ verb: String) throws {
        try Running.inFolder { folder in
            try Data(Self.log(users: 30).utf8).write(to: URL(fileURLWithPath: "\(folder)/old.csv"))
            let session = Session(catalogue: standardCatalogue, directory: folder, threads: 2)
            session.isInteractive = true
            let told = try #require(try Running.results("load old.csv | \(verb) | explain", in: session).last)
            // As it is told, so it is typed.
            let text = told.blocks.map(Running.text).joined(separator: "\n")
            #expect(text.contains("'assign ways on load as t'") && text.contains("'filter RULE on t'"), "\(text)")
            _ = try Running.results("assign ways on load as t", in: session)
            let rules = try #require(told.value as? TableValue).table
            let texts = try #require(rules.column(named: "rule")), rows = try #require(rules.column(named: "rows")?.numbers)
            #expect(rules.rowCount > 0)
            for place in 0..<rules.rowCount {
                let rule = try #require(texts.text(at: place))
                let filtered = try #require(try Running.results("filter \(rule) on t", in: session).last?.value as? TableValue)
                #expect(filtered.table.rowCount == Int(rows[place]), "\(rule)")
            }
        }
    }

    @Test func `segments of rows take the newest table, also behind events`() throws {
        let table = try #require(try Self.results("load old.csv | rfm purchase=action == \"cart\" | kmeans k=2 | load new.csv as later | rfm on later purchase=action == \"cart\" as new | load old.csv as more | assign kmeans").last?.value as? TableValue)
        #expect(table.table.rowCount == 9)
    }

    @Test func `groups of one's own`() throws {
        let text = try Self.results("load groups.csv kind=table as mine | load old.csv | rfm purchase=action == \"cart\" bins=2 groups=mine").last?.blocks.map(Running.text).joined()
        #expect(text?.contains("here 15") == true && text?.contains("gone 15") == true)
    }

    /// Customers who come back at a price of 100, but for a few who pay nothing; every third price is not known.
    private static let prices: String = {
        var text = "user,action,price,time\n"
        for user in 0..<30 {
            for visit in 0..<(1 + user % 5) {
                let price = (user + visit) % 3 == 0 ? "" : user % 10 == 4 ? "0" : "100"
                text += "u\(user),buy,\(price),\(1_700_000_000 + user * 3_000 + visit * (90_000 + user * 20_000))\n"
            }
        }
        return text
    }()

    @Test func `a value that is missing is none, and a fit that failed says so`() throws {
        try Running.inFolder { folder in
            try Data(Self.prices.utf8).write(to: URL(fileURLWithPath: "\(folder)/same.csv"))
            let found = try #require(try Running.results("load same.csv | lifetime unit=day monetary=price", directory: folder).last)
            let notes = found.notes.map(\.message).joined(separator: "\n")
            #expect(notes.contains("repeat purchases have no value in 'price'") && notes.contains("a mean value of 0 or below") && notes.contains("gamma-gamma: the data do not tell"), "\(notes)")
            let means = try #require((found.value as? TableValue)?.table.column(named: "mean_value")?.numbers)
            #expect(means.allSatisfy { $0.isNaN || abs($0 - 100) < 1 }, "\(means)")
        }
    }

    @Test(.enabled(if: RealDataTests.isThere))
    func `CDNOW has the published parameters`() throws {
        let file = "\(RealDataTests.folder)/rfm/CDNOW_sample.txt"
        let found = try Running.results("load \(file) schema=cdnow | lifetime until=1997-09-30")
        let text = found.last?.blocks.map(Running.text).joined() ?? ""
        #expect(text.contains("r 0.2426, alpha 4.4136, a 0.7929, b 2.4259; log likelihood -9,582.429"))
        #expect(text.contains("p 6.2496, q 3.7442, gamma 15.4435"))
        let table = try #require(found.last?.value as? TableValue)
        // The published example: two repeats, the last in week 30.43 of 38.86, are followed by 1.226 purchases in the next 39 weeks.
        let expected = try #require(table.table.column(named: "expected")?.numbers)
        #expect(table.table.column(named: "user")?.text(at: 0) == "00004" && abs(expected[0] - 1.226) < 0.001)
        #expect(table.property("alpha", Work()).map { "\($0)" }?.contains("4.41") == true)
    }
}

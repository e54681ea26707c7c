import Expressions
import Runtime
import Tables
import Testing

@testable import Events

struct MappingTests {
    private func log() throws -> EventLog {
        let table = Table([
            Column("u", text: ["a", "a", "b", "b", "c"]), Column("t", times: [1, 2, 3, 4, 5]), Column("link", text: ["/p/1", "/p/2", nil, "/cart", "/odd"]), Column("from", text: ["/p/1", nil, nil, nil, nil]),
        ])
        return try EventLog(table, roles: [.user: "u", .time: "t", .url: "link"], work: Work())
    }

    @Test(arguments: [1, 2])
    func `each URL gets the category of its rule, and what has none is listed`(_ threads: Int) throws {
        let rules = try AddressRules(reading: "/p/{id} -> product\n/cart -> cart\n/x -> unused", name: "rules")
        let source = try EventSource(log()).mapping("url", by: rules, named: "rules")
        let made = try source.collect(Work(threads: threads))
        #expect((0..<5).map { made.table.column(named: "page")?.text(at: $0) } == ["product", "product", nil, "cart", nil])
        #expect(made.schema.columns.map(\.name) == source.schema.columns.map(\.name) && made.roles == source.roles)
        let mapping = try #require(made.report.mappings.first)
        #expect(mapping.events == Proportion(3, of: 4) && mapping.addresses == Proportion(3, of: 4))
        #expect(mapping.uses.map(\.events) == [2, 1, 0] && mapping.unmapped.map(\.address) == ["/odd"])
        #expect(source.steps.map(\.text) == ["map link rules"] && source.steps.allSatisfy(\.isReplayedInScoring))
    }

    @Test func `another column has a page of its own, and a mapping may be made anew`() throws {
        let rules = try AddressRules(reading: "/p/{id} -> product", name: "rules")
        let source = try EventSource(log()).mapping("from", by: rules, named: "rules").mapping("url", by: rules, named: "rules").mapping("link", by: log().proposedRules(for: "link"), named: "auto")
        let made = try source.collect(Work())
        #expect(made.table.names == ["u", "t", "link", "from", "from_page", "page"] && made.report.mappings.map(\.name) == ["from_page", "page"])
        #expect(throws: DataError.self) { try EventSource(log()).mapping("t", by: rules, named: "rules") }
        #expect(throws: DataError.self) { try EventSource(log()).deriving("page", expression(.literal(.integer(1)))).mapping("url", by: rules, named: "rules") }
    }
}

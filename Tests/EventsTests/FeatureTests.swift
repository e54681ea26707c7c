import Expressions
import Foundation
import Runtime
import Tables
import Testing

@testable import Events

struct FeatureTests {
    static let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures").path

    /// `Fixtures/make_features.py` wrote the files with pandas.
    @Test(arguments: [FilterUnit.user, .session], [1, 2])
    func `agrees with pandas, whatever the threads`(_ unit: FilterUnit, _ threads: Int) throws {
        var types: [String: LoadOptions.ColumnType] = ["user": .text, "country": .text, "url_last": .text]
        for name in ["last_1", "last_2", "last_3", "url0", "url1", "url2", "url3"] + (unit == .session ? ["session"] : []) { types[name] = .text }
        let options = LoadOptions(kind: .table, types: types)
        guard case .events(let source) = try Loaded(paths: ["\(Self.fixtures)/features_events.csv"], work: Work()),
            case .table(let wanted, _, _) = try Loaded(paths: ["\(Self.fixtures)/features_\(unit.rawValue).csv"], options: options, work: Work())
        else {
            Issue.record("expected events and a table")
            return
        }
        let log = try source.collect(Work(threads: 2))
        let made = try log.features(per: unit, work: Work(threads: threads))
        let keys = made.identifiers
        #expect(keys == (unit == .session ? ["session", "user"] : ["user"]))
        #expect(Set(made.table.names) == Set(wanted.names) && made.table.rowCount == wanted.rowCount)
        #expect(made.numbers + made.categories == (made.numbers + made.categories).filter { !keys.contains($0) })
        func key(_ table: Table, _ row: Int) -> String { keys.map { table.column(named: $0)?.text(at: row) ?? "" }.joined(separator: " ") }
        let place = Dictionary(uniqueKeysWithValues: (0..<made.table.rowCount).map { (key(made.table, $0), $0) })
        for expected in wanted.columns where !keys.contains(expected.name) {
            let column = try #require(made.table.column(named: expected.name))
            for row in 0..<wanted.rowCount {
                let own = try #require(place[key(wanted, row)])
                if let a = expected.numbers, let b = column.numbers {
                    #expect(isSame(a[row], b[own]), "\(expected.name) of \(key(wanted, row)): \(a[row]), \(b[own])")
                } else {
                    #expect(expected.text(at: row) == column.text(at: own), "\(expected.name) of \(key(wanted, row))")
                }
            }
        }
        #expect(made.notes.contains { $0.hasSuffix(": weight") })
    }

    /// Two numbers that agree but for rounding, or two gaps.
    private func isSame(_ a: Double, _ b: Double) -> Bool {
        if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
        return abs(a - b) <= 1e-9 * max(1, abs(a))
    }

    /// The slow way, over the events of one group.
    private func expected(_ log: EventLog, _ rows: [Int], end: Int64) -> [String: Double] {
        let times = rows.map { log.times[$0] }
        let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) / 1e6 }.sorted()
        let actions = rows.compactMap { log.column(.action)?.text(at: $0) }
        var found: [String: Double] = ["events": Double(rows.count)]
        found["duration"] = Double(times.max()! - times.min()!) / 1e6
        found["recency"] = Double(end - times.max()!) / 86_400e6
        found["gap_mean"] = gaps.isEmpty ? .nan : gaps.reduce(0, +) / Double(gaps.count)
        found["gap_max"] = gaps.last ?? .nan
        let middle = gaps.count / 2
        found["gap_median"] = gaps.isEmpty ? .nan : gaps.count % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2
        for action in Set((0..<log.count).compactMap { log.column(.action)?.text(at: $0) }) {
            let count = actions.count { $0 == action }
            found["count_\(action)"] = Double(count)
            found["share_\(action)"] = actions.isEmpty ? .nan : Double(count) / Double(actions.count)
        }
        var entropy = 0.0
        for action in Set(actions) {
            let share = Double(actions.count { $0 == action }) / Double(actions.count)
            entropy -= share * log2(share)
        }
        found["action_entropy"] = actions.isEmpty ? .nan : entropy
        return found
    }

    @Test(arguments: [21, 22, 23], [FilterUnit.user, .session])
    func `of a labelled log only what may be seen is measured`(_ seed: Int, _ unit: FilterUnit) throws {
        let day = LabelTests.day
        let log = try LabelTests.log(seed: seed).withSessions(gap: day)
        let rule = try LabelRule("target", LabelTests.any(isEqual("action", "buy")), per: unit, at: 5 * day, length: 2 * day, schema: log.schema)
        let labelled = try EventSource(log).labelling(rule).collect(Work())
        let made = try labelled.features(per: unit, work: Work())
        // Whatever comes later may be anything: the features stay the same.
        let early = try log.filtered((0..<log.count).map { log.times[$0] < 5 * day })
        var groups: [String: [Int]] = [:]
        for user in 0..<early.userCount {
            for row in early.userOffsets[user]..<early.userOffsets[user + 1] {
                groups[unit == .user ? early.user(user) : early.column(.session)?.text(at: row) ?? "", default: []].append(row)
            }
        }
        #expect(made.table.rowCount == groups.count && made.labels == ["target"] && made.end == 5 * day && made.seen == Proportion(early.count, of: log.count))
        #expect(!(made.numbers + made.categories).contains("target") && made.table.names.last == "target" && !made.table.names.contains("seen"))
        for row in 0..<made.table.rowCount {
            let name = try #require(made.table.column(named: made.identifiers[0])?.text(at: row))
            for (column, value) in expected(early, try #require(groups[name]), end: 5 * day) {
                let found = try #require(made.table.column(named: column)?.numbers?[row], "\(column)")
                #expect(isSame(found, value), "seed \(seed), \(column) of \(name): \(found), \(value)")
            }
        }
        let values = try labelled.labelValues(#require(labelled.report.labels.label(named: "target")))
        let all = try labelled.grouping(per: unit, for: "", work: Work()).groups
        let kept = (0..<all.count).filter { group in all[group].contains { log.times[$0] < 5 * day } }
        #expect((0..<made.table.rowCount).map { made.table.column(named: "target")?.text(at: $0) } == kept.map { values.text(at: $0) })
        let again = try labelled.features(per: unit, work: Work(threads: 2))
        #expect(again.table.names == made.table.names)
        for column in made.table.columns { #expect((0..<column.count).allSatisfy { column.text(at: $0) == again.table.column(named: column.name)?.text(at: $0) }) }
    }

    @Test func `no recency is told where the label itself cuts the events off`() throws {
        let log = try LabelTests.log(seed: 9)
        let rule = try LabelRule("bought", LabelTests.any(isEqual("action", "buy")), per: .user, schema: log.schema)
        let made = try EventSource(log).labelling(rule).collect(Work()).features()
        #expect(made.end == nil && !made.table.names.contains("recency") && !made.table.names.contains("count_buy"))
        #expect(made.notes.contains { $0.hasPrefix("no recency") } && made.notes.contains { $0.contains("price") })
    }

    @Test func `labels of other units, hidden columns, names and numbers of columns`() throws {
        let log = try LabelTests.log(seed: 10).withSessions(gap: LabelTests.day)
        let users = (0..<log.count).map { row in log.userOffsets.lastIndex { $0 <= row }! }
        let countries: [String?] = users.map { $0 % 2 == 0 ? "DE" : nil }
        let mails: [String?] = users.map { "m\($0)" }
        let located = try log.adding(Column("country", text: countries), work: Work()).adding(Column("mail", text: mails), work: Work())
        let first = expression(.call("first", [expression(.column("country"))]))
        let source = EventSource(located)
        let home = try source.labelling(LabelRule("home", first, per: .user, schema: source.schema))
        let both = try home.labelling(LabelRule("carted", LabelTests.any(isEqual("action", "cart")), per: .session, schema: home.schema)).deriving("copy", expression(.column("home"))).collect(Work())
        let perUser = try both.features(per: .user, .init(last: 1, first: 0))
        #expect(perUser.labels == ["home"] && perUser.categories == ["last_1"] && perUser.notes.contains { $0.contains("mail") } && perUser.notes.contains { $0.contains("'carted'") })
        let perSession = try both.features(per: .session, .init(last: 0, first: 0))
        #expect(perSession.labels == ["home", "carted"] && perSession.identifiers == ["session", "user"] && !perSession.table.names.contains("copy"))
        #expect(throws: DataError.self) { try both.withSessions(gap: 20 * LabelTests.day).features(per: .session) }
        #expect(throws: DataError.self) { try log.features(per: .user, .init(last: 101)) }
        #expect(throws: DataError.self) { try LabelTests.log(seed: 1).features(per: .session) }
        let named = try EventSource(log).labelling(LabelRule("events", LabelTests.any(isEqual("action", "buy")), per: .user, schema: log.schema)).collect(Work())
        #expect(throws: DataError.self) { try named.features() }
    }

    @Test func `many actions are counted together, and the others by name`() throws {
        let actions = (0..<60).flatMap { Array(repeating: "a\($0)", count: 61 - $0) }
        let log = try EventLog(users: actions.map { _ in "u" }, times: actions.indices.map { Int64($0) }, actions: actions)
        let table = try log.features().table
        #expect(table.column(named: "count_a49")?.text(at: 0) == "12" && table.column(named: "count_a50") == nil)
        #expect(table.column(named: "count_other")?.text(at: 0) == "\((2...11).reduce(0, +))")
        let total = table.columns.filter { $0.name.hasPrefix("share_") }.reduce(0.0) { $0 + ($1.numbers?[0] ?? 0) }
        #expect(abs(total - 1) < 1e-12)
    }

    @Test func `stops when asked to`() throws {
        let work = Work()
        work.cancellation.cancel()
        let log = try LabelTests.log(seed: 1)
        #expect(throws: Cancelled.self) { try log.features(work: work) }
    }
}

import Diagnostics
import Expressions
import Runtime
import Tables
import Testing

@testable import Events

struct LabelTests {
    /// Users with up to 12 random events in ten days, some at the same time, one action in eight missing.
    static func log(seed: Int, users: Int = 60) throws -> EventLog {
        var stream = RandomStream(seed: seed, name: "test", purpose: "labels")
        var (who, when, did, price): ([String], [Int64], [String?], [Double?]) = ([], [], [], [])
        for user in 0..<users {
            for _ in 0..<(1 + stream.below(12)) {
                who.append("u\(user)")
                when.append(Int64(stream.below(80) * 10_800) * 1_000_000)
                did.append(stream.below(8) == 0 ? nil : ["pv", "pv", "cart", "fav", "buy"][stream.below(5)])
                price.append(stream.below(5) == 0 ? nil : Double(stream.below(100)))
            }
        }
        let table = Table([Column("u", text: who), Column("t", times: when), Column("a", text: did), Column("price", numbers: price)])
        return try EventLog(table, roles: [.user: "u", .time: "t", .action: "a"], work: Work())
    }

    static func any(_ condition: Expressions.Expression) -> Expressions.Expression { expression(.call("any", [condition])) }
    static func count(_ condition: Expressions.Expression) -> Expressions.Expression { expression(.call("count", [condition])) }
    static func pattern(_ steps: String...) -> Pattern {
        let span = SourceFile(name: "<test>", text: "pattern").wholeSpan
        return Pattern(steps: steps.map { .init(.oneOf([$0]), at: span) }, links: Array(repeating: .later(excluding: []), count: steps.count - 1), window: nil, at: span)
    }

    /// The events of each user or session in the order of the log, as rows.
    private static func groups(_ log: EventLog, _ unit: FilterUnit) -> [[Int]] {
        let session = log.column(.session)
        var groups: [[Int]] = []
        var places: [String: Int] = [:]
        for user in 0..<log.userCount {
            for row in log.userOffsets[user]..<log.userOffsets[user + 1] {
                let key = "\(user) \(unit == .session ? session?.text(at: row) ?? "" : "")"
                if let place = places[key] { groups[place].append(row) } else {
                    places[key] = groups.count
                    groups.append([row])
                }
            }
        }
        return groups
    }

    private static func booleans(_ column: Column?) throws -> [Bool] {
        guard case .boolean(let values, nil)? = column?.storage else { throw DataError.unknownColumn("truth", known: []) }
        return values
    }

    private func labelled(_ log: EventLog, _ rule: LabelRule, threads: Int = 1) throws -> EventLog { try EventSource(log).labelling(rule).collect(Work(threads: threads)) }

    /// What the slow way says: the label of a group's rows, and how many of its first rows may be seen.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let value: Expressions.Expression
        var before: Pattern?
        var at: Int64?
        var length: Int64?
        let label: @Sendable (_ actions: [String?]) -> Bool
        /// Of all actions of a group the place of the first that may not be seen.
        let cut: @Sendable (_ actions: [String?]) -> Int?
    }

    static let day: Int64 = 86_400_000_000
    static let cases = [
        Case(testDescription: "any", value: any(isEqual("action", "buy")), label: { $0.contains("buy") }, cut: { $0.firstIndex(of: "buy") }),
        Case(testDescription: "not any", value: expression(.not(any(isEqual("action", "buy")))), label: { !$0.contains("buy") }, cut: { $0.firstIndex(of: "buy") }),
        Case(
            testDescription: "several", value: expression(.binary(.and, any(isEqual("action", "buy")), isOver(count(isEqual("action", "cart")), 1))),
            label: { actions in actions.contains("buy") && actions.count { $0 == "cart" } > 1 }, cut: { $0.firstIndex { $0 == "buy" || $0 == "cart" } }),
        Case(
            testDescription: "has", value: expression(.has(pattern("cart", "buy"))), label: { cartThenBuy($0) != nil }, cut: { cartThenBuy($0) }),
        Case(testDescription: "before", value: isOver(expression(.call("count", [])), 4), before: pattern("fav"), label: { $0.count > 4 }, cut: { $0.firstIndex(of: "fav") }),
        Case(testDescription: "before a path", value: any(isEqual("action", "buy")), before: pattern("cart", "buy"), label: { $0.contains("buy") }, cut: { cartThenBuy($0) }),
        Case(testDescription: "at", value: any(isEqual("action", "buy")), at: 4 * day, length: 3 * day, label: { $0.contains("buy") }, cut: { _ in nil }),
        Case(testDescription: "at, to the end", value: isOver(expression(.call("count", [])), 2), at: 5 * day, label: { $0.count > 2 }, cut: { _ in nil }),
        Case(testDescription: "at and before", value: any(isEqual("action", "buy")), before: pattern("fav"), at: 6 * day, label: { $0.contains("buy") }, cut: { $0.firstIndex(of: "fav") }),
    ]

    /// The last cart before the first buy that has one before it.
    static func cartThenBuy(_ actions: [String?]) -> Int? {
        for (place, action) in actions.enumerated() where action == "buy" { if let cart = actions[..<place].lastIndex(of: "cart") { return cart } }
        return nil
    }

    @Test(arguments: cases, [11, 12, 13])
    func `labels and what may be seen are those of the slow way, whatever the threads`(_ given: Case, _ seed: Int) throws {
        for unit in [FilterUnit.user, .session] {
            let log = try Self.log(seed: seed).withSessions(gap: Self.day)
            let rule = try LabelRule("target", given.value, per: unit, before: given.before, at: given.at, length: given.length, schema: log.schema)
            let made = try labelled(log, rule)
            let (labels, seen) = (try Self.booleans(made.column(named: "target")), try Self.booleans(made.column(named: "seen")))
            var lost = 0
            for group in Self.groups(log, unit) {
                let actions = group.map { log.column(.action)?.text(at: $0) }
                var asked = actions
                if let at = given.at {
                    let end = at + (given.length ?? .max / 2)
                    asked = group.indices.filter { log.times[group[$0]] >= at && log.times[group[$0]] < end }.map { actions[$0] }
                }
                let byTime = given.at.flatMap { at in group.firstIndex { log.times[$0] >= at } } ?? group.count
                let cut = min(byTime, given.cut(actions) ?? group.count)
                #expect(group.allSatisfy { labels[$0] == given.label(asked) }, "seed \(seed), \(unit)")
                #expect(group.indices.allSatisfy { seen[group[$0]] == ($0 < cut) }, "seed \(seed), \(unit)")
                lost += cut == 0 ? 1 : 0
            }
            let report = try #require(made.report.labels.label(named: "target"))
            #expect(report.fellOut.count == lost && report.seen == Proportion(seen.count { $0 }, of: log.count))
            #expect(try made.visible().count == seen.count { $0 })
            let again = try labelled(log, rule, threads: 2)
            #expect(try Self.booleans(again.column(named: "target")) == labels && Self.booleans(again.column(named: "seen")) == seen)
        }
    }

    @Test func `a label of events hides none, and is hidden itself`() throws {
        let log = try Self.log(seed: 1)
        let made = try labelled(log, LabelRule("bought", isEqual("action", "buy"), per: .event, schema: log.schema))
        #expect(made.table.names == log.table.names + ["bought"] && made.report.labels.isHidden("bought"))
        #expect(try made.visible().count == log.count)
        #expect(throws: Diagnostic.self) { try LabelRule("bought", isEqual("action", "buy"), per: .event, at: 3, schema: log.schema) }
    }

    @Test func `a second label is asked of all events and hides more`() throws {
        let log = try Self.log(seed: 2)
        let first = try labelled(log, LabelRule("carted", Self.any(isEqual("action", "cart")), per: .user, schema: log.schema))
        let both = try labelled(first, LabelRule("bought", Self.any(isEqual("action", "buy")), per: .user, schema: first.schema))
        let alone = try labelled(log, LabelRule("bought", Self.any(isEqual("action", "buy")), per: .user, schema: log.schema))
        #expect(try Self.booleans(both.column(named: "bought")) == Self.booleans(alone.column(named: "bought")))
        let (a, b) = (try Self.booleans(first.column(named: "seen")), try Self.booleans(alone.column(named: "seen")))
        #expect(try Self.booleans(both.column(named: "seen")) == zip(a, b).map { $0 && $1 })
    }

    @Test func `a value that tells no cut-off is refused, unless it is read from what never changes`() throws {
        let log = try Self.log(seed: 3)
        let mean = expression(.call("mean", [expression(.column("price"))]))
        #expect(throws: Diagnostic.self) { try labelled(log, LabelRule("spent", mean, per: .user, schema: log.schema)) }
        let country = Column("country", text: (0..<log.count).map { row in ["DE", "FR"][log.userOffsets.lastIndex { $0 <= row }! % 2] })
        let located = try log.adding(country, work: Work())
        let first = expression(.call("first", [expression(.column("country"))]))
        let made = try labelled(located, LabelRule("home", first, per: .user, schema: located.schema))
        #expect(made.report.labels.isHidden("country") && made.report.labels.isHidden("home"))
        #expect(try made.visible().count == log.count)
    }

    @Test func `what is made from a label is hidden, under any name`() throws {
        let log = try Self.log(seed: 4)
        let rule = try LabelRule("bought", Self.any(isEqual("action", "buy")), per: .user, schema: log.schema)
        let copied = try EventSource(log).labelling(rule).deriving("copy", expression(.column("bought"))).renaming([("bought", "b"), ("seen", "s"), ("copy", "c")]).collect(Work())
        #expect(["b", "s", "c"].allSatisfy(copied.report.labels.isHidden) && !copied.report.labels.isHidden("price"))
        #expect(try copied.visible().count < copied.count)
        #expect(throws: Diagnostic.self) { try EventSource(log).labelling(rule).deriving("seen", expression(.literal(.boolean(true)))).collect(Work()) }
        #expect(throws: Diagnostic.self) { try EventSource(log).labelling(rule).selecting(["action", "bought"]).collect(Work()) }
        let bare = try EventSource(log).labelling(rule).selecting(["action"]).collect(Work())
        #expect(bare.report.labels.isEmpty)
        #expect(throws: DataError.self) { try EventSource(log).labelling(rule).labelling(rule) }
    }

    @Test func `nothing to see and nothing to ask are told`() throws {
        let log = try Self.log(seed: 5)
        for at in [Int64(-1), 100 * Self.day] {
            let rule = try LabelRule("x", Self.any(isEqual("action", "buy")), per: .user, at: at, length: Self.day, schema: log.schema)
            #expect(throws: DataError.self) { try labelled(log, rule) }
        }
        let late = try LabelRule("x", Self.any(isEqual("action", "buy")), per: .user, at: 9 * Self.day, length: 30 * Self.day, schema: log.schema)
        #expect(try labelled(log, late).report.notes.contains { $0.contains("before the 30d from") })
    }

    @Test func `stops when asked to`() throws {
        let log = try Self.log(seed: 6)
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try log.labelled(LabelRule("x", Self.any(isEqual("action", "buy")), per: .user, schema: log.schema), work) }
    }

    @Test(arguments: ["Asia/Shanghai", "America/New_York", "Europe/Berlin"])
    func `days from a date on are those of the log's zone`(_ name: String) throws {
        let zone = try #require(Zone(name))
        // Local midnight of 2025-10-20, and seven local days later, with the night in which Berlin puts its clocks back between them.
        let first: Int64 = 1_760_918_400_000_000
        let (start, end) = (zone.universal(first), zone.universal(first + 7 * Self.day))
        #expect((end - start) / 3_600_000_000 == (name == "Europe/Berlin" ? 169 : 168))
        let times = [start - 1_000_000, start, end - 1_000_000, end]
        for (place, isInside) in [false, true, true, false].enumerated() {
            let table = Table([
                Column("user", text: ["a", "a", "z", "z"]), Column("time", times: [start - Self.day, times[place], start - Self.day, end - Self.day], format: .epochSeconds.inZone(zone)),
                Column("action", text: ["pv", "buy", "pv", "pv"]),
            ])
            let log = try EventLog(table, roles: [.user: "user", .time: "time", .action: "action"], work: Work())
            let made = try labelled(log, LabelRule("bought", Self.any(isEqual("action", "buy")), per: .user, at: first, length: 7 * Self.day, schema: log.schema))
            #expect(try Self.booleans(made.column(named: "bought")) == [isInside, isInside, false, false], "\(name), event \(place)")
            #expect(try Self.booleans(made.column(named: "seen")) == [true, times[place] < start, true, false], "\(name), event \(place)")
            #expect(made.report.labels.label(named: "bought")?.cutoff == .time(start))
        }
    }
}

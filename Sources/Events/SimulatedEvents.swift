import Expressions
import Runtime
import Tables

/// The events of a simulated shop as a source: some hundred users are made at a time, and go through the steps that look at one user alone before the next are made.
///
/// What comes of it is the same as if all events had been made first: users are made from streams of their own, and blocks of them are put together in order.
struct SimulatedEvents: Sendable {
    let shop: ShopSimulation
    /// Whether there are columns of prices and of URLs.
    let hasPrices: Bool, hasURLs: Bool

    /// Bytes of an event in memory.
    var bytesPerEvent: Int { 4 * 4 + 8 + (hasPrices ? 8 : 0) + (hasURLs ? 4 : 0) }

    var schema: ExpressionSchema { Self.schema(prices: hasPrices, urls: hasURLs) }

    static func schema(prices: Bool, urls: Bool) -> ExpressionSchema {
        var columns = [("user", ExpressionType.text, Role.user), ("item", .text, .item), ("category", .text, .category), ("action", .text, .action), ("time", .time, .time)]
        if prices { columns.append(("price", .number, .value)) }
        if urls { columns.append(("url", .text, .url)) }
        return ExpressionSchema(columns: columns.map { .init($0.0, $0.1) }, roles: Dictionary(uniqueKeysWithValues: columns.map { ($0.2.rawValue, $0.0) }))
    }

    /// How many events there are about, from those of the first users, who are like the others.
    var estimatedCount: Int {
        let probed = min(shop.users, 1000)
        var events: [ShopSimulation.Event] = []
        var count = 0
        for user in 0..<probed {
            events.removeAll(keepingCapacity: true)
            shop.appendUser(user, to: &events)
            count += events.count
        }
        return probed == shop.users ? count : Int(Double(count) / Double(probed) * Double(shop.users))
    }

    /// Events in the order of the log, with the columns in the order of the file that 'write' makes of them.
    func table(_ events: [ShopSimulation.Event]) -> Table {
        let categoryNames = ShopSimulation.categories
        var users = Coded<Int>(), items = Coded<Int>(), categories = Coded<UInt8>(), actions = Coded<ShopSimulation.Action>(), urls = Coded<ShopSimulation.Page>()
        for event in events {
            users.append(event.user)
            items.append(event.item)
            categories.append(event.category)
            actions.append(event.action)
            if hasURLs { urls.append(event.page) }
        }
        var columns = [
            users.column("user") { String($0) }, items.column("item") { String($0) }, categories.column("category") { categoryNames[Int($0)] },
            actions.column("action") { $0.name }, Column("time", times: events.map { Int64($0.time) * 1_000_000 }, format: .epochSeconds),
        ]
        if hasPrices { columns.append(Column("price", numbers: events.map { Double($0.price) / 100 })) }
        if hasURLs { columns.append(urls.column("url") { $0.url }) }
        return Table(columns)
    }

    /// A column of texts in the making: each different value gets a code when it first comes, and its text once.
    private struct Coded<Value: Hashable> {
        private var codes: [Int32] = []
        private var known: [Value: Int32] = [:]
        private var values: [Value] = []
        private var last: (value: Value, code: Int32)?

        mutating func append(_ value: Value) {
            // Neighbours are often alike.
            if let last, last.value == value {
                codes.append(last.code)
                return
            }
            let code: Int32
            if let found = known[value] { code = found } else {
                code = Int32(values.count)
                known[value] = code
                values.append(value)
            }
            last = (value, code)
            codes.append(code)
        }

        func column(_ name: String, _ text: (Value) -> String) -> Column { Column(name, .text(codes: codes, dictionary: TextDictionary(values.lazy.map(text)))) }
    }

    // MARK: Steps

    /// How many of the first steps look at one user alone, so that users can go through them a block at a time.
    func localSteps(_ steps: [EventStep]) -> Int {
        steps.firstIndex { step in
            switch step.action {
            case .sample, .filter, .select, .rename, .features, .rfm, .encode, .assign: false
            // Where the user or the time is replaced, the order of all events may change.
            case .derive(let name, _, let roles): name == roles[.user] || name == roles[.time]
            // These number sessions through all users, find rates among all, or look up a table anew.
            case .sessions, .clean, .join, .label, .map: true
            }
        } ?? steps.count
    }

    /// What came of the users so far.
    struct Passed: Sendable {
        var report = EventReport()
        var roles: [Role: String] = [:]
        /// Events before the first step, and after each.
        var counts: [Int] = []
    }

    /// Takes block after block of users through steps that look at one user alone, on all threads, and hands over in order what is made of each.
    ///
    /// Blocks without events are passed over. Holds four blocks a thread at once, whatever the number of users.
    /// - Throws: `DataError.noRowsLeft` at the end if no events are left; what a step, `make` or `body` throws; `Cancelled`.
    func forEachBlock<Made: Sendable>(
        _ steps: [EventStep], work: Work, make: @Sendable (Table) throws -> Made, _ body: (Made, _ rows: Int) throws -> Void
    ) throws -> Passed {
        let schema = schema
        let roles = Dictionary(uniqueKeysWithValues: schema.roles.compactMap { role, name in Role(rawValue: role).map { ($0, name) } })
        // The threads are busy with blocks.
        let single = Work(cancellation: work.cancellation)
        var all = Passed(roles: roles, counts: Array(repeating: 0, count: steps.count + 1))
        try shop.forEachShard(work: work) { events -> (Made?, Passed, Int) in
            let table = table(events)
            guard !steps.isEmpty else { return (try make(table), Passed(roles: roles, counts: [table.rowCount]), table.rowCount) }
            var log = try EventLog(sorted: table, roles: roles, report: EventReport(), work: single)
            var counts = [log.count]
            for step in steps {
                if log.count > 0 { log = try step.run(on: log, single) }
                counts.append(log.count)
            }
            return (log.count > 0 ? try make(log.table) : nil, Passed(report: log.report, roles: log.roles, counts: counts), log.count)
        } _: { block in
            all.add(block.1)
            if let made = block.0 { try body(made, block.2) }
        }
        if let empty = all.counts.firstIndex(of: 0), empty > 0 {
            throw DataError.noRowsLeft("no events are left of \(NumberText.grouped(all.counts[empty - 1])) after '\(steps[empty - 1].text)'")
        }
        return all
    }

    /// All events after the first steps, in memory.
    ///
    /// - Returns: the log and how many steps were done.
    /// - Throws: as `forEachBlock`, and `DataError.tooManyRows`.
    func collect(_ steps: [EventStep], _ work: Work) throws -> (log: EventLog, done: Int) {
        let done = localSteps(steps)
        let stack = TableStack(expecting: done == 0 ? estimatedCount : 0)
        let passed = try forEachBlock(Array(steps[..<done]), work: work, make: { $0 }) { table, _ in try stack.append(table) }
        return (try EventLog(sorted: stack.table, roles: passed.roles, report: passed.report, work: work), done)
    }
}

extension SimulatedEvents.Passed {
    /// Adds what came of the next block. Users stand in one block alone, so counts of users add up as those of events do.
    fileprivate mutating func add(_ other: Self) {
        for index in counts.indices { counts[index] += other.counts[index] }
        if other.counts.last != 0 { roles = other.roles }
        // A block that ran empty before a step says nothing of it.
        for (index, sample) in other.report.samples.enumerated() {
            if index == report.samples.count {
                report.samples.append(sample)
            } else {
                let before = report.samples[index]
                report.samples[index] = SampleReport(share: before.share, seed: before.seed, users: before.users.adding(sample.users), events: before.events.adding(sample.events))
            }
        }
        for (index, filter) in other.report.filters.enumerated() {
            if index == report.filters.count {
                report.filters.append(filter)
            } else {
                let before = report.filters[index]
                report.filters[index] = FilterReport(unit: before.unit, users: before.users.adding(filter.users), events: before.events.adding(filter.events))
            }
        }
        if other.report.notes.count > report.notes.count { report.notes = other.report.notes }
    }
}

extension Proportion {
    fileprivate func adding(_ other: Proportion) -> Proportion { Proportion(count + other.count, of: total + other.total) }
}

import Diagnostics
import Expressions
import Runtime
import Tables

/// What rules made of the URLs of a log.
public struct AddressMapping: Sendable, Hashable {
    /// A rule, and what it is the first to fit.
    public struct Use: Sendable, Hashable {
        public let rule: AddressRule
        public let addresses: Int
        public let events: Int
    }

    public struct Unmapped: Sendable, Hashable {
        public let address: String
        public let events: Int
    }

    /// The column of the URLs, and that of their categories.
    public internal(set) var column: String, name: String
    public let uses: [Use]
    /// With a category, of the events and of the different URLs that have one.
    public let events: Proportion, addresses: Proportion
    /// URLs that no rule fits, the commonest first; at most `mostUnmapped`.
    public let unmapped: [Unmapped]

    public static let mostUnmapped = 10
}

extension EventSource {
    /// The column that holds the categories of URLs: `page` for those of the role url, else `COLUMN_page`.
    public static func mappedName(_ schema: ExpressionSchema, _ column: String) -> String { schema.roles[Role.url.rawValue] == column ? "page" : "\(column)_page" }

    /// Gives URLs categories by rules, as a column of its own; missing where no rule fits.
    ///
    /// - Parameters:
    ///   - column: of URLs, by name or role.
    ///   - name: what the rules are called, for the recipe.
    /// - Throws: `DataError.unknownColumn`; `badOption` for a column that holds no texts; `nameTaken` where another column bears the new name.
    public func mapping(_ column: String, by rules: AddressRules, named name: String) throws(DataError) -> EventSource {
        let own = try schema.ownName(column)
        let made = steps.contains { if case .map(own, _, _) = $0.action { true } else { false } }
        let mapped = try Self.schema(schema, mapping: column)
        if !made, schema.columns.contains(where: { $0.name == Self.mappedName(schema, own) }) { throw .nameTaken(Self.mappedName(schema, own), by: "a column") }
        return adding(.map(own, rules, named: name, to: Self.mappedName(schema, own)), schema: mapped)
    }

    /// The columns of a log once its URLs have categories.
    ///
    /// - Throws: as `mapping`.
    public static func schema(_ schema: ExpressionSchema, mapping column: String) throws(DataError) -> ExpressionSchema {
        let own = try schema.ownName(column)
        if let type = schema.column(named: own)?.type, type != .text, type != .missing { throw .badOption(name: "map", value: column, wanted: "a column of URLs") }
        return schema.adding(mappedName(schema, own), .text)
    }
}

extension EventLog {
    /// Rules proposed for the URLs of a column.
    ///
    /// - Throws: `DataError.unknownColumn`, or `Cancelled`.
    public func proposedRules(for column: String, work: Work = Work()) throws -> AddressRules {
        try .proposed(for: top(column, work: work).map { ($0.value, $0.events) }, work: work)
    }

    /// The log with a column of the categories of URLs. Each different URL is looked at once.
    func mapping(_ column: String, by rules: AddressRules, to name: String, _ work: Work) throws -> EventLog {
        let (codes, names) = try codes(of: column, work: work)
        let shards = 64
        let found = try work.workers.map(shards: shards) { shard in
            try (names.count * shard / shards..<names.count * (shard + 1) / shards).map { code in
                if code & 0xFF == 0 { try work.check() }
                return Int32(rules.firstMatch(names[code]) ?? -1)
            }
        }.flatMap { $0 }
        var interning = TextInterning()
        let categories = rules.rules.map { interning.code(of: $0.category) }
        var events = [Int](repeating: 0, count: names.count)
        let mapped = try work.map(rows: codes.count) { row -> Int32 in
            guard codes[row] >= 0 else { return -1 }
            events[Int(codes[row])] += 1
            let rule = found[Int(codes[row])]
            return rule < 0 ? -1 : categories[Int(rule)]
        }
        let present = names.indices.filter { events[$0] > 0 }
        var uses = Array(repeating: (addresses: 0, events: 0), count: rules.rules.count)
        for code in present where found[code] >= 0 {
            uses[Int(found[code])].addresses += 1
            uses[Int(found[code])].events += events[code]
        }
        let unmapped = present.filter { found[$0] < 0 }
        var order = unmapped
        try work.sort(&order) { (events[$1], $0) < (events[$0], $1) }
        let all = events.reduce(0, +)
        var labels = report.labels
        try labels.derive(name, from: [column])
        var log = try adding(Column(name, .text(codes: mapped, dictionary: interning.dictionary)).compacted(check: work.check), work: work)
        log.report.labels = labels
        log.report.mappings.removeAll { $0.name == name }
        log.report.mappings.append(
            AddressMapping(
                column: column, name: name, uses: zip(rules.rules, uses).map { AddressMapping.Use(rule: $0, addresses: $1.addresses, events: $1.events) },
                events: Proportion(all - unmapped.reduce(0) { $0 + events[$1] }, of: all), addresses: Proportion(present.count - unmapped.count, of: present.count),
                unmapped: order.prefix(AddressMapping.mostUnmapped).map { AddressMapping.Unmapped(address: names[$0], events: events[$0]) }))
        return log
    }
}

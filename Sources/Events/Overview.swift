import Runtime
import Tables

/// The first look at a log, in numbers.
public struct Overview: Sendable {
    public let events: Int
    public let users: Int
    /// Different values; none where the log has no such column.
    public let items: Int?, categories: Int?, actions: Int?, sessions: Int?
    /// Microseconds since 1970.
    public let firstTime: Int64?, lastTime: Int64?
    public let eventsPerUser: Distribution
    /// The action taken for a purchase, if one was recognised, and the users who have one.
    public let purchaseAction: String?
    public let conversion: Proportion?
    /// Column by column, the events without a value.
    public let missing: [(column: String, share: Proportion)]
}

extension EventLog {
    /// The action that is a purchase, recognised by its name; none if no name is known.
    ///
    /// - Throws: `Cancelled`.
    public func purchaseAction(work: Work = Work()) throws -> String? {
        guard let names = try textCodes(of: .action, work: work)?.dictionary.names else { return nil }
        let plain = names.map(Role.normalised)
        for word in Role.purchaseWords { if let index = plain.firstIndex(of: word) { return names[index] } }
        return nil
    }

    /// Different values of a role's column that occur, or none where nothing plays the role.
    func distinct(_ role: Role, _ work: Work) throws -> Int? {
        guard let (codes, names) = try codes(of: role, work: work) else { return nil }
        var seen = [Bool](repeating: false, count: names.count)
        try work.forEachStretch(of: codes.count) { for row in $0 where codes[row] >= 0 { seen[Int(codes[row])] = true } }
        return seen.reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    /// - Throws: `Cancelled`.
    public func overview(work: Work = Work()) throws -> Overview {
        let purchase = try purchaseAction(work: work)
        var buyers: Int?
        if let purchase, let (codes, names) = try codes(of: .action, work: work), let wanted = names.firstIndex(of: purchase) {
            buyers = try (0..<userCount).reduce(0) { sum, user in
                if user & 0xFFF == 0 { try work.check() }
                return sum + ((userOffsets[user]..<userOffsets[user + 1]).contains { codes[$0] == wanted } ? 1 : 0)
            }
        }
        return try Overview(
            events: count, users: userCount, items: distinct(.item, work), categories: distinct(.category, work), actions: distinct(.action, work),
            sessions: sessionCount(work: work), firstTime: report.firstTime, lastTime: report.lastTime, eventsPerUser: eventsPerUser(work: work),
            purchaseAction: purchase, conversion: buyers.map { Proportion($0, of: userCount) },
            missing: table.columns.map { column in
                try work.check()
                return (column.name, Proportion(column.missingCount, of: count))
            })
    }
}

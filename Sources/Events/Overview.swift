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
    public var purchaseAction: String? {
        guard let (_, names) = codes(of: .action) else { return nil }
        let plain = names.map(Role.normalised)
        for word in Role.purchaseWords { if let index = plain.firstIndex(of: word) { return names[index] } }
        return nil
    }

    /// Different values of a role's column that occur, or none where nothing plays the role.
    func distinct(_ role: Role) -> Int? {
        guard let (codes, names) = codes(of: role) else { return nil }
        var seen = [Bool](repeating: false, count: names.count)
        for code in codes where code >= 0 { seen[Int(code)] = true }
        return seen.reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    public func overview() -> Overview {
        let purchase = purchaseAction
        var buyers: Int?
        if let purchase, let (codes, names) = codes(of: .action), let wanted = names.firstIndex(of: purchase) {
            buyers = (0..<userCount).reduce(0) { sum, user in sum + ((userOffsets[user]..<userOffsets[user + 1]).contains { codes[$0] == wanted } ? 1 : 0) }
        }
        return Overview(
            events: count, users: userCount, items: distinct(.item), categories: distinct(.category), actions: distinct(.action),
            sessions: sessionGroups()?.groups.count, firstTime: report.firstTime, lastTime: report.lastTime, eventsPerUser: eventsPerUser(),
            purchaseAction: purchase, conversion: buyers.map { Proportion($0, of: userCount) },
            missing: table.columns.map { ($0.name, Proportion($0.missingCount, of: count)) })
    }
}

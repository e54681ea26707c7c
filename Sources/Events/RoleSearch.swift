import Tables

/// Finds the roles of columns: what the user said first, then by the header's names, then by the values.
struct RoleSearch {
    let names: [String]
    let guesses: [ColumnGuess]
    let rows: [[String]]
    let hasHeader: Bool
    let options: LoadOptions
    private(set) var roles: [Role: String] = [:]
    private(set) var notes: [String] = []

    init(names: [String], guesses: [ColumnGuess], rows: [[String]], hasHeader: Bool, options: LoadOptions) {
        self.names = names
        self.guesses = guesses
        self.rows = rows
        self.hasHeader = hasHeader
        self.options = options
        roles = options.roles
    }

    static func sessionsNote(_ column: String) -> String { "no column of users: each session of '\(column)' is taken for a user" }

    private func isFree(_ index: Int) -> Bool { !roles.values.contains(names[index]) }

    /// Whether what a person said of the column lets it play the role.
    private func isAllowed(_ index: Int, _ role: Role) -> Bool { options.types[names[index]].map { role.fits($0.expressionType) } ?? true }

    mutating func search() {
        for role in Role.allCases where roles[role] == nil { roles[role] = named(role) }
        if roles[.time] == nil { roles[.time] = timeByValues() }
        if roles[.time] != nil, roles[.action] == nil { roles[.action] = actionByValues() }
        if roles[.user] == nil, let session = roles[.session] {
            // A log of sessions without users: each session is a user of its own.
            if options.roles[.session] == nil {
                roles[.user] = session
                roles[.session] = nil
                notes.append(Self.sessionsNote(session))
            }
        } else if roles[.user] == nil, roles[.time] != nil {
            roles[.user] = userByValues()
        }
        guard roles[.user] != nil, roles[.time] != nil, !hasHeader else { return }
        itemByValues()
    }

    private func named(_ role: Role) -> String? {
        let plain = names.map(Role.normalised)
        for wanted in role.knownNames {
            guard let index = plain.firstIndex(of: wanted), isFree(index), isAllowed(index, role) else { continue }
            // A time that does not look like one, or a price that is no number, plays no role unless the user says so.
            if role == .time, guesses[index].time == nil, options.timeFormat == nil { continue }
            if role == .value, !(guesses[index].kind == .number || guesses[index].kind == .integer) { continue }
            // `type`, `total` and the like are common words: an action is text with few values.
            if role == .action, guesses[index].distinct > 1000 { continue }
            return names[index]
        }
        return nil
    }

    private func timeByValues() -> String? {
        // The last of several, as in `user, item, ..., time`; a written date before a mere number.
        let candidates = names.indices.filter { isFree($0) && isAllowed($0, .time) && guesses[$0].time != nil && guesses[$0].distinct > 1 }
        let dates = candidates.filter { if case .time = guesses[$0].kind { true } else { false } }
        return (dates.last ?? candidates.last).map { names[$0] }
    }

    private func actionByValues() -> String? {
        names.indices.first { index in
            guard isFree(index), isAllowed(index, .action), guesses[index].kind == .text, guesses[index].distinct <= 200 else { return false }
            return rows.contains { Role.actionWords.contains(Role.normalised($0[index])) }
        }.map { names[$0] }
    }

    /// Whether the values may be ids: texts or whole numbers.
    private func isID(_ index: Int) -> Bool {
        switch guesses[index].kind {
        case .text, .integer: isFree(index) && isAllowed(index, .user) && guesses[index].present * 100 >= rows.count * 95
        case .number, .boolean, .time: false
        }
    }

    private func userByValues() -> String? {
        let candidates = names.indices.filter { isID($0) && guesses[$0].distinct > 1 && guesses[$0].distinct < guesses[$0].present }
        // In a file with a header other columns mostly have a purpose that their name tells, so only a column of ids is taken.
        let allowed = hasHeader ? candidates.filter { Role.normalised(names[$0]).hasSuffix("id") } : candidates
        // Files are mostly written user by user; where they are not, the first column of ids is the user's.
        let running = allowed.filter { guesses[$0].runShare >= 0.3 && guesses[$0].distinct > 2 }
        guard let best = running.map({ guesses[$0].runShare }).max() else { return allowed.first.map { names[$0] } }
        return running.first { guesses[$0].runShare >= best - 0.05 }.map { names[$0] }
    }

    /// In a file without header: of the ids that are left, one that decides another is the item and the other its category.
    private mutating func itemByValues() {
        let ids = names.indices.filter { isID($0) && guesses[$0].isWhole && guesses[$0].distinct > 10 }
        if roles[.item] == nil, let item = ids.max(by: { (guesses[$0].distinct, $1) < (guesses[$1].distinct, $0) }), guesses[item].distinct * 10 > rows.count {
            roles[.item] = names[item]
        }
        guard roles[.category] == nil, let itemName = roles[.item], let item = names.firstIndex(of: itemName) else { return }
        for other in ids where other != item && guesses[other].distinct < guesses[item].distinct && decides(item, other) {
            roles[.category] = names[other]
            return
        }
    }

    private func decides(_ item: Int, _ category: Int) -> Bool {
        var known: [String: String] = [:]
        var repeated = 0
        var broken = 0
        for row in rows {
            if let before = known[row[item]] {
                repeated += 1
                if before != row[category] { broken += 1 }
            }
            known[row[item]] = row[category]
        }
        // Now and then an item is put into another category.
        return repeated > 0 && broken * 20 <= repeated
    }
}

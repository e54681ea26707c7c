import Runtime
import Tables

/// Parts of rows that take turns in judging what was learned from the others; all rows of a user lie in one of them.
public struct Folds: Sendable {
    /// By what users are dealt to folds.
    public enum Kind: String, Sendable, CaseIterable {
        /// By hash (`UserDraw`, purpose `fold`): a user's fold follows from the seed and the id alone.
        case user
        /// By the time of their first row: later users lie in later folds, and a fold is judged by what was learned from earlier rows of earlier folds.
        case time
        /// At random, so that each fold has about the same share of each stratum.
        case random
    }

    public let kind: Kind
    public let seed: Int
    /// The rows of each fold, rising; no row is in two.
    public let rows: [[Int]]
    /// Users of each fold.
    public let users: [Int]
    /// By time: that of the first row of each fold, in microseconds since 1970.
    public let starts: [Int64]
    private let times: [Int64]?

    /// Deals rows that each have a user.
    ///
    /// - Parameters:
    ///   - count: how many folds, from 2.
    ///   - groups: the user of each row, as an index of `users`.
    ///   - times: microseconds since 1970 of each row; needed by `time`.
    ///   - strata: a class of each row, from 0; that of a user's last row counts in `random`. All rows are of one without.
    /// - Throws: `DataError.badOption` for fewer folds, or more than users that have rows; `missingRole` by time without times; `noRowsLeft` for a fold without rows; `Cancelled`.
    /// - Complexity: O(rows + users · log(users)).
    public init(
        _ kind: Kind, count: Int = 5, groups: [Int32], users names: [String], times: [Int64]? = nil, strata: [Int32]? = nil, seed: Int = 0, work: Work = Work()
    ) throws {
        if let times { precondition(times.count == groups.count, "folds need a time for each row") }
        if let strata { precondition(strata.count == groups.count, "folds need a stratum for each row") }
        if kind == .time, times == nil { throw DataError.missingRole("time", use: "folds by time", hint: "folds by user need no time") }
        var firstRow = [Int](repeating: -1, count: names.count)
        var lastRow = firstRow
        try work.forEachStretch(of: groups.count) {
            for row in $0 {
                let user = Int(groups[row])
                if firstRow[user] < 0 || times.map({ $0[row] < $0[firstRow[user]] }) ?? false { firstRow[user] = row }
                if lastRow[user] < 0 || times.map({ $0[row] >= $0[lastRow[user]] }) ?? true { lastRow[user] = row }
            }
        }
        var present = names.indices.filter { firstRow[$0] >= 0 }
        guard count >= 2, count <= present.count else { throw DataError.badOption(name: "folds=", value: "\(count)", wanted: "a number from 2 to that of the users, \(present.count)") }
        var fold = [Int](repeating: 0, count: names.count)
        switch kind {
        case .user:
            let draw = UserDraw(seed: seed, purpose: "fold")
            for (place, user) in present.enumerated() {
                if place & 0xFFFF == 0 { try work.check() }
                fold[user] = min(count - 1, Int(draw.position(of: names[user]) * Double(count)))
            }
        case .time:
            let starts = times ?? []
            try work.sort(&present) { (starts[firstRow[$0]], $0) < (starts[firstRow[$1]], $1) }
            for (place, user) in present.enumerated() { fold[user] = place * count / present.count }
        case .random:
            var stream = RandomStream(seed: seed, name: "folds", purpose: "random")
            try stream.shuffle(&present, check: work.check)
            if let strata {
                let classes = present.map { strata[lastRow[$0]] }
                var order = Array(present.indices)
                try work.sort(&order) { (classes[$0], $0) < (classes[$1], $1) }
                present = order.map { present[$0] }
            }
            for (place, user) in present.enumerated() { fold[user] = place % count }
        }
        var rows = [[Int]](repeating: [], count: count)
        try work.forEachStretch(of: groups.count) { for row in $0 { rows[fold[Int(groups[row])]].append(row) } }
        var users = [Int](repeating: 0, count: count)
        for user in present { users[fold[user]] += 1 }
        if let empty = rows.firstIndex(where: \.isEmpty) { throw DataError.noRowsLeft("fold \(empty + 1) of \(count) has no rows: there are too few users") }
        self.kind = kind
        self.seed = seed
        self.rows = rows
        self.users = users
        self.times = kind == .time ? times : nil
        starts = kind == .time ? rows.map { rows in rows.reduce(.max) { min($0, times?[$1] ?? 0) } } : []
    }

    public var count: Int { rows.count }

    /// Folds that can be judged: by time the first has none before it.
    public var judged: Range<Int> { (kind == .time ? 1 : 0)..<count }

    /// The rows to learn from when a fold judges, rising: those of all others, and by time those of earlier folds that lie before the fold begins.
    ///
    /// - Throws: `Cancelled`.
    public func training(for fold: Int, work: Work = Work()) throws -> [Int] {
        precondition(judged.contains(fold), "a fold that can be judged")
        var others: [Int] = []
        for index in rows.indices where kind == .time ? index < fold : index != fold {
            try work.forEachStretch(of: rows[index].count) { for place in $0 where times.map({ $0[rows[index][place]] < starts[fold] }) ?? true { others.append(rows[index][place]) } }
        }
        try work.sort(&others, by: <)
        return others
    }

    /// How many there are, how they were dealt, and their sizes, on one line.
    ///
    /// - Parameters:
    ///   - noun: what the rows are.
    ///   - hasUsers: whether users stand for more than their rows.
    public func description(of noun: String = "rows", hasUsers: Bool = true) -> String {
        func span(_ counts: [Int]) -> String {
            let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
            return least == most ? NumberText.grouped(least) : "\(NumberText.grouped(least)) to \(NumberText.grouped(most))"
        }
        return "\(count) folds by \(kind.rawValue)\(kind == .time ? "" : ", seed \(seed)"): \(span(rows.map(\.count))) \(noun)" + (hasUsers ? " of \(span(users)) users" : "") + " each"
    }
}

import Events
import Runtime
import Tables

/// Which rows are learned from, which choose among models, and which judge them.
public struct Split: Sendable {
    /// How rows are divided.
    public enum Kind: String, Sendable, CaseIterable {
        /// Held-back users, their later time: the test users' targets from the cut-off on; other users' before it are for training.
        case timeUser = "time-user"
        /// Targets from the cut-off on, of all users.
        case time
        /// Held-back users, with all of their targets.
        case user
        /// The last target of each user is for testing, the last but one for validation.
        case last
        /// Rows at random.
        case random
        /// Everything is for training.
        case none

        /// Whether rows need a time to be divided so.
        public var needsTimes: Bool { self == .timeUser || self == .time }
        /// Whether it matters which rows are of one user.
        public var needsUsers: Bool { self == .timeUser || self == .user || self == .last }
    }

    /// Times at which rows are divided, in microseconds since 1970.
    public struct Borders: Sendable, Hashable {
        /// The test part begins here.
        public let test: Int64
        /// The validation part begins here, if it is divided by time.
        public let validation: Int64
    }

    public let kind: Kind
    /// Row indices, rising; no row is in two parts.
    public let training: [Int], validation: [Int], test: [Int]
    /// None of a split that does not go by time.
    public let borders: Borders?
    /// Microseconds since 1970; targets before it are earlier.
    public var cutoff: Int64? { borders?.test }
    /// In which the cut-off is told; none for UTC.
    public let zone: Zone?
    /// The cut-off as people read it.
    public var cutoffText: String? { cutoff.map { CivilTime.text(zone?.local($0) ?? $0, separator: " ") } }
    public let seed: Int
    /// Rows in no part: a test user's earlier time, other users' later time.
    public let left: Int
    /// Users with rows in each part.
    public let trainingUsers: Int, validationUsers: Int, testUsers: Int

    /// Sizes, cut-off and what fell out, in one line.
    public var description: String {
        func part(_ name: String, _ rows: [Int], _ users: Int) -> String { "\(name) \(rows.count) row\(rows.count == 1 ? "" : "s") of \(users) user\(users == 1 ? "" : "s")" }
        var text = "split by \(kind.rawValue)"
        if [.timeUser, .user, .random].contains(kind) { text += ", seed \(seed)" }
        if let cutoffText { text += ", cut-off \(cutoffText)" }
        text += ": \(part("training", training, trainingUsers)), \(part("validation", validation, validationUsers)), \(part("test", test, testUsers))"
        if left > 0 { text += "; \(left) rows fell out" + (kind == .timeUser ? " (earlier ones of test users, later ones of the others)" : "") }
        return text
    }

    /// Divides rows that each have a user and a time.
    ///
    /// Users are drawn by hash (`UserDraw`, purposes `split` and `valid`), so that a user's part follows from the seed and the id alone. In `time-user` the cut-off
    /// is the time before which a share 1 - `test` of all targets lies (but at least half); validation users are drawn from those who are not test users, and
    /// their rows lie before the cut-off. In `time` the rows before the cut-off are divided by time again for validation.
    ///
    /// - Parameters:
    ///   - groups: the user of each row, as an index of `users`.
    ///   - times: microseconds since 1970 of each row; needed by `time-user` and `time`. In `last` rows of a user are taken in this order, else in their own.
    ///   - zone: in which the cut-off is told; UTC unless given.
    ///   - test, validation: shares in 0..<1, of users or rows as the kind says, together below 1.
    ///   - given: where rows are divided by time; found from the shares unless given.
    ///   - strata: a class of each row, from 0, of each of which `random` takes the shares; all rows are of one without.
    /// - Throws: `DataError.badOption` for impossible shares, `.missingRole` without times, `.noRowsLeft` if training or a part that was asked for is left empty; `Cancelled`.
    public init(
        _ kind: Kind, groups: [Int32], users: [String], times: [Int64]?, zone: Zone? = nil, test: Double = 0.2, validation: Double = 0.1, at given: Borders? = nil, strata: [Int32]? = nil,
        seed: Int = 0, work: Work = Work()
    ) throws {
        guard test >= 0, validation >= 0, test + validation < 1 else {
            throw DataError.badOption(name: "test= valid=", value: "\(test), \(validation)", wanted: "shares from 0% on that leave something for training")
        }
        if let times { precondition(times.count == groups.count, "a split needs a time for each row") }
        var parts = [Part](repeating: .training, count: groups.count)
        var borders: Borders?
        func drawn(_ purpose: String, _ share: Double) throws -> [Bool] {
            let draw = UserDraw(seed: seed, purpose: purpose)
            return try work.map(rows: users.count) { draw.position(of: users[$0]) < share }
        }
        func needed(_ times: [Int64]?) throws(DataError) -> [Int64] {
            guard let times else { throw .missingRole("time", use: "split by=\(kind.rawValue)", hint: "by=last and by=user need no time") }
            return times
        }
        switch kind {
        case .none: break
        case .timeUser:
            let times = try needed(times)
            let isTest = try drawn("split", test)
            // Of the users that are left, so that validation is a share of all.
            let isValidation = try drawn("valid", validation / (1 - test))
            // Without a test part no time is too late for training.
            guard test > 0 else {
                parts = try work.map(rows: groups.count) { isValidation[Int(groups[$0])] ? .validation : .training }
                break
            }
            let border = try given?.test ?? Self.quantile(times, max(0.5, 1 - test), work)
            borders = Borders(test: border, validation: border)
            parts = try work.map(rows: groups.count) { row in
                let user = Int(groups[row])
                let isEarly = times[row] < border
                return isTest[user] ? (isEarly ? .left : .test) : isEarly ? (isValidation[user] ? .validation : .training) : .left
            }
        case .time:
            let times = try needed(times)
            let border = try given?.test ?? Self.quantile(times, 1 - test, work)
            let earlier = try given?.validation ?? Self.quantile(times, 1 - test - validation, work)
            borders = Borders(test: border, validation: earlier)
            parts = try work.map(rows: groups.count) { row in test > 0 && times[row] >= border ? .test : validation > 0 && times[row] >= earlier ? .validation : .training }
        case .user:
            let isTest = try drawn("split", test)
            let isValidation = try drawn("valid", validation / (1 - test))
            parts = try work.map(rows: groups.count) { row in isTest[Int(groups[row])] ? .test : isValidation[Int(groups[row])] ? .validation : .training }
        case .random:
            var rows = Array(groups.indices)
            var stream = RandomStream(seed: seed, name: "split", purpose: "random")
            try stream.shuffle(&rows, check: work.check)
            var start = 0
            if let strata {
                precondition(strata.count == groups.count, "a split needs a stratum for each row")
                var order = Array(rows.indices)
                try work.sort(&order) { (strata[rows[$0]], $0) < (strata[rows[$1]], $1) }
                rows = order.map { rows[$0] }
            }
            while start < rows.count {
                // Rows of one stratum stand together, in random order.
                var end = strata == nil ? rows.count : start + 1
                if let strata { while end < rows.count, strata[rows[end]] == strata[rows[start]] { end += 1 } }
                let tests = start + Int((Double(end - start) * test).rounded())
                let validations = min(end, tests + Int((Double(end - start) * validation).rounded()))
                try work.forEachStretch(of: start..<tests) { for place in $0 { parts[rows[place]] = .test } }
                try work.forEachStretch(of: tests..<validations) { for place in $0 { parts[rows[place]] = .validation } }
                start = end
            }
        case .last:
            var order = Array(groups.indices)
            if let times { try work.sort(&order) { (times[$0], $0) < (times[$1], $1) } }
            var seen = [Int](repeating: 0, count: users.count)
            for (place, row) in order.reversed().enumerated() {
                if place & 0xFFFF == 0 { try work.check() }
                let user = Int(groups[row])
                seen[user] += 1
                if seen[user] == 1, test > 0 { parts[row] = .test } else if seen[user] == (test > 0 ? 2 : 1), validation > 0 { parts[row] = .validation }
            }
        }
        try self.init(kind, parts, groups, borders: borders, zone: zone, seed: seed, work)
        guard !training.isEmpty else { throw DataError.noRowsLeft("the split leaves no rows for training (\(description))") }
        if kind != .none, test > 0, self.test.isEmpty { throw DataError.noRowsLeft("the split leaves no rows for the test (\(description))") }
    }

    private enum Part { case training, validation, test, left }

    private init(_ kind: Kind, _ parts: [Part], _ groups: [Int32], borders: Borders?, zone: Zone?, seed: Int, _ work: Work) throws {
        func rows(_ part: Part) throws -> [Int] {
            var rows: [Int] = []
            try work.forEachStretch(of: parts.count) { for row in $0 where parts[row] == part { rows.append(row) } }
            return rows
        }
        let most = Int(groups.max() ?? -1) + 1
        func users(_ rows: [Int]) throws -> Int {
            var seen = [Bool](repeating: false, count: most)
            try work.forEachStretch(of: rows.count) { for place in $0 { seen[Int(groups[rows[place]])] = true } }
            return seen.count { $0 }
        }
        self.kind = kind
        self.borders = borders
        self.zone = zone
        self.seed = seed
        training = try rows(.training)
        validation = try rows(.validation)
        test = try rows(.test)
        left = parts.count - training.count - validation.count - test.count
        trainingUsers = try users(training)
        validationUsers = try users(validation)
        testUsers = try users(test)
    }

    /// The time below which about a share of the rows lies: that of the row at the share's place in rising order.
    private static func quantile(_ times: [Int64], _ share: Double, _ work: Work) throws -> Int64 {
        guard !times.isEmpty else { return 0 }
        var place = min(times.count - 1, Int((Double(times.count) * share).rounded()))
        // Sixteen bits at a time from the top, those of the sought time are found by counting, which is far quicker than sorting millions.
        var found: UInt64 = 0
        var known: UInt64 = 0
        let sign: UInt64 = 1 << 63
        for shift in stride(from: 48, through: 0, by: -16) {
            var counts = [Int](repeating: 0, count: 1 << 16)
            try work.forEachStretch(of: times.count) {
                for row in $0 {
                    let bits = UInt64(bitPattern: times[row]) ^ sign
                    if bits & known == found { counts[Int(bits >> UInt64(shift) & 0xFFFF)] += 1 }
                }
            }
            var digit = 0
            while place >= counts[digit] {
                place -= counts[digit]
                digit += 1
            }
            found |= UInt64(digit) << UInt64(shift)
            known |= 0xFFFF << UInt64(shift)
        }
        return Int64(bitPattern: found ^ sign)
    }
}

extension EventWindows {
    /// Divides the windows; the default holds back users and their later time.
    public func split(_ kind: Split.Kind = .timeUser, test: Double = 0.2, validation: Double = 0.1, at borders: Split.Borders? = nil, seed: Int = 0, work: Work = Work()) throws -> Split {
        try Split(kind, groups: windows.groups, users: users, times: times, zone: zone, test: test, validation: validation, at: borders, seed: seed, work: work)
    }
}

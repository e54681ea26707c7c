import Events
import Runtime
import Tables
import Testing

@testable import Features

struct EventWindowsTests {
    static func log() throws -> EventLog {
        let table = Table([
            Column("user", text: ["a", "a", "a", "a", "b", "b", "c", "a"]), Column("action", text: ["pv", "cart", "pv", "buy", "fav", "pv", "pv", nil]),
            Column("time", times: [1, 2, 3, 4, 5, 6, 7, 8]),
        ])
        return try EventLog(table, roles: [.user: "user", .action: "action", .time: "time"], work: Work())
    }

    @Test func `every event with a history gives one window`() throws {
        let made = try EventWindows(of: Self.log(), length: 2)
        // pv 0, cart 1, buy 2, fav 3
        #expect(made.windows.vocabulary == ["pv", "cart", "buy", "fav"] && made.windows.classes == made.windows.vocabulary)
        #expect((0..<4).map { made.windows[$0] } == [[-1, 0], [0, 1], [1, 0], [-1, 3]] && made.windows.targets == [1, 0, 2, 0])
        #expect(made.windows.groups == [0, 0, 0, 1] && made.times == [2, 3, 4, 6] && made.users == ["a", "b", "c"])
        #expect(made.skipped == 3)
        #expect(try made.windows.goal == .nextEvent && made.windows.subset([1]).goal == .nextEvent)
    }

    @Test func `windows and their parts stop when they are asked to`() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        let work = Work(cancellation: cancellation)
        let made = try EventWindows(of: Self.log(), length: 2)
        #expect(throws: Cancelled.self) { try EventWindows(of: Self.log(), length: 2, work: work) }
        #expect(throws: Cancelled.self) { try made.windows.subset([0, 1], work: work) }
        for kind in Split.Kind.allCases { #expect(throws: Cancelled.self, "\(kind)") { try made.split(kind, work: work) } }
    }

    @Test func `full windows only, if asked for`() throws {
        let made = try EventWindows(of: Self.log(), length: 2, minimumHistory: 2)
        #expect((0..<2).map { made.windows[$0] } == [[0, 1], [1, 0]] && made.windows.targets == [0, 2] && made.times == [3, 4])
    }

    @Test func `what follows a window is seen as far as its part of the split goes, and its user`() throws {
        let windows = try EventWindows(of: Self.log(), length: 2).windows
        // Targets: cart, pv, buy of a; pv of b.
        let all = try windows.continued([0, 1, 2, 3], ahead: 3)
        #expect(all.ahead == 3 && all.continuations == [1, 0, 2, 0, 2, -1, 2, -1, -1, 0, -1, -1] && all.targets == windows.targets)
        #expect(try windows.continued([0, 2, 3], ahead: 2).continuations == [1, -1, 2, -1, 0, -1])
        #expect(try all.subset([2, 0]).continuations == [2, -1, -1, 1, 0, 2])
        #expect(Array(all.steps(1)) == [0, 2, -1] && Array(windows.steps(1)) == [0])
        #expect(try windows.continued([1], ahead: 1).continuations.isEmpty)
    }

    @Test(arguments: Split.Kind.allCases)
    func `no step that is learnt lies in another part of the split`(_ kind: Split.Kind) throws {
        var stream = RandomStream(seed: 6, name: "test", purpose: "events")
        let users = (0..<60).flatMap { user in Array(repeating: "user \(user)", count: 3 + user % 9) }
        // Actions that tell their user and place, so that a target says which event it is.
        let table = Table([Column("user", text: users), Column("action", text: users.indices.map { "event \($0)" }), Column("time", times: users.map { _ in Int64(stream.below(1_000_000)) })])
        let made = try EventWindows(of: try EventLog(table, roles: [.user: "user", .action: "action", .time: "time"], work: Work()), length: 3)
        let split = try made.split(kind)
        for part in [split.training, split.validation, split.test] {
            let own = Set(part.map { made.windows.targets[$0] }), continued = try made.windows.continued(part, ahead: 4)
            #expect(continued.continuations.allSatisfy { $0 == -1 || own.contains($0) })
            for row in 0..<continued.count { #expect(continued.steps(row).first == continued.targets[row]) }
        }
    }

    @Test func `refuses what cannot be`() throws {
        let log = try Self.log()
        #expect(throws: DataError.self) { try EventWindows(of: log, length: 0) }
        #expect(throws: DataError.self) { try EventWindows(of: log, length: 2, minimumHistory: 3) }
        #expect(throws: DataError.self) { try EventWindows(of: log, column: "nothing") }
        #expect(#expect(throws: DataError.self) { try EventWindows(of: log, length: 9, minimumHistory: 9) }?.diagnostic.code == "no-rows")
    }
}

struct SplitTests {
    static let users = (0..<300).map { "user \($0)" }
    static let groups = users.indices.flatMap { user in Array(repeating: Int32(user), count: 5 + user % 7) }
    static let times: [Int64] = {
        var stream = RandomStream(seed: 4, name: "test", purpose: "times")
        return groups.map { _ in Int64(stream.below(1_000_000)) }
    }()

    static func split(_ kind: Split.Kind, seed: Int = 0) throws -> Split { try Split(kind, groups: groups, users: users, times: times, seed: seed) }

    @Test(arguments: Split.Kind.allCases)
    func `no row is in two parts, and what fell out is counted`(kind: Split.Kind) throws {
        let split = try Self.split(kind)
        let all = split.training + split.validation + split.test
        #expect(Set(all).count == all.count && all.count + split.left == Self.groups.count)
        #expect(split.training == split.training.sorted() && split.test == split.test.sorted())
        #expect(split.description.hasPrefix("split by \(kind.rawValue)"))
        let again = try Self.split(kind)
        #expect(again.training == split.training && again.test == split.test)
    }

    @Test func `time-user holds back users and their later time`() throws {
        let split = try Self.split(.timeUser)
        let cutoff = try #require(split.cutoff)
        func users(_ rows: [Int]) -> Set<Int32> { Set(rows.map { Self.groups[$0] }) }
        #expect(users(split.test).isDisjoint(with: users(split.training)) && users(split.test).isDisjoint(with: users(split.validation)))
        #expect(users(split.validation).isDisjoint(with: users(split.training)))
        #expect(split.test.allSatisfy { Self.times[$0] >= cutoff } && (split.training + split.validation).allSatisfy { Self.times[$0] < cutoff })
        #expect(split.left > 0 && split.description.contains("fell out"))
        // A user's part follows from the seed and the id alone.
        let draw = UserDraw(seed: 0, purpose: "split")
        #expect(users(split.test).allSatisfy { draw.position(of: Self.users[Int($0)]) < 0.2 })
        #expect(try Self.split(.timeUser, seed: 1).test != split.test)
    }

    @Test func `user holds back all of a user, time the latest rows of all`() throws {
        let byUser = try Self.split(.user)
        #expect(Set(byUser.test.map { Self.groups[$0] }).isDisjoint(with: Set(byUser.training.map { Self.groups[$0] })) && byUser.left == 0)
        let byTime = try Self.split(.time)
        let latest = try #require(byTime.training.map { Self.times[$0] }.max())
        #expect(byTime.validation.allSatisfy { Self.times[$0] > latest })
        #expect(try #require(byTime.validation.map { Self.times[$0] }.max()) < (try #require(byTime.cutoff)))
        #expect(abs(Double(byTime.test.count) / Double(Self.groups.count) - 0.2) < 0.01)
    }

    @Test func `without a test part nothing falls out, and nothing is cut off`() throws {
        for kind in [Split.Kind.timeUser, .time, .user, .random] {
            let split = try Split(kind, groups: Self.groups, users: Self.users, times: Self.times, test: 0, validation: 0.1)
            #expect(split.test.isEmpty && split.left == 0 && split.training.count + split.validation.count == Self.groups.count)
        }
        #expect(try Split(.timeUser, groups: Self.groups, users: Self.users, times: Self.times, test: 0).cutoff == nil)
    }

    @Test func `last leaves each user's last row out`() throws {
        let split = try Self.split(.last)
        #expect(split.test.count == 300 && split.validation.count == 300)
        for row in split.test { #expect(Self.groups.indices.filter { Self.groups[$0] == Self.groups[row] }.allSatisfy { Self.times[$0] <= Self.times[row] }) }
    }

    @Test func `random takes the shares asked for, none takes nothing`() throws {
        let random = try Self.split(.random)
        #expect(random.test.count == Int((Double(Self.groups.count) * 0.2).rounded()))
        let none = try Self.split(.none)
        #expect(none.training.count == Self.groups.count && none.test.isEmpty)
    }

    @Test func `random takes its shares of each stratum, and given borders are kept`() throws {
        let strata = Self.groups.map { $0 % 7 == 0 ? Int32(1) : 0 }
        let random = try Split(.random, groups: Self.groups, users: Self.users, times: nil, strata: strata)
        for stratum in [Int32(0), 1] {
            let all = strata.count { $0 == stratum }
            #expect(random.test.count { strata[$0] == stratum } == Int((Double(all) * 0.2).rounded()) && random.validation.count { strata[$0] == stratum } == Int((Double(all) * 0.1).rounded()))
        }
        let byTime = try Self.split(.time)
        let half = try Split(.time, groups: Array(Self.groups.prefix(1000)), users: Self.users, times: Array(Self.times.prefix(1000)), at: byTime.borders)
        #expect(half.borders == byTime.borders && half.test == byTime.test.filter { $0 < 1000 } && half.validation == byTime.validation.filter { $0 < 1000 })
    }

    @Test func `refuses impossible shares and splits that leave nothing`() {
        #expect(throws: DataError.self) { try Split(.random, groups: [0, 0], users: ["a"], times: nil, test: 0.8, validation: 0.3) }
        #expect(throws: DataError.self) { try Split(.time, groups: [0, 0], users: ["a"], times: nil) }
        #expect(throws: DataError.self) { try Split(.user, groups: [0, 0], users: ["a"], times: nil) }
    }

    @Test(arguments: Split.Kind.allCases, [61, 62, 63])
    func `rows are divided as the slow way does it, whatever the threads`(_ kind: Split.Kind, _ seed: Int) throws {
        var stream = RandomStream(seed: seed, name: "test", purpose: "splits")
        let names = (0..<60).map { "u\($0 * 7)" }
        let groups = (0..<600).map { _ in Int32(stream.below(60)) }
        // Few different times, so that many rows share one.
        let times = groups.map { _ in Int64(stream.below(150)) }
        let (test, validation) = (0.25, 0.15)
        func isDrawn(_ row: Int, _ purpose: String, _ share: Double) -> Bool { UserDraw(seed: seed, purpose: purpose).position(of: names[Int(groups[row])]) < share }
        /// The time at a share's place, were the rows in order.
        func time(at share: Double) -> Int64 { times.sorted()[min(times.count - 1, Int((Double(times.count) * share).rounded()))] }
        var parts: [Int: String] = [:]
        switch kind {
        case .none: break
        case .timeUser:
            for row in groups.indices {
                let isEarly = times[row] < time(at: 1 - test)
                if isDrawn(row, "split", test) { parts[row] = isEarly ? "left" : "test" } else if !isEarly { parts[row] = "left" } else if isDrawn(row, "valid", validation / (1 - test)) { parts[row] = "validation" }
            }
        case .time:
            for row in groups.indices { parts[row] = times[row] >= time(at: 1 - test) ? "test" : times[row] >= time(at: 1 - test - validation) ? "validation" : nil }
        case .user: for row in groups.indices { parts[row] = isDrawn(row, "split", test) ? "test" : isDrawn(row, "valid", validation / (1 - test)) ? "validation" : nil }
        case .last:
            for user in names.indices {
                let rows = groups.indices.filter { groups[$0] == Int32(user) }.sorted { (times[$0], $0) < (times[$1], $1) }
                if let last = rows.last { parts[last] = "test" }
                if let next = rows.dropLast().last { parts[next] = "validation" }
            }
        case .random:
            var rows = Array(groups.indices)
            var draw = RandomStream(seed: seed, name: "split", purpose: "random")
            draw.shuffle(&rows)
            for row in rows[..<150] { parts[row] = "test" }
            for row in rows[150..<240] { parts[row] = "validation" }
        }
        for threads in 1...3 {
            let split = try Split(kind, groups: groups, users: names, times: times, test: test, validation: validation, seed: seed, work: Work(threads: threads))
            #expect(split.training == groups.indices.filter { parts[$0] == nil } && split.validation == groups.indices.filter { parts[$0] == "validation" }, "seed \(seed)")
            #expect(split.test == groups.indices.filter { parts[$0] == "test" } && split.left == parts.values.count { $0 == "left" }, "seed \(seed)")
            #expect(split.testUsers == Set(split.test.map { groups[$0] }).count && split.trainingUsers == Set(split.training.map { groups[$0] }).count)
        }
    }
}

struct SequenceTaskTests {
    static func log() throws -> EventLog {
        let hour: Int64 = 3_600_000_000
        let table = Table([
            Column("user", text: ["a", "a", "a", "a", "b", "b", "c"]), Column("action", text: ["pv", "cart", "pv", nil, "fav", "pv", "pv"]),
            Column("item", text: ["x", "x", "x", nil, nil, "y", "x"]), Column("price", numbers: [1, .nan, 3, .nan, 5, 6, 7]),
            Column("time", times: [0, 1, 2, 3, 4, 25, 6].map { $0 * hour }),
        ])
        return try EventLog(table, roles: [.user: "user", .action: "action", .item: "item", .time: "time"], work: Work())
    }

    @Test func `combinations of variables are events, each once`() throws {
        let windows = try EventWindows(of: Self.log(), SequenceTask(.next("action"), inputs: ["action", "item", "hour"], length: 2)).windows
        let inputs = windows.inputs, events = try #require(inputs.events)
        #expect(inputs.variables.map(\.name) == ["action", "item", "hour"] && inputs.numbers.isEmpty)
        #expect(inputs.variables[0].vocabulary == ["pv", "cart", "fav", "(none)"] && inputs.variables[1].vocabulary == ["x", "y", "(none)"] && inputs.variables[2].vocabulary.count == 24)
        #expect(windows.targets == [1, 0, 0])
        func row(_ place: Int32) -> [Int32] { Array(events.codes[Int(place) * 3..<Int(place) * 3 + 3]) }
        #expect(windows[1].map(row) == [[0, 0, 0], [1, 0, 1]] && row(windows[2][1]) == [2, 2, 4])
        let same = try EventWindows(of: Self.log(), SequenceTask(.next("action"), inputs: ["action", "item"], length: 2)).windows
        #expect(same.inputs.eventCount == 4 && same.classes == ["pv", "cart", "fav"])
    }

    @Test func `numbers come as they are, and an event without any input is passed over`() throws {
        let windows = try EventWindows(of: Self.log(), SequenceTask(.next("action"), inputs: ["price"], length: 3)).windows
        let events = try #require(windows.inputs.events)
        #expect(windows.inputs.numbers == ["price"] && events.count == 5)
        #expect(windows.targets == [1, 0, 0] && windows[1].suffix(1).map { events.numbers[Int($0)] } == [1])
    }

    @Test(arguments: ["time", "nothing"])
    func `what cannot be an input is refused`(_ name: String) throws {
        #expect(throws: DataError.self) { try EventWindows(of: Self.log(), SequenceTask(.next("action"), inputs: ["action", name], length: 2)) }
    }
}

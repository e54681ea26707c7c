import Runtime
import Tables
import Testing

@testable import Features

struct FoldTests {
    /// Rows of 200 users at random times, each with a stratum of its user.
    private static func rows(seed: Int) -> (groups: [Int32], users: [String], times: [Int64], strata: [Int32]) {
        var stream = RandomStream(seed: seed, name: "test", purpose: "folds")
        let users = (0..<200).map { "u\($0)" }
        let groups = (0..<1500).map { _ in Int32(stream.below(190)) }
        return (groups, users, groups.map { Int64($0) * 1000 + Int64(stream.below(100_000)) }, groups.map { $0 % 5 == 0 ? 1 : 0 })
    }

    @Test(arguments: Folds.Kind.allCases, [31, 32])
    func `each row lies in one fold, with all others of its user`(_ kind: Folds.Kind, _ seed: Int) throws {
        let (groups, users, times, strata) = Self.rows(seed: seed)
        let folds = try Folds(kind, count: 5, groups: groups, users: users, times: times, strata: strata, seed: seed)
        #expect(folds.rows.flatMap { $0 }.sorted() == Array(groups.indices) && folds.rows.allSatisfy { $0 == $0.sorted() }, "seed \(seed)")
        let owners = folds.rows.map { Set($0.map { groups[$0] }) }
        #expect(owners.reduce(0) { $0 + $1.count } == Set(groups).count && owners.map(\.count) == folds.users)
        for fold in folds.judged {
            let training = try folds.training(for: fold)
            #expect(Set(training).isDisjoint(with: folds.rows[fold]) && Set(training.map { groups[$0] }).isDisjoint(with: owners[fold]))
            if kind == .time {
                let start = try #require(folds.rows[fold].map { times[$0] }.min())
                #expect(training == folds.rows[..<fold].flatMap { $0 }.filter { times[$0] < start }.sorted())
            } else {
                #expect(training.count + folds.rows[fold].count == groups.count)
            }
        }
        #expect(folds.description().hasPrefix("5 folds by \(kind.rawValue)"))
    }

    @Test func `a user's fold follows from the seed and the id, and says nothing of the split`() throws {
        let (groups, users, _, _) = Self.rows(seed: 33)
        let folds = try Folds(.user, count: 4, groups: groups, users: users, seed: 7)
        let draw = UserDraw(seed: 7, purpose: "fold")
        for (index, rows) in folds.rows.enumerated() { #expect(rows.allSatisfy { Int(draw.position(of: users[Int(groups[$0])]) * 4) == index }) }
        let split = try Split(.user, groups: groups, users: users, times: nil, seed: 7)
        let held = Set(split.test.map { groups[$0] })
        #expect(folds.rows.allSatisfy { rows in !held.isDisjoint(with: rows.map { groups[$0] }) })
    }

    @Test func `random folds have their share of each stratum, and of users`() throws {
        let (groups, users, _, strata) = Self.rows(seed: 34)
        let folds = try Folds(.random, count: 6, groups: groups, users: users, strata: strata, seed: 1)
        #expect(folds.users.max()! - folds.users.min()! <= 1)
        let ones = folds.rows.map { rows in Set(rows.map { groups[$0] }).count { $0 % 5 == 0 } }
        #expect(ones.max()! - ones.min()! <= 1)
    }

    @Test func `by time later users lie in later folds`() throws {
        let (groups, users, times, _) = Self.rows(seed: 35)
        let folds = try Folds(.time, count: 3, groups: groups, users: users, times: times)
        let firsts = folds.rows.map { rows in Dictionary(grouping: rows) { groups[$0] }.values.map { $0.map { times[$0] }.min()! } }
        for fold in 1..<3 { #expect(firsts[fold - 1].max()! <= firsts[fold].min()!) }
    }

    @Test func `refuses what cannot be dealt`() {
        #expect(throws: DataError.self) { try Folds(.user, count: 1, groups: [0, 1], users: ["a", "b"]) }
        #expect(throws: DataError.self) { try Folds(.user, count: 3, groups: [0, 1], users: ["a", "b", "c"]) }
        #expect(throws: DataError.self) { try Folds(.time, count: 2, groups: [0, 1], users: ["a", "b"]) }
        #expect(throws: Cancelled.self) {
            let work = Work()
            work.cancellation.cancel()
            _ = try Folds(.user, count: 2, groups: [0, 1], users: ["a", "b"], work: work)
        }
    }
}

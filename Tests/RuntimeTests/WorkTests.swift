import Synchronization
import Testing

@testable import Runtime

struct WorkTests {
    private struct Failed: Error, Equatable { let shard: Int }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func `stretches of rows leave none out`(rows: Int) throws {
        var seen: [Int] = []
        try Work().forEachStretch(of: rows) { seen += $0 }
        #expect(seen == Array(0..<rows))
        #expect(try Work().map(rows: rows) { $0 } == seen)
        var sorted = seen.map { $0 * 7919 % 1000 }
        let wanted = sorted.sorted()
        try Work().sort(&sorted, by: <)
        #expect(sorted == wanted)
    }

    @Test func `passes over rows and sorting stop when they are asked to`() {
        let cancellation = Cancellation()
        let work = Work(cancellation: cancellation)
        var passed = 0
        #expect(throws: Cancelled.self) {
            try work.forEachStretch(of: 1 << 20) {
                passed += $0.count
                cancellation.cancel()
            }
        }
        #expect(passed < 1 << 20)
        #expect(throws: Cancelled.self) { try work.map(rows: 3) { $0 } }
        var elements = [2, 1]
        #expect(throws: Cancelled.self) { try work.sort(&elements, by: <) }
    }

    @Test(arguments: [1, 2, 3, 8, 64])
    func `each shard runs once, and results stand in shard order`(_ threads: Int) throws {
        for shards in [0, 1, 2, 7, 100] {
            let runs = Mutex([Int](repeating: 0, count: shards))
            let results = try Workers(threads: threads).map(shards: shards) { shard in
                runs.withLock { $0[shard] += 1 }
                return shard * shard
            }
            #expect(results == (0..<shards).map { $0 * $0 })
            #expect(runs.withLock { $0.allSatisfy { $0 == 1 } })
        }
    }

    @Test
    func `sums put together in shard order are the same at any thread count`() throws {
        func sum(_ threads: Int) throws -> Double {
            try Workers(threads: threads).map(shards: 16) { shard in
                var stream = RandomStream(seed: 0, name: "tests", purpose: "shard \(shard)")
                return (0..<1000).reduce(0.0) { sum, _ in sum + stream.normal() * 1e10 }
            }.reduce(0, +)
        }
        let one = try sum(1)
        for threads in [2, 3, 7] { #expect(try sum(threads) == one) }
    }

    @Test(arguments: [1, 2, 4])
    func `the error of the lowest shard that failed is thrown`(_ threads: Int) {
        for _ in 0..<20 {
            #expect(throws: Failed(shard: 3)) { try Workers(threads: threads).forEach(shards: 40) { if $0 % 10 == 3 || $0 > 20 { throw Failed(shard: $0) } } }
        }
    }

    @Test
    func `after an error no further shard is begun`() {
        let begun = Atomic<Int>(0)
        #expect(throws: Failed(shard: 0)) {
            try Workers(threads: 1).forEach(shards: 1000) { shard in
                begun.wrappingAdd(1, ordering: .relaxed)
                throw Failed(shard: shard)
            }
        }
        #expect(begun.load(ordering: .relaxed) == 1)
    }

    @Test
    func `workers may run workers`() throws {
        let sums = try Workers(threads: 2).map(shards: 4) { outer in try Workers(threads: 2).map(shards: 4) { $0 + outer * 4 }.reduce(0, +) }
        #expect(sums == [6, 22, 38, 54])
    }

    @Test
    func `raised cancelling stops work until it is lowered again`() throws {
        let work = Work(threads: 2)
        try work.check()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try work.check() }
        #expect(throws: Cancelled.self) { try work.workers.forEach(shards: 8) { _ in try work.check() } }
        work.cancellation.reset()
        try work.check()
    }

    @Test
    func `progress is told as it was reported`() {
        final class Heard: ProgressReporting {
            let lines = Mutex<[String]>([])
            func update(stage: String, fraction: Double?, detail: String) { lines.withLock { $0.append("\(stage) \(fraction.map { "\($0)" } ?? "?") \(detail)") } }
        }
        let heard = Heard()
        let work = Work(progress: heard)
        work.report("reading", 0.5, "half")
        work.report("reading", nil)
        #expect(heard.lines.withLock { $0 } == ["reading 0.5 half", "reading ? "])
    }
}

import Diagnostics
import Expressions
import Foundation
import Runtime
import Tables
import Testing

@testable import Events

struct EventSourceTests {
    @Test func `sorts by user, time and row, and says what was out of order`() throws {
        let scratch = try Scratch()
        let text = "user_id,event,timestamp\nb,x,2000000005\na,x,2000000001\nb,y,2000000001\na,y,2000000001\na,x,2000000001\nb,x,2000000005\n"
        let log = try source(text, in: scratch).collect(Work())
        #expect(String(decoding: log.table.csv(), as: UTF8.self) == "user_id,event,timestamp\na,x,2000000001\na,y,2000000001\na,x,2000000001\nb,y,2000000001\nb,x,2000000005\nb,x,2000000005\n")
        #expect(log.users == ["a", "b"] && log.userOffsets == [0, 3, 6])
        #expect(log.report.outOfOrder == 1 && log.report.tiedTimes == 3 && log.report.exactDuplicates == 2)
        #expect(log.report.firstTime == 2_000_000_001_000_000 && log.report.lastTime == 2_000_000_005_000_000)
        #expect(log.report.read.files.count == 1 && log.report.read.usersSeen == 2)
    }

    @Test func `any thread count and row order give the same users and events`() throws {
        let scratch = try Scratch()
        let rows = randomRows(4000, users: 60)
        var stream = RandomStream(seed: 9, name: "test", purpose: "shuffle")
        var shuffled = rows
        stream.shuffle(&shuffled)
        func collect(_ rows: [String], _ threads: Int) throws -> (EventLog, [String]) {
            let options = LoadOptions(roles: [.user: "c1", .item: "c2", .category: "c3", .action: "c4", .time: "c5"])
            let log = try source(rows.joined(separator: "\n"), options, in: scratch).sampling(share: 0.4, seed: 2).collect(Work(threads: threads))
            return (log, String(decoding: log.table.csv(header: false), as: UTF8.self).split(separator: "\n").map(String.init))
        }
        let (one, lines) = try collect(rows, 1)
        for threads in 2...3 {
            let (other, otherLines) = try collect(rows, threads)
            #expect(otherLines == lines)
            #expect(other.report.samples == one.report.samples)
            #expect(try other.codes(of: .item)?.names == one.codes(of: .item)?.names)
        }
        let (mixed, mixedLines) = try collect(shuffled, 2)
        #expect(mixedLines.sorted() == lines.sorted())
        #expect(mixed.report.samples == one.report.samples)
        #expect(one.userCount > 5 && one.userCount < 60)
        #expect(one.report.samples[0].users.total == 60 && one.report.samples[0].events.total == rows.count)
    }

    @Test(arguments: [31, 32, 33], [0.05, 0.5, 0.9])
    func `a sample is that of the slow way, whatever the threads, the order of rows and the place in the recipe`(_ seed: Int, _ share: Double) throws {
        let scratch = try Scratch()
        var stream = RandomStream(seed: seed, name: "test", purpose: "order")
        let rows = randomRows(1500, users: 80, seed: seed)
        var shuffled = rows
        stream.shuffle(&shuffled)
        let draw = UserDraw(seed: seed, purpose: "sample")
        let kept = rows.filter { draw.position(of: String($0.prefix { $0 != "," })) < share }.sorted()
        try #require(!kept.isEmpty, "seed \(seed), share \(share)")
        let options = LoadOptions(roles: [.user: "c1", .item: "c2", .category: "c3", .action: "c4", .time: "c5"])
        for rows in [rows, shuffled] {
            for threads in 1...3 {
                for isPushed in [true, false] {
                    let whole = try source(rows.joined(separator: "\n"), options, in: scratch)
                    if !isPushed { _ = try whole.collect(Work(threads: threads)) }
                    let log = try whole.sampling(share: share, seed: seed).collect(Work(threads: threads))
                    let lines = String(decoding: log.table.csv(header: false), as: UTF8.self).split(separator: "\n").map(String.init)
                    #expect(lines.sorted() == kept, "seed \(seed), share \(share), \(threads) threads")
                }
            }
        }
    }

    @Test func `samples of one seed are nested, and a second keeps the smaller share`() throws {
        let scratch = try Scratch()
        let text = randomRows(3000, users: 200).joined(separator: "\n")
        let whole = try source(text, in: scratch)
        let small = try whole.sampling(share: 0.1, seed: 1).collect(Work())
        let large = try whole.sampling(share: 0.3, seed: 1).collect(Work())
        #expect(Set(small.users).isSubset(of: Set(large.users)) && small.userCount < large.userCount)
        #expect(Set(try whole.sampling(share: 0.1, seed: 2).collect(Work()).users) != Set(small.users))
        // Pushed into the reader, over a log that is there, and the other way round.
        let once = try whole.sampling(share: 0.3, seed: 1)
        let pushed = try once.sampling(share: 0.1, seed: 1).collect(Work())
        _ = try once.collect(Work())
        let stepped = try once.sampling(share: 0.1, seed: 1).collect(Work())
        let widened = try whole.sampling(share: 0.1, seed: 1).sampling(share: 0.3, seed: 1).collect(Work())
        for log in [pushed, stepped, widened] {
            #expect(log.table.csv() == small.table.csv())
            #expect(log.report.samples.last?.share == 0.1)
            #expect(log.report.notes.contains { $0.contains("keep the smaller, 10%") })
        }
        for share in [0, -0.1, 1.5, Double.nan] { #expect(throws: DataError.self) { try whole.sampling(share: share, seed: 0) } }
    }

    @Test func `filters by event, session and user`() throws {
        let scratch = try Scratch()
        let text = "user_id,event,timestamp\na,pv,2000000000\na,buy,2000000010\na,pv,2000009000\nb,pv,2000000000\nb,pv,2000000001\nc,buy,2000000000\n"
        let whole = try source(text, in: scratch)
        func lines(_ source: EventSource) throws -> [String] {
            String(decoding: try source.collect(Work()).table.csv(header: false), as: UTF8.self).split(separator: "\n").map(String.init)
        }
        #expect(try lines(whole.filtering(isEqual("action", "buy"))) == ["a,buy,2000000010", "c,buy,2000000000"])
        let buyers = expression(.call("any", [isEqual("event", "buy")]))
        #expect(try lines(whole.filtering(buyers, per: .user)) == ["a,pv,2000000000", "a,buy,2000000010", "a,pv,2000009000", "c,buy,2000000000"])
        #expect(try lines(whole.sessions(gap: 1800).filtering(buyers, per: .session)) == ["a,pv,2000000000,1", "a,buy,2000000010,1", "c,buy,2000000000,4"])
        #expect(try lines(whole.filtering(isOver(expression(.call("count", [])), 1), per: .user).filtering(isEqual("user", "b"))) == ["b,pv,2000000000", "b,pv,2000000001"])
        #expect(#expect(throws: Diagnostic.self) { try whole.filtering(buyers, per: .session) }?.code == "missing-role")
        #expect(#expect(throws: Diagnostic.self) { try whole.filtering(buyers) }?.code == "group-needed")
        #expect(#expect(throws: Diagnostic.self) { try whole.filtering(expression(.column("event"))) }?.code == "type-mismatch")
        let none = #expect(throws: DataError.self) { try whole.filtering(isEqual("action", "gone")).collect(Work()) }
        #expect(none?.diagnostic.code == "no-rows" && none?.diagnostic.message.contains("filter") == true)
    }

    @Test func `sessions of a file may overlap`() throws {
        let scratch = try Scratch()
        let text = "user_id,session_id,event,timestamp\na,s1,pv,2000000000\na,s2,pv,2000000001\na,s1,buy,2000000002\na,s2,pv,2000000003\n"
        let log = try source(text, in: scratch).filtering(expression(.call("any", [isEqual("event", "buy")])), per: .session).collect(Work())
        #expect(String(decoding: log.table.csv(header: false), as: UTF8.self) == "a,s1,pv,2000000000\na,s1,buy,2000000002\n")
        let summary = try source(text, in: scratch).collect(Work()).sessionSummary()
        #expect(summary.lengths == [2, 2] && summary.durations == [2, 2])
    }

    @Test func `selecting reads only what is wanted, and keeps user and time`() throws {
        let scratch = try Scratch()
        let whole = try source(randomRows(300, users: 9).joined(separator: "\n"), in: scratch)
        let some = try whole.selecting(["action"])
        #expect(some.schema.columns.map(\.name) == ["c1", "c4", "c5"] && some.roles[.item] == nil)
        #expect(try some.collect(Work()).table.names == ["c1", "c4", "c5"])
        #expect(try whole.selecting(["item"], except: true).sampling(share: 0.9, seed: 0).collect(Work()).table.names == ["c1", "c3", "c4", "c5"])
        #expect(throws: DataError.self) { try whole.selecting(["nothing"]) }
    }

    @Test func `the recipe says what a model replays`() throws {
        let scratch = try Scratch()
        let recipe = try source(randomRows(300, users: 9).joined(separator: "\n"), in: scratch)
            .sampling(share: 0.5, seed: 7).filtering(isEqual("action", "pv")).cleaning().sessions(gap: 1800)
        #expect(recipe.steps.map(\.text) == [
            "sample 50% seed=7", "filter action == \"pv\"", "clean duplicates=yes outliers=yes missing=yes bots=600", "sessions gap=30m",
        ])
        #expect(recipe.steps.map(\.isReplayedInScoring) == [false, true, false, true])
        let schema = ExpressionSchema(columns: [.init("user", .text), .init("n", .number)])
        let rows: [EventStep] = [
            .features(per: .session, .init(last: 1, first: 0)), .rfm(purchase: nil, monetary: "spent money", bins: 4), .filter(rows: try .condition(isOver(expression(.column("n")), 3), of: "filter", schema: schema)),
            .select(["user", "n"]), .rename(["n": "m"]), .derive("m", try CompiledExpression(expression(.column("n")), schema: schema)), .join(Table([]), name: "other", by: "user", "user"),
        ]
        #expect(rows.map(\.text) == [
            "features per=session last=1 first=0", "rfm monetary=`spent money` bins=4", "filter n > 3", "select user n", "rename n=m", "derive m = n", "join other by=user",
        ])
        #expect(rows.map(\.isReplayedInScoring) == [true, true, false, true, true, true, true])
    }

    @Test func `files with the same columns are one log, others are refused`() throws {
        let scratch = try Scratch()
        let a = try scratch.write("user_id,event,timestamp\na,pv,2000000000\nb,pv,2000000000\n", "a.csv")
        let b = try scratch.write("user_id,event,timestamp\na,buy,1999999999\n", "b.csv")
        guard case .events(let both) = try Loaded(paths: [a, b], work: Work()) else {
            Issue.record("expected events")
            return
        }
        let log = try both.collect(Work(threads: 2))
        #expect(log.count == 3 && log.users == ["a", "b"] && log.report.outOfOrder == 1 && log.report.read.files.count == 2)
        let c = try scratch.write("user_id,action,timestamp\na,buy,1999999999\n", "c.csv")
        guard case .events(let mixed) = try Loaded(paths: [a, c], work: Work()) else { return }
        #expect(#expect(throws: DataError.self) { try mixed.collect(Work()) }?.diagnostic.code == "different-columns")
    }

    @Test func `a file that is only bad rows says why`() throws {
        let scratch = try Scratch()
        let made = try source("user_id,event,timestamp\n,pv,2000000000\n,buy,2000000000\n", in: scratch)
        let error = #expect(throws: DataError.self) { try made.collect(Work()) }
        #expect(error?.diagnostic.code == "no-rows" && error?.diagnostic.message.contains("no user") == true)
    }
}

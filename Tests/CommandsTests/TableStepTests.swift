import Diagnostics
import Features
import Foundation
import Language
import Runtime
import Testing

@testable import Commands

/// A table knows what was done on the way to it, and how it is to be divided.
struct TableStepTests {
    private static func table(_ script: String, directory: String = Running.root) throws -> TableValue {
        try #require(try Running.results(script, directory: directory).last?.value as? TableValue)
    }

    @Test func `a table keeps the steps of its events and its own, each with whether a model does it again`() throws {
        let table = try Self.table(
            """
            simulate shop users=200 days=20 seed=1 | sample 80% seed=3 | sessions | rfm as money on sessions
            features per=user last=1 on sessions | filter events > 2 | derive pace = events / sessions | rename events=visits | select user visits pace | join money by=user | show n=3 | split
            """)
        #expect(table.steps.map(\.text) == [
            "sample 80% seed=3", "sessions gap=30m", "features per=user last=1 first=4", "filter events > 2", "derive pace = events / sessions", "rename events=visits", "select user visits pace", "join money by=user",
        ])
        #expect(table.steps.map(\.isReplayedInScoring) == [false, true, true, false, true, true, true, true])
        let described = try Running.text("simulate shop users=200 days=20 seed=1 | sample 80% seed=3 | rfm purchase=action == \"cart\" bins=3 | split by=user test=30% | describe")
        for line in ["sample 80% seed=3 for training only", "rfm purchase=action == \"cart\" bins=3 replayed", "split by=user test=30% valid=10% for training only"] { #expect(described.contains(line), "\(described)") }
    }

    static let rows = "user,when,bought\n" + (0..<200).map { "u\($0 % 40),2025-01-\(10 + $0 / 10),\($0 % 5 == 0 ? "yes" : "no")" }.joined(separator: "\n") + "\n"

    /// The split of a table with a few users at twenty days, as it is told.
    private static func split(_ options: String) throws -> (text: String, plan: SplitPlan) {
        try Running.inFolder { folder in
            try Data(rows.utf8).write(to: URL(fileURLWithPath: folder + "/rows.csv"))
            let result = try #require(try Running.results("load rows.csv kind=table types={when: time} | split \(options)", directory: folder).last)
            return (result.blocks.map(Running.text).joined(separator: "\n"), try #require((result.value as? TableValue)?.split))
        }
    }

    @Test func `rows are divided in every way that their columns allow`() throws {
        #expect(try Self.split("").text == "split by random, seed 0\n200 rows: training 140 (70.0 %) from 40 users, validation 20 (10.0 %) from 20 users, test 40 (20.0 %) from 27 users" || Self.split("").plan.kind == .random)
        let byUser = try Self.split("by=user test=40%")
        #expect(byUser.text.hasPrefix("split by user, seed 0\n200 rows: training ") && byUser.plan.kind == .user && byUser.plan.test == 0.4)
        #expect(try Self.split("by=time").text == "split by time, cut-off 2025-01-26 00:00:00\n200 rows: training 140 (70.0 %) from 40 users, validation 20 (10.0 %) from 20 users, test 40 (20.0 %) from 40 users")
        let both = try Self.split("by=time-user")
        #expect(both.text.hasPrefix("split by time-user, cut-off 2025-01-26 00:00:00, seed 0") && both.text.contains("fell out") && both.plan.borders != nil)
        #expect(try Self.split("by=last").text == "split by last\n200 rows: training 120 (60.0 %) from 40 users, validation 40 (20.0 %) from 40 users, test 40 (20.0 %) from 40 users")
        #expect(try Self.split("by=none").text == "no split: no scores")
    }

    @Test func `what a split does not need may be missing`() throws {
        try Running.inFolder { folder in
            let text = "user,when\n" + (0..<60).map { "\($0 % 10 == 0 ? "" : "u\($0 % 20)"),\($0 % 7 == 0 ? "" : "2025-01-\(10 + $0 % 15)")" }.joined(separator: "\n") + "\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/gaps.csv"))
            func failure(_ statement: String) -> String? { Running.failure("load gaps.csv kind=table types={when: time} | \(statement)", directory: folder)?.code }
            #expect(failure("split") == nil && failure("split by=user") == "missing-values" && failure("filter not (user == missing) | split by=user") == nil)
            #expect(failure("filter not (user == missing) | split by=last") == "missing-values" && failure("filter not (when == missing) | split by=time") == nil)
        }
    }

    @Test func `users are held back from tables and events alike, and labels keep their share in each part`() throws {
        func test(_ words: String) -> String? { words.firstMatch(of: #/test .* from ([0-9]+) users/#).map { String($0.1) } }
        let events = try Running.text("simulate shop users=300 days=20 seed=1 | split by=user")
        let sessions = try Running.text("simulate shop users=300 days=20 seed=1 | sessions | features per=session | split by=user")
        #expect(test(events) != nil && test(events) == test(sessions))
        let labelled = try Running.text("simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") at=2025-09-10 for=7d | features | split")
        #expect(labelled.hasSuffix("stratified by bought"))
    }

    @Test(arguments: [
        ("rfm | split by=‹time›", "missing-role"), ("rfm | split by=‹time-user›", "missing-role"), ("rfm | rename user=who | split by=‹user›", "missing-role"), ("rfm | rename user=who | split by=‹last›", "missing-role"),
        ("rfm | ‹split by=last›", "no-rows"), ("rfm | split test=‹70%› valid=30%", "wrong-value"), ("sample 50% | split by=last test=‹40%›", "wrong-value"),
        ("rfm | split by=last test=0% valid=‹5%›", "wrong-value"), ("rfm | split by=none valid=‹5%›", "wrong-value"), ("rfm | derive user = if r > 1 then user else missing | split by=‹user›", "missing-values"),
    ])
    func `a split that a table does not allow is refused`(_ marked: String, _ code: String) throws {
        let failure = try #require(Running.failure("simulate shop users=100 days=20 seed=1 | " + marked.filter { !"‹›".contains($0) }))
        let wanted = String(marked.split(separator: "‹", omittingEmptySubsequences: false)[1].split(separator: "›")[0])
        #expect(failure.code == code && failure.span?.text == wanted, "\(failure.rendered())")
    }

    @Test func `the steps of a split by last name no share that does not apply`() throws {
        let steps = try Running.text("simulate shop users=100 days=20 seed=1 | split by=last valid=0% | describe")
        #expect(steps.contains("split by=last valid=0% for training only"), "\(steps)")
    }

    @Test func `one value is counted in the singular`() throws {
        #expect(try Running.text("simulate shop users=100 days=20 seed=1 | filter action == \"pv\" | top action").contains("the commonest of 1 value\n"))
    }

    @Test func `the check knows the columns that features surely have, and lets others be`() throws {
        let start = "simulate shop users=100 days=20 seed=1 | sessions | features | "
        #expect(Running.mistakes(start + "filter duration > \"long\"").map(\.code) == ["type-mismatch"])
        // The head of the file tells the actions; of what a filter leaves, nobody knows them.
        let load = "load datasets/shop.csv | "
        #expect(Running.mistakes(load + "sessions | features | filter count_buy == \"many\"", directory: Running.root).map(\.code) == ["type-mismatch"])
        #expect(Running.mistakes(load + "filter action != \"buy\" | features | filter count_buy == \"many\"", directory: Running.root).isEmpty)
        for statement in ["filter count_buy > 1 and share_pv < 1", "select user hour_3 last_2 country", "rename whatever=x", "derive n = events + nothing_known", "kmeans k=2", "join features by=user on sessions | filter country == \"x\""] {
            #expect(Running.mistakes(start + statement).isEmpty, "\(statement)")
        }
    }

    @Test func `what came up while a large file was read is told by the first statement that reads it`() throws {
        try Running.inFolder { folder in
            let line = "u1,pv,1511544070,\(String(repeating: "x", count: 2000))\n"
            let text = "user,action,time,note\n" + String(repeating: line, count: LoadCommand.eagerBytes / line.utf8.count + 1) + "u2,pv,never,x\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/large.csv"))
            let results = try Running.results("load large.csv user=user time=time bad-rows=skip | select user action time | top action | describe load", directory: folder)
            #expect(results.map { $0.notes.contains { $0.code == "bad-rows" } } == [false, false, true, false])
        }
    }
}

import Diagnostics
import Events
import Foundation
import Language
import Runtime
import Testing

@testable import Commands

struct PlanTests {
    static let statements: [(statement: String, step: String)] = [
        ("load shop.csv", "read shop.csv"), ("sample 50%", "draw users"), ("clean", "look for what to drop"), ("filter action == \"buy\" on load", "try the condition"), ("sessions", "cut sessions"),
        ("rfm", "sum up"), ("label bought = any(action == \"buy\") on load as labelled", "label and cut off"), ("features on load", "measure each"), ("map action auto on load", "map URLs"), ("eda", "count"), ("describe on load", "measure columns"), ("describe rfm", "describe"), ("top item on load", "count values"), ("kmeans k=3", "cluster"), ("fit kmeans k=3", "cluster"), ("mixture k=2 restarts=1", "cluster"), ("hierarchical k=2", "merge rows into a tree"), ("fit hierarchical k=2", "merge rows into a tree"), ("dbscan eps=2 min-points=2", "find dense places"), ("dbscan min-points=2 min-size=3", "find dense places"),
        ("elbow k=2..4", "measure silhouettes"), ("silhouette", "measure silhouettes"), ("fit rnn seq=3 hidden=4 epochs=2", "train rnn"), ("fit lstm seq=3 hidden=4", "at most 10 passes"),
        ("fit markov order=1", "train markov"), ("fit esn seq=3 hidden=10", "train esn"),
        ("evaluate", "show scores"), ("compare", "set scores"), ("show rfm", "show"), ("write to=x.csv", "write x.csv"), ("write rfm to=x.json", "write x.json"),
    ]

    /// A session over a small shop whose statements can all be planned.
    private static func session(in folder: String) throws -> Session {
        try FileManager.default.copyItem(atPath: Running.root + "/datasets/shop.csv", toPath: folder + "/shop.csv")
        let session = Session(catalogue: standardCatalogue, directory: folder, threads: 2)
        _ = try Running.results("load shop.csv | sample 10% as load | rfm | kmeans k=3 | fit rnn seq=3 hidden=4 epochs=1", in: session)
        return session
    }

    @Test func `each verb that can be planned is, and nothing is changed`() throws {
        try Running.inFolder { folder in
            let session = try Self.session(in: folder)
            let before = session.values.map { "\($0.name) \($0.value.json.text)" }
            for (statement, step) in Self.statements {
                let result = try Running.results("plan \(statement)", in: session)[0]
                let text = result.blocks.map(Running.text).joined(separator: "\n")
                #expect(text.contains(step), "\(statement): \(text)")
                #expect(!text.contains("no estimate"), "\(statement): \(text)")
                #expect(result.value == nil && result.name == nil)
            }
            #expect(session.values.map { "\($0.name) \($0.value.json.text)" } == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["shop.csv"])
        }
    }

    @Test func `a file with bad rows is looked at and leaves no file beside it`() throws {
        try Running.inFolder { folder in
            let rows = (0..<500).map { $0 % 7 == 0 ? "broken\n" : "u\($0 % 20),2024-01-0\($0 % 9 + 1),pv\n" }.joined()
            try ("user,time,action\n" + rows).write(toFile: folder + "/bad.csv", atomically: true, encoding: .utf8)
            let text = try Running.text("plan load bad.csv user=user time=time", directory: folder)
            #expect(text.contains("read bad.csv"), "\(text)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["bad.csv"])
        }
    }

    @Test func `events that were not read yet are planned with their reading`() throws {
        try Running.inFolder { folder in
            let path = folder + "/shop.csv"
            try FileManager.default.copyItem(atPath: Running.root + "/datasets/shop.csv", toPath: path)
            let source = try #require(try Self.unread(path))
            let session = Session(catalogue: standardCatalogue, directory: folder, threads: 2)
            session.setValue("load", source)
            for statement in ["rfm", "fit rnn seq=3 hidden=4", "sample 5%", "write to=x.csv", "show"] {
                let text = try Running.results("plan \(statement)", in: session).flatMap(\.blocks).map(Running.text).joined(separator: "\n")
                #expect(text.contains("read shop.csv") && text.contains("about 150,000 rows"), "\(statement): \(text)")
            }
            #expect(source.source.remembered == nil)
        }
    }

    /// Events as `load` gives them for a large file.
    private static func unread(_ path: String) throws -> EventsValue? {
        guard case .events(let source) = try Loaded(paths: [path], work: Work(threads: 2)) else { return nil }
        return EventsValue(source)
    }

    @Test func `what cannot be planned says so`() throws {
        #expect(try Running.text("plan list").contains("no time to speak of"))
        #expect(try Running.text("simulate shop users=30 days=5 | rfm | kmeans k=2 | plan profile").contains("no estimate exists for 'profile'"))
        #expect(try Running.text("plan let k = 5").contains("no estimate"))
    }

    @Test func `a shop is planned by its first users, also one that is only made when it is asked for`() throws {
        let small = try Running.text("plan simulate shop users=3000 days=5")
        #expect(small.contains("about 51,000 events") && small.contains("of 3,000 users"))
        let large = try Running.results("simulate shop users=400000 | filter action == \"buy\" | select except category | plan write to=x.csv", threads: 2)
        let text = large.flatMap(\.blocks).map(Running.text).joined(separator: "\n")
        #expect(text.contains("about 26,000,000 events of 400,000 users, not made yet | filter action == \"buy\""))
        #expect(text.contains("columns: user, item, action, time") && text.contains("write x.csv"))
        let value = try #require(large[2].value as? EventsValue)
        #expect(value.source.isStreamed && value.source.remembered == nil)
    }

    @Test func `a plan finds the mistakes that the statement would end in`() throws {
        #expect(Running.failure("plan rfm")?.code == "nothing-to-read")
        #expect(Running.failure("simulate shop users=20 days=5 | plan rfm bins=101")?.code == "wrong-value")
        #expect(Running.failure("plan load missing.csv")?.code == "missing-file")
        #expect(Running.failure("simulate shop users=20 days=5 | plan sample 5% on nobody")?.code == "unknown-name")
    }

    @Test func `seconds are said with two digits`() {
        let cases: [(Double, String)] = [(0.0001, "less than 0.01 s"), (0.0421, "0.04 s"), (1.234, "1.2 s"), (12.4, "12 s"), (117, "120 s"), (200, "3.3 min"), (7300, "2.0 h")]
        for (seconds, text) in cases { #expect(Plan.text(seconds: seconds) == text) }
    }
}

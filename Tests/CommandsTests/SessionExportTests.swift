import Diagnostics
import Foundation
import Language
import Notebooks
import Runtime
import Testing

@testable import Commands

struct SessionExportTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let lines: [String], kept: [String]
        init(_ name: String, _ lines: [String], keeps kept: [String]) {
            testDescription = name
            self.lines = lines
            self.kept = kept
        }
    }

    static let cases = [
        Case("what was made anew unread is left out", ["data", "rows", "group seed=1", "group seed=2"], keeps: ["data", "rows", "group seed=2"]),
        Case("what was drawn before it was made anew stays", ["data", "rows", "group seed=1", "draw", "group seed=2"], keeps: ["data", "rows", "group seed=1", "draw", "group seed=2"]),
        Case("failed statements and looks at the session", ["data", "fail", "list", "history", "set", "rows"], keeps: ["data", "rows"]),
        Case("a look that was taken again", ["data", "look", "look"], keeps: ["data", "look"]),
        Case("the whole script once more", ["data | rows | group | draw", "data | rows | group | draw"], keeps: ["data", "rows", "group", "draw"]),
        Case("what was dropped unread goes with its drop", ["data", "rows as a", "rows n=2", "drop a"], keeps: ["data", "rows n=2"]),
        Case("what was dropped after it was looked at", ["data", "rows as a", "look", "rows n=2 as b", "drop a"], keeps: ["data", "rows as a", "look", "rows n=2 as b", "drop a"]),
        Case("a name that hides another kind", ["data", "rows as x", "rows n=2 as y", "look y", "model as y", "group", "drop y"], keeps: [
            "data", "rows as x", "rows n=2 as y", "look y", "model as y", "group", "drop y",
        ]),
        Case("named by ans", ["data", "rows", "group", "both ans rows", "rows n=3"], keeps: ["data", "rows", "group", "both ans rows", "rows n=3"]),
        Case("a value that is read by its name", ["data as a", "data n=2 as b", "rows on a", "drop a b"], keeps: ["data as a", "rows on a", "drop a"]),
        Case("parameters", ["let n = 3", "data n=$n", "let n = 4", "rows n=$n"], keeps: ["let n = 3", "data n=$n", "let n = 4", "rows n=$n"]),
        Case("parameters that nothing read", ["let n = 3", "data", "let n = 4", "drop n"], keeps: ["data"]),
        Case("loops are whole", ["data", "for n in [1, 2] { rows n=$n | look }"], keeps: ["data", "for n in [1, 2] { rows n=$n | look }"]),
        Case("seeds where they are used", ["set seed=7", "data", "set seed=8", "rows", "set seed=9 threads=2", "group"], keeps: ["data", "rows", "group"]),
        Case("a seed that changes", ["data", "rows", "group as a", "set seed=9", "group as b", "set seed=0", "group as c"], keeps: [
            "data", "rows", "group as a", "set seed=9", "group as b", "set seed=0", "group as c",
        ]),
        Case("a quiet look is none", ["data", "rows", "look;", "drop look"], keeps: ["data", "rows"]),
        Case("a loop that failed half way", ["data", "for n in [1, 2] { rows n=$n | fail }", "group"], keeps: ["data", "for n in [1, 2] { rows n=$n | fail }", "group"]),
    ]

    @Test(arguments: cases)
    func `what mattered is exported and gives the same values`(_ c: Case) throws {
        let exported = try Exported(Exported.session(c.lines, catalogue: SessionToys.catalogue))
        #expect(exported.statements == c.kept, "\(exported.text)")
        #expect(exported.differences == [], "\(exported.text)")
    }

    @Test func `the seed of the first that asks stands on top`() throws {
        let exported = try Exported(Exported.session(["set seed=7", "data | rows | group"], catalogue: SessionToys.catalogue))
        #expect(exported.text.hasPrefix("---\ntitle: \"Test\"\nseed: 7\n---\n"), "\(exported.text)")
    }

    @Test func `parameters from outside become a cell that the command line can set`() throws {
        let session = Session(catalogue: SessionToys.catalogue, threads: 1)
        session.setParameter("n", .integer(5))
        for statement in Parser.parse(SourceFile(name: "x", text: "data n=$n"), catalogue: session.catalogue).program.statements { try session.run(statement) { _ in } }
        let exported = try Exported(session)
        #expect(exported.text.contains("#| tags: [parameters]\nlet n = 5\n"), "\(exported.text)")
        #expect(exported.differences == [])
    }

    @Test func `random sessions are given back`() throws {
        let names = ["a", "b", "x", "rows", "group"]
        var pruned = 0
        for round in 0..<400 {
            var stream = RandomStream(seed: round, name: "sessions", purpose: "script")
            func any<T>(_ list: [T]) -> T { list[Int(stream.next() % UInt64(list.count))] }
            var lines = ["data"]
            for _ in 0..<Int(4 + stream.next() % 16) {
                let suffix = any(["", "", " as \(any(names))"])
                lines.append(
                    any([
                        "data n=\(any([1, 2]))\(suffix)", "rows n=\(any([1, 2, 3]))\(suffix)", "rows on \(any(names))\(suffix)", "group\(suffix)", "group seed=3\(suffix)", "model\(suffix)", "look", "look \(any(names))",
                        "draw", "both \(any(names)) \(any(names + ["ans"]))\(suffix)", "every", "fail", "list", "pick\(suffix)", "drop \(any(names))", "set seed=\(any([0, 4, 5]))", "let n = \(any([1, 2]))",
                        "rows n=$n\(suffix)", "for m in [1, 2] { rows n=$m | group\(suffix) | look }", "for m in [1, 2] { group | fail }", "draw | rows", "look;", "drop ans",
                    ]))
            }
            let session = Exported.session(lines, catalogue: SessionToys.catalogue)
            guard session.values.contains(where: { $0.name != "data" }) || !session.values.isEmpty else { continue }
            let exported = try Exported(session)
            #expect(exported.differences == [], "\(lines)\n\(exported.text)")
            if exported.statements.count < session.log.count(where: { $0.failure == nil && !$0.changes.isEmpty }) { pruned += 1 }
        }
        #expect(pruned > 200)
    }

    @Test func `the main script comes back whole`() throws {
        try Running.inFolder { folder in
            try FileManager.default.copyItem(atPath: Running.root + "/datasets/shop.csv", toPath: folder + "/shop.csv")
            let lines = ["load shop.csv", "help load", "sample 20%", "rfm", "kmeans k=5", "kmeans k=4", "plot clusters", "elbow k=2..3", "fit rnn seq=3 epochs=1 hidden=4", "plot roc", "compare"]
            let session = Exported.session(lines, directory: folder)
            let exported = try Exported(session, runningIn: folder)
            #expect(exported.statements == lines.filter { $0 != "help load" && $0 != "kmeans k=5" })
            #expect(exported.differences == [])
            try FileManager.default.createDirectory(atPath: folder + "/reports", withIntermediateDirectories: false)
            let moved = try Exported(session, prefix: "..", runningIn: folder + "/reports")
            #expect(moved.statements.first == "load \"../shop.csv\"")
            #expect(moved.differences == [])
        }
    }

    @Test func `export writes the notebook beside the data or elsewhere, and says why not`() throws {
        try Running.inFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: false)
            #expect(try Running.text("simulate shop users=5 days=3 | export session to=sub/my-day.cnb", directory: folder).contains("1 of 1 statements written to sub/my-day.cnb"))
            let text = try String(contentsOfFile: folder + "/sub/my-day.cnb", encoding: .utf8)
            #expect(text.hasPrefix("---\ntitle: \"My day\"\n---\n"))
            #expect(text.contains("```cnb\n#| label: data\nsimulate shop users=5 days=3\n```\n"))
            #expect(Running.failure("export session to=a.cnb", directory: folder)?.code == "nothing-to-export")
            #expect(Running.failure("simulate shop users=5 days=3 | export session to=a.txt", directory: folder)?.code == "unknown-format")
            #expect(Running.failure("simulate shop users=5 days=3 | export session to=no/a.cnb", directory: folder)?.code == "unwritable-file")
            #expect(Running.failure("simulate shop users=5 days=3 | write to=x.csv | let p = \"x.csv\" | load $p | export session to=sub/a.cnb", directory: folder)?.code == "unmovable-path")
        }
    }
}

struct HistoryTests {
    @Test func `history shows what ran, with what it gave and why it failed`() throws {
        let session = Exported.session(["data", "fail", "for n in [1, 2] {\n  rows n=$n\n}"], catalogue: SessionToys.catalogue)
        let text = try Running.results("history", in: session).flatMap(\.blocks).map(Running.text).joined()
        #expect(text.contains("1 data data\n2 fail failed: it fails\n3 for n in [1, 2] { rows n=$n } rows"), "\(text)")
        #expect(session.log.map(\.number) == [1, 2, 3, 4])
    }

    @Test func `history shows the last ones, or all`() throws {
        let session = Exported.session(["data", "rows", "group"], catalogue: SessionToys.catalogue)
        #expect(try !Running.results("history n=1", in: session).flatMap(\.blocks).map(Running.text).joined().contains("rows"))
        #expect(try Running.results("history n=all", in: session).flatMap(\.blocks).map(Running.text).joined().contains("rows"))
    }
}

struct AnswerTests {
    @Test func `the last result is ans, whatever its kind`() throws {
        for last in ["data", "data | rows", "data | rows | group", "data | model", "data | rows | group | draw", "data | look", "let k = 5"] {
            let session = Exported.session([last], catalogue: SessionToys.catalogue)
            #expect(session.value(named: "ans")?.json.text == session.values.last?.value.json.text)
        }
        let session = Exported.session(["data", "rows", "group", "draw", "both ans"], catalogue: SessionToys.catalogue)
        #expect(session.value(named: "both")?.summary.contains("drawing of") == true)
    }

    @Test func `on ans reads the last result and refuses a kind that does not fit`() throws {
        let session = Exported.session(["data", "rows as a", "rows n=2 as b", "group on ans"], catalogue: SessionToys.catalogue)
        #expect(session.value(named: "group")?.summary.contains("rows 2") == true)
        let refused = Exported.session(["data", "look", "rows on ans"], catalogue: SessionToys.catalogue)
        #expect(refused.log.last?.failure?.code == "wrong-kind")
    }

    @Test func `drop ans forgets the last result by its name`() throws {
        let session = Exported.session(["data", "rows", "drop ans"], catalogue: SessionToys.catalogue)
        #expect(session.values.map(\.name) == ["data"])
    }

    @Test(arguments: ["data as ans", "let ans = 5"])
    func `nothing can be named ans`(_ script: String) {
        #expect(Running.failure(script.replacing("data", with: "simulate shop"))?.code == "reserved-name")
    }
}

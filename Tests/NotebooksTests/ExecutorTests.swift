import Diagnostics
import Foundation
import Language
import Notebooks
import Runtime
import Testing

struct ExecutorTests {
    private func states(_ run: ExecutedNotebook) -> [String] {
        run.cells.map {
            switch $0.status {
            case .done: "done"
            case .failed(let diagnostic): "failed \(diagnostic.code)"
            case .allowedFailure(let diagnostic): "allowed \(diagnostic.code)"
            case .notRun: "not run"
            case .notEvaluated: "not evaluated"
            }
        }
    }

    @Test func `a failing cell ends the run`() throws {
        let marked = Marked("```cnb\n#| label: a\nsay x\n```\n\n```cnb\n#| label: b\nsay y\nfail ‹\"no\"›\nsay z\n```\n\n```cnb\n#| eval: false\nsay x\n```\n\n```cnb\nsay x\n```\n")
        let run = try executed(marked.text)
        #expect(states(run) == ["done", "failed failed", "not evaluated", "not run"])
        marked.expect(run.failure?.diagnostic, code: "failed")
        #expect(run.failure?.diagnostic.span?.cell == "b")
        #expect(run.cells[1].outputs.map(\.verb) == ["say"])
        #expect(run.exitCode == 1)
    }

    @Test func `a cell that may fail lets the run go on`() throws {
        let run = try executed("```cnb\n#| error: true\nsay x\nfail no\nsay y\n```\n\n```cnb\nsay x\n```\n")
        #expect(states(run) == ["allowed failed", "done"])
        #expect(run.cells[0].outputs.count == 1)
        #expect(run.exitCode == 0)
    }

    @Test func `statements before one that cannot be read run, in a cell that may fail`() throws {
        let run = try executed("```cnb\n#| error: true\nsay x\nsya y\nsay z\n```\n")
        #expect(states(run) == ["allowed unknown-verb"])
        #expect(run.cells[0].outputs.count == 1)
    }

    @Test(arguments: [("fail no", Int32(1)), ("load missing.csv", 4), ("say x", 0)])
    func `the exit code says what failed`(_ statement: String, _ code: Int32) throws { #expect(try executed("```cnb\n\(statement)\n```\n").exitCode == code) }

    @Test func `a cell has its own seed, and the notebook one for all`() throws {
        let text = "---\nseed: 1\n---\n```cnb\ndraw as a\n```\n```cnb\n#| seed: 2\ndraw as b\n```\n```cnb\ndraw as c\n```\n`{a.auc:.9f}` `{b.auc:.9f}` `{c.auc:.9f}`"
        let run = try executed(text)
        let texts = run.inlineTexts.map { if case .text(let text, _) = $0 { text } else { "?" } }
        #expect(texts[0] == texts[2] && texts[0] != texts[1])
        #expect(run.seed == 1)
    }

    @Test func `a cell is stopped at its time limit`() throws {
        let run = try executed("```cnb\n#| timeout: 50ms\n#| error: true\nwait\n```\n\n```cnb\n#| timeout: 60s\nsay x\n```\n\n```cnb\n#| timeout: 50ms\nwait\n```\n")
        #expect(states(run) == ["allowed timeout", "done", "failed timeout"])
        #expect(run.exitCode == 5)
    }

    @Test func `an interruption ends the run even where failures are allowed`() throws {
        let session = testSession()
        let (prepared, _) = PreparedNotebook.prepare(try parsed("```cnb\n#| error: true\nsay x\nwait\n```\n```cnb\nsay x\n```\n"), name: "x.cnb", session: session)
        let run = Executor(try #require(prepared), in: session, facts: testFacts) { _ in session.cancellation.cancel() }.run()
        #expect(states(run) == ["failed interrupted", "not run"])
        #expect(run.exitCode == 130)
    }

    @Test func `a figure option that finds no figure is told`() throws {
        let run = try executed("```cnb\n#| fig-cap: [a, b]\nfigure x\n```\n```cnb\n#| fig-width: 5\nsay x\n```\n```cnb\n#| fig-cap: [a]\nfigure x\nfigure y\n```\n")
        #expect(run.cells.map { $0.remarks.map(\.code) } == [["unused-option"], ["unused-option"], []])
    }

    @Test func `files that were read are on the data card once each`() throws {
        let run = try executed("```cnb\nload a.csv\nload b.csv\nload a.csv\n```\n")
        #expect(run.dataCard.map(\.file) == ["a.csv", "b.csv"])
    }

    @Test func `each statement's result is handed on as it is made`() throws {
        let session = testSession()
        let (prepared, _) = PreparedNotebook.prepare(try parsed("```cnb\nsay x | number 1\nfor k in [1, 2] { number $k }\n```\n"), name: "x.cnb", session: session)
        var seen: [String] = []
        _ = Executor(try #require(prepared), in: session, facts: testFacts) { seen.append($0.verb) }.run()
        #expect(seen == ["say", "number", "number", "number"])
    }
}

struct IncludeTests {
    private func run(_ folder: borrowing Folder, _ text: String) throws -> (ExecutedNotebook?, [Diagnostic]) {
        let session = testSession(folder.path)
        let (prepared, diagnostics) = PreparedNotebook.prepare(try parsed(text), name: "main.cnb", session: session)
        return (prepared.map { Executor($0, in: session, facts: testFacts).run() }, diagnostics)
    }

    @Test func `an included notebook's cells run in this session`() throws {
        let folder = try Folder()
        try folder.write("part.cnb", "---\nparams: {k: 2, only: 0.5}\n---\nProse.\n\n```cnb\nnumber $k as a\n```\n```cnb\n#| include: false\nnumber $only as b\n```\n```cnb\n#| eval: false\nfail no\n```\n```cnb\n#| error: true\nfail fine\n```\n")
        let (run, mistakes) = try run(folder, "---\nparams: {k: 1}\n---\n```cnb\ninclude part.cnb\n```\n`{a.auc:d}` `{b.auc}`\n")
        #expect(mistakes.isEmpty)
        let texts = run?.inlineTexts.map { if case .text(let text, _) = $0 { text } else { "?" } }
        #expect(texts == ["1", "0.5000"], "the running notebook's parameter goes before the included one's default")
        #expect(run?.cells[0].outputs.map(\.isShown) == [true, false, true])
        #expect(run?.cells[0].outputs.last?.allowedFailure?.code == "failed")
        #expect(run?.exitCode == 0)
    }

    @Test func `mistakes in an included notebook point into it, before anything runs`() throws {
        let folder = try Folder()
        let marked = Marked("```cnb\n#| label: inner\n‹sya› x\n```\n")
        try folder.write("part.cnb", marked.text)
        let (run, mistakes) = try run(folder, "```cnb\ninclude \"part.cnb\"\n```\n")
        #expect(run == nil && mistakes.count == 1)
        marked.expect(mistakes.first, code: "unknown-verb")
        #expect(mistakes.first?.span?.file.name == "part.cnb" && mistakes.first?.span?.cell == "inner")
    }

    @Test func `a failure in an included notebook points into it`() throws {
        let folder = try Folder()
        let marked = Marked("```cnb\n#| label: inner\nfail ‹no›\n```\n")
        try folder.write("part.cnb", marked.text)
        let (run, _) = try run(folder, "```cnb\ninclude part.cnb\n```\n")
        marked.expect(run?.failure?.diagnostic, code: "failed")
        #expect(run?.failure?.diagnostic.span?.cell == "inner")
    }

    @Test func `a cycle is a mistake`() throws {
        let folder = try Folder()
        try folder.write("main.cnb", "```cnb\ninclude a.cnb\n```\n")
        try folder.write("a.cnb", "```cnb\ninclude b.cnb\n```\n")
        try folder.write("b.cnb", "```cnb\ninclude ./a.cnb\n```\n")
        let (_, found) = try run(folder, try folder.read("main.cnb"))
        #expect(found.map(\.code) == ["include-cycle"])
        #expect(found.first?.notes == ["main.cnb includes a.cnb includes b.cnb includes a.cnb"])
        try folder.write("b.cnb", "```cnb\ninclude main.cnb\n```\n")
        #expect(try run(folder, try folder.read("main.cnb")).1.map(\.code) == ["include-cycle"])
    }

    @Test func `one notebook may be included twice`() throws {
        let folder = try Folder()
        try folder.write("part.cnb", "```cnb\nsay x\n```\n")
        let (run, mistakes) = try run(folder, "```cnb\nlet name = part\ninclude \"${name}.cnb\"\ninclude part.cnb\n```\n")
        #expect(mistakes.isEmpty && run?.cells[0].outputs.count == 3)
    }
}

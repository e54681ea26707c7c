import Diagnostics
import Foundation
import Language
import Notebooks
import Reports
import Testing

struct RunnerTests {
    private func runner(environment: [String: String] = [:]) -> NotebookRunner { NotebookRunner(facts: testFacts, environment: environment) { testSession($0) } }

    @Test func `a report stands beside its notebook`() throws {
        let folder = try Folder()
        try folder.write("quick start.cnb", "```cnb\nsay hello\n```\n")
        let outcome = runner().run(NotebookRequest(path: folder.file("quick start.cnb")))
        #expect(outcome.exitCode == 0 && outcome.diagnostics.isEmpty)
        #expect(outcome.written == [folder.file("quick start.html")])
        #expect(try folder.read("quick start.html").contains("hello"))
        #expect(!(try folder.read("quick start.html").contains(folder.path)))
    }

    static let unread: [(String?, Int32, String)] = [(nil, 2, "unreadable-notebook"), ("```cnb\nsya x\n```\n", 3, "unknown-verb"), ("---\ntitel: x\n---\n", 3, "unknown-key"), ("a\u{0}b", 3, "not-a-notebook")]

    @Test(arguments: unread)
    func `a notebook that does not check writes nothing`(_ text: String?, _ code: Int32, _ name: String) throws {
        let folder = try Folder()
        if let text { try folder.write("n.cnb", text) }
        let before = folder.names
        let outcome = runner().run(NotebookRequest(path: folder.file("n.cnb")))
        #expect(outcome.exitCode == code && outcome.diagnostics.map(\.code) == [name] && outcome.executed == nil)
        #expect(folder.names == before)
        #expect(runner().check(path: folder.file("n.cnb")).map(\.code) == [name])
    }

    @Test func `mistakes of the form and of statements are told together, in the order of the text`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "---\ntitel: x\nparams:\n  a-b: 5\n---\n\n```cnb\nsya x\n```\n\n```cnb\n#| lable: y\nsay $k\nsya z\n```\n")
        // What only follows from a parameter that could not be read is not told.
        #expect(runner().check(path: folder.file("n.cnb")).map(\.code) == ["unknown-key", "wrong-name", "unknown-verb", "unknown-option", "unknown-verb"])
        #expect(runner().run(NotebookRequest(path: folder.file("n.cnb"))).exitCode == 3)
    }

    @Test func `a folder is no notebook`() throws {
        let folder = try Folder()
        #expect(runner().run(NotebookRequest(path: folder.path)).exitCode == 2)
    }

    @Test func `a failing run still writes its report`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "```cnb\nfail no\n```\n")
        let outcome = runner().run(NotebookRequest(path: folder.file("n.cnb")))
        #expect(outcome.exitCode == 1 && outcome.diagnostics.map(\.code) == ["failed"])
        #expect(try folder.read("n.html").contains("This report is not complete."))
    }

    @Test func `a notebook whose data is missing gets a report that says so, with nothing run`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "```cnb\nsay hello\n```\n\n```cnb\nload absent.csv\n```\n\n```cnb\nload absent-too.csv\n```\n")
        var results = 0
        let outcome = runner().run(NotebookRequest(path: folder.file("n.cnb"))) { _ in results += 1 }
        #expect(outcome.exitCode == 4 && outcome.diagnostics.map(\.code) == ["missing-file", "missing-file"] && results == 0)
        let page = try folder.read("n.html")
        #expect(page.contains("This report is not complete.") && page.contains("no file is named so") && !page.contains("<p>hello"))
        #expect(runner().check(path: folder.file("n.cnb")).map(\.code) == ["missing-file", "missing-file"])
        // A mistake in the script beside it leaves no report.
        try folder.write("m.cnb", "```cnb\nload absent.csv\nsya x\n```\n")
        #expect(runner().run(NotebookRequest(path: folder.file("m.cnb"))).exitCode == 3 && !folder.has("m.html"))
    }

    @Test func `wrong outputs are told before the run`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "```cnb\nsay x\n```\n")
        for path in [folder.file("n.cnb"), folder.path, folder.file("nowhere/x.html"), folder.file("./n.cnb")] {
            var request = NotebookRequest(path: folder.file("n.cnb"))
            request.html = path
            let outcome = runner().run(request)
            #expect(outcome.exitCode == 2 && outcome.diagnostics.map(\.code) == ["unwritable-output"] && outcome.executed == nil, "\(path)")
        }
        #expect(folder.names == ["n.cnb"])
    }

    @Test func `a full disk leaves no half file and an error`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "```cnb\nsay x\n```\n")
        var request = NotebookRequest(path: folder.file("n.cnb"))
        request.html = "/dev/full"
        let outcome = runner().run(request)
        #expect(outcome.exitCode == 1 && outcome.diagnostics.map(\.code) == ["unwritable-output"])
        #expect(folder.names == ["n.cnb"])
    }

    @Test func `figures go beside the page when asked`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "```cnb\n#| label: days\nfigure a\nfigure b\n```\n")
        var request = NotebookRequest(path: folder.file("n.cnb"))
        request.writesFigures = true
        #expect(runner().run(request).exitCode == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("n_files")).sorted()
        #expect(names == ["days-1.csv", "days-1.gp", "days-1.svg", "days-2.csv", "days-2.gp", "days-2.svg"])
    }

    @Test func `the day is that of SOURCE_DATE_EPOCH, else of the front matter, else none`() throws {
        let folder = try Folder()
        try folder.write("a.cnb", "---\ndate: 2020-05-06\n---\n")
        try folder.write("b.cnb", "words\n")
        func page(_ name: String, _ environment: [String: String]) throws -> String {
            #expect(runner(environment: environment).run(NotebookRequest(path: folder.file(name + ".cnb"))).exitCode == 0)
            return try folder.read(name + ".html")
        }
        #expect(try page("a", [:]).contains("6 May 2020"))
        #expect(try page("a", ["SOURCE_DATE_EPOCH": "0"]).contains("1 January 1970"))
        #expect(!(try page("b", [:]).contains("<time")))
    }

    @Test func `an interrupted run keeps the report before it`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "```cnb\nsay x\nwait\n```\n")
        try folder.write("n.html", "before")
        let runner = NotebookRunner(facts: testFacts, environment: [:]) { directory in
            let session = testSession(directory)
            session.cancellation.cancel()
            return session
        }
        #expect(runner.run(NotebookRequest(path: folder.file("n.cnb"))).exitCode == 130)
        #expect(try folder.read("n.html") == "before")
    }
}

struct PDFTests {
    static let isInstalled = PDFWriter.program() != nil

    @Test(.enabled(if: isInstalled, "weasyprint is not installed"))
    func `the same page gives the same bytes`() throws {
        let html = HTMLRenderer().render(try executed(ReportTests.text)).html
        let first = try PDFWriter().pdf(of: html)
        #expect(first == (try PDFWriter().pdf(of: html)))
        #expect(first.starts(with: Array("%PDF".utf8)))
        let text = String(decoding: first, as: UTF8.self)
        #expect(!text.contains(FileManager.default.temporaryDirectory.path) && !text.contains("page.html"))
    }

    @Test func `a missing weasyprint is named, and the page is written all the same`() throws {
        #expect(PDFWriter.program(path: "/nowhere") == nil)
        let error = #expect(throws: PDFError.self) { try PDFWriter().pdf(of: "", program: nil) }
        #expect(error?.diagnostic.hint?.hasPrefix("apt install weasyprint") == true)
    }

    @Test func `a child that fails or hangs is told, and leaves nothing behind`() throws {
        let folder = try Folder()
        try folder.write("fails", "#!/bin/sh\necho broken >&2\nexit 3\n")
        try folder.write("hangs", "#!/bin/sh\nexec sleep 60\n")
        for name in ["fails", "hangs"] { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file(name)) }
        let failed = #expect(throws: PDFError.self) { try PDFWriter().pdf(of: "x", program: folder.file("fails")) }
        #expect(failed?.diagnostic.notes == ["broken"])
        var writer = PDFWriter()
        writer.timeLimit = 1
        let slow = #expect(throws: PDFError.self) { try writer.pdf(of: "x", program: folder.file("hangs")) }
        #expect(slow?.diagnostic.category == .limit)
    }
}

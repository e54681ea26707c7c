import Diagnostics
import Foundation
import Language
import Runtime
import Testing

@testable import cnb

/// What results look like in each form, written into a pipe as a program would read it.
struct ShowingTests {
    static func show(_ script: String, form: OutputForm, quiet: Bool = false) throws -> (output: String, errors: String) {
        try written(form: form, quiet: quiet) { presenter in
            let session = Session(catalogue: Toys.catalogue, threads: 1)
            let parsed = Parser.parse(SourceFile(name: "<test>", text: script), catalogue: Toys.catalogue)
            #expect(parsed.diagnostics.isEmpty)
            do { try session.run(parsed.program) { try presenter.show($0) } } catch { try presenter.fail(Failure.diagnostic(error)) }
        }
    }

    /// What a presenter writes into pipes.
    private static func written(
        form: OutputForm, quiet: Bool = false, cancellation: Cancellation = Cancellation(), _ body: (Presenter) throws -> Void
    ) throws -> (output: String, errors: String) {
        let output = Pipe()
        let errors = Pipe()
        var settings = CommonSettings()
        settings.form = form
        settings.quiet = quiet
        try body(
            Presenter(
                form: form, options: settings, output: Output(descriptor: output.fileHandleForWriting.fileDescriptor),
                errors: ErrorStream(descriptor: errors.fileHandleForWriting.fileDescriptor), cancellation: cancellation))
        try output.fileHandleForWriting.close()
        try errors.fileHandleForWriting.close()
        return (
            String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self),
            String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        )
    }

    static let script = "load a.csv as clicks | sample 5% | let n = 5; | top action | plot daily | warn"

    @Test func `says for people what was made, and of what`() throws {
        let (output, errors) = try Self.show(Self.script, form: .text)
        #expect(
            output == """
                clicks
                3 rows

                sample, of clicks
                3 rows

                n = 5

                top, of sample
                action      events   share
                ──────────  ──────  ──────
                pv           1,200  75.0 %
                buy    tab      34       –
                … 2 of 7 rows

                plot, of sample
                Events by day, 3 days.

                done

                """)
        #expect(errors == "note[odd]: this is odd\n")
    }

    @Test func `writes plain tables as exact values between tabs`() throws {
        let (output, errors) = try Self.show(Self.script + " | top action", form: .plain)
        #expect(output == "n = 5\n\naction\tevents\tshare\npv\t1200\t0.75\nbuy\\ttab\t34\t\n\ndone\n\naction\tevents\tshare\npv\t1200\t0.75\nbuy\\ttab\t34\t\n")
        // What is said of values that were made is no table.
        #expect(errors == "3 rows\n3 rows\nnote[odd]: this is odd\n")
        #expect(try Self.show("load a.csv", form: .plain, quiet: true) == ("", ""))
    }

    @Test func `writes one object a line for programs, and nothing else`() throws {
        let (output, _) = try Self.show(Self.script, form: .json)
        #expect(
            output == """
                {"statement": "load \\"a.csv\\" as clicks", "verb": "load", "kind": "events", "name": "clicks", "input": null, "value": {"rows": 3}}
                {"statement": "sample 5%", "verb": "sample", "kind": "events", "name": "sample", "input": "clicks", "value": {"rows": 3}}
                {"statement": "let n = 5", "verb": "let", "kind": "value", "name": "n", "input": null, "value": 5}
                {"statement": "top action", "verb": "top", "kind": "table", "name": null, "input": "sample", "value": {"rows": 7, "columns": ["action", "events", "share"], "data": [["pv", 1200, 0.75], ["buy\\ttab", 34, null]]}}
                {"statement": "plot daily", "verb": "plot", "kind": "figure", "name": "plot", "input": "sample", "value": {"kind": "daily", "path": null}}
                {"statement": "warn", "verb": "warn", "kind": "value", "name": null, "input": null, "value": "done"}

                """)
    }

    @Test func `tells programs of a failure with its place`() throws {
        let (output, errors) = try Self.show("load a.csv\nload missing.csv", form: .json)
        let lines = output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines.last == """
                {"error": {"code": "missing-file", "message": "no file is named 'missing.csv'", "file": "<test>", "line": 2, "column": 1, "hint": "ls shows the files", \
                "severity": "error", "cell": null, "label": "", "end_line": 2, "end_column": 17}}
                """)
        #expect(errors.hasPrefix("error[missing-file]: no file is named 'missing.csv'\n --> <test>:2:1\n"))
    }

    @Test func `tells people as many mistakes as they can read, and programs all`() throws {
        let mistakes = (1...25).map { Diagnostic("odd", "mistake \($0)") }
        let (objects, text) = try Self.written(form: .json) { try $0.fail(mistakes) }
        #expect(objects.split(separator: "\n").count == 25)
        #expect(text.hasSuffix("error[odd]: mistake 20\nand 5 more mistakes\n"))
        #expect(try Self.written(form: .text) { try $0.fail(Array(mistakes.prefix(20))) } == ("", (1...20).map { "error[odd]: mistake \($0)\n" }.joined()))
    }

    @Test func `shows no more once the person asks to stop`() throws {
        let cancellation = Cancellation()
        let session = Session(catalogue: Toys.catalogue, threads: 1)
        var shown: [Bool] = []
        let (output, _) = try Self.written(form: .text, cancellation: cancellation) { presenter in
            try session.run(Parser.parse(SourceFile(name: "<test>", text: "load a.csv"), catalogue: Toys.catalogue).program) { shown.append(try presenter.show($0)) }
            cancellation.cancel()
            // The statement itself has run; only what it shows is stopped.
            try session.run(Parser.parse(SourceFile(name: "<test>", text: "top action"), catalogue: Toys.catalogue).program) { shown.append(try presenter.show($0)) }
        }
        #expect(shown == [true, false] && output == "load\n3 rows\n")
    }

    @Test func `keeps notes back when it is to be quiet`() throws {
        #expect(try Self.show("warn", form: .text, quiet: true) == ("done\n", ""))
    }

    @Test func `maps mistakes to exit codes`() {
        let data = Diagnostic("missing-file", "", category: .data)
        let syntax = Diagnostic("unknown-verb", "", category: .syntax)
        #expect(Failure.exitCode(ofCheck: []) == 0)
        #expect(Failure.exitCode(ofCheck: [data]) == 4)
        #expect(Failure.exitCode(ofCheck: [data, syntax]) == 3)
        let codes = [Diagnostic.Category.failure, .usage, .syntax, .data, .limit, .difference, .interrupted].map(\.exitCode)
        #expect(codes == [1, 2, 3, 4, 5, 6, 130])
        #expect(Failure.diagnostic(Cancelled()).category.exitCode == 130)
    }

    @Test func `does not tell what follows from a statement that could not be read`() {
        func codes(_ script: String) -> [String] {
            let session = Session(catalogue: Toys.catalogue, threads: 1)
            return session.mistakes(in: Parser.parse(SourceFile(name: "<test>", text: script), catalogue: Toys.catalogue)).map(\.code)
        }
        #expect(codes("laod a.csv | top action") == ["unknown-verb"])
        #expect(codes("top action | laod a.csv") == ["nothing-to-read", "unknown-verb"])
        #expect(codes("laod a.csv | top action n=0") == ["unknown-verb", "wrong-value"])
    }

    // Progress

    @Test func `draws progress in one line of the terminal's width`() {
        #expect(ProgressBar.line(stage: "fit lstm", fraction: 0.5, detail: "epoch 3 of 6", width: 60) == "fit lstm  ━━━━━━━────────   50 %  epoch 3 of 6")
        #expect(ProgressBar.line(stage: "load", fraction: nil, detail: "12 MB", width: 60) == "load  12 MB")
        #expect(ProgressBar.line(stage: "load", fraction: .nan, detail: "", width: 60) == "load")
        #expect(ProgressBar.line(stage: "load", fraction: 7, detail: "", width: 40).hasSuffix("100 %"))
        for width in 1...80 { #expect(DisplayWidth.of(ProgressBar.line(stage: "a long stage", fraction: 0.3, detail: "some\u{1B}[2J detail", width: width)) <= width) }
        #expect(ProgressBar.plainLine(stage: "fit", fraction: 0.129, detail: "x") == "fit  12 %  x")
    }

    @Test func `shows no progress for what is quickly done`() throws {
        let pipe = Pipe()
        let bar = ProgressBar(stream: ErrorStream(descriptor: pipe.fileHandleForWriting.fileDescriptor), isTerminal: true)
        bar.update(stage: "before any statement", fraction: 0, detail: "")
        bar.begin()
        for step in 0..<1000 { bar.update(stage: "work", fraction: Double(step) / 1000, detail: "") }
        bar.end()
        try pipe.fileHandleForWriting.close()
        #expect(try pipe.fileHandleForReading.readToEnd() ?? Data() == Data())
    }

    @Test func `draws what lasts, now and then, and wipes it at the end`() throws {
        let pipe = Pipe()
        let bar = ProgressBar(stream: ErrorStream(descriptor: pipe.fileHandleForWriting.fileDescriptor), isTerminal: true)
        bar.begin()
        Thread.sleep(forTimeInterval: 0.6)
        for step in 0..<1000 { bar.update(stage: "work", fraction: Double(step) / 1000, detail: "") }
        bar.end()
        bar.end()
        try pipe.fileHandleForWriting.close()
        let drawn = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(drawn.hasPrefix("\rwork  ─") && drawn.hasSuffix("\r\u{1B}[K"))
        // A thousand tellings within a few milliseconds are one drawing, and the wiping another.
        #expect(drawn.split(separator: "\r").count < 20)
    }

    // Sixel

    static let answers: [(String, Bool, String)] = [
        ("\u{1B}[?62;4;22c", true, ""), ("\u{1B}[?1;2c", false, ""), ("\u{1B}[?4c", false, ""), ("ab\u{1B}[?63;1;4cde", true, "abde"), ("\u{1B}[?62;44c", false, ""),
    ]

    @Test(arguments: answers)
    func `reads from the terminal's answer whether it shows images`(_ answer: String, _ showsSixel: Bool, _ typed: String) {
        #expect(Terminal.attributes(in: Array(answer.utf8)) == Terminal.Attributes(showsSixel: showsSixel, typed: Array(typed.utf8)))
    }

    @Test(arguments: ["", "\u{1B}[?62;4", "abc", "\u{1B}[A"])
    func `waits while the answer is not whole`(_ answer: String) { #expect(Terminal.attributes(in: Array(answer.utf8)) == nil) }

    @Test func `breaks a diagnostic between words, and leaves the source alone`() {
        let diagnostic = "\u{1B}[1;31merror[x]\u{1B}[0m: \u{1B}[1mit is so very wrong\u{1B}[0m\n --> a.cnb:1:1\n  |\n1 | a long line of source that stays\n  = hint: try the other one instead"
        #expect(
            Presenter.fitted(diagnostic, to: 22).replacing("\u{1B}[1;31m", with: "").replacing("\u{1B}[1m", with: "").replacing("\u{1B}[0m", with: "") == """
                error[x]: it is so
                  very wrong
                 --> a.cnb:1:1
                  |
                1 | a long line of source that stays
                  = hint: try the
                          other one
                          instead
                """)
    }
}

import Language
import Notebooks
import Reports
import Testing

struct InlineValueTests {
    // Python's format language, but for the blank before the percent sign.
    static let formats: [(String, Value, String?)] = [
        (".2f", .number(0.8734), "0.87"), (".0f", .number(2.5), "2"), ("f", .number(1.5), "1.50"), (",.2f", .number(1234567.891), "1,234,567.89"), (".1%", .number(0.0824), "8.2 %"),
        ("%", .share(0.05), "5.0 %"), (".0%", .integer(1), "100 %"), (",", .integer(1234567), "1,234,567"), (",", .number(1234567.5), "1,234,568"), ("d", .integer(1234), "1234"),
        (",d", .number(12345), "12,345"), ("d", .number(1.5), nil), (".2e", .number(0.0000153), "1.53e-05"), ("e", .number(-123456), "-1.23e+05"), (".1e", .number(9.96), "1.0e+01"),
        (".2f", .text("x"), nil), ("d", .duration(seconds: 5, written: "5s"), nil), (".2f", .number(.nan), "–"), ("e", .integer(0), "0.00e+00"),
    ]

    @Test(arguments: formats)
    func `numbers are written as asked`(_ format: String, _ value: Value, _ text: String?) throws {
        #expect(try #require(NumberFormat(format)).text(of: value) == text)
    }

    @Test(arguments: ["", ".2", ".2d", "x", ".f", "2f", ".99f", "f.2", ",,", ".2f "])
    func `other formats are none`(_ format: String) { #expect(NumberFormat(format) == nil) }

    @Test func `a live value is that of its place in the text`() throws {
        let run = try executed(
            "---\nparams: {share: 5%, file: a.csv}\n---\n```cnb\nlet k = 5\n```\n`{k}` `{share}` `{share:.2%}` `{file}`\n\n```cnb\nnumber 0.25 as m\nlet k = 6\n```\n`{m.auc}` `{k}` `{m}`\n\n```cnb\nnumber 0.75 as m\n```\n`{ m.auc : .3f }` `` `{{m.auc}}` `` `{{m}}` `{m.users:,}` `{ans.auc}`\n")
        let texts = run.inlineTexts.map { if case .text(let text, _) = $0 { text } else { "?" } }
        #expect(texts == ["5", "5.0 %", "5.00 %", "a.csv", "0.2500", "6", "model of 0.25", "0.750", "1,234,567", "0.7500"])
        #expect(run.exitCode == 0)
    }

    static let failing: [(String, String, String)] = [
        // Of what a 'table' holds the check knows nothing.
        ("`‹{t.acu}›`", "unknown-property", ""), ("`‹{m.name:.2f}›`", "wrong-format", ""), ("`‹{t:.2f}›`", "wrong-format", ""),
        ("`‹{m.auc:d}›`", "wrong-format", "write .0f to round it"),
    ]

    @Test(arguments: failing)
    func `what only the run can find ends it at the place`(_ prose: String, _ code: String, _ hint: String) throws {
        let marked = Marked("```cnb\nnumber 0.5 as m\ntable x as t\n```\n\n\(prose)\n\n```cnb\nsay x\n```\n")
        let run = try executed(marked.text)
        marked.expect(run.failure?.diagnostic, code: code)
        if !hint.isEmpty { #expect(run.failure?.diagnostic.hint == hint) }
        #expect(run.exitCode == 1)
        guard case .notRun = run.cells[1].status else { Issue.record("the later cell ran"); return }
        let page = body(HTMLRenderer().render(run).html)
        #expect(page.contains("href=\"#failure\"") && page.contains("id=\"failure\""))
    }
}

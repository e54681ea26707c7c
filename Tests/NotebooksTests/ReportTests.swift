import Diagnostics
import Foundation
import Language
import Notebooks
import Reports
import TestSupport
import Testing

struct ReportTests {
    @Test(arguments: Golden.notebooks)
    func `renders as recorded`(_ name: String) throws {
        let session = testSession()
        let (prepared, mistakes) = PreparedNotebook.prepare(try parsed(try Golden.text(name + ".cnb"), name: "/some/where/\(name).cnb"), name: name + ".cnb", session: session)
        #expect(mistakes.isEmpty)
        let html = HTMLRenderer().render(Executor(try #require(prepared), in: session, facts: testFacts).run()).html
        // The style sheet is looked at with eyes and not line by line.
        let shown = html.replacing(try Regex("(?s)<style>.*</style>"), with: "<style></style>")
        #expect(try Recording.mismatch(shown, at: "\(Golden.folder)/\(name).html") == nil)
    }

    static let text = "---\nseed: 3\n---\n```cnb\ndraw\ntable Sizes\nfigure Days\n```\n`{draw.auc:.12f}`\n"

    @Test func `the same run gives the same bytes, on one thread and on two`() throws {
        let pages = try [1, 1, 2].map { HTMLRenderer().render(try executed(Self.text, threads: $0)).html }
        #expect(pages[0] == pages[1] && pages[0] == pages[2])
    }

    // Each of them is closed markup, a script, or a way out of an attribute.
    static let hostile = ["<script>alert(1)</script>", "\" onload=\"x", "' onmouseover='x", "\"\u{301} onload=x", "</style><script>", "{{x}} {{{x}}}", "]]>", "&lt;b&gt;", "a\u{0}b", "</title>"]

    private func escapedQuotes(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { out += "\\" }
            if scalar == "\u{0}" { out += "\\0" } else { out.unicodeScalars.append(scalar) }
        }
        return out
    }

    @Test(arguments: hostile)
    func `text from notebooks and data is shown as it is`(_ text: String) throws {
        let quoted = escapedQuotes(text)
        let yaml = escapedQuotes(text)
        let source = """
            ---
            title: "\(yaml)"
            author: "\(yaml)"
            params: {p: "\(yaml)"}
            ---
            \(text.replacing("\u{0}", with: ""))

            # \(text.replacing("\u{0}", with: "")) `{p}`

            ```cnb
            #| fig-cap: "\(yaml)"
            #| fig-alt: "\(yaml)"
            say "\(quoted)" # \(text.replacing("\u{0}", with: ""))
            warn "\(quoted)"
            table "\(quoted)"
            figure "\(quoted)"
            ```
            ```cnb
            #| error: true
            fail "\(quoted)"
            ```
            """
        let page = try rendered(source)
        let tags = page.matches(of: try Regex("<[a-zA-Z/!][^>]*>")).map { String($0.output[0].substring ?? "") }
        #expect(!page.lowercased().contains("<script"))
        #expect(!tags.contains { $0.contains("onload") && !$0.contains("&quot;") && !$0.contains("content=") && !$0.contains("aria-label=") && !$0.contains("id=\"sec-") })
        for tag in tags where tag.contains("onload") || tag.contains("onmouseover") {
            // Inside a tag it may stand only within a quoted value.
            let outside = tag.replacing(try Regex("\"[^\"]*\""), with: "")
            #expect(!outside.contains("onload") && !outside.contains("onmouseover"), "\(tag)")
        }
        #expect(page.matches(of: try Regex("<h1>")).count == 1)
        #expect(page.hasSuffix("</html>\n"))
    }

    static let prose: [(String, String, String)] = [
        ("<b>raw</b>", "&lt;b&gt;raw&lt;/b&gt;", "<b>raw"), ("<div onclick=x>\nraw\n</div>", "&lt;div onclick=x&gt;", "<div onclick"), ("<!-- hidden -->", "", "hidden"),
        ("a <!-- hidden --> b", "a  b", "hidden"), ("a<br>b", "a<br>b", "&lt;br"), ("[x](javascript:alert(1))", "<a href=\"\">x</a>", "javascript"),
        ("[x](<java\tscript:alert(1)>)", "<a href=\"\">x</a>", "script:"), ("[x](https://example.org/?a=1&b=2)", "href=\"https://example.org/?a=1&amp;b=2\"", "&b=2"),
        ("[x](other.html#a:b)", "href=\"other.html#a:b\"", "href=\"\""), ("<!-- a --> <script>x</script> <!-- b -->", "&lt;script&gt;", "<script"),
    ]

    @Test(arguments: prose)
    func `markup in prose is plain or text`(_ source: String, _ shown: String, _ hidden: String) throws {
        let page = body(try rendered(source))
        #expect(shown.isEmpty || page.contains(shown), "\(page)")
        #expect(!page.contains(hidden), "\(page)")
    }

    @Test func `the page asks for nothing from elsewhere`() throws {
        let page = try rendered(try Golden.text("report.cnb"))
        #expect(!page.contains("<script") && !page.contains("<link") && !page.contains("@import") && !page.contains("url("))
        #expect(page.matches(of: try Regex("(src|href)=\"http")).isEmpty)
    }

    @Test func `every anchor is unique and every link within the page has one`() throws {
        let page = try rendered(try Golden.text("report.cnb") + "\n## Charts\n\n## Data card\n\n## Parameters\n\n## !\n")
        let ids = page.matches(of: try Regex(" id=\"([^\"]*)\"")).map { String($0.output[1].substring ?? "") }
        let links = page.matches(of: try Regex("href=\"#([^\"]*)\"")).map { String($0.output[1].substring ?? "") }
        #expect(Set(ids).count == ids.count)
        #expect(links.count > 5)
        for link in links { #expect(ids.contains(link), "\(link)") }
    }

    @Test func `a page without a title bears its first heading, or its name`() throws {
        #expect(try rendered("# First `{{x}}`\n\n# Second\n").contains("<title>First {x}</title>"))
        #expect(try rendered("# First\n\n# Second\n").contains("<h2 id=\"sec-second\">"))
        #expect(try rendered("words\n").contains("<h1>test</h1>"))
    }

    @Test func `what a cell hides is not in the page`() throws {
        let page = body(try rendered("```cnb\n#| echo: false\nsay one\n```\n```cnb\n#| output: false\nsay two\n```\n```cnb\n#| include: false\nsay three\n```\n```cnb\n#| warning: false\nwarn four\n```\n```cnb\nsay five;\n```\n"))
        #expect(page.contains("<p class=\"result\"><span>one</span></p>") && !page.contains("<span class=\"f\">say</span> one"))
        #expect(page.contains("say</span> two") && !page.contains("<span>two"))
        #expect(!page.contains("three"))
        #expect(page.contains("warned") && !page.contains("class=\"note"))
        #expect(!page.contains("<p class=\"result\">five"))
    }

    @Test func `a failure shows even in a cell that hides itself`() throws {
        let page = body(try rendered("```cnb\n#| include: false\nfail \"bad luck\"\n```\n"))
        #expect(page.contains("id=\"failure\"") && page.contains("error[failed]: bad luck") && page.contains("test.cnb:3:6 (cell &#39;cell-1&#39;)"))
        #expect(page.contains("This report is not complete.") && !page.contains("include: false"))
    }

    @Test func `a chart that cannot be drawn is said so in its place`() throws {
        let report = HTMLRenderer().render(try executed("```cnb\nfigure x broken=yes\nfigure y\n```\n"))
        #expect(report.diagnostics.map(\.code) == ["gnuplot-missing"])
        #expect(report.html.contains("The chart could not be drawn: the program &#39;gnuplot&#39; is not installed"))
        #expect(report.html.contains("<b>Figure 2.</b> y"))
        #expect(report.figures.map { $0.svg == nil } == [true, false])
    }

    @Test func `pictures in prose are carried inside`() throws {
        let folder = try Folder()
        try folder.write("a b.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")
        let page = body(HTMLRenderer().render(try executed("![An *alt*](<a b.svg> \"A title\")\n", directory: folder.path)).html)
        #expect(page.contains("<img src=\"data:image/svg+xml;base64,") && page.contains("alt=\"An alt\" title=\"A title\">") && !page.contains("<script"))
    }

    @Test func `a table that is too wide for a page is set smaller, but not beyond reading`() throws {
        func points(_ columns: Int) throws -> Double? {
            let page = body(try rendered("```cnb\ntable wide columns=\(columns) rows=2\n```\n"))
            return page.split(separator: "--points: ").dropFirst().first.flatMap { Double($0.prefix { $0 != "p" }) }
        }
        let (few, many, more) = (try points(8), try points(25), try points(400))
        #expect(few == nil && (many ?? 0) < 5.6 && (many ?? 0) > 3.2 && more == 3.2, "\(String(describing: many)) \(String(describing: more))")
    }

    @Test func `a table's data goes out as CSV, a chart's as links`() throws {
        let report = HTMLRenderer().render(try executed("```cnb\n#| label: days\nfigure x\n```\n"))
        #expect(report.figures.map(\.file) == ["days-1"])
        #expect(report.figures.first?.csv == "day,events\nMon,1200\nTue,800\nWed,1500\n")
        #expect(report.html.contains("download=\"days-1.csv\" href=\"data:text/csv;charset=utf-8;base64,"))
    }
}

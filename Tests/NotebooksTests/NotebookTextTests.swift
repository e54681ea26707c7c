import Diagnostics
import Notebooks
import Testing

struct NotebookTextTests {
    @Test(arguments: Golden.notebooks)
    func `prints back byte for byte`(_ name: String) throws {
        let source = try Golden.text(name + ".cnb")
        let notebook = try parsed(source)
        #expect(notebook.text.utf8.elementsEqual(source.utf8))
        #expect(notebook.cells.count > 0)
    }

    static let odd = ["", "\n", "---\n---\n", "text", "```cnb\n```", "```cnb\n```\n", "\u{FEFF}", "---\ntitle: x\n---", "# a\r\n\r\n```cnb\r\nsay x\r\n```\r\n\r\n",
        // Found by `make fuzz`: a carriage return alone ends a line to the Markdown reader.
        "a\rb\r\r\n\n~~~~cnb\r\n#| label: x\r\nsay x\r\r\n~~~~\r\r\nb\r```cnb\rsay y\r```\n\n```cnb\nsay z\n```\n"]

    @Test(arguments: odd)
    func `parts cover every text without a gap`(_ text: String) {
        let (notebook, _) = Notebook.parse(SourceFile(name: "x", text: text))
        #expect(notebook.text.utf8.elementsEqual(text.utf8))
        var position = 0
        for part in notebook.parts {
            #expect(part.range.lowerBound == position)
            position = part.range.upperBound
        }
        #expect(position == text.utf8.count)
    }

    // Found by `make fuzz`: the words behind the fence are the tree's and no longer those of the text, and longer than what is left of it.
    @Test(arguments: ["```cnb &nGg;", "```cnb \\&amp;", "```cnb &CounterClockwiseContourIntegral;", "```cnb \u{0}"])
    func `a mistake at a fence lies in the text`(_ text: String) {
        let (notebook, mistakes) = Notebook.parse(SourceFile(name: "x", text: text))
        #expect(mistakes.contains { $0.code == "wrong-fence" })
        #expect(mistakes.allSatisfy { ($0.span?.range.upperBound ?? 0) <= notebook.file.bytes.count && !$0.rendered().isEmpty })
    }

    // By hand, after `make fuzz`: each of these code spans and pictures stands otherwise in the text than in the tree, and was looked for up to the end.
    @Test(arguments: ["`{a\nb}` ", "![a](x&amp;y) ", "`\u{0}` "])
    func `what is not found in the text is not looked for without end`(_ piece: String) {
        let (notebook, mistakes) = Notebook.parse(SourceFile(name: "x", text: String(repeating: piece, count: 20_000) + "\n\n"))
        #expect(notebook.parts.count == 1 && mistakes.allSatisfy { ($0.span?.range.upperBound ?? 0) <= notebook.file.bytes.count })
    }

    static let fences: [(String, Int)] = [
        ("```cnb\nsay x\n```\n", 1), ("~~~cnb\nsay x\n~~~\n", 1), ("````cnb\n```\n````\n", 1), ("  ```cnb\nsay x\n  ```\n", 1), ("```python\nx\n```\n", 0), ("```\ncnb\n```\n", 0),
        ("> ```cnb\n> say x\n> ```\n", 0), ("- a\n\n  ```cnb\n  say x\n  ```\n", 0), ("    ```cnb\n    say x\n    ```\n", 0), ("<div>\n```cnb\nsay x\n```\n</div>\n", 0),
        ("````markdown\n```cnb\nsay x\n```\n````\n", 0), ("text\n```cnb\nsay x\n```\nmore\n```cnb\nsay y\n```\n", 2),
    ]

    @Test(arguments: fences)
    func `only fenced blocks of the language at the top level are cells`(_ text: String, _ count: Int) throws {
        #expect(try parsed(text).cells.count == count)
    }

    @Test func `cells without a label are named by their number`() throws {
        let notebook = try parsed("```cnb\nsay x\n```\n```cnb\n#| label: two\nsay x\n```\n```cnb\nsay x\n```\n")
        #expect(notebook.cells.map(\.label) == ["cell-1", "two", "cell-3"])
    }

    @Test func `front matter is read with its types`() throws {
        let text = "---\ntitle: 'A: b'\nauthor: Ada\ndate: 2024-02-29\nseed: 3\nparams:\n  k: 5\n  data: ../a.csv\n  share: 5%\n  set: {2, 4}\n  many: [1, b]\nexecute:\n  echo: false\n  fig-width: 6\n---\n"
        let matter = try parsed(text).frontMatter
        #expect(matter.title == "A: b")
        #expect(matter.authors == ["Ada"])
        #expect(matter.date?.longText == "29 February 2024")
        #expect(matter.seed == 3)
        #expect(matter.parameters.map(\.fallback) == [.integer(5), .text("../a.csv"), .share(0.05), .choices([.integer(2), .integer(4)]), .list([.integer(1), .word("b")])])
        #expect(matter.execute.echo == .hidden)
        #expect(matter.execute.figureWidth == 6)
    }

    @Test func `cell options are read with their types, over the defaults`() throws {
        let options = """
            #| label: x
            #| echo: fold
            #| eval: no
            #| output: false
            #| warning: false
            #| error: true
            #| include: true
            #| cache: false
            #| fig-cap:
            #|   - One
            #|   - "Two: b"
            #| fig-alt: A
            #| fig-width: 5
            #| fig-height: 2.5
            #| tags: [a, b]
            #| timeout: 1m30s
            #| seed: 9
            """
        let cell = try #require(try parsed("---\nexecute: {echo: false, include: false}\n---\n```cnb\n\(options)\n\nsay x\n```\n").cells.first)
        #expect(cell.options.echo == .folded)
        #expect(!cell.options.eval && !cell.options.output && !cell.options.warning && cell.options.error && cell.options.include && !cell.options.cache)
        #expect(cell.options.figureCaptions == ["One", "Two: b"])
        #expect(cell.options.figureSize?.width == 480 && cell.options.figureSize?.height == 240)
        #expect(cell.options.tags == ["a", "b"])
        #expect(cell.options.timeout == 90)
        #expect(cell.options.seed == 9)
    }

    @Test func `a day of SOURCE_DATE_EPOCH is that of UTC`() {
        #expect(CalendarDate(secondsSince1970: "0")?.description == "1970-01-01")
        #expect(CalendarDate(secondsSince1970: "951782400")?.description == "2000-02-29")
        #expect(CalendarDate(secondsSince1970: "1735689599")?.description == "2024-12-31")
        #expect(CalendarDate(secondsSince1970: "x") == nil && CalendarDate(secondsSince1970: "-1") == nil)
        #expect(CalendarDate("2023-02-29") == nil)
    }
}

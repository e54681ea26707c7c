import Testing

@testable import Diagnostics

struct RenderingTests {
    private func diagnostic(_ text: String, _ range: Range<Int>, label: String = "here", hint: String? = nil, notes: [String] = [], cell: String? = nil) -> Diagnostic {
        Diagnostic("some-code", "a message", category: .syntax, at: SourceSpan(SourceFile(name: "a.cnb", text: text), range, cell: cell), label: label, notes: notes, hint: hint)
    }

    /// The source line and the carets below it.
    private func marked(_ text: String, _ range: Range<Int>) -> [String] {
        diagnostic(text, range, label: "").rendered().split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3).map(String.init)
    }

    @Test
    func `headline, place, line, caret, notes and hint stand below each other`() {
        let text = "load shop.csv\nload shop.csv | smaple 5%\n"
        #expect(diagnostic(text, 30..<36, label: "not a verb", hint: "did you mean 'sample'?", notes: ["a note"], cell: "one").rendered() == """
            error[some-code]: a message
             --> a.cnb:2:17 (cell 'one')
              |
            2 | load shop.csv | smaple 5%
              |                 ^^^^^^ not a verb
              = note: a note
              = hint: did you mean 'sample'?
            """)
    }

    @Test
    func `without a place it is headline and hint`() {
        #expect(Diagnostic("some-code", "a message", severity: .warning, hint: "do this").rendered() == "warning[some-code]: a message\n = hint: do this")
        #expect(Diagnostic("c", "m").rendered() == "error[c]: m")
    }

    @Test
    func `the gutter is as wide as the line's number`() {
        let text = String(repeating: "x\n", count: 99) + "bad\n"
        #expect(diagnostic(text, 198..<201).rendered() == """
            error[some-code]: a message
               --> a.cnb:100:1
                |
            100 | bad
                | ^^^ here
            """)
    }

    @Test(arguments: [
        ("a bad b", 2..<5, "1 | a bad b", "  |   ^^^"), ("a bad", 5..<5, "1 | a bad", "  |      ^"), ("größe bad", 8..<11, "1 | größe bad", "  |       ^^^"),
        ("\tbad", 1..<4, "1 |     bad", "  |     ^^^"), ("a\tb\tbad", 2..<3, "1 | a    b    bad", "  |      ^"), ("\t\t", 0..<2, "1 |         ", "  | ^^^^^^^^"),
        ("日本 bad", 7..<10, "1 | 日本 bad", "  |      ^^^"), ("日本 bad", 0..<6, "1 | 日本 bad", "  | ^^^^"), ("🎉 bad", 5..<8, "1 | 🎉 bad", "  |    ^^^"),
        ("👩‍👩‍👧 x", 19..<20, "1 | 👩‍👩‍👧 x", "  |    ^"), ("e\u{301} bad", 4..<7, "1 | e\u{301} bad", "  |   ^^^"), ("a\u{1B}[31m bad", 7..<10, "1 | a\u{FFFD}[31m bad", "  |        ^^^"),
        ("a\u{202E}b bad", 6..<9, "1 | a\u{FFFD}b bad", "  |     ^^^"), ("a\u{0}b", 2..<3, "1 | a\u{FFFD}b", "  |   ^"), ("x\r\nbad\r\n", 3..<6, "2 | bad", "  | ^^^"),
        ("bad\r\nx", 0..<5, "1 | bad", "  | ^^^"), ("(a\n b\n c)", 0..<9, "1 | (a", "  | ^^"), ("last", 0..<4, "1 | last", "  | ^^^^"), ("ab", 1..<99, "1 | ab", "  |  ^"),
        ("ﾊﾝ bad", 7..<10, "1 | ﾊﾝ bad", "  |    ^^^"), ("한글 bad", 7..<10, "1 | 한글 bad", "  |      ^^^"),
    ])
    func `carets stand under the exact words`(_ text: String, _ range: Range<Int>, _ line: String, _ carets: String) {
        #expect(marked(text, range) == [line, carets])
    }

    @Test
    func `a long line is cut around the place`() {
        let text = String(repeating: "x", count: 500) + "bad" + String(repeating: "y", count: 500)
        let lines = marked(text, 500..<503)
        #expect(lines[0].count == 4 + 162)
        #expect(lines[0].hasPrefix("1 | …x") && lines[0].hasSuffix("y…"))
        let column = lines[0].count - lines[0].drop { $0 != "b" }.count
        #expect(lines[1] == "  | " + String(repeating: " ", count: column - 4) + "^^^")
        let first = marked(text, 0..<3)
        #expect(first[0].hasPrefix("1 | xxx") && first[1] == "  | ^^^")
        let last = marked(text, 1000..<1003)
        #expect(last[0].hasSuffix("yyy") && last[1].hasSuffix("^^^") && last[0].count == last[1].count)
        // A place longer than what is shown is marked as far as it is shown.
        let whole = marked(text, 0..<1003)
        #expect(whole[1] == "  | " + String(repeating: "^", count: 160))
        let wide = marked(String(repeating: "日", count: 300) + "bad", 900..<903)
        #expect(wide[1].count == 4 + 1 + 2 * 157 + 3)
    }

    @Test
    func `a place behind the last line end shows the place alone`() {
        #expect(diagnostic("abc\n", 4..<4).rendered() == "error[some-code]: a message\n --> a.cnb:2:1")
        #expect(diagnostic("", 0..<0).rendered() == "error[some-code]: a message\n --> a.cnb:1:1")
        #expect(diagnostic("abc", 99..<120).rendered().contains("a.cnb:1:4"))
    }

    @Test
    func `no text of the user steers the terminal`() {
        let hostile = "\u{1B}[2J\u{9B}31m\r\n\u{7}\u{2066}"
        let file = SourceFile(name: hostile, text: hostile)
        let text = Diagnostic("code", hostile, at: SourceSpan(file, 0..<3, cell: hostile), label: hostile, notes: [hostile], hint: hostile).rendered()
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x2066) })
        #expect(text.split(separator: "\n").count == 7)
    }

    @Test
    func `colours surround words and change none`() {
        let plain = diagnostic("a bad b", 2..<5, hint: "h", notes: ["n"])
        let coloured = plain.rendered(colour: true)
        var stripped = coloured
        for code in ["1;31", "1;33", "1;36", "1", "34", "0"] { stripped = stripped.replacing("\u{1B}[\(code)m", with: "") }
        #expect(stripped == plain.rendered())
        #expect(coloured.contains("\u{1B}[1;31merror[some-code]\u{1B}[0m"))
    }
}

struct DiagnosticTests {
    @Test
    func `fields are set one by one, and copies stay as they were`() {
        let first = Diagnostic("code", "message")
        var second = first
        second.severity = .warning
        second.code = "other"
        second.message = "text"
        second.category = .data
        second.label = "label"
        second.notes = ["note"]
        second.hint = "hint"
        second.span = SourceFile(name: "f", text: "abc").wholeSpan
        #expect(first.code == "code" && first.message == "message" && first.severity == .error && first.category == .failure && first.label.isEmpty && first.notes.isEmpty)
        #expect(first.hint == nil && first.span == nil)
        #expect(second.code == "other" && second.message == "text" && second.severity == .warning && second.category == .data && second.label == "label")
        #expect(second.notes == ["note"] && second.hint == "hint" && second.span?.text == "abc")
    }

    @Test
    func `a place is given once`() {
        let file = SourceFile(name: "f", text: "abc")
        let placed = Diagnostic("c", "m").placed(at: SourceSpan(file, 0..<1)).placed(at: SourceSpan(file, 1..<2))
        #expect(placed.span?.range == 0..<1)
    }

    // The numbers are the program's exit codes, a published contract.
    @Test(arguments: [(Diagnostic.Category.failure, Int32(1)), (.usage, 2), (.syntax, 3), (.data, 4), (.limit, 5), (.difference, 6), (.interrupted, 130)])
    func `each category has its exit code`(_ category: Diagnostic.Category, _ code: Int32) { #expect(category.exitCode == code) }
}

struct SourceFileTests {
    @Test(arguments: [
        ("", 0, 1, 1), ("abc", 0, 1, 1), ("abc", 2, 1, 3), ("abc", 3, 1, 4), ("abc\n", 3, 1, 4), ("abc\n", 4, 2, 1), ("a\nb\nc", 4, 3, 1), ("ü日🎉x", 9, 1, 4), ("a\r\nb", 3, 2, 1),
        ("e\u{301}x", 3, 1, 2), ("abc", 99, 1, 4),
    ])
    func `a place has a line and a column`(_ text: String, _ offset: Int, _ line: Int, _ column: Int) {
        let place = SourceFile(name: "f", text: text).place(of: offset)
        #expect(place.line == line && place.column == column)
    }

    @Test
    func `lines are given without their ends`() {
        let file = SourceFile(name: "f", text: "one\r\ntwo\n\nlast")
        #expect((0...5).map(file.line) == ["", "one", "two", "", "last", ""])
        #expect(file.text(in: 2..<99) == "e\r\ntwo\n\nlast")
        #expect(file.wholeSpan.text == file.text)
    }

    @Test
    func `a piece of a file keeps the numbers of its lines, also under another name`() {
        let file = SourceFile(name: "a/f", text: "one\nbad", firstLine: 41).renamed("f")
        #expect(file.place(of: 4) == (42, 1) && (40...43).map(file.line) == ["", "one", "bad", ""])
        #expect(Diagnostic("c", "m", at: SourceSpan(file, 4..<7), label: "here").rendered() == """
            error[c]: m
              --> f:42:1
               |
            42 | bad
               | ^^^ here
            """)
    }

    @Test
    func `spans join to the words between them`() {
        let file = SourceFile(name: "f", text: "one two three")
        let joined = SourceSpan(file, 8..<13, cell: "c").joined(with: SourceSpan(file, 0..<3))
        #expect(joined.text == "one two three" && joined.cell == "c")
    }
}

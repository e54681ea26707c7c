import Diagnostics
import Notebooks
import Testing

/// Every mistake points at the words that are wrong.
struct NotebookMistakeTests {
    static let frontMatter: [(String, String)] = [
        ("---\n‹titel›: x\n---\n", "unknown-key"), ("---\ntitle: ‹[a, b]›\n---\n", "wrong-value"), ("---\nseed: ‹often›\n---\n", "wrong-value"), ("---\nseed: ‹1.5›\n---\n", "wrong-value"),
        ("---\ndate: ‹yesterday›\n---\n", "wrong-value"), ("---\ndate: ‹2023-02-29›\n---\n", "wrong-value"), ("---\nparams: ‹5›\n---\n", "wrong-value"),
        ("---\nparams:\n  ‹a-b›: 5\n---\n", "wrong-name"), ("---\nparams:\n  ‹k›:\n---\n", "missing-default"), ("---\nexecute:\n  ‹ecoh›: false\n---\n", "unknown-key"),
        ("---\nexecute:\n  echo: ‹maybe›\n---\n", "wrong-value"), ("---\nexecute:\n  ‹label›: x\n---\n", "unknown-key"), ("---\nexecute: ‹5›\n---\n", "wrong-value"),
        ("---\ntitle: a\n‹title›: b\n---\n", "repeated-key"), ("‹---›\ntitle: x\n", "unclosed"), ("---\n‹just words›\n---\n", "wrong-value"),
        ("---\ntitle: a‹: b›\n---\n", "yaml"), ("---\ntitle: é\n‹sead›: 1\n---\n", "unknown-key"),
    ]

    @Test(arguments: frontMatter)
    func `front matter`(_ source: String, _ code: String) throws {
        let marked = Marked(source)
        let found = try mistakes(marked.text)
        marked.expect(found.first, code: code)
        #expect(found.count == 1)
        #expect(found.first?.category == .syntax)
    }

    static let options: [(String, String)] = [
        ("‹lable›: x", "unknown-option"), ("label: ‹two words›", "wrong-value"), ("label: ‹1st›", "wrong-value"), ("‹label›:", "wrong-value"), ("echo: ‹maybe›", "wrong-value"),
        ("eval: ‹5›", "wrong-value"), ("output: ‹[true]›", "wrong-value"), ("warning: ‹loud›", "wrong-value"), ("error: ‹\"true\"›", "wrong-value"), ("include: ‹some›", "wrong-value"),
        ("cache: ‹always›", "wrong-value"), ("fig-cap: ‹{a: b}›", "wrong-value"), ("‹fig-alt›:", "wrong-value"), ("fig-width: ‹wide›", "wrong-value"), ("fig-width: ‹300›", "wrong-value"),
        ("fig-height: ‹0›", "wrong-value"), ("tags: ‹[a b]›", "wrong-value"), ("tags: ‹paramters›", "unknown-tag"), ("timeout: ‹fast›", "wrong-value"), ("timeout: ‹30›", "wrong-value"),
        ("seed: ‹x›", "wrong-value"), ("‹depends›: a.csv", "unsupported-option"), ("fig-cap: How well‹: each›", "yaml"), ("‹just words›", "wrong-value"),
    ]

    @Test(arguments: options)
    func `cell options`(_ option: String, _ code: String) throws {
        let marked = Marked("# Prose\n\n```cnb\n#| \(option)\nsay x\n```\n")
        let found = try mistakes(marked.text)
        marked.expect(found.first, code: code)
        #expect(found.first?.span?.cell == "cell-1")
    }

    static let shapes: [(String, String)] = [
        ("‹```cnb›\nsay x\n", "unclosed"), ("```‹{cnb}›\nsay x\n```\n", "wrong-fence"), ("```cnb ‹echo=false›\nsay x\n```\n", "wrong-fence"),
        ("```cnb\nsay x\n‹#| echo: false›\n```\n", "late-option"),
        ("```cnb\n#| label: a\nsay x\n```\n```cnb\n#| label: ‹a›\nsay x\n```\n", "repeated-label"), ("A `‹{lstm.}›`.\n", "wrong-inline-value"), ("A `‹{5 + 3}›`.\n", "wrong-inline-value"),
        ("{x} `‹{x:nice}›`.\n", "wrong-format"), ("- a `‹{x:.2}›`\n", "wrong-format"), ("A `‹{}›`.\n", "wrong-inline-value"),
    ]

    @Test(arguments: shapes)
    func `shape of the text`(_ source: String, _ code: String) throws {
        let marked = Marked(source)
        marked.expect(try mistakes(marked.text).first, code: code)
    }

    static let checks: [(String, String)] = [
        ("```cnb\n‹sya› x\n```\n", "unknown-verb"), ("```cnb\nnumber ‹abc›\n```\n", "wrong-value"), ("```cnb\nsay ‹$who›\n```\n", "unknown-parameter"),
        ("```cnb\ntable x on ‹y›\n```\n", "unknown-name"), ("See `‹{lstm.auc}›`.\n\n```cnb\nnumber 1 as lstm\n```\n", "unknown-name"),
        ("```cnb\nnumber 1 as lstm\n```\n\nSee `‹{lstn.auc}›`.\n", "unknown-name"), ("![x](‹http://example.org/x.png›)\n", "remote-image"), ("![x](‹missing.png›)\n", "unreadable-image"),
        ("![x](‹notes.txt›)\n", "unknown-image"), ("```cnb\n#| tags: parameters\n‹say x›\n```\n", "wrong-parameter-cell"),
        ("---\nparams: {k: 1}\n---\n```cnb\n#| tags: parameters\nlet ‹k› = 2\n```\n", "repeated-parameter"), ("---\nparams: {k: 1}\n---\n```cnb\nlet ‹k› = 2\n```\n", "repeated-parameter"),
        ("```cnb\n#| tags: parameters\nlet k = 2\n```\n\n```cnb\nfor i in [1, 2] { let ‹k› = $i }\n```\n", "repeated-parameter"), ("```cnb\nfor k in [1, 2] { include ‹x.cnb› }\n```\n", "include-in-loop"),
        ("```cnb\nnumber 1 as lstm\n```\n\nSee `‹{lstm.auk}›`.\n", "unknown-property"), ("```cnb\nnumber 1 as lstm\n```\n\nSee `‹{lstm:.2f}›`.\n", "wrong-format"),
        ("```cnb\nload ‹absent.csv›\n```\n", "missing-file"), ("```cnb\nfor f in [a.csv, absent.csv] { load ‹$f› }\n```\n", "missing-file"),
        ("```cnb\ninclude ‹nowhere.cnb›\n```\n", "unreadable-notebook"), ("```cnb\nlet a = [1, 2]\ninclude ‹$a›\n```\n", "include-unknown"),
    ]

    @Test(arguments: checks)
    func `what the check finds before anything runs`(_ source: String, _ code: String) throws {
        let marked = Marked(source)
        let found = try mistakes(marked.text)
        marked.expect(found.first, code: code)
        #expect(found.count == 1, "\(found.map { $0.rendered() })")
    }

    @Test func `all mistakes are told at once, in the order of the text`() throws {
        let found = try mistakes("```cnb\nsya x\nnumber abc\n```\n\n`{nothing.auc}`\n\n```cnb\nsay $who\n```\n")
        #expect(found.map(\.code) == ["unknown-verb", "wrong-value", "unknown-name", "unknown-parameter"])
        let open = try mistakes("```cnb\nfrobnicate x\nnumber abc\n```\n\n`{nothing.auc}`\n\n```cnb\ntable x on y\n```\n")
        #expect(open.map(\.code) == ["unknown-verb", "wrong-value"], "a verb that nobody knows may have made any name")
        #expect(try mistakes("```cnb\nnumber abc as m\n```\n\n`{m.auk}` `{m:.2f}`\n").map(\.code) == ["wrong-value"], "of a value that was not made nothing is known")
        #expect(try mistakes("```cnb\nnumber abc\nnumber def\n```\n").count == 2)
        let mixed = try mistakes("```cnb\nload absent.csv\nsya x\nload absent.csv\n```\n`{nothing}`\n```cnb\nsay $a\n```\n")
        #expect(mixed.map(\.code) == ["missing-file", "unknown-verb", "missing-file", "unknown-name", "unknown-parameter"])
    }

    @Test func `an unknown word gets the nearest one as a hint`() throws {
        #expect(try mistakes("---\ntitel: x\n---\n").first?.hint?.hasPrefix("did you mean 'title'?") == true)
        #expect(try mistakes("```cnb\n#| lable: x\n```\n").first?.hint?.hasPrefix("did you mean 'label'?") == true)
        #expect(try mistakes("```cnb\nnumber 1 as lstm\n```\n`{lstn.auc}`").first?.hint == "did you mean 'lstm'?")
    }

    @Test func `mistakes stand in cells that may fail, and in cells that do not run`() throws {
        #expect(try mistakes("```cnb\n#| error: true\nsya x\n```\n").isEmpty)
        #expect(try mistakes("```cnb\n#| eval: false\nsya x\n```\n").isEmpty)
    }

    static let hostile = [
        "---\n" + String(repeating: "[", count: 5000) + "\n---\n", "---\na: &a [x, x]\nb: &b [*a, *a]\n" + String(repeating: "c: [*b, *b]\n", count: 1) + "---\n",
        "---\n" + String(repeating: "- ", count: 3000) + "x\n---\n", String(repeating: "> ", count: 3000) + "```cnb\nx\n```", "---\n\u{0}\n---\n", "---\n- a\n- b\n---\n",
        "```cnb\n#|\n#| \n```\n", "---\n\t- x\n---\n",
    ]

    @Test(arguments: hostile)
    func `hostile text gives mistakes and no crash`(_ text: String) {
        let (notebook, _) = Notebook.parse(SourceFile(name: "x", text: text))
        #expect(notebook.text.utf8.elementsEqual(text.utf8))
    }
}

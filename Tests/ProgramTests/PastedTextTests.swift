import Testing

@testable import cnb

struct PastedTextTests {
    static let cases: [(String, String)] = [
        ("load x\n", "load x"),
        ("load x\r\nsample 5%\r\n\r\n", "load x\nsample 5%"),
        ("cnb> load x", "load x"),
        ("cnb> load x\n3 events\n\ncnb> for k in [1] {\n...> \tlet x = $k\n...> }\nx = 1\ncnb>", "load x\nfor k in [1] {\n\tlet x = $k\n}\n"),
        ("let x = \"cnb> \"\ncnb> y", "let x = \"cnb> \"\ncnb> y"),
        ("a\u{1B}[31mb\u{07}", "a[31mb"),
        ("\n", ""),
        ("", ""),
    ]

    @Test(arguments: cases)
    func `keeps what was typed and drops what came along`(_ pasted: String, _ clean: String) { #expect(PastedText.cleaned(pasted) == clean) }
}

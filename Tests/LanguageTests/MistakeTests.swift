import Diagnostics
import Testing

@testable import Language

struct MistakeTests {
    static let all =
        WordMistakes.unknown + WordMistakes.placed + WordMistakes.lacking + ValueMistakes.unclosed + ValueMistakes.values + ValueMistakes.fitting
        + ExpressionMistakes.expressions

    @Test(arguments: all)
    func `points at the wrong words and says what next`(_ mistake: Mistake) { expectMistake(mistake, after: everything) }

    @Test
    func `every mistake of a script is told, in the order of the lines`() {
        let marked = MarkedScript(
            """
            load shop.csv ‹sepp›=","
            sample ‹7›
            kmeans ‹5› | plot ‹rok›
            filter action ‹=› "buy" | fit lstm seq=‹"x|y"›
            for k in [2, 3] {
                kmeans k=‹zero›
                ‹shwo› n=5
            }
            let x = ‹[›1, 2
            plot roc of ‹nobody›
            """)
        let found = mistakes(in: marked.source)
        let places = found.compactMap { $0.span?.range }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(places == marked.marks)
        #expect(Set(found.map(\.code)) == ["unknown-option", "wrong-value", "unexpected", "unknown-chart", "wrong-operator", "unknown-verb", "unclosed", "unknown-name"])
    }

    // What stands behind a mistake on its line, or in its brackets, is neither lost nor read twice.
    @Test(arguments: [
        (#"plot roc title="a\q | b" | ‹zzz› 1"#, 2), (#"filter matches(a, /"|(/) prr=1 | ‹zzz› 1"#, 2), ("rfm 5 # a | b ( \" \n‹zzz› 1", 2), ("rfm 5 \\\n 6 7\n‹zzz› 1", 2),
        ("kmeans k=[1,\n 2 3,\n 4]\n‹zzz› 1", 2), ("filter (a\nrfm\n‹zzz› 1", 2), ("filter (a b | c\n‹zzz› 1", 2), ("for k on [1, 2] { ‹zzz› 1 }", 2), ("for k in 5 { ‹zzz› 1 }", 2),
        ("let x = [1, 2\n‹zzz› 1", 2), ("load \"x.csv | rfm\n‹zzz› 1", 2), ("let x = {1, 2\n‹zzz› 1", 2), ("for k in [1] {\n rfm 5 }\n‹zzz› 1", 2), ("rfm `a | b\n‹zzz› 1", 2),
        ("for k in [1] {\n ‹zzz› 1\n", 2),
    ])
    func `reading goes on behind a mistake`(_ script: String, _ count: Int) {
        let marked = MarkedScript(script)
        let found = mistakes(in: marked.source, after: everything)
        #expect(found.count == count, "\(found.map { $0.rendered() })")
        #expect(found.contains { $0.span?.range == marked.marks[0] && $0.code == "unknown-verb" }, "\(found.map { $0.rendered() })")
    }

    @Test(arguments: [
        ("rfm", false), ("rfm \\", true), ("rfm \\\n", true), ("rfm \\ \n show", false), ("let x = [1,", true), ("let x = [1,\n2]", false), ("filter (a", true), ("filter (a\n", true),
        ("filter (a # b", true), ("for k in [1] {", true), ("for k in [1] { show", true), ("for k in [1] { show }", false), ("for k in [1] { for j in [2] { show }", true),
        ("let x = {1,", false), ("let x = \"a", false), ("filter has(pv ->", true), ("funnel (a or", true), ("filter matches(a, /x", false), ("", false), ("load x.csv |", false),
        ("rfm )", false), ("plot roc title=\"(\"", false), ("filter (a b", false), ("users (a", true), ("", false), ("# (", false), ("load a\\", true),
    ])
    func `the prompt asks for another line only when one could make the text whole`(_ text: String, _ wanted: Bool) {
        #expect(parse(text).wantsMore == wanted)
    }
}

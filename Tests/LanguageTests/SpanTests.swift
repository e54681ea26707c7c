import Diagnostics
import Testing

@testable import Language

struct SpanTests {
    // Each node with its own words; blanks, comments and the key are no part of a value's.
    static let forms = [
        Form(
            "  sample  5%   seed = 7  as  s  # note",
            "(sample‹sample› share:(share 0.05)‹5%› seed:7‹7› as:`s`‹s›)‹sample  5%   seed = 7  as  s›"),
        Form(
            "filter ( a + `b c` ) >= -$x and not m(t, /x|y/i) per=user",
            "(filter‹filter› condition:(and (>= (+ `a`‹a› `b c`‹`b c`›)‹( a + `b c` )› (- $x‹$x›)‹-$x›)‹( a + `b c` ) >= -$x› (not (m() `t`‹t› "
                + "(regex x|y ignoring-case)‹/x|y/i›)‹m(t, /x|y/i)›)‹not m(t, /x|y/i)›)‹( a + `b c` ) >= -$x and not m(t, /x|y/i)›‹( a + `b c` ) >= -$x and not "
                + "m(t, /x|y/i)› per:'user‹user›)‹filter ( a + `b c` ) >= -$x and not m(t, /x|y/i) per=user›"),
        Form(
            "users has(pv -[^buy]-> (a or b) within 7d) | list",
            "(users‹users› question:(has (path `pv`‹pv› -[^`buy`]-> (or `a` `b`)‹(a or b)› within:604800.0)‹pv -[^buy]-> (a or b) within 7d›)"
                + "‹has(pv -[^buy]-> (a or b) within 7d)›‹has(pv -[^buy]-> (a or b) within 7d)›)‹users has(pv -[^buy]-> (a or b) within 7d)› (list‹list›)‹list›"),
        Form("load a.csv  \"b c.csv\" # d", "(load‹load› files:(<a.csv>‹a.csv› <b c.csv>‹\"b c.csv\"›)‹a.csv  \"b c.csv\"›)‹load a.csv  \"b c.csv\"›"),
        Form("select a , `b`  # c\n", "(select‹select› columns:(`a`‹a› `b`‹`b`›)‹a , `b`›)‹select a , `b`›"),
        Form("let x = [ 1 ] \\\n\nrfm", "(let x [1])‹let x = [ 1 ]› (rfm‹rfm›)‹rfm›"),
        Form("for k in 1..2 { show } ; list", "(for k (.. 1 2) (show‹show›)‹show›)‹for k in 1..2 { show }› (list‹list›)‹list›"),
        Form("?rfm", "(help‹?› verb:'rfm‹rfm›)‹?rfm›"),
        Form("plot roc of a b # c", "(plot‹plot› chart:'roc‹roc› of:(`a`‹a› `b`‹b›)‹a b›)‹plot roc of a b›"),
        Form("filter 2017-11-25 < t", "(filter‹filter› condition:(< (time 1511568000.0)‹2017-11-25› `t`‹t›)‹2017-11-25 < t›‹2017-11-25 < t›)‹filter 2017-11-25 < t›"),
    ]

    @Test(arguments: forms)
    func `each node knows its words`(_ form: Form) {
        #expect(Dump(showsSpans: true).text(parse(form.source).program) == form.tree)
    }

    @Test
    func `a part of a file is read with places of the whole file`() {
        let text = "# title\n```cnb\nrfm\nsmaple 5%\n```\n"
        let file = SourceFile(name: "a.cnb", text: text)
        let parsed = Parser.parse(file, range: 15..<29, cell: "one", catalogue: PageCatalogue.catalogue)
        #expect(parsed.program.description == "rfm")
        #expect(parsed.diagnostics.first?.rendered() == """
            error[unknown-verb]: no verb is named 'smaple'
             --> a.cnb:4:1 (cell 'one')
              |
            4 | smaple 5%
              | ^^^^^^ not a verb
              = hint: did you mean 'sample'?
            """)
    }

    @Test
    func `a range beyond the file is read as far as the file goes`() {
        #expect(Parser.parse(SourceFile(name: "a", text: "rfm"), range: 0..<99, catalogue: PageCatalogue.catalogue).program.description == "rfm")
    }
}

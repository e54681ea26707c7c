import Diagnostics
import Testing

@testable import Language

struct CheckerTests {
    static let mistaken = [
        Mistake("‹plot› roc", "nothing-to-read", "'plot roc' reads scores or a model, and there is none yet", hint: "consensus, explain, fit, tune make one"),
        Mistake("‹sample› 5%", "nothing-to-read", "'sample' reads events, and there are none yet", hint: "load, simulate, sample, clean make them"),
        Mistake("load x.csv | ‹silhouette›", "nothing-to-read", "'silhouette' reads segments, and there are none yet", hint: "segments, kmeans, kmodes, kprototypes make them"),
        Mistake("load x.csv | rfm on ‹laod›", "unknown-name", "nothing is named 'laod' yet", hint: "did you mean 'load'?"),
        Mistake("save ‹m› to=a", "unknown-name", "nothing is named 'm' yet", hint: "'load FILE' makes the first value"),
        Mistake("load x.csv | rfm | plot roc of ‹rfms›", "unknown-name", "nothing is named 'rfms' yet", hint: "did you mean 'rfm'?"),
        Mistake("load x.csv | rfm | evaluate ‹rfm›", "wrong-kind", "'evaluate' reads a model, and 'rfm' is a table", hint: nil),
        Mistake("load x.csv | fit lstm | sample 5% on ‹lstm›", "wrong-kind", "'sample' reads events, and 'lstm' is a model", hint: nil),
        Mistake("load x.csv | fit lstm | list on ‹lstm›", "wrong-kind", "'list' reads no value", hint: nil),
        Mistake("list as ‹x›", "no-result", "'list' gives no value that could be named", hint: nil),
        Mistake("load x.csv | elbow k=2..4 as e | assign ‹e›", "wrong-kind", "'assign' reads segments, and 'e' is a table", hint: nil),
        Mistake("let a = ‹$b›", "unknown-parameter", "nothing is named '$b'", hint: "'let b = 5' makes it"),
        Mistake("let seq = 5 | let a = ‹$sq›", "unknown-parameter", "nothing is named '$sq'", hint: "did you mean '$seq'?"),
        Mistake("let a = 1 | let bc = 2 | let d = ‹$xyzzy›", "unknown-parameter", "nothing is named '$xyzzy'", hint: "parameters are $a, $bc"),
        Mistake("for k in [1, 2] { list } | let a = ‹$k›", "unknown-parameter", "nothing is named '$k'", hint: "'let k = 5' makes it"),
        Mistake("load x.csv | for k in [2, ‹$n›] { kmeans k=$k }", "unknown-parameter", "nothing is named '$n'", hint: "'let n = 5' makes it"),
        Mistake("load x.csv | for k in [2, 0] { kmeans k=‹$k› }", "wrong-value", "'k' of 'kmeans' takes a whole number in 1...1024, not 0", hint: "number of clusters"),
        Mistake("load x.csv | let a = [1] | filter c == ‹$a›", "wrong-value", "a list cannot stand in an expression", hint: nil),
        Mistake("load x.csv | plan sample ‹half›", "wrong-value", "'share' of 'sample' takes a share such as 5% or 0.05, not half", hint: "share of users to keep: 5% or 0.05"),
        Mistake("plan ‹plot› roc", "nothing-to-read", "'plot roc' reads scores or a model, and there is none yet", hint: "consensus, explain, fit, tune make one"),
        // One mistake is told once, and not again by what follows from it.
        Mistake("load x.csv ‹spe›=1 | sample 5% | rfm", "unknown-option", "'load' has no option 'spe'", hint: nil),
        Mistake("load x.csv ‹spe›=1 as a | sample 5% on a", "unknown-option", "'load' has no option 'spe'", hint: nil),
        Mistake("‹laod› x.csv | sample 5%", "unknown-verb", "no verb is named 'laod'", hint: "did you mean 'load'?"),
        Mistake("‹frobnicate› x.csv as y | sample 5% on y | plot roc of z", "unknown-verb", "no verb is named 'frobnicate'", hint: "'help' lists the verbs"),
        Mistake("load x.csv | fit lstm seq=‹ten› | plot roc of lstm", "wrong-value", "'seq' of 'fit' takes a whole number, not ten", hint: "seq"),
        Mistake("load x.csv | fit lstm ‹x›=1 as m | plot roc of m", "unknown-option", "'fit lstm' has no option 'x'", hint: nil),
        Mistake("load x.csv | fit lstm ‹xyz›=1 | plot roc of lstm", "unknown-option", "'fit lstm' has no option 'xyz'", hint: nil),
        Mistake("load x.csv | let k = ‹@› | kmeans k=$k | load \"${k}.csv\" | filter a == $k", "expected", "expected a value, found '@'", hint: nil),
        Mistake("load x.csv | let k = ‹$j› | kmeans k=$k | kmeans k=${k}", "unknown-parameter", "nothing is named '$j'", hint: "'let j = 5' makes it"),
        Mistake("load x.csv | for k in ‹5› { kmeans k=$k }", "wrong-value", "'for' runs over a list or a range, not a whole number", hint: "for k in [2, 3, 5] { ... }"),
        Mistake("load x.csv | for k ‹on› [2] { kmeans k=$k } | silhouette", "expected", "expected 'in', found 'on'", hint: nil),
    ]

    @Test(arguments: mistaken)
    func `finds what needs no run`(_ mistake: Mistake) {
        let marked = MarkedScript(mistake.script)
        let found = mistakes(in: marked.source)
        #expect(found.count == 1, "\(found.map { $0.rendered() })")
        #expect(found.first?.code == mistake.code)
        #expect(found.first?.message == mistake.message)
        #expect(found.first?.span?.range == marked.marks.first, "points at '\(found.first?.span?.text ?? "nothing")'")
        if let hint = mistake.hint { #expect(found.first?.hint == hint) }
    }

    @Test(arguments: [
        "load datasets/shop.csv\nsample 5%\nrfm\nkmeans k=5\nplot clusters\nfit lstm seq=10\nplot roc\n",
        "load a.csv as a | load b.csv as b | join b by=item on a | sample 5% on a as c | rfm on c | kmeans k=2 on ans",
        "load x.csv | let k = 5 | kmeans k=$k | show on kmeans | show on ans | show on k",
        "load x.csv | for k in 2..4 { kmeans k=$k as m | silhouette on m } | profile on m",
        "load x.csv | for m in [1, 2] { for n in {3, 4} { kmeans k=$m seed=$n } }",
        "load x.csv | rfm | fit forest predict=group | fit lstm | compare forest lstm | consensus forest lstm by=vote | plot roc of consensus",
        "load x.csv | fit lstm as a | fit rnn as b | evaluate a as ea | plot roc of a b ea | plot confusion of ea",
        "load x.csv | elbow | plot elbow of elbow | kmeans k=3 | show on elbow",
        "include \"prepare.cnb\" | kmeans k=5 | plot roc of anything",
        "for k in [] { plot roc } ",
        "for f in [\"a.csv\", b.csv] { load $f } | sample 5% | write load to=x.csv",
        "open m.safetensors as m | predict m | predict m events=[\"pv\"] | recommend m user=7 | plot importance",
        "load x.csv | filter action == \"$x\" | label y = any(action == \"buy\") at=2017-12-01 for=7d | fit logistic predict=y",
        "help | help rfm | ?kmeans | list | set seed=1 | history",
        "load x.csv | plan fit lstm seq=10 as z | rfm | kmeans k=2 as z | silhouette on z",
    ])
    func `raises no false alarm`(_ script: String) {
        #expect(mistakes(in: script).map { $0.rendered() } == [])
    }

    @Test
    func `keeps what it has seen from cell to cell`() {
        var checker = Checker(catalogue: PageCatalogue.catalogue, parameters: ["k": .integer(3)])
        #expect(checker.check(parse("load x.csv | let j = 4").program).isEmpty)
        #expect(checker.check(parse("kmeans k=$k as a | kmeans k=$j as b").program).isEmpty)
        #expect(checker.check(parse("consensus a b").program).isEmpty)
        #expect(checker.check(parse("consensus a c").program).map(\.code) == ["unknown-name"])
    }

    @Test
    func `starts from what a session holds`() throws {
        let session = Session(catalogue: PageCatalogue.catalogue, threads: 1)
        try session.run(parse("load x.csv | let k = 3").program) { _ in }
        var checker = Checker(session)
        #expect(checker.check(parse("kmeans k=$k on load").program).isEmpty)
    }

    @Test
    func `an included file makes its names`() {
        var checker = Checker(catalogue: PageCatalogue.catalogue)
        checker.include = { (path, span) throws(Diagnostic) in
            guard path == "prepare.cnb" else { throw Diagnostic("missing-file", "no file '\(path)'", at: span) }
            return [parse("load x.csv").program, parse("rfm as customers").program]
        }
        #expect(checker.check(parse("include \"prepare.cnb\" | kmeans k=2 on customers").program).isEmpty)
        #expect(checker.check(parse("rfm on nothing").program).map(\.code) == ["unknown-name"])
        #expect(checker.check(parse("include \"other.cnb\"").program).map(\.code) == ["missing-file"])
        #expect(checker.check(parse("rfm on nothing").program).isEmpty)
    }

    @Test
    func `a file that includes itself ends`() {
        var checker = Checker(catalogue: PageCatalogue.catalogue)
        checker.include = { (_, _) throws(Diagnostic) in [parse("include \"a.cnb\"").program] }
        #expect(checker.check(parse("include \"a.cnb\"").program).isEmpty)
    }

    @Test
    func `what a verb reads is listed as a sentence says it, each kind once`() {
        let kinds = [Kind("events"), Kind("table"), Kind("table", isAnswer: true), Kind("model"), .plain]
        #expect(Kind.phrase(kinds) == "events, a table, a model or a plain value")
        #expect(Kind.phrase([Kind("events"), Kind("table")]) == "events or a table" && Kind.phrase([]) == "")
    }

    @Test
    func `loops in loops are checked in no time`() {
        let script = "for a in 1..9999 { for b in 1..9999 { for c in 1..9999 { for d in 1..9999 { help x } } } } | plot roc"
        let start = ContinuousClock.now
        #expect(mistakes(in: script).map(\.code) == ["nothing-to-read"])
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}

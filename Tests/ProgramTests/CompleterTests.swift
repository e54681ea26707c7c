import Language
import Testing

@testable import cnb

/// What Tab offers. `^` marks the cursor; what stands in brackets after it is what the candidates replace.
struct CompleterTests {
    static let session = SessionView(
        catalogue: Toys.catalogue,
        values: [
            .init(name: "load", kind: "events", columns: ["user", "page 1 (main)", "action", "amount"]),
            .init(name: "rfm", kind: "table", columns: ["group", "frequency"]),
            .init(name: "elbow", kind: "table", columns: ["k", "inertia"], isAnswer: true),
            .init(name: "lstm", kind: "model", columns: nil), .init(name: "gru", kind: "model", columns: nil),
        ],
        parameters: ["data", "depth"], home: "/home/ada"
    ) { folder in
        switch folder {
        case ".": [.init(name: ".hidden", isDirectory: false), .init(name: "datasets", isDirectory: true), .init(name: "my file.csv", isDirectory: false), .init(name: "notes.txt", isDirectory: false)]
        case "datasets/": [.init(name: "real.csv.gz", isDirectory: false), .init(name: "shop.csv", isDirectory: false)]
        case "/home/ada/": [.init(name: "clicks.csv", isDirectory: false)]
        default: []
        }
    }

    static func complete(_ marked: String) -> (replaced: String, texts: [String], endings: [Completion.Candidate.Ending]) {
        let parts = marked.split(separator: "^", maxSplits: 1, omittingEmptySubsequences: false)
        let line = parts.joined()
        let completion = Completer.complete(line: line, cursor: parts[0].utf8.count, session: session)
        let bytes = Array(line.utf8)
        return (String(decoding: bytes[completion.range], as: UTF8.self), completion.candidates.map(\.text), completion.candidates.map(\.ending))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let line: String
        let replaced: String
        let texts: [String]
        init(_ line: String, _ replaced: String, _ texts: [String]) {
            self.line = line
            self.replaced = replaced
            self.texts = texts
        }
        var testDescription: String { line }
    }

    static let verbs = [
        Case("sa^", "sa", ["sample"]),
        Case("fi^ rest", "fi", ["filter", "fit"]),
        Case("load x.csv | sa^", "sa", ["sample"]),
        Case("load x.csv; sa^", "sa", ["sample"]),
        Case("load x.csv\nsa^", "sa", ["sample"]),
        Case("for k in [1, 2] { sa^", "sa", ["sample"]),
        Case("for k in {1, 2} { let x = $k; sa^", "sa", ["sample"]),
        Case("for k in [1, 2] { let x = 1 }\nsa^", "sa", ["sample"]),
        Case("in^", "in", ["include"]),
        Case("help sa^", "sa", ["sample"]),
        Case("?sa^", "sa", ["sample"]),
        Case("plan sa^", "sa", ["sample"]),
        Case("plan sample 5% se^", "se", ["seed="]),
        Case("top user \\\n n^", "n", ["n="]),
    ]

    static let options = [
        Case("sample 5% ^", "", ["as", "on", "seed="]),
        Case("sample 5% s^", "s", ["seed="]),
        Case("sample 5% seed=1 ^", "", ["as", "on"]),
        Case("sample 5% se^=1", "se", ["seed"]),
        Case("filter leng^(action) > 3", "leng", ["length"]),
        Case("load x.csv bad^", "bad", ["bad-rows="]),
        Case("load x.csv bad-rows=s^", "s", ["skip", "stop"]),
        Case("load x.csv bad-rows = s^", "s", ["skip", "stop"]),
        Case("load x.csv header=^", "", ["no", "yes"]),
        Case("load x.csv user=^", "", ["frequency", "group"]),
        Case("filter amount > 3 per=se^", "se", ["session"]),
        Case("funnel pv -> cart mo^", "mo", ["mode="]),
        Case("funnel pv -> cart within 7d mode=st^", "st", ["strict"]),
        Case("fit ^", "", ["kmeans", "logistic", "lstm"]),
        Case("fit l^", "l", ["logistic", "lstm"]),
        Case("fit lstm ^", "", ["as", "hidden=", "inputs=", "on"]),
        Case("fit lstm hi^", "hi", ["hidden="]),
        Case("fit kmeans hi^", "hi", []),
        Case("fit kmeans k^", "k", ["k="]),
        Case("plot ^", "", ["daily", "rfm", "roc"]),
        Case("plot roc ^", "", ["as", "of", "on", "to="]),
    ]

    static let names = [
        Case("sample 5% on ^", "", ["load"]),
        Case("fit lstm on l^", "l", ["load"]),
        Case("fit kmeans on ^", "", ["elbow", "rfm"]),
        Case("plot roc of ^", "", ["elbow", "gru", "lstm", "rfm"]),
        Case("plot roc of lstm g^", "g", ["gru"]),
        Case("plot roc of lstm gru t^", "t", ["to="]),
        Case("sample 5% as ^", "", []),
        Case("fit lstm hidden=32 as x on lo^", "lo", ["load"]),
    ]

    static let columns = [
        Case("top ^", "", ["`page 1 (main)`", "action", "amount", "on", "n=", "user"].sorted()),
        Case("top a^", "a", ["action", "amount"]),
        Case("top p^", "p", ["`page 1 (main)`"]),
        Case("top `pa^", "`pa", ["`page 1 (main)`"]),
        Case("top `page 1 (m^", "`page 1 (m", ["`page 1 (main)`"]),
        Case("top `us^", "`us", ["`user`"]),
        Case("select user a^", "a", ["action", "amount", "as"]),
        Case("select except a^", "a", ["action", "amount", "as"]),
        Case("rename us^", "us", ["user"]),
        Case("rename user=a^", "a", []),
        Case("filter am^", "am", ["amount"]),
        Case("filter amount > 3 and ac^", "ac", ["action"]),
        Case("filter not (am^", "am", ["amount"]),
        Case("filter le^", "le", ["length("]),
        Case("filter length(ac^", "ac", ["action"]),
        Case("filter amount > 3 a^", "a", ["and", "as"]),
        Case("filter amount ^", "", ["and", "as", "else", "in", "not", "on", "or", "per=", "then"]),
        Case("derive big = fr^", "fr", ["frequency"]),
        Case("derive big = am^ on load", "am", ["amount"]),
        Case("derive big = am^ | sample 5% on load", "am", []),
        Case("derive big = (am^", "am", []),
        Case("filter matches(user, /(a/) and am^", "am", ["amount"]),
        Case("filter has(pv -> ca^", "ca", []),
        Case("filter has(pv -> cart w^", "w", ["within"]),
        Case("filter has(pv -> cart) and am^", "am", ["amount"]),
        Case("select on lstm fr^", "fr", []),
        Case("select on ans k^", "k", []),
        Case("filter matches(user, /a|b/) and am^", "am", ["amount"]),
    ]

    static let files = [
        Case("load ^", "", ["\"my file.csv\"", "as", "bad-rows=", "datasets/", "header=", "notes.txt", "user="]),
        Case("load da^", "da", ["datasets/"]),
        Case("load datasets/^", "datasets/", ["datasets/real.csv.gz", "datasets/shop.csv"]),
        Case("load datasets/sh^", "datasets/sh", ["datasets/shop.csv"]),
        Case("load notes.txt datasets/sh^", "datasets/sh", ["datasets/shop.csv"]),
        Case("load my^", "my", ["\"my file.csv\""]),
        Case("load \"my fi^", "\"my fi", ["\"my file.csv\""]),
        Case("load \"da^", "\"da", ["\"datasets/"]),
        Case("load ~/cl^", "~/cl", ["/home/ada/clicks.csv"]),
        Case("load .h^", ".h", [".hidden"]),
        Case("plot roc to=no^", "no", ["notes.txt"]),
        Case("include no^", "no", ["notes.txt"]),
    ]

    static let parameters = [
        Case("sample $^", "$", ["$data", "$depth"]),
        Case("sample 5% seed=$de^", "$de", ["$depth"]),
        Case("let x = $da^", "$da", ["$data"]),
        Case("let x = [1, $da^", "$da", ["$data"]),
        Case("load $da^", "$da", ["$data"]),
        Case("load ${da^", "${da", ["${data}"]),
        Case("load \"${da^", "${da", ["${data}"]),
        Case("filter amount > $de^", "$de", ["$depth"]),
    ]

    static let guesses = [
        Case("smaple^", "smaple", ["sample"]),
        Case("SAMP^", "SAMP", ["sample"]),
        Case("top moun^", "moun", ["amount"]),
        Case("fit lsmt^", "lsmt", ["lstm"]),
        Case("x^", "x", []),
    ]

    static let nowhere = [
        Case("# load a^", "", []),
        Case("load x.csv # fi^", "", []),
        Case("sample 5^", "5", []),
        Case("filter user == \"a^", "", []),
        Case("unknown wo^", "", []),
        Case("let x^", "", []),
        Case("let x = ^", "", []),
        Case("filter matches(user, /a^", "", []),
        Case("derive na^", "", []),
        Case("funnel pv -> ca^", "ca", []),
        Case("", "", []),
    ]

    @Test func `a word that may stand in the place of a file is offered beside the files`() {
        let session = SessionView(catalogue: programCatalogue, values: [.init(name: "load", kind: "events", columns: ["url"])], parameters: [], home: "/") { _ in
            [.init(name: "shop.rules", isDirectory: false)]
        }
        let texts = Completer.complete(line: "map url ", cursor: 8, session: session).candidates.map(\.text)
        #expect(texts.contains("auto") && texts.contains("shop.rules"), "\(texts)")
    }

    @Test(arguments: verbs + options + names + columns + files + parameters + guesses)
    func `offers what may stand at the cursor`(_ c: Case) {
        let (replaced, texts, _) = Self.complete(c.line)
        #expect(texts == c.texts)
        if !c.texts.isEmpty { #expect(replaced == c.replaced) }
    }

    @Test(arguments: nowhere.dropLast())
    func `offers nothing where it knows nothing`(_ c: Case) {
        #expect(Self.complete(c.line).texts == [])
    }

    @Test func `offers all verbs on an empty line`() {
        #expect(Self.complete("^").texts == (Toys.catalogue.verbs + ["for", "include", "let"]).sorted())
    }

    @Test func `ends a word with a blank, but neither a key nor a folder nor a function`() {
        #expect(Self.complete("sa^").endings == [.blank])
        #expect(Self.complete("sample 5% se^").endings == [.nothing])
        #expect(Self.complete("load da^").endings == [.nothing])
        #expect(Self.complete("filter leng^").endings == [.nothing])
        #expect(Self.complete("load no^").endings == [.blank])
    }

    @Test func `survives every cut of a long script`() {
        let script = "load \"a b.csv\" user=`x y` | filter matches(user, /a[b\\/]c/i) and amount in [1, 2] per=user on load as big;\nfor k in {1, 2} { fit kmeans k=$k }\nplot roc of a, b to=~/x.svg # done"
        for count in 0...script.utf8.count { _ = Completer.complete(line: script, cursor: count, session: Self.session) }
        for opener in ["[", "{", "(", "plan ", "let x = ["] {
            let deep = String(repeating: opener, count: 5000)
            _ = Completer.complete(line: "let x = " + deep, cursor: 8 + deep.utf8.count, session: Self.session)
            _ = Completer.complete(line: deep, cursor: deep.utf8.count, session: Self.session)
        }
    }

    @Test func `counts bytes, so that names of any script are completed`() {
        let view = SessionView(catalogue: Toys.catalogue, values: [.init(name: "load", kind: "events", columns: ["größe", "名前"])])
        let line = "filter größe > 1 and 名"
        let completion = Completer.complete(line: line, cursor: line.utf8.count, session: view)
        #expect(completion.candidates.map(\.text) == ["名前"])
        #expect(completion.range == line.utf8.count - 3..<line.utf8.count)
    }

    @Test func `takes columns from the value that on names`() {
        #expect(Self.complete("fit kmeans on rfm ^").texts.contains("k="))
        #expect(Self.complete("select on rfm fr^").texts == ["frequency"])
    }

    @Test func `fits candidates to readline's own word`() {
        func completion(_ range: Range<Int>, _ texts: [String]) -> Completion { Completion(range: range, candidates: texts.map { .init(text: $0, ending: .blank) }) }
        let line = Array("load \"my fi".utf8)
        // Readline's word is `fi`, ours `"my fi`.
        #expect(LineReader.matches(completion(5..<11, ["\"my file.csv\""]), line: line, start: 9, end: 11) == ["file.csv\""])
        #expect(LineReader.matches(completion(5..<11, ["other"]), line: line, start: 9, end: 11) == [])
        // Readline's word is `a$da`, ours `$da`.
        #expect(LineReader.matches(completion(1..<4, ["$data"]), line: Array("a$da".utf8), start: 0, end: 4) == ["a$data"])
    }

    @Test func `never shortens what was typed`() {
        #expect(LineReader.common(["sample", "samples"], typed: "sam") == "sample")
        #expect(LineReader.common(["amount", "mountain"], typed: "moun") == "moun")
        #expect(LineReader.common(["sample"], typed: "smaple") == "sample")
    }
}

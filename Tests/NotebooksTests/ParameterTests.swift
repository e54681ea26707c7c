import Diagnostics
import Foundation
import Language
import Notebooks
import Reports
import Testing

struct ParameterTests {
    static let source = "---\nparams:\n  k: 5\n  rate: 0.5\n  share: 5%\n  gap: 30m\n  since: 2017-11-25\n  name: shop\n  flag: yes\n  list: [1, 2]\n  range: 2..10\n---\n"

    static let given: [(String, Value)] = [
        ("k=7", .integer(7)), ("k:7", .integer(7)), ("k=1_000", .integer(1000)), ("rate=0.25", .number(0.25)), ("rate=1", .number(1)), ("rate=5%", .share(0.05)), ("share=10%", .share(0.1)),
        ("share=0.1", .share(0.1)), ("gap=1h30m", .duration(seconds: 5400, written: "1h30m")), ("since=2018-01-01", .time(seconds: 1_514_764_800, written: "2018-01-01")),
        ("name=my shop | x # y", .text("my shop | x # y")), ("name=2017-11-25", .text("2017-11-25")), ("name=\"a b\"", .text("a b")), ("name=", .text("")), ("name=a=b:c", .text("a=b:c")),
        ("flag=no", .word("no")), ("list=[3]", .list([.integer(3)])), ("range=1..3", .range(1, 3)),
    ]

    @Test(arguments: given)
    func `a given value has the type of the default`(_ flag: String, _ value: Value) throws {
        let run = try executed(Self.source, flags: [flag])
        let name = String(flag.prefix { $0 != "=" && $0 != ":" })
        #expect(run.parameters.first { $0.name == name }?.value == value)
        #expect(run.parameters.count(where: \.isGiven) == 1)
    }

    static let wrong: [(String, String, String)] = [
        ("kk=7", "unknown-parameter", "kk"), ("k=abc", "wrong-value", "abc"), ("k=1.5", "wrong-value", "1.5"), ("k=5 6", "wrong-value", "5 6"), ("k=5; 6", "wrong-value", "5; 6"),
        ("k=5 # x", "wrong-value", "5 # x"), ("k=$rate", "wrong-value", "$rate"), ("k=", "wrong-value", ""), ("flag=maybe", "wrong-value", "maybe"), ("share=2", "wrong-value", "2"),
        ("since=2018-02-30", "wrong-value", "2018-02-30"), ("list=3", "wrong-value", "3"), ("gap=5", "wrong-value", "5"),
    ]

    @Test(arguments: wrong)
    func `unknown names and wrong types are mistakes of the command line`(_ flag: String, _ code: String, _ words: String) throws {
        let found = try mistakes(Self.source, flags: [flag])
        #expect(found.map(\.code) == [code])
        #expect(found.first?.category == .usage)
        #expect(found.first?.span?.text == words)
    }

    @Test(arguments: ["", "=5", "5", "a-b=5", "k"])
    func `a parameter is given as name=value`(_ argument: String) {
        let error = #expect(throws: Diagnostic.self) { try ParameterAssignment(parsing: argument) }
        #expect(error?.code == "wrong-parameter" && error?.category == .usage)
    }

    @Test func `a name given twice is a mistake`() throws { #expect(try mistakes(Self.source, flags: ["k=1", "k=2"]).map(\.code) == ["repeated-parameter"]) }

    @Test func `wrong parameters are told before any cell is looked at`() throws {
        #expect(try mistakes(Self.source + "```cnb\nsya x\n```\n", flags: ["k=x"]).map(\.code) == ["wrong-value"])
    }

    @Test func `a cell tagged parameters declares and takes values`() throws {
        let text = "```cnb\n#| tags: [parameters]\nlet k = 5\nlet twice = [$k, $k]\n```\n`{k}` `{twice}`\n\n```cnb\nnumber $k\n```\n`{ans.auc:d}`"
        let plain = try executed(text)
        #expect(plain.parameters.map(\.shownText) == ["5", "[5, 5]"])
        let run = try executed(text, flags: ["k=7"])
        let texts = run.inlineTexts.map { if case .text(let text, _) = $0 { text } else { "?" } }
        #expect(texts == ["7", "[7, 7]", "7"])
        #expect(try mistakes(text, flags: ["k=x"]).map(\.category) == [.usage])
    }

    @Test func `flag goes before file goes before default`() throws {
        let folder = try Folder()
        try folder.write("n.cnb", "---\nparams: {a: 1, b: 2, c: 3}\n---\n`{a}{b}` `{a}` `{b}` `{c}`\n".replacing("`{a}{b}` ", with: ""))
        try folder.write("p.yml", "a: 10\nb: 20\n")
        var request = NotebookRequest(path: folder.file("n.cnb"))
        request.parameterFile = folder.file("p.yml")
        request.parameters = [try ParameterAssignment(parsing: "a=100")]
        let outcome = NotebookRunner(facts: testFacts) { testSession($0) }.run(request)
        #expect(outcome.executed?.parameters.map(\.value) == [.integer(100), .integer(20), .integer(3)])
        #expect(outcome.exitCode == 0)
    }

    static let files: [(String, String)] = [("a: 1\n‹z›: 2\n", "unknown-parameter"), ("a: ‹x›\n", "wrong-value"), ("‹- a›\n", "wrong-value"), ("a: 1\n‹a›: 2\n", "repeated-key")]

    @Test(arguments: files)
    func `mistakes in a parameter file point at it`(_ source: String, _ code: String) throws {
        let marked = Marked(source)
        let folder = try Folder()
        try folder.write("n.cnb", "---\nparams: {a: 1}\n---\n")
        try folder.write("p.yml", marked.text)
        let found = NotebookRunner(facts: testFacts) { testSession($0) }.check(path: folder.file("n.cnb"), parameterFile: folder.file("p.yml"))
        marked.expect(found.first, code: code)
        #expect(found.first?.category == .usage)
        #expect(found.first?.span?.file.name == folder.file("p.yml"))
    }

    @Test func `a path of the command line is relative to the working directory`() throws {
        let folder = try Folder()
        try folder.write("shop.csv", "x")
        let here = FileManager.default.currentDirectoryPath
        // From the working directory to the file, and from the notebook's folder back to it.
        let up = String(repeating: "../", count: here.split(separator: "/").count)
        let typed = up + folder.file("shop.csv").dropFirst()
        let text = "---\nparams:\n  data: other.csv\n  note: none\n---\n```cnb\nload $data\n```\n`{data}`\n"
        let run = try executed(text, flags: ["data=\(typed)"], directory: folder.path)
        #expect(run.parameters[0].value == .text("shop.csv"), "\(run.parameters[0].value)")
        #expect(run.parameters[0].shownText == typed)
        let missing = try executed(text, flags: ["data=not-there.csv"], directory: folder.path)
        #expect(missing.parameters[0].value != .text("not-there.csv"), "where its default is a path, a missing file is looked for in the working directory too")
        let plain = try executed(text, flags: ["note=Sources"], directory: folder.path)
        #expect(plain.parameters[1].value == .text("Sources"), "a word that happens to be a folder's name stays a word")
    }

    @Test func `where a file lies never stands in the report`() throws {
        let folder = try Folder()
        try folder.write("shop.csv", "x")
        let run = try executed("---\nparams: {data: other.csv}\n---\n```cnb\nload $data\n```\n`{data}`\n", flags: ["data=\(folder.file("shop.csv"))"])
        let html = HTMLRenderer().render(run).html
        #expect(!html.contains(folder.path))
        #expect(html.contains("<td>shop.csv</td>"))
        let failing = try executed("---\nparams: {data: other.csv}\n---\n```cnb\nload missing.csv\n```\n", directory: folder.path)
        #expect(!HTMLRenderer().render(failing).html.contains(folder.path))
        #expect(failing.exitCode == 4)
    }
}

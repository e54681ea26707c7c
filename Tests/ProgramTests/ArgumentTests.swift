import ArgumentParser
import Diagnostics
import Testing

@testable import cnb

struct ArgumentTests {
    static let rewritings: [([String], [String])] = [
        (["-"], ["--script-from-standard-input"]),
        (["-c", "-"], ["-c=-"]),
        (["-c", "--json"], ["-c=--json"]),
        (["--json", "-"], ["--json", "--script-from-standard-input"]),
        (["run", "a.cnb", "--pdf"], ["run", "a.cnb", "--pdf=\0"]),
        (["run", "--pdf", "a.cnb"], ["run", "--pdf=\0", "a.cnb"]),
        (["run", "a.cnb", "--pdf", "x.pdf"], ["run", "a.cnb", "--pdf=x.pdf"]),
        (["run", "a.cnb", "--pdf", "--html", "x.html"], ["run", "a.cnb", "--pdf=\0", "--html=x.html"]),
        (["run", "a.cnb", "--pdf=x.pdf"], ["run", "a.cnb", "--pdf=x.pdf"]),
        (["run", "-P", "--pdf", "a.cnb"], ["run", "-P=--pdf", "a.cnb"]),
        (["run", "--", "--pdf"], ["run", "--", "--pdf"]),
    ]

    @Test(arguments: rewritings)
    func `brings optional values into the parser's form`(_ arguments: [String], _ rewritten: [String]) throws {
        #expect(try ArgumentRewriting.rewritten(arguments) == rewritten)
    }

    static let refused: [([String], String)] = [
        (["run", "a.cnb", "--fresh"], "'--fresh' is not in this version yet"),
        (["run", "a.cnb", "--grid=x=1,2"], "'--grid' is not in this version yet"),
        (["serve", "m"], "'cnb serve' is not in this version yet"),
        (["chekc", "a.cnb"], "'chekc' is no command of cnb"),
        (["a.cnb"], "'a.cnb' is no command of cnb"),
        (["run", "a.cnb", "--pdf", ""], "the file of '--pdf' is empty"),
        (["run", "a.cnb", "--html="], "the file of '--html' is empty"),
    ]

    @Test(arguments: refused)
    func `refuses by name what it cannot do`(_ arguments: [String], _ message: String) {
        let error = #expect(throws: Diagnostic.self) { try ArgumentRewriting.rewritten(arguments) }
        #expect(error?.message == message)
        #expect(error?.category == .usage)
    }

    private func parse(_ arguments: [String]) throws -> any ParsableCommand { try ProgramArguments.parseAsRoot(try ArgumentRewriting.rewritten(arguments)) }

    @Test func `reads every option of run, before and after the command`() throws {
        let run = try #require(try parse(["--threads", "2", "run", "a.cnb", "--pdf", "-P", "x=1", "-P", "day:2017-11-25", "--params", "p.yml", "--json", "-q"]) as? RunArguments)
        #expect(run.notebook == "a.cnb")
        #expect(run.pdf == ArgumentRewriting.noValue)
        #expect(run.html == nil)
        #expect(run.parameters == [NotebookParameter(written: "x=1"), NotebookParameter(written: "day=2017-11-25")])
        #expect(run.params == "p.yml")
        #expect(run.threads.threads == 2)
        #expect(run.common.settings(threads: run.threads).form == .json)
        #expect(run.common.settings(threads: run.threads).threads == 2)
        #expect(run.common.quiet)
    }

    @Test func `reads several notebooks to check`() throws {
        let check = try #require(try parse(["check", "a.cnb", "b.cnb", "--json"]) as? CheckArguments)
        #expect(check.notebooks == ["a.cnb", "b.cnb"])
        #expect(check.common.json)
    }

    @Test func `takes a script that begins with a dash`() throws {
        let program = try #require(try parse(["-c", "--- x"]) as? ProgramArguments)
        #expect(program.script == "--- x")
    }

    static let parameters: [(String, String?, String?)] = [
        ("name=value", "name", "value"), ("a:b=c", "a", "b=c"), ("x=", "x", ""), ("data=../a=b.csv", "data", "../a=b.csv"), ("=5", nil, nil), ("5", nil, nil), ("", nil, nil), ("a b=5", nil, nil),
    ]

    @Test(arguments: parameters)
    func `reads parameters written with = or :`(_ written: String, _ name: String?, _ text: String?) {
        let parameter = NotebookParameter(written: written)
        #expect(parameter?.name == name)
        #expect(parameter?.text == text)
    }
}

import Foundation
import Testing

@testable import cnb

/// The program without a person: streams and exit codes, with what the language itself knows.
struct BatchTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let input: String
        let code: Int32
        let output: String
        let errors: String
        init(_ arguments: [String], input: String = "", code: Int32, output: String = "", errors: String = "") {
            self.arguments = arguments
            self.input = input
            self.code = code
            self.output = output
            self.errors = errors
        }
        var testDescription: String { "cnb " + arguments.joined(separator: " ") }
    }

    static let cases = [
        Case(["-c", "let x = 1 | let y = $x;"], code: 0, output: "x = 1\ny = 1\n"),
        Case(["-c", ""], code: 0),
        Case(["-c", "let x = 1; quit; let y = 2"], code: 0, output: "x = 1\n"),
        Case(["-"], input: "let x = 1\nfor k in [2, 3] {\n  let x = $k\n}\n", code: 0, output: "x = 1\nx = 2\nx = 3\n"),
        Case([], input: "\u{FEFF}let x = 1\r\n", code: 0, output: "x = 1\n"),
        Case(["--json", "-c", "let x = 5"], code: 0, output: #"{"statement": "let x = 5", "verb": "let", "kind": "value", "name": "x", "input": null, "value": 5}"# + "\n"),
        Case(["--version"], code: 0, output: "cnb \(Version.text)\n"),
        // Nothing runs when anything is wrong, and all that is wrong is told.
        Case(["-c", "let x = 1 | notaverb | let y = $z"], code: 3, errors: "error[unknown-verb]: no verb is named 'notaverb'\n --> <command line>:1:13\n"),
        Case(["-c", "let x = ["], code: 3, errors: "error[unclosed]"),
        Case(["-c", "let x = $z"], code: 3, errors: "error[unknown-parameter]"),
        Case(["--json", "-c", "notaverb"], code: 3, output: #"{"error": {"code": "unknown-verb", "message": "no verb is named 'notaverb'", "file": "<command line>", "line": 1, "column": 1, "#),
        Case(["--json", "--nonsense"], code: 2, output: #"{"error": {"code": "usage", "message": "unknown option '--nonsense'", "#, errors: "error[usage]: unknown option"),
        Case(["check", "--json"], code: 2, output: #"{"error": {"code": "usage", "message": "missing expected argument '<F.cnb> ...'", "#, errors: "error[usage]: missing"),
        Case(["nonsense", "--json"], code: 2, output: #"{"error": {"code": "usage", "message": "'nonsense' is no command of cnb", "#, errors: "error[usage]: 'nonsense'"),
        Case(["nonsense", "--", "--json"], code: 2, errors: "error[usage]: 'nonsense' is no command of cnb"),
        Case(["-c"], code: 2, errors: "error[usage]: missing value for '-c <script>'"),
        Case(["--nonsense"], code: 2, errors: "error[usage]: unknown option '--nonsense'"),
        Case(["nonsense"], code: 2, errors: "error[usage]: 'nonsense' is no command of cnb"),
        Case(["serve", "m"], code: 2, errors: "error[usage]: 'cnb serve' is not in this version yet"),
        Case(["run", "x.cnb", "--fresh"], code: 2, errors: "error[usage]: '--fresh' is not in this version yet"),
        Case(["run"], code: 2, errors: "error[usage]: missing expected argument '<F.cnb>'"),
        Case(["run", "x.cnb", "-P", "5"], code: 2, errors: "error[usage]: the value '5' is invalid for '-P <name=value>'"),
        Case(["--threads", "0"], code: 2, errors: "error[usage]: '--threads' takes a whole number from 1 to 1024, not 0"),
        Case(["--color", "blue"], code: 2, errors: "error[usage]: the value 'blue' is invalid for '--color <when>'"),
        Case(["--json", "--plain"], code: 2, output: #"{"error": {"code": "usage", "message": "'--json' and '--plain' exclude each other", "file": null, "#, errors: "error[usage]: '--json' and '--plain' exclude each other"),
        Case(["-c", "let x = 1", "-"], code: 2, errors: "error[usage]: '-c' and '-' exclude each other"),
        Case(["-c", "let x = 1", "run", "x.cnb"], code: 2, errors: "error[usage]: '-c' does not go with 'cnb run'"),
        Case(["run", "x.cnb", "--seed", "3"], code: 2, errors: "error[usage]: '--seed' does not go with 'cnb run'"),
        Case(["check", "x.cnb", "--threads", "3"], code: 2, errors: "error[usage]: '--threads' does not go with 'cnb check'"),
        Case(["--plain", "-c", "let x = 1000"], code: 0, output: "x = 1000\n"),
    ]

    @Test(arguments: cases)
    func `keeps streams and exit codes apart`(_ c: Case) throws {
        let outcome = try ProgramUnderTest.run(c.arguments, input: c.input)
        #expect(outcome.code == c.code)
        if c.output.hasSuffix("\n") || c.output.isEmpty { #expect(outcome.output == c.output) } else { #expect(outcome.output.hasPrefix(c.output)) }
        if c.errors.isEmpty, c.code == 0 { #expect(outcome.errors == "") } else { #expect(outcome.errors.hasPrefix(c.errors)) }
    }

    @Test func `shows its help for the asking`() throws {
        for arguments in [["--help"], ["-h"], ["run", "--help"], ["help", "run"], ["help"]] {
            let outcome = try ProgramUnderTest.run(arguments)
            #expect(outcome.code == 0)
            #expect(outcome.output.contains("USAGE: cnb"))
            #expect(!outcome.output.contains("script-from-standard-input"))
        }
    }

    @Test func `explains a verb`() throws {
        let outcome = try ProgramUnderTest.run(["help", "quit"])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("quit"))
        #expect(try ProgramUnderTest.run(["help", "notaverb"]).code != 0)
    }

    @Test func `refuses a script that is not text`() throws {
        let path = NSTemporaryDirectory() + "cnb-binary-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ProgramUnderTest.path)
        process.arguments = ["-"]
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        process.standardError = Pipe()
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 3)
    }

    @Test func `says when standard output is full`() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        for arguments in [["-c", "let x = 1"], ["--version"], ["--json", "-c", "let x = 1"], ["help"]] {
            let outcome = try ProgramUnderTest.run(arguments, output: full)
            #expect(outcome.code == 1)
            #expect(outcome.errors == "error[unwritable-output]: standard output cannot be written to: no space left on device\n")
        }
    }

    @Test func `ends quietly when its reader goes away`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let outcome = try ProgramUnderTest.run(["-c", "let x = 1"], output: pipe.fileHandleForWriting)
        #expect(outcome.errors == "")
        #expect(outcome.wasSignalled && outcome.code == SIGPIPE)
    }

    @Test func `stops on SIGINT with 130`() throws {
        let null = try #require(FileHandle(forWritingAtPath: "/dev/null"))
        let outcome = try ProgramUnderTest.run(["-c", "for a in 1..9999 { for b in 1..100 { let x = $b } }"], output: null, interruptAfter: 0.5)
        #expect(outcome.code == 130)
        #expect(!outcome.wasSignalled)
        #expect(outcome.errors.hasPrefix("error[interrupted]: stopped before it was done\n"))
    }

    @Test func `writes no history`() throws {
        try HistoryTests.withFolder { folder in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ProgramUnderTest.path)
            process.arguments = ["-c", "let x = 1"]
            process.environment = ProgramUnderTest.environment.merging(["CNB_HISTORY": folder + "/history"]) { $1 }
            process.standardOutput = Pipe()
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }
}

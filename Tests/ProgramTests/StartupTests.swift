import Foundation
import Testing

@testable import cnb

struct StartupTests {
    /// A folder with a start-up file where a person's own lies.
    static func withFile(_ text: String, at path: String = "cnb/.cnbrc", _ body: (_ folder: String, _ path: String) throws -> Void) throws {
        try HistoryTests.withFolder { folder in
            let file = URL(fileURLWithPath: folder + "/" + path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            try body(folder, file.path)
        }
    }

    static let places: [([String: String], [String])] = [
        (["XDG_CONFIG_HOME": "/c", "HOME": "/h"], ["/c/cnb/.cnbrc", "/c/.cnbrc"]),
        (["XDG_CONFIG_HOME": "c", "HOME": "/h"], ["/h/.config/cnb/.cnbrc", "/h/.config/.cnbrc"]),
        (["HOME": "/h"], ["/h/.config/cnb/.cnbrc", "/h/.config/.cnbrc"]),
        ([:], []),
    ]

    @Test(arguments: places)
    func `lies where the environment says`(_ environment: [String: String], _ paths: [String]) { #expect(StartupFile.usualPaths(environment: environment) == paths) }

    @Test(arguments: ["cnb/.cnbrc", ".cnbrc"])
    func `is run before the first prompt, and shows nothing`(_ place: String) throws {
        try Self.withFile("# mine\nlet mine = 3\nset seed=5\n", at: place) { folder, _ in
            let terminal = try TerminalSession(environment: ["XDG_CONFIG_HOME": folder])
            #expect(try terminal.wait(for: "cnb> ") == "cnb \(Version.text) · help lists the verbs, Ctrl-D leaves · seed 5\ncnb> ")
            terminal.type("let x = $mine\r")
            try terminal.wait(for: "x = 3\n")
        }
    }

    @Test func `tells what fails, and where, and goes on to the prompt`() throws {
        try Self.withFile("let mine = 3\nload /nonexistent/x.csv\nlet other = 4\n") { folder, path in
            let terminal = try TerminalSession(environment: ["XDG_CONFIG_HOME": folder], columns: 400)
            let shown = try terminal.wait(for: "cnb> ")
            #expect(shown.contains("error[missing-file]"))
            #expect(shown.contains(" --> \(path):2:6\n"))
            terminal.type("let x = $mine\r")
            try terminal.wait(for: "x = 3\n")
            terminal.type("let y = $other\r")
            try terminal.wait(for: "nothing is named '$other'")
        }
    }

    @Test func `comes back after a crash without being run again`() throws {
        try Self.withFile("let mine = 3\nquit\nlet other = 4\n") { folder, path in
            let terminal = try TerminalSession(environment: ["XDG_CONFIG_HOME": folder])
            try terminal.waitForPrompt()
            try Data("let mine = 30\n".utf8).write(to: URL(fileURLWithPath: path))
            terminal.signal(SIGSEGV)
            try terminal.wait(for: "the session is back: mine\n")
            terminal.type("let x = $mine\r")
            try terminal.wait(for: "x = 3\n")
        }
    }

    @Test func `may be another, or none`() throws {
        try Self.withFile("let mine = 3\n") { folder, path in
            let environment = ["XDG_CONFIG_HOME": folder]
            try Self.withFile("let mine = 7\n", at: "other") { _, other in
                let terminal = try TerminalSession(["--init", other], environment: environment)
                try terminal.waitForPrompt()
                terminal.type("let x = $mine\r")
                try terminal.wait(for: "x = 7\n")
            }
            let without = try TerminalSession(["--no-init"], environment: environment)
            try without.waitForPrompt()
            without.type("let x = $mine\r")
            try without.wait(for: "nothing is named '$mine'")
            #expect(try TerminalSession(["--init", folder + "/none"]).waitForExit() == 2)
        }
    }

    @Test func `is run before a script only when it is named`() throws {
        try Self.withFile("let mine = 3\n") { folder, path in
            let environment = ["XDG_CONFIG_HOME": folder]
            #expect(try ProgramUnderTest.run(["-c", "let x = $mine"], environment: environment).code == 3)
            #expect(try ProgramUnderTest.run(["--no-init", "-c", "let x = $mine"], environment: environment).code == 3)
            for outcome in [try ProgramUnderTest.run(["--init", path, "-c", "let x = $mine"]), try ProgramUnderTest.run(["--init=\(path)", "-"], input: "let x = $mine")] {
                #expect(outcome.code == 0)
                #expect(outcome.output == "x = 3\n")
                #expect(outcome.errors == "")
            }
        }
    }

    static let failures: [(String, Int32, String)] = [
        ("load /nonexistent/x.csv\n", 4, "error[missing-file]"),
        ("let x = 1\nnotaverb\n", 3, "error[unknown-verb]"),
        ("edit\n", 3, "error[edit-unavailable]"),
    ]

    @Test(arguments: failures)
    func `ends a script when it fails`(_ text: String, _ code: Int32, _ told: String) throws {
        try Self.withFile(text) { _, path in
            let outcome = try ProgramUnderTest.run(["--init", path, "-c", "let x = 1"])
            #expect(outcome.code == code)
            #expect(outcome.output == "")
            #expect(outcome.errors.hasPrefix(told))
            #expect(outcome.errors.contains("--> \(path):"))
        }
    }

    static let refused: [([String], String)] = [
        (["--init", "/nonexistent/rc", "-c", "let x = 1"], "the start-up file '/nonexistent/rc' cannot be read: there is none"),
        (["--init", "/tmp", "-c", "let x = 1"], "the start-up file '/tmp' cannot be read: it is a folder"),
        (["--init", "x", "--no-init", "-c", "let x = 1"], "'--init' and '--no-init' exclude each other"),
        (["--init", "x", "run", "x.cnb"], "'--init' does not go with 'cnb run'"),
        (["--no-init", "check", "x.cnb"], "'--no-init' does not go with 'cnb check'"),
    ]

    @Test(arguments: refused)
    func `is refused where it means nothing`(_ arguments: [String], _ message: String) throws {
        let outcome = try ProgramUnderTest.run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("error[usage]: \(message)\n"))
    }
}

import Foundation
import Testing

@testable import cnb

/// `edit`, with editors that need nobody.
struct EditTests {
    static func terminal(_ environment: [String: String]) throws -> TerminalSession {
        let terminal = try TerminalSession(environment: environment)
        try terminal.waitForPrompt()
        terminal.type("let x = 1\r")
        try terminal.wait(for: "x = 1\n")
        try terminal.waitForPrompt()
        return terminal
    }

    @Test func `runs what the editor leaves, and remembers it`() throws {
        try HistoryTests.withFolder { folder in
            // VISUAL wins, and may hold arguments.
            let terminal = try Self.terminal(["VISUAL": "sed -i s/1/[2,\\\\n3]/", "EDITOR": "false", "CNB_HISTORY": folder + "/history"])
            terminal.type("edit\r")
            try terminal.wait(for: "waiting for the editor\ncnb> let x = [2,\n...> 3]\nx = [2, 3]\ncnb> ")
            #expect(History(path: folder + "/history").load() == ["let x = 1", "edit", "let x = [2,\n3]"])
            // The edited input is now the last one; the terminal is as before.
            terminal.type("\u{1B}[A | let y = 4\r")
            try terminal.wait(for: "y = 4\n")
        }
    }

    @Test func `opens the whole session when asked`() throws {
        let terminal = try Self.terminal(["EDITOR": "sed -i s/x/z/"])
        terminal.type("notaverb\r")
        try terminal.wait(for: "not a verb\n")
        terminal.type("let y = 2; list\r")
        try terminal.wait(for: "y = 2\n")
        terminal.type("edit all\r")
        try terminal.wait(for: "cnb> let z = 1\n...> let y = 2\n...> list\n")
        try terminal.wait(for: "z = 1\n")
    }

    static let nothingRun: [(String, String)] = [
        ("true", "not changed, so nothing is run\n"),
        ("truncate -s 0", "empty, so nothing is run\n"),
        ("false", "error[editor-failed]: 'false' ended with code 1, so nothing is run\n --> <input 2>:1:1\n"),
        ("no-such-editor-here", "error[editor-failed]: 'no-such-editor-here' ended with code 127"),
        ("kill -9 $$ #", "was ended by signal 9, so nothing is run\n"),
    ]

    @Test(arguments: nothingRun)
    func `runs nothing unless the editor ended well with another text`(_ editor: String, _ told: String) throws {
        let terminal = try Self.terminal(["EDITOR": editor])
        terminal.type("edit\r")
        try terminal.wait(for: told)
        try terminal.waitForPrompt()
        terminal.type("let y = $x\r")
        try terminal.wait(for: "y = 1\n")
    }

    @Test func `leaves nothing behind, and lets nobody read along`() throws {
        try HistoryTests.withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let terminal = try Self.terminal(["TMPDIR": folder, "EDITOR": "stat -c 'mode %a %n' \(folder)/*"])
            terminal.type("edit\r")
            try terminal.wait(for: "mode 700 \(folder)/cnb-edit-")
            try terminal.wait(for: "mode 600 \(folder)/cnb-edit-")
            try terminal.wait(for: "/input.cnb\n")
            try terminal.waitForPrompt()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func `finds an editor by itself`() {
        #expect(Editor.chosen(environment: ["VISUAL": " ", "EDITOR": "ed"])?.command == "ed")
        #expect(Editor.chosen(environment: ["PATH": "/nonexistent"]) == nil)
    }

    @Test func `is refused where nobody types`() throws {
        let outcome = try ProgramUnderTest.run(["-c", "let x = 1 | edit"])
        #expect(outcome.code == 3)
        #expect(outcome.errors.hasPrefix("error[edit-unavailable]: 'edit' works at the prompt"))
    }
}

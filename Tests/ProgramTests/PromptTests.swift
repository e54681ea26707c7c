import Foundation
import Testing

@testable import cnb

/// The real prompt in a pseudo-terminal. Only what the language itself knows is typed (`let`, `for`, `help`, `quit`), so that these
/// promises hold whatever the verbs become.
@Suite(.serialized)
struct PromptTests {
    @Test func `greets, and leaves on Ctrl-D`() throws {
        let terminal = try TerminalSession(["--seed", "7"])
        let greeting = try terminal.wait(for: "cnb> ")
        #expect(greeting.hasPrefix("cnb \(Version.text) · help lists the verbs, Ctrl-D leaves · seed 7\n"))
        terminal.type("\u{4}")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func `runs what is typed, and completes with Tab`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let answer = 6\r")
        try terminal.wait(for: "answer = 6\n")
        try terminal.waitForPrompt()
        terminal.type("let y = $an\t\r")
        try terminal.wait(for: "let y = $answer")
        try terminal.wait(for: "y = 6\n")
        terminal.type("qui\t\r")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func `lists the candidates at the second Tab`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let alpha = 1; let alps = 2\r")
        try terminal.wait(for: "alps = 2")
        try terminal.waitForPrompt()
        terminal.type("let z = $a\t\t\t")
        try terminal.wait(for: "$alpha  $alps")
        terminal.type("ha\r")
        try terminal.wait(for: "z = 1\n")
    }

    @Test func `says what is wanted at the second Tab, and leaves the line as it is`() throws {
        let terminal = try TerminalSession(columns: 60)
        try terminal.waitForPrompt()
        terminal.type("set see\t\t")
        let shown = try terminal.wait(for: "cnb> set seed=")
        #expect(shown.contains("set [seed=N] ... · seed: "))
        #expect(shown.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) < 60 })
        terminal.type("7 threads=2\u{1}\u{1B}f\u{1B}f\t\t")
        try terminal.wait(for: "cnb> set seed=7 threads=2")
        terminal.type("\r")
        try terminal.wait(for: "\nseed = 7\nthreads = 2\n")
    }

    @Test func `throws a line away on Ctrl-C`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let gone = 1")
        try terminal.wait(for: "let gone = 1")
        terminal.type("\u{3}")
        try terminal.waitForPrompt()
        terminal.type("let kept = 2 | let again = $kept\r")
        try terminal.wait(for: "again = 2\n")
        terminal.type("let z = $gone\r")
        try terminal.wait(for: "nothing is named '$gone'")
        // Also within a statement of several lines.
        try terminal.waitForPrompt()
        terminal.type("for k in [1] {\r")
        try terminal.wait(for: "...> ")
        terminal.type("\u{3}")
        try terminal.waitForPrompt()
        terminal.type("let kept = 3 | let again = $kept\r")
        try terminal.wait(for: "again = 3\n")
    }

    @Test func `stops a statement on Ctrl-C and goes on`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let before = 5\r")
        try terminal.wait(for: "before = 5\n")
        try terminal.waitForPrompt()
        terminal.type("for a in 1..9999 { for b in 1..100 { let x = $b; } }\r")
        try terminal.wait(for: "} }\n")
        Thread.sleep(forTimeInterval: 0.3)
        terminal.type("\u{3}")
        try terminal.wait(for: "error[interrupted]")
        try terminal.waitForPrompt()
        terminal.type("let after = $before\r")
        try terminal.wait(for: "after = 5\n")
        try terminal.waitForPrompt()
        terminal.type("\u{4}")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func `training that is stopped keeps the best epoch so far`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("simulate shop users=100 days=10 seed=1 | fit rnn seq=2 hidden=2 epochs=10000 patience=0\r")
        // The bar tells an epoch's number, and what the one before it gave.
        try terminal.wait(for: ", validation ")
        terminal.type("\u{3}")
        let shown = try terminal.wait(for: "log loss")
        #expect(shown.contains("stopped by Ctrl-C after ") && shown.contains(", the weights of epoch "))
        try terminal.waitForPrompt()
        terminal.type("\u{4}")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func `takes Ctrl-D for the end only on an empty line`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let x = 1\u{4} | let y = $x\r")
        try terminal.wait(for: "\ny = 1\n")
        try terminal.waitForPrompt()
        terminal.type("for k in [1] {\r")
        try terminal.wait(for: "...> ")
        terminal.type("\u{4}")
        try terminal.waitForPrompt()
        terminal.type("\u{4}")
        #expect(try terminal.waitForExit() == 0)
    }

    @Test func `goes on after a mistake, and names the input`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let x = 1\r")
        try terminal.wait(for: "x = 1\n")
        terminal.type("notaverb\r")
        let error = try terminal.wait(for: "not a verb\n")
        #expect(error.contains("error[unknown-verb]: no verb is named 'notaverb'"))
        #expect(error.contains(" --> <input 2>:1:1"))
        try terminal.waitForPrompt()
        terminal.type("let y = $x\r")
        try terminal.wait(for: "y = 1\n")
    }

    @Test func `keeps quiet after a final semicolon`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let x = 41;\r")
        try terminal.wait(for: "let x = 41;\n")
        let shown = try terminal.wait(for: "cnb> ")
        #expect(!shown.contains("x = 41"))
        terminal.type("let y = $x\r")
        try terminal.wait(for: "y = 41\n")
    }

    @Test func `asks for more lines until a statement is whole`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let list = [1,\r")
        try terminal.wait(for: "...> ")
        terminal.type("2]\r")
        try terminal.wait(for: "list = [1, 2]\n")
    }

    @Test func `takes pasted lines as they are, Tab included, and drops prompts of ours`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.paste("cnb> let a = 1\na = 1\ncnb> for k in [2, 3] {\n...> \tlet\tb = $k\n...> }\n")
        terminal.type("\r")
        try terminal.wait(for: "a = 1\nb = 2\nb = 3\n")
        try terminal.waitForPrompt()
        terminal.paste("let c = 4\nlet d = 5\n")
        terminal.type("\r")
        try terminal.wait(for: "c = 4\nd = 5\n")
    }

    @Test func `keeps whole statements in a private history, and brings them back`() throws {
        try HistoryTests.withFolder { folder in
            let environment = ["CNB_HISTORY": folder + "/state/history"]
            let first = try TerminalSession(environment: environment)
            try first.waitForPrompt()
            first.type("let x = 1\r")
            try first.waitForPrompt()
            // What was typed is safe before the session ends.
            #expect(History(path: folder + "/state/history").load() == ["let x = 1"])
            first.type("for k in [7, 8] {\r")
            try first.wait(for: "...> ")
            first.type("let x = $k }\r")
            try first.wait(for: "x = 8\n")
            try first.waitForPrompt()
            first.type("\u{4}")
            #expect(try first.waitForExit() == 0)
            #expect(History(path: folder + "/state/history").load() == ["let x = 1", "for k in [7, 8] {\nlet x = $k }"])
            try HistoryTests.expect(mode: 0o600, of: folder + "/state/history")
            let second = try TerminalSession(environment: environment)
            try second.waitForPrompt()
            second.type("\u{1B}[A\r")
            try second.wait(for: "x = 7\nx = 8\n")
        }
    }

    @Test func `tells in the session's history what was not run`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let x = 1\rlet y = $z\rlet x = 2\r")
        try terminal.wait(for: "x = 2\n")
        try terminal.waitForPrompt()
        terminal.type("history\r")
        try terminal.wait(for: "1  let x = 1   x\n–  let y = $z  not run: nothing is named '$z'")
        try terminal.wait(for: "2  let x = 2   x\n")
    }

    @Test func `finds an earlier statement with Ctrl-R, all of its lines`() throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("for k in [7] {\r")
        try terminal.wait(for: "...> ")
        terminal.type("let needle = $k }\r")
        try terminal.wait(for: "needle = 7\n")
        try terminal.waitForPrompt()
        terminal.type("let other = 1\r")
        try terminal.wait(for: "other = 1\n")
        try terminal.waitForPrompt()
        terminal.type("\u{12}need")
        // Only what changes is drawn, so the screen shows the search letter by letter.
        try terminal.wait(for: "reverse-i-search")
        Thread.sleep(forTimeInterval: 0.2)
        terminal.type("\r")
        try terminal.wait(for: "needle = 7\n")
    }

    @Test func `follows the terminal when its size changes`() throws {
        let terminal = try TerminalSession(columns: 120)
        try terminal.waitForPrompt()
        terminal.type("let kept = 1 |")
        try terminal.wait(for: "let kept = 1 |")
        terminal.resize(columns: 50)
        Thread.sleep(forTimeInterval: 0.2)
        terminal.type(" help set\r")
        let shown = try terminal.wait(for: "threads ")
        #expect(shown.contains("kept = 1\n"))
        // The table behind the line that was typed.
        let table = try terminal.wait(for: "cnb> ").split(separator: "\n").dropFirst()
        #expect(table.allSatisfy { DisplayWidth.of(String($0)) <= 50 })
    }

    @Test func `warns once when the history cannot be written`() throws {
        let terminal = try TerminalSession(environment: ["CNB_HISTORY": "/proc/none/history"])
        try terminal.waitForPrompt()
        terminal.type("let x = 1\r")
        try terminal.wait(for: "warning[history-not-written]")
        try terminal.wait(for: "x = 1\n")
        try terminal.waitForPrompt()
        terminal.type("let y = 2\r")
        let shown = try terminal.wait(for: "y = 2\n")
        #expect(!shown.contains("history-not-written"))
    }

    @Test func `colours by terminal unless told otherwise`() throws {
        let terminal = try TerminalSession(["--color", "always"])
        try terminal.waitForPrompt()
        terminal.type("notaverb\r")
        try terminal.wait(for: "error[unknown-verb]")
        #expect(terminal.isColoured)
        let plain = try TerminalSession()
        try plain.waitForPrompt()
        plain.type("notaverb\r")
        try plain.wait(for: "error[unknown-verb]")
        #expect(!plain.isColoured)
    }

    @Test func `refuses --json at the prompt`() throws {
        let terminal = try TerminalSession(["--json"])
        #expect(try terminal.waitForExit() == 2)
    }
}

import Foundation
import Testing

@testable import cnb

/// A crash of one statement never ends the session.
struct CrashTests {
    static let endless = "for a in 1..9999 { for b in 1..100 { let x = $b; } }"

    @Test func `makes the session again without the statement that crashed`() throws {
        try HistoryTests.withFolder { folder in
            let terminal = try TerminalSession(environment: ["CNB_HISTORY": folder + "/history"])
            try terminal.waitForPrompt()
            terminal.type("let before = 5 | set seed=9 | let lost = 6 | drop lost\r")
            try terminal.wait(for: "dropped lost\n")
            try terminal.waitForPrompt()
            terminal.type(Self.endless + "\r")
            try terminal.wait(for: "} }\n")
            // On a busy machine a statement begins late.
            Thread.sleep(forTimeInterval: 3)
            terminal.signal(SIGSEGV)
            let told = try terminal.wait(for: "the session is back: before\n")
            #expect(told.contains("error[crash]: cnb crashed in this statement (SIGSEGV), which is a bug of ours\n --> <input 2>:1:1\n"))
            #expect(told.contains("note[rebuilding]: the session is made again by 4 of its statements\n"))
            try terminal.waitForPrompt()
            terminal.type("set | let after = $before | notaverb\r")
            try terminal.wait(for: " --> <input 3>:1:")
            try terminal.waitForPrompt()
            terminal.type("set | let after = $before\r")
            try terminal.wait(for: "seed = 9\n")
            try terminal.wait(for: "after = 5\n")
            try terminal.waitForPrompt()
            // The history is whole, and Ctrl-C works as before.
            terminal.type("\u{1B}[A\u{1B}[A\u{1B}[A\r")
            try terminal.wait(for: Self.endless + "\n")
            // On a busy machine a statement begins late.
            Thread.sleep(forTimeInterval: 3)
            terminal.type("\u{3}")
            try terminal.wait(for: "error[interrupted]")
            try terminal.waitForPrompt()
            terminal.type("\u{4}")
            #expect(try terminal.waitForExit() == 0)
        }
    }

    @Test(arguments: [(SIGABRT, "SIGABRT"), (SIGBUS, "SIGBUS"), (SIGFPE, "SIGFPE"), (SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP")])
    func `survives while it waits, whatever the signal`(_ signal: Int32, _ name: String) throws {
        let terminal = try TerminalSession()
        try terminal.waitForPrompt()
        terminal.type("let x = 1\r")
        try terminal.wait(for: "x = 1\n")
        try terminal.waitForPrompt()
        // As often as it must, for each time the session is whole again.
        for _ in 0..<5 {
            terminal.type("half a line")
            try terminal.wait(for: "half a line")
            terminal.signal(signal)
            try terminal.wait(for: "error[crash]: cnb crashed while it waited for input (\(name))")
            try terminal.wait(for: "the session is back: x\n")
            try terminal.waitForPrompt()
        }
        terminal.type("let y = $x\r")
        try terminal.wait(for: "y = 1\n")
    }

    @Test func `ends a script by the signal`() throws {
        let null = try #require(FileHandle(forWritingAtPath: "/dev/null"))
        let outcome = try ProgramUnderTest.run(["-c", Self.endless], output: null, interruptAfter: 0.3, signal: SIGSEGV, environment: ["SWIFT_BACKTRACE": "enable=no"])
        #expect(outcome.wasSignalled)
        #expect(outcome.code == SIGSEGV)
        #expect(!outcome.errors.contains("error[crash]"))
    }
}

/// What a program leaves to the one that takes its place; both are this one here.
struct JournalTests {
    /// What the next program reads after a crash by `signal`.
    static func afterCrash(of journal: Journal, signal: Int32 = SIGSEGV) throws -> Journal {
        let line = Array("crash \(signal)\n".utf8)
        #expect(line.withUnsafeBytes { write(journal.descriptor, $0.baseAddress, $0.count) } == line.count)
        return try #require(Journal(environment: [Journal.variable: String(dup(journal.descriptor))]))
    }

    @Test func `keeps what was run, and marks what crashed`() throws {
        let journal = Journal()
        journal.begin("set seed=1", input: 0)
        journal.end(.made)
        journal.begin("let x = \"a\\nb\"\n", input: 1)
        journal.end(.made)
        journal.begin("load missing", input: 2)
        journal.end(.dropped)
        journal.begin("list", input: 3)
        journal.end(.shown)
        journal.begin("for k in [1] {\n  let y = $k\n}", input: 4)
        #expect(journal.crash == nil)
        let next = try Self.afterCrash(of: journal)
        #expect(
            next.entries == [
                .init(input: 0, text: "set seed=1", outcome: .made), .init(input: 1, text: "let x = \"a\\nb\"\n", outcome: .made),
                .init(input: 2, text: "load missing", outcome: .dropped), .init(input: 3, text: "list", outcome: .shown),
                .init(input: 4, text: "for k in [1] {\n  let y = $k\n}", outcome: .crashed),
            ])
        #expect(next.crash == .init(signal: SIGSEGV, entry: 4, inARow: 1))
    }

    @Test func `marks what crashes when it is run again, and counts crashes until the session is whole`() throws {
        let journal = Journal()
        for input in 1...2 {
            journal.begin("let x = \(input)", input: input)
            journal.end(.made)
        }
        let second = try Self.afterCrash(of: journal, signal: SIGABRT)
        #expect(second.crash == .init(signal: SIGABRT, entry: nil, inARow: 1))
        second.repeated(0)
        second.end(.made)
        second.repeated(1)
        let third = try Self.afterCrash(of: second)
        #expect(third.crash == .init(signal: SIGSEGV, entry: 1, inARow: 2))
        #expect(third.entries.map(\.outcome) == [.made, .crashed])
        third.rebuilt()
        let fourth = try Self.afterCrash(of: third)
        #expect(fourth.crash == .init(signal: SIGSEGV, entry: nil, inARow: 1))
        fourth.clear()
        #expect(try Self.afterCrash(of: fourth).entries == [])
    }

    @Test(arguments: ["", "0", "1", "-1", "99999", "x"])
    func `is not taken from somebody else`(_ value: String) { #expect(Journal(environment: [Journal.variable: value]) == nil) }
}

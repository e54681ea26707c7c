import Testing

@testable import cnb

struct ColourTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let choice: ColourChoice
        let isTerminal: Bool
        let environment: [String: String]
        let isColoured: Bool
        init(_ choice: ColourChoice, terminal: Bool, _ environment: [String: String], _ isColoured: Bool) {
            self.choice = choice
            isTerminal = terminal
            self.environment = environment
            self.isColoured = isColoured
        }
        var testDescription: String { "\(choice) \(isTerminal ? "terminal" : "pipe") \(environment)" }
    }

    static let cases = [
        Case(.auto, terminal: true, [:], true),
        Case(.auto, terminal: false, [:], false),
        Case(.auto, terminal: true, ["NO_COLOR": "1"], false),
        Case(.auto, terminal: true, ["NO_COLOR": ""], true),
        Case(.auto, terminal: true, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        Case(.auto, terminal: false, ["CLICOLOR_FORCE": "1"], true),
        Case(.auto, terminal: false, ["CLICOLOR_FORCE": "0"], false),
        Case(.auto, terminal: false, ["FORCE_COLOR": "1"], true),
        Case(.auto, terminal: false, ["FORCE_COLOR": ""], false),
        Case(.auto, terminal: true, ["TERM": "dumb"], false),
        Case(.auto, terminal: true, ["TERM": "dumb", "FORCE_COLOR": "3"], true),
        Case(.always, terminal: false, ["NO_COLOR": "1", "TERM": "dumb"], true),
        Case(.never, terminal: true, ["FORCE_COLOR": "1"], false),
    ]

    @Test(arguments: cases)
    func `follows the order of option, environment and terminal`(_ c: Case) {
        #expect(c.choice.isColoured(isTerminal: c.isTerminal, environment: c.environment) == c.isColoured)
    }

    @Test func `lets colours of drawings through, and nothing else`() {
        #expect(TerminalText.keepingColours("\u{1B}[1;31mred\u{1B}[0m\nnext") == "\u{1B}[1;31mred\u{1B}[0m\nnext")
        #expect(TerminalText.keepingColours("a\u{1B}]0;title\u{07}b\u{1B}[2Jc\u{1B}") == "a\u{FFFD}]0;title\u{FFFD}b\u{FFFD}[2Jc\u{FFFD}")
        #expect(TerminalText.printable("a\tb\r\nc\u{9B}") == "a    b\nc\u{FFFD}")
    }
}

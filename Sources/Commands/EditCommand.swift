import Diagnostics
import Language

/// Opens the person's editor on what they typed.
struct EditCommand: Command {
    static let all = Parameter<Bool>.keyword("all", "every statement of the session that worked, instead of the last input")

    static let signature = Signature(
        "edit", group: .keep, summary: "Change the last input, or the whole session, in your editor, and run what you leave.",
        details: """
            Opens the program that VISUAL names, else EDITOR, else the system's own. What you save is shown, run and kept in the history as if you had typed it;
            a text that was not changed, or an editor that ends with an error, runs nothing. Works at the prompt only.
            """,
        examples: [Example("let k = 5 | edit all", prints: "waiting for the editor")]
    ) { all }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        try checkPerson(call)
        return Outline([])
    }

    private static func checkPerson(_ call: Call) throws(Diagnostic) {
        guard !call.context.isInteractive else { return }
        throw Diagnostic("edit-unavailable", "'edit' works at the prompt, where there is somebody to edit", category: .syntax, at: call.span, hint: "'cnb' without arguments is the prompt")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        try Self.checkPerson(call)
        var outcome = Outcome.shown([.text("waiting for the editor")])
        outcome.effects = [.edit(all: try call[Self.all])]
        return outcome
    }
}

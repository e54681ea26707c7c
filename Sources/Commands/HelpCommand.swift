import Diagnostics
import Language

/// Says what verbs there are, or all about one, a topic of the language or the code of an error.
struct HelpCommand: Command {
    static let words = Parameter<[String]>.words("word", "a verb with or without its form, a topic, or the code of an error; 'search' and words to look for", completion: .verb)

    static let signature = Signature(
        "help", group: .keep, summary: "List the verbs, or explain one with examples; a topic; the code of an error; or search all of it.",
        details: """
            'help VERB' explains a verb, 'help VERB FORM' one of its forms, such as a model of 'fit' or a chart of 'plot'; the form alone will do where no verb bears its name.
            'help search WORDS' lists the pages in whose texts all the words are found. Each error, warning and note has a code, and 'help CODE' explains it. ?VERB is short
            for 'help VERB'.
            """,
        isAboutSession: true,
        examples: [
            Example("help sample", prints: "sample SHARE [seed=N]"), Example("help plot roc", prints: "plot roc [to=FILE]"), Example("help search silhouette", prints: "elbow"),
            Example("help unknown-option", prints: "has no such option"),
        ]
    ) { words }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let help = Help(catalogue: call.context.catalogue)
        let words = try call[Self.words]
        guard let first = words.first else { return .shown([.text(help.overview(width: call.context.width))]) }
        if first == "search" {
            guard words.count > 1 else {
                throw Diagnostic("missing-argument", "'help search' needs words to look for", category: .syntax, at: call.span(of: Self.words), hint: "help search clusters")
            }
            return .shown([.text(help.search(Array(words.dropFirst())).text(width: call.context.width))])
        }
        return .shown([.text(try help.page(words, at: call.span(of: Self.words)).text(width: call.context.width))])
    }
}

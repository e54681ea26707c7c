import Language

/// The manual of the program as Markdown: the pages of help, joined by an index.
public struct Manual: Sendable {
    /// A page of the manual: a file of its own, or a part of the whole.
    public struct Page: Sendable {
        /// The name of its file, without the ending: `fit`.
        public let name: String
        public let markdown: String
    }

    private let help: Help
    private let program: [(title: String, text: String)]
    private let output: @Sendable (Example) -> String

    /// - Parameters:
    ///   - program: how the program is called, as it says itself: a title and a text each.
    ///   - output: what an example prints, or a piece of it.
    public init(catalogue: Catalogue, program: [(title: String, text: String)], output: @escaping @Sendable (Example) -> String) {
        help = Help(catalogue: catalogue)
        self.program = program
        self.output = output
    }

    /// The index with links to the pages, `README.md` of the folder that holds them.
    public var index: String {
        index(level: 1) { page, _ in "\(page).md" }
    }

    /// The pages of the verbs, of the topics and of the program.
    public var pages: [Page] {
        parts(level: 1).map { Page(name: $0.name, markdown: $0.markdown + "\n[All of the manual](README.md)\n") }
    }

    /// Index and pages in one text.
    public var whole: String {
        ([index(level: 1) { _, heading in "#" + Self.anchor(heading) }] + parts(level: 2).map(\.markdown)).joined(separator: "\n")
    }

    /// The pages without the link back: their names and texts, with headings from `level` on.
    private func parts(level: Int) -> [(name: String, markdown: String)] {
        let verbs = help.catalogue.commands.map { $0.signature }.map { signature in
            let pages = [HelpPage(signature).markdown(level: level, isCode: true, output: output)] + signature.variants.map { HelpPage(signature, $0).markdown(level: level + 1, isCode: true, output: output) }
            return (name: signature.verb, markdown: pages.joined(separator: "\n"))
        }
        let topics = HelpTopic.all.map { (name: Self.file($0), markdown: $0.page.markdown(level: level, isCode: false, output: output)) }
        return verbs + topics + [(name: "program", markdown: programPage(level: level))]
    }

    /// A topic may bear the name of a verb's page.
    private static func file(_ topic: HelpTopic) -> String { "topic-\(topic.word)" }

    private func index(level: Int, link: (_ page: String, _ heading: String) -> String) -> String {
        let marks = String(repeating: "#", count: level)
        var parts = [
            "\(marks) The manual of cnb",
            """
            Written by `cnb help --markdown` from what the program itself knows of each verb; `help VERB` at the prompt shows the same. Below an example
            stands what its last statement prints, or the beginning of it. Every example is run by the tests.
            """,
        ]
        for group in Signature.Group.allCases {
            let signatures = help.catalogue.commands.map { $0.signature }.filter { $0.group == group }
            guard !signatures.isEmpty else { continue }
            parts.append("\(marks)# \(group.rawValue)")
            parts.append(
                HelpPage.table(
                    ["verb", "what it does"],
                    signatures.map { signature in
                        let forms = signature.variants.map { "`\($0.word)`" }.joined(separator: " ")
                        return ["[`\(signature.verb)`](\(link(signature.verb, signature.verb)))", HelpPage.escaped(signature.summary) + (forms.isEmpty ? "" : " Forms: \(forms).")]
                    }))
        }
        parts.append("\(marks)# Topics")
        parts.append(
            HelpPage.table(
                ["topic", "what it is about"],
                HelpTopic.all.map { ["[\($0.word)](\(link(Self.file($0), $0.word)))", HelpPage.escaped($0.page.summary)] }
                    + [["[program](\(link("program", "program")))", "How `cnb` is called: its commands and options."]]))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func programPage(level: Int) -> String {
        let marks = String(repeating: "#", count: level)
        let sections = program.map { "\(marks)# `\($0.title)`\n\n```text\n\($0.text)\n```" }
        return (["\(marks) Program", "How `cnb` is called: its commands and options."] + sections).joined(separator: "\n\n") + "\n"
    }

    /// The anchor that GitHub and its like make of a heading.
    private static func anchor(_ heading: String) -> String {
        String(heading.lowercased().compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil })
    }
}

import Diagnostics
import Language

/// All pages of help over a catalogue of verbs.
struct Help: Sendable {
    let catalogue: Catalogue

    private var signatures: [Signature] { catalogue.commands.map { $0.signature } }

    /// Every page but those of the codes: verbs with their forms in the order of the catalogue, then topics.
    var pages: [HelpPage] {
        signatures.flatMap { signature in [HelpPage(signature)] + signature.variants.map { HelpPage(signature, $0) } } + HelpTopic.all.map(\.page)
    }

    // One page

    /// The page that words ask for.
    ///
    /// - Throws: `unknown-topic`, `unknown-verb` or `unknown-form`, with the nearest word.
    func page(_ words: [String], at span: SourceSpan) throws(Diagnostic) -> HelpPage {
        let word = words[0]
        guard let signature = catalogue.signature(word) else {
            let page = topic(word)
            guard let page, words.count == 1 else { throw unknown(page == nil ? word : words.joined(separator: " "), at: span) }
            return page
        }
        guard words.count > 1 else { return HelpPage(signature) }
        guard words.count == 2, let variant = signature.variant(words[1]) else {
            let forms = signature.variants.map(\.word)
            let near = nearest(to: words[1], in: forms).map { "did you mean '\($0)'?" }
            throw Diagnostic(
                "unknown-form", "'\(word)' has no form '\(words.dropFirst().joined(separator: " "))'", category: .syntax, at: span, label: "not a form of '\(word)'",
                hint: near ?? (forms.isEmpty ? "'help \(word)' says all of it" : "its forms are \(forms.joined(separator: ", "))"))
        }
        return HelpPage(signature, variant)
    }

    /// The topic, the form of a verb or the code that one word stands for.
    private func topic(_ word: String) -> HelpPage? {
        if let topic = HelpTopic.named(word) { return topic.page }
        for signature in signatures { if let variant = signature.variant(word) { return HelpPage(signature, variant) } }
        return DiagnosticCode.named(word).map(Self.page)
    }

    private static func page(_ code: DiagnosticCode) -> HelpPage { HelpPage(topic: code.code, summary: code.meaning, sections: []) }

    private func unknown(_ word: String, at span: SourceSpan) -> Diagnostic {
        let words = catalogue.verbs + HelpTopic.all.map(\.word) + signatures.flatMap { $0.variants.map(\.word) } + DiagnosticCode.all.map(\.code)
        let near = nearest(to: word, in: words).map { "did you mean '\($0)'?" }
        return Diagnostic(
            "unknown-topic", "help has no page '\(word)'", category: .syntax, at: span, label: "not a verb or topic", hint: near ?? "'help' lists the verbs, 'help search \(word)' looks into all pages")
    }

    // All of it

    /// The verbs by their groups, and how to read on.
    func overview(width: Int) -> String {
        var lines: [String] = []
        let column = catalogue.verbs.map { TextWidth.columns($0) }.max() ?? 0
        func row(_ name: String, _ text: String) {
            lines += TextFlow.wrapped(text.split(separator: " ").map(String.init), to: width, first: "  \(name.padded(to: column))  ", others: String(repeating: " ", count: column + 4))
        }
        for group in Signature.Group.allCases {
            let signatures = signatures.filter { $0.group == group }
            guard !signatures.isEmpty else { continue }
            lines.append(group.rawValue)
            for signature in signatures { row(signature.verb, signature.summary) }
            if group == .keep { row("let", "Name a plain value: let k = 5, then $k; see 'help statements'.") }
        }
        lines.append("")
        for text in [
            "A statement is VERB words options [on NAME] [as NAME]; statements stand on lines or between '|'.",
            "'help VERB' explains one, with examples; 'help fit lstm' and 'help plot roc' their forms. 'help search WORDS' looks into all pages, 'help CODE' explains an error.",
            "Topics: \(HelpTopic.all.map { "help \($0.word)" }.joined(separator: ", ")).",
        ] { lines += TextFlow.wrapped(text, to: width) }
        return lines.joined(separator: "\n")
    }

    // Search

    /// The pages in whose texts all words are found, those first that bear them in their name or summary, each with the place where the words stand.
    func search(_ words: [String]) -> HelpPage {
        let wanted = words.map { $0.lowercased() }
        var found: [(rank: Int, entry: HelpPage.Entry)] = []
        for page in pages.filter({ $0.topic != HelpTopic.codes.word }) + DiagnosticCode.all.map(Self.page) {
            guard let hit = page.hit(wanted) else { continue }
            found.append((hit.rank, HelpPage.Entry("help \(page.topic)", hit.text)))
        }
        // Equal ranks keep the order of the pages.
        let ordered = found.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element.entry)
        let shown = Array(ordered.prefix(Self.mostFound))
        let what = words.joined(separator: " ")
        guard !shown.isEmpty else { return HelpPage(topic: "search \(what)", summary: "No page of help holds '\(what)'; 'help' lists the verbs and topics.", sections: []) }
        let rest = ordered.count > shown.count ? ", the first \(shown.count) of them" : ""
        return HelpPage(
            topic: "search \(what)", summary: "\(ordered.count) page\(ordered.count == 1 ? "" : "s") of help with '\(what)'\(rest):", sections: [.init("pages", .entries(shown))])
    }

    private static let mostFound = 20
}

extension HelpPage {
    /// How well the page fits words of lower case, 0 being best, and what to show of it; none where a word is nowhere in it.
    fileprivate func hit(_ words: [String]) -> (rank: Int, text: String)? {
        func holds(_ text: String) -> Bool {
            let text = text.lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        if holds(topic) { return (0, summary) }
        if holds(summary) { return (1, summary) }
        let entries = sections.flatMap { $0.content.texts }
        if let entry = entries.first(where: { holds("\($0.name) \($0.text)") }) { return (2, entry.name.isEmpty ? summary : "\(entry.name): \(entry.text)") }
        return holds(([topic, summary] + entries.map { "\($0.name) \($0.text)" }).joined(separator: " ")) ? (3, summary) : nil
    }
}

extension HelpPage.Content {
    /// What is said, name by name; prose has no name.
    fileprivate var texts: [HelpPage.Entry] {
        switch self {
        // A verb that is used in the example of another is found on its own page.
        case .examples, .usages: []
        case .options(let parameters): parameters.map { .init($0.written, $0.help) }
        case .entries(let entries): entries
        case .prose(let text), .verbatim(let text): [.init("", text)]
        }
    }
}

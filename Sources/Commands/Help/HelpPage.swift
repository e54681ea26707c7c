import Language

/// A page of help in pieces that a terminal and Markdown both show.
struct HelpPage: Sendable {
    /// What stands behind `help` to read it: `fit lstm`, `expressions`, `unknown-verb`.
    let topic: String
    /// One sentence.
    let summary: String
    let sections: [Section]

    struct Section: Sendable {
        let title: String
        let content: Content

        init(_ title: String, _ content: Content) {
            self.title = title
            self.content = content
        }
    }

    enum Content: Sendable {
        case examples([Example])
        /// Ways to write something; each in parts that are not broken.
        case usages([[String]])
        case options([ParameterDescription])
        case entries([Entry])
        /// Paragraphs stand apart by an empty line.
        case prose(String)
        /// Lines that stand as they are.
        case verbatim(String)
    }

    /// A name and what it means.
    struct Entry: Sendable {
        let name: String
        let text: String
        init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Paragraphs, each on one line.
    static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).split { $0.allSatisfy { $0 == " " } }
            .map { $0.joined(separator: " ").split(separator: " ").joined(separator: " ") }
    }
}

extension ParameterDescription {
    /// What it takes and what it is when it is not given, beside what the usage line says of it: `whole number in 1...1024; 8 unless given`.
    var takes: String {
        var parts: [String] = []
        // Of a file, a name or a word to choose the usage says it all.
        let isSaid = form != .value || (!choices.isEmpty && choices.count <= 6)
        if !isSaid { parts.append(typeText) }
        if let defaultText { parts.append("\(defaultText) unless given") } else if isRequired { parts.append("required") }
        return parts.joined(separator: "; ")
    }
}

import Diagnostics

extension HelpPage {
    /// The page in lines of at most `width` columns.
    func text(width: Int) -> String {
        let width = max(40, width)
        var lines = TextFlow.wrapped(summary, to: width)
        for section in sections {
            lines += [""] + TextFlow.wrapped(section.title, to: width)
            lines += Self.lines(section.content, width: width)
        }
        return lines.joined(separator: "\n")
    }

    private static func lines(_ content: Content, width: Int) -> [String] {
        switch content {
        case .examples(let examples): examples.flatMap { $0.script.split(separator: "\n").flatMap { script(String($0), width: width) } }
        case .usages(let usages): usages.flatMap { TextFlow.wrapped($0, to: width, first: "  ", others: "      ") }
        case .options(let parameters):
            entries(
                parameters.map { parameter in
                    Entry(parameter.written, parameter.help + (parameter.takes.isEmpty ? "" : " (\(parameter.takes))"))
                }, width: width)
        case .entries(let list): entries(list, width: width)
        case .prose(let text): Array(paragraphs(text).map { TextFlow.wrapped("  " + $0, to: width) }.joined(separator: [""]))
        case .verbatim(let text): text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  " + $0 }
        }
    }

    /// A script on one line, broken before a `|` where it is too long.
    private static func script(_ line: String, width: Int) -> [String] {
        let parts = line.split(separator: " | ").map(String.init)
        return TextFlow.wrapped(parts.enumerated().map { $0.offset == 0 ? $0.element : "| " + $0.element }, to: width, first: "  ", others: "    ")
    }

    /// Names with their texts beside them; a name that is too long for its column stands on a line of its own.
    private static func entries(_ entries: [Entry], width: Int) -> [String] {
        let most = min(24, width / 3)
        let column = entries.map { TextWidth.columns($0.name) }.filter { $0 <= most }.max() ?? 4
        let indent = String(repeating: " ", count: column + 4)
        return entries.flatMap { entry -> [String] in
            let words = entry.text.split(separator: " ").map(String.init)
            guard TextWidth.columns(entry.name) <= column else {
                return ["  " + entry.name] + TextFlow.wrapped(words, to: width, first: indent, others: indent)
            }
            guard !words.isEmpty else { return ["  " + entry.name] }
            return TextFlow.wrapped(words, to: width, first: "  " + entry.name.padded(to: column) + "  ", others: indent)
        }
    }
}

extension String {
    /// Filled with blanks to so many columns of a terminal.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - TextWidth.columns(self))) }
}

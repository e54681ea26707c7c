import Language

extension HelpPage {
    /// The page as Markdown.
    ///
    /// - Parameters:
    ///   - level: of its heading; those of its sections are one below.
    ///   - isCode: whether the heading is what a person types.
    ///   - output: what an example prints.
    func markdown(level: Int, isCode: Bool, output: (Example) -> String) -> String {
        let title = isCode ? "`\(topic)`" : topic.prefix(1).uppercased() + topic.dropFirst()
        var parts = ["\(String(repeating: "#", count: level)) \(title)", Self.escaped(summary)]
        for section in sections {
            parts.append("\(String(repeating: "#", count: level + 1)) \(section.title.prefix(1).uppercased() + section.title.dropFirst())")
            parts.append(Self.markdown(section.content, output))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func markdown(_ content: Content, _ output: (Example) -> String) -> String {
        switch content {
        case .examples(let examples):
            return examples.map { fence("cnb> \($0.script.replacing("\n", with: "\n...> "))\n\(output($0))", "console") }.joined(separator: "\n\n")
        case .usages(let usages): return fence(usages.map { $0.joined(separator: " ") }.joined(separator: "\n"), "text")
        case .options(let parameters):
            let rows = parameters.map { parameter in
                let takes = parameter.form == .keyword ? "the word" : parameter.typeText
                let fallback = parameter.defaultText.map(code) ?? (parameter.isRequired ? "required" : "")
                return [code(parameter.written), escaped(takes), fallback, escaped(parameter.help)]
            }
            return table(["option", "takes", "default", "meaning"], rows)
        case .entries(let entries): return table(["", "meaning"], entries.map { [code($0.name), escaped($0.text)] })
        case .prose(let text): return paragraphs(text).map(escaped).joined(separator: "\n\n")
        case .verbatim(let text): return fence(text, "text")
        }
    }

    static func table(_ titles: [String], _ rows: [[String]]) -> String {
        let lines = [titles, titles.map { _ in "---" }] + rows
        return lines.map { "| \($0.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    /// A code span; in a table its bars are escaped by `table`.
    static func code(_ text: String) -> String {
        guard text.contains("`") else { return "`\(text)`" }
        return "`` \(text) ``"
    }

    private static func fence(_ text: String, _ language: String) -> String {
        let marks = text.contains("```") ? "~~~~" : "```"
        return "\(marks)\(language)\n\(text)\n\(marks)"
    }

    /// Plain text whose signs Markdown is not to take for its own. What stands between backquotes is code and stays.
    static func escaped(_ text: String) -> String {
        var result = ""
        var isCode = false
        for character in text {
            if character == "`" { isCode.toggle() }
            if !isCode, "\\*_<>[]#$".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}

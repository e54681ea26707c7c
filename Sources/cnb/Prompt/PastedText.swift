/// Text that was copied from somewhere and put into the prompt.
enum PastedText {
    /// What the prompt shows before the first line of an input, and before its further lines.
    static let prompt = "cnb> "
    static let continuation = "...> "

    /// The text as it should stand on the line: with plain line ends, and none at its end. If it was copied from a session of ours, only
    /// what was typed there is kept: prompts and the output between them fall away.
    static func cleaned(_ text: String) -> String {
        var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { line in line.filter { $0 == "\t" || !isControl($0) } }
        while lines.count > 1, lines.last?.allSatisfy({ $0 == " " || $0 == "\t" }) == true { lines.removeLast() }
        return withoutPrompts(lines).joined(separator: "\n")
    }

    /// The lines that were typed at a prompt of ours, if the first one was; else all lines.
    static func withoutPrompts(_ lines: [String]) -> [String] {
        guard let first = lines.first(where: { !$0.isEmpty }), typed(first) != nil else { return lines }
        return lines.compactMap(typed)
    }

    /// What stands behind a prompt of ours; none when the line begins otherwise.
    private static func typed(_ line: String) -> String? {
        for prompt in [prompt, continuation] {
            if line.hasPrefix(prompt) { return String(line.dropFirst(prompt.count)) }
            // A prompt with nothing behind it, whose blank an editor took away.
            if line == prompt.dropLast() { return "" }
        }
        return nil
    }

    private static func isControl(_ character: Character) -> Bool { character.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0x7F } }
}

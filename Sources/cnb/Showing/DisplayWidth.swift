import Diagnostics

/// Text cut and filled to columns of a terminal.
enum DisplayWidth {
    /// The columns of a text without control characters: wide characters take two, combining ones none.
    static func of(_ text: String) -> Int { TextWidth.columns(text) }

    /// The text in at most `width` columns, with `…` for what was cut off.
    static func cut(_ text: String, to width: Int) -> String {
        if of(text) <= width { return text }
        guard width > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let next = TextWidth.columns(character)
            if used + next > width - 1 { break }
            result.append(character)
            used += next
        }
        return result + "…"
    }

    /// The text filled with blanks to `width` columns.
    static func padded(_ text: String, to width: Int, right: Bool) -> String {
        let blanks = String(repeating: " ", count: max(0, width - of(text)))
        return right ? blanks + text : text + blanks
    }
}

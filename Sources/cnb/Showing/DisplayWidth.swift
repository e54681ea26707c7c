import Diagnostics

/// Text cut and filled to columns of a terminal.
enum DisplayWidth {
    /// The columns of a text without control characters: wide characters take two, combining ones none.
    static func of(_ text: String) -> Int { TextWidth.columns(text) }

    /// The text in at most `width` columns, with `…` for what was cut off.
    static func cut(_ text: String, to width: Int) -> String {
        if of(text) <= width { return text }
        return width > 0 ? prefix(text, within: width - 1) + "…" : ""
    }

    /// The text in at most `width` columns, with `…` for what was cut out of its middle: `recency mean` and `recency median` stay apart.
    static func cutInside(_ text: String, to width: Int) -> String {
        if of(text) <= width { return text }
        let ending = suffix(text, within: (width - 1) / 2)
        return prefix(text, within: width - 1 - of(ending)) + (width > 0 ? "…" : "") + ending
    }

    private static func prefix(_ text: some Sequence<Character>, within width: Int) -> String {
        var result = ""
        var used = 0
        for character in text {
            used += TextWidth.columns(character)
            if used > width { break }
            result.append(character)
        }
        return result
    }

    private static func suffix(_ text: String, within width: Int) -> String { String(prefix(text.reversed(), within: width).reversed()) }

    /// The text filled with blanks to `width` columns.
    static func padded(_ text: String, to width: Int, right: Bool) -> String {
        let blanks = String(repeating: " ", count: max(0, width - of(text)))
        return right ? blanks + text : text + blanks
    }
}

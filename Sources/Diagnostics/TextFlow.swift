/// Running text in lines of a width.
public enum TextFlow {
    /// Lines of at most `width` columns, broken at blanks; a longer word stands alone on its line. The blanks that the text begins with stand before each line.
    ///
    /// - Parameters:
    ///   - hanging: how much further in the lines after the first stand.
    ///   - columns: how wide a piece is shown.
    public static func wrapped(_ text: String, to width: Int, hanging: Int = 0, columns: (String) -> Int = { TextWidth.columns($0) }) -> [String] {
        guard columns(text) > width else { return [text] }
        let indent = String(text.prefix { $0 == " " })
        return wrapped(text.split(separator: " ").map(String.init), to: width, first: indent, others: indent + String(repeating: " ", count: hanging), columns: columns)
    }

    /// Lines of at most `width` columns made of parts that are never broken, such as the options of a usage line.
    ///
    /// - Parameters:
    ///   - first: stands before the first line.
    ///   - others: stands before each of the others.
    ///   - columns: how wide a piece is shown.
    public static func wrapped(_ parts: [String], to width: Int, first: String, others: String, columns: (String) -> Int = { TextWidth.columns($0) }) -> [String] {
        var lines: [String] = []
        var line = first
        var isFresh = true
        for part in parts {
            let candidate = isFresh ? line + part : line + " " + part
            if !isFresh, columns(candidate) > width {
                lines.append(line)
                line = others + part
            } else {
                line = candidate
            }
            isFresh = false
        }
        return lines + [line]
    }
}

extension Diagnostic {
    /// The diagnostic as a person reads it: a headline, the place, the line with a caret under the exact words, notes and a hint.
    ///
    /// - Parameter colour: whether ANSI colours may be used.
    public func rendered(colour: Bool = false) -> String {
        func paint(_ text: String, _ codes: String) -> String { colour ? "\u{1B}[\(codes)m\(text)\u{1B}[0m" : text }
        let tint = severity == .error ? "1;31" : severity == .warning ? "1;33" : "1;36"
        var lines = [paint("\(severity.rawValue)[\(code)]", tint) + ": " + paint(Self.printable(message), "1")]
        var gutter = ""
        if let span {
            let (line, column) = span.file.place(of: span.range.lowerBound)
            let number = String(line)
            gutter = String(repeating: " ", count: number.count)
            let cell = span.cell.map { " (cell '\(Self.printable($0))')" } ?? ""
            lines.append("\(gutter)\(paint("-->", "34")) \(Self.printable(span.file.name)):\(line):\(column)\(cell)")
            let source = span.file.line(line)
            if !source.isEmpty {
                let (shown, before, width) = Self.window(source, column: column, width: max(1, span.file.text(in: span.range).prefix { $0 != "\n" }.count))
                lines.append("\(gutter) \(paint("|", "34"))")
                lines.append("\(paint("\(number) |", "34")) \(shown)")
                let carets = String(repeating: " ", count: before) + paint(String(repeating: "^", count: width), tint)
                lines.append("\(gutter) \(paint("|", "34")) \(carets)\(label.isEmpty ? "" : " " + paint(Self.printable(label), tint))")
            }
        }
        for note in notes { lines.append("\(gutter) = note: \(Self.printable(note))") }
        if let hint { lines.append("\(gutter) = hint: \(Self.printable(hint))") }
        return lines.joined(separator: "\n")
    }

    /// Cuts a long line around the caret, so that it stays readable, and gives the columns before the caret and the caret's width.
    private static func window(_ line: String, column: Int, width: Int) -> (String, Int, Int) {
        let limit = 160
        let characters = Array(line)
        var start = 0
        var end = characters.count
        if characters.count > limit {
            start = max(0, min(column - 1 - limit / 3, characters.count - limit))
            end = min(characters.count, start + limit)
        }
        let head = start > 0 ? "…" : ""
        let tail = end < characters.count ? "…" : ""
        let shown = head + printable(String(characters[start..<end])) + tail
        let before = head.count + displayWidth(String(characters[start..<min(max(start, column - 1), end)]))
        return (shown, before, max(1, min(width, end - (column - 1))))
    }

    private static func displayWidth(_ text: String) -> Int { printable(text).count }

    /// Text with control characters made visible, so that data can never steer a terminal.
    public static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t": result += "    "
            case _ where isControl(scalar): result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}

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
                let marked = span.file.text(in: span.range).prefix { !$0.isNewline }.count
                let window = Window(source, column: column, length: max(1, marked))
                lines.append("\(gutter) \(paint("|", "34"))")
                lines.append("\(paint("\(number) |", "34")) \(window.text)")
                let carets = String(repeating: " ", count: window.before) + paint(String(repeating: "^", count: window.width), tint)
                lines.append("\(gutter) \(paint("|", "34")) \(carets)\(label.isEmpty ? "" : " " + paint(Self.printable(label), tint))")
            }
        }
        for note in notes { lines.append("\(gutter) = note: \(Self.printable(note))") }
        if let hint { lines.append("\(gutter) = hint: \(Self.printable(hint))") }
        return lines.joined(separator: "\n")
    }

    /// A source line as it is shown: a long one cut around the place, control characters made visible.
    private struct Window {
        /// Characters of a line that are shown.
        static let limit = 160
        let text: String
        /// Terminal columns before the caret, and of the caret.
        let before: Int, width: Int

        /// - Parameters:
        ///   - column: of the place, in characters from 1.
        ///   - length: of the place, in characters; what lies behind the line's end is not marked.
        init(_ line: String, column: Int, length: Int) {
            let characters = Array(line)
            let place = min(max(0, column - 1), characters.count)
            var start = 0
            if characters.count > Self.limit { start = max(0, min(place - Self.limit / 3, characters.count - Self.limit)) }
            let end = min(characters.count, start + Self.limit)
            let head = start > 0 ? "…" : ""
            text = head + printable(String(characters[start..<end])) + (end < characters.count ? "…" : "")
            before = TextWidth.columns(head + printable(String(characters[start..<place])))
            width = max(1, TextWidth.columns(printable(String(characters[place..<min(end, place + length)]))))
        }
    }

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
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        // Marks that turn the direction of writing: a text could be shown in another order than it is read.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

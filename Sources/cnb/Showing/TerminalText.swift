import Diagnostics

/// Text made safe for a terminal.
enum TerminalText {
    /// The text with control characters made visible, its lines kept.
    static func printable(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { Diagnostic.printable(String($0)) }.joined(separator: "\n")
    }

    /// As `printable`, but colours (`ESC [ digits m`) stand: for charts drawn with characters, whose labels come from data.
    static func keepingColours(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let escape = rest.firstIndex(of: "\u{1B}") {
            result += printable(String(rest[..<escape]))
            rest = rest[escape...]
            if let end = endOfColour(rest) {
                result += rest[..<end]
                rest = rest[end...]
            } else {
                result += "\u{FFFD}"
                rest = rest.dropFirst()
            }
        }
        return result + printable(String(rest))
    }

    /// The text as it is seen, colours (`ESC [ digits m`) left out.
    static func withoutColours(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let escape = rest.firstIndex(of: "\u{1B}"), let end = endOfColour(rest[escape...]) {
            result += rest[..<escape]
            rest = rest[end...]
        }
        return result + rest
    }

    private static func endOfColour(_ text: Substring) -> Substring.Index? {
        let body = text.dropFirst()
        guard body.first == "[" else { return nil }
        guard let end = body.dropFirst().firstIndex(where: { !$0.isASCII || !($0.isNumber || $0 == ";" || $0 == ":") }), body[end] == "m" else { return nil }
        return body.index(after: end)
    }
}

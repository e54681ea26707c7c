import Foundation

/// Tidies what gnuplot's text terminal writes.
enum DumbText {
    /// Stands beside a letter that is two cells wide, as gnuplot counts one cell a letter; it is taken out at the end.
    private static let filler: Unicode.Scalar = "\u{E000}"

    /// The text with as many code points as it takes cells.
    static func spaced(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var result = ""
        for letter in text.precomposedStringWithCanonicalMapping {
            // Of a letter with marks that have no composed form only the letter is left: the columns must stand.
            guard let first = letter.unicodeScalars.first else { continue }
            result.unicodeScalars.append(first == filler ? "\u{FFFD}" : first)
            if Letters.cells(String(letter)) == 2 { result.unicodeScalars.append(filler) }
        }
        return result
    }

    /// Without blank lines at both ends, blanks at the ends of lines, and colour changes that change nothing.
    static func tidied(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self).replacing("\u{0C}", with: "").replacing(String(filler), with: "")
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// One line, cut into pieces of one colour each.
    private static func line(_ text: String) -> String {
        var pieces: [(colour: String, words: String)] = [("", "")]
        var rest = Substring(text)
        while let escape = rest.firstIndex(of: "\u{1B}") {
            pieces[pieces.count - 1].words += rest[..<escape]
            guard let end = rest[escape...].firstIndex(of: "m") else { break }
            let code = String(rest[escape...end])
            // 39 is the terminal's own colour.
            let colour = code.contains("[0;39") || code == "\u{1B}[0m" ? "" : code
            if pieces[pieces.count - 1].words.isEmpty { pieces[pieces.count - 1].colour = colour } else { pieces.append((colour, "")) }
            rest = rest[rest.index(after: end)...]
        }
        pieces[pieces.count - 1].words += rest
        while let last = pieces.last {
            let trimmed = String(last.words.reversed().drop { $0 == " " }.reversed())
            if trimmed.isEmpty, pieces.count > 1 {
                pieces.removeLast()
            } else {
                pieces[pieces.count - 1].words = trimmed
                break
            }
        }
        return pieces.map { $0.colour.isEmpty || $0.words.isEmpty ? $0.words : "\($0.colour)\($0.words)\u{1B}[0m" }.joined()
    }
}

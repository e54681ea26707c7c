import Foundation
import Notebooks

/// Small helpers for writing HTML.
enum HTML {
    /// Text for the inside of an element or a quoted attribute.
    ///
    /// It goes scalar by scalar: a quote with a combining accent is one character to Swift, and still ends an attribute.
    static func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            // A page cannot hold other control characters, even escaped.
            case "\t", "\n", "\r": out.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// A content as a link that a browser saves under a name.
    static func dataLink(_ text: String, mediaType: String) -> String { "data:\(mediaType);charset=utf-8;base64,\(Data(text.utf8).base64EncodedString())" }

    static func dataLink(_ image: EmbeddedImage) -> String { "data:\(image.mediaType);base64,\(Data(image.bytes).base64EncodedString())" }
}

/// Makes anchors that are unique in a page.
struct Anchors {
    private var taken: Set<String> = []

    init() {}

    /// The anchor of a heading by its words: `sec-who-buys`.
    mutating func section(_ title: String) -> String {
        var slug = ""
        for character in title.lowercased() {
            if character.isLetter || character.isNumber { slug.append(character) } else if !slug.hasSuffix("-"), !slug.isEmpty { slug.append("-") }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        return unique("sec-" + (slug.isEmpty ? "part" : slug))
    }

    private mutating func unique(_ base: String) -> String {
        var name = base
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(base)-\(number)"
            number += 1
        }
        return name
    }

    /// The anchor of a cell: an automatic label is its own, a given one bears a prefix that no automatic one has.
    static func cell(_ cell: Notebook.Cell) -> String { cell.hasGivenLabel ? "cell-\(cell.label)" : cell.label }
}

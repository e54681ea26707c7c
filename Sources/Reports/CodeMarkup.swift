/// The language's statements as HTML, lightly coloured.
enum CodeMarkup {
    private static let keywords: Set<String> = ["let", "for", "in", "include", "on", "as", "of", "and", "or", "not", "if", "then", "else"]

    /// - Complexity: O(length).
    static func html(_ code: String) -> String {
        var out = ""
        let scalars = Array(code.unicodeScalars)
        var index = 0
        var isStart = true
        func text(_ range: Range<Int>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range])
            return String(view)
        }
        func put(_ range: Range<Int>, _ style: String?) {
            let words = HTML.escaped(text(range))
            out += style.map { "<span class=\"\($0)\">\(words)</span>" } ?? words
        }
        func isName(_ scalar: Unicode.Scalar) -> Bool { scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) }
        while index < scalars.count {
            let start = index
            let scalar = scalars[index]
            switch scalar {
            case "\n", "|", ";", "{", "}":
                isStart = true
                index += 1
                put(start..<index, nil)
            case " ", "\t", "\r":
                index += 1
                put(start..<index, nil)
            case "#" where start == 0 || [" ", "\t", "\n", ";", "|", "{", "}"].contains(scalars[start - 1]):
                while index < scalars.count, scalars[index] != "\n" { index += 1 }
                put(start..<index, "c")
            case "\"", "`":
                index += 1
                while index < scalars.count, scalars[index] != scalar, scalars[index] != "\n" { index += scalars[index] == "\\" && scalar == "\"" && index + 1 < scalars.count ? 2 : 1 }
                index = min(scalars.count, index + 1)
                put(start..<index, "s")
                isStart = false
            case "$":
                index += 1
                while index < scalars.count, isName(scalars[index]) || scalars[index] == "{" || scalars[index] == "}" { index += 1 }
                put(start..<index, "v")
                isStart = false
            case "0"..."9":
                while index < scalars.count, isName(scalars[index]) || [".", "%", "-", ":"].contains(scalars[index]) { index += 1 }
                put(start..<index, "n")
                isStart = false
            case _ where isName(scalar):
                while index < scalars.count, isName(scalars[index]) || (scalars[index] == "-" && index + 1 < scalars.count && isName(scalars[index + 1])) { index += 1 }
                let word = text(start..<index)
                var ahead = index
                while ahead < scalars.count, scalars[ahead] == " " { ahead += 1 }
                let isKey = ahead < scalars.count && scalars[ahead] == "=" && !(ahead + 1 < scalars.count && (scalars[ahead + 1] == "=" || scalars[ahead + 1] == ">"))
                put(start..<index, keywords.contains(word) ? "k" : isStart ? "f" : isKey ? "o" : nil)
                isStart = false
            default:
                index += 1
                put(start..<index, nil)
                isStart = false
            }
        }
        return out
    }
}

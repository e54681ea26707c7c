import Diagnostics
import Expressions

extension Parser {
    /// A path pattern: steps joined by `->`, `=>` or `-[^x]->`, with `within DURATION` at its end.
    mutating func pattern() throws(Diagnostic) -> Pattern {
        scanner.skipBlanks()
        let start = scanner.position
        var steps = [try step()]
        var links: [Pattern.Link] = []
        var end = scanner.position
        while let link = try link() {
            links.append(link)
            steps.append(try step())
            end = scanner.position
        }
        var window: (seconds: Double, written: String)?
        if scanner.isAtWord("within") {
            _ = scanner.takeName()
            scanner.skipBlanks()
            let place = scanner.position
            guard case .duration(let seconds, let written)? = try numeric(), seconds > 0 else {
                let span = scanner.position > place ? scanner.span(from: place) : scanner.here()
                throw scanner.error("wrong-value", "'within' takes a duration", at: span, label: "not a duration", hint: "within 7d")
            }
            window = (seconds, written)
        } else {
            scanner.position = end
        }
        return Pattern(steps: steps, links: links, window: window, at: scanner.span(from: start))
    }

    /// What joins the step before the cursor and the next one, if anything does.
    private mutating func link() throws(Diagnostic) -> Pattern.Link? {
        scanner.skipBlanks()
        let start = scanner.position
        var link: Pattern.Link?
        if scanner.take("->") { link = .later(excluding: []) } else if scanner.take("=>") { link = .next } else if scanner.take("-[") {
            hasSeenArrow = true
            link = .later(excluding: try excluded(from: start))
        }
        if link != nil { hasSeenArrow = true }
        return link
    }

    /// The actions of `-[^a or b]->`, up to and with the arrow.
    private mutating func excluded(from start: Int) throws(Diagnostic) -> [String] {
        scanner.skipBlanks()
        guard scanner.take(UInt8(ascii: "^")) else { throw scanner.expected("'^' and what may not lie between", hint: "pv -[^buy]-> cart") }
        var names: [String] = []
        repeat {
            names.append(try actionName())
            scanner.skipBlanks()
        } while takeOr() || scanner.take(UInt8(ascii: ","))
        if scanner.peek() == nil { throw scanner.unclosed("a '-['", from: start, length: 2, hint: "pv -[^buy]-> cart") }
        guard scanner.take("]->") else { throw scanner.expected("']->'", hint: "pv -[^buy]-> cart") }
        return names
    }

    private mutating func takeOr() -> Bool {
        guard scanner.isAtWord("or") else { return false }
        return scanner.takeName() != nil
    }

    private mutating func step() throws(Diagnostic) -> Pattern.Step {
        scanner.skipBlanks()
        let start = scanner.position
        if scanner.take(UInt8(ascii: "(")) {
            scanner.brackets += 1
            defer { scanner.brackets -= 1 }
            var names: [String] = []
            repeat {
                names.append(try actionName())
                scanner.skipBlanks()
            } while takeOr()
            guard scanner.take(UInt8(ascii: ")")) else { throw scanner.expected("'or' or ')'", toClose: "a '('", from: start, hint: "(cart or fav)") }
            return Pattern.Step(.oneOf(names), at: scanner.span(from: start))
        }
        if scanner.peek() == UInt8(ascii: "."), scanner.peek(1) != UInt8(ascii: "."), !scanner.isNameByte(1) {
            scanner.position += 1
            return Pattern.Step(.any, at: scanner.span(from: start))
        }
        return Pattern.Step(.oneOf([try actionName()]), at: scanner.span(from: start))
    }

    /// An action: a name, which may hold hyphens, or a text.
    private mutating func actionName() throws(Diagnostic) -> String {
        scanner.skipBlanks()
        let start = scanner.position
        if scanner.peek() == UInt8(ascii: "\"") {
            let template = try quoted()
            guard template.pieces.count == 1, case .text(let text) = template.pieces[0] else {
                throw scanner.error("wrong-action", "an action of a pattern is a plain text", at: scanner.span(from: start), label: "not an action")
            }
            return text
        }
        guard let name = scanner.takeName() else {
            let hint = scanner.peek() == UInt8(ascii: "$") ? Self.writtenOut : "an action that is more than letters, digits and _ stands in quotes: \"add to cart\""
            throw scanner.expected("an action", hint: hint)
        }
        if Expression.reservedWords.contains(name.text) {
            throw scanner.error(
                "wrong-action", "'\(name.text)' stands in quotes when it is an action", at: name.span, label: "a word of the language", hint: Literal.quoted(name.text))
        }
        while scanner.peek() == UInt8(ascii: "-"), scanner.isNameByte(1) {
            scanner.position += 1
            scanner.skipNameBytes()
        }
        return scanner.text(from: start)
    }
}

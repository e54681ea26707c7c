import Diagnostics

/// Finding the place to go on from after a mistake.
extension Scanner {
    /// Goes on to the end of a statement that could not be read: past quoted text, comments, regexes and what stands in brackets.
    ///
    /// A bracket that is never closed was meant to be closed on the statement's first line.
    mutating func skipStatement(from start: Int) {
        brackets = 0
        position = statementEnd(from: start, notBefore: max(start, position)) ?? lineEnd(from: start)
    }

    /// Goes to the `{` of a loop whose header could not be read, if one stands on its line.
    mutating func skipToBody() -> Bool {
        brackets = 0
        var ahead = self
        while let byte = ahead.peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ";"), byte != UInt8(ascii: "}") {
            if byte == UInt8(ascii: "{") {
                position = ahead.position
                return true
            }
            ahead.position = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") ? ahead.quoteEnd(from: ahead.position) : ahead.position + 1
        }
        return false
    }

    /// The error where something else stands than what closes the bracket opened at `start`: that it is never closed, if so.
    func expected(_ what: String, toClose bracket: String, from start: Int, hint: String? = nil) -> Diagnostic {
        if peek() == nil || statementEnd(from: start, notBefore: position) == nil { return unclosed(bracket, from: start, hint: hint) }
        return expected(what, hint: hint)
    }

    private func lineEnd(from start: Int) -> Int {
        var stop = start
        while stop < end, file.bytes[stop] != UInt8(ascii: "\n") { stop += 1 }
        return stop
    }

    /// How far a bracket's end is looked for; keeps many unclosed ones from costing the square of the text.
    private static let reach = 1_000

    /// Where the statement ends that starts at `start` and could be read up to `failed`; none if a bracket in it stays open.
    private func statementEnd(from start: Int, notBefore failed: Int) -> Int? {
        var ahead = self
        ahead.position = start
        var round = 0
        var curly = 0
        while let byte = ahead.peek() {
            let place = ahead.position
            ahead.position += 1
            switch byte {
            case UInt8(ascii: "\n"):
                if round == 0, place >= failed { return place }
                if place > failed + Self.reach { return nil }
            case UInt8(ascii: "|"), UInt8(ascii: ";"): if round == 0, curly == 0, place >= failed { return place }
            case UInt8(ascii: "}"):
                if bodies > 0, round == 0, curly == 0, place >= failed { return place }
                curly = max(0, curly - 1)
            case UInt8(ascii: "{"): curly += 1
            case UInt8(ascii: "("), UInt8(ascii: "["): round += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): round = max(0, round - 1)
            case UInt8(ascii: "\""), UInt8(ascii: "`"): ahead.position = ahead.quoteEnd(from: place)
            case UInt8(ascii: "/") where round > 0 && ahead.isArgumentStart(place): ahead.position = ahead.regexEnd(from: place).stop
            case UInt8(ascii: "\\"), UInt8(ascii: "#"):
                // A continued line or a comment; else an ordinary character, at which the blanks end.
                ahead.position = place
                ahead.brackets = 0
                ahead.skipBlanks()
                if ahead.position == place { ahead.position += 1 }
            default: break
            }
        }
        return round > 0 ? nil : end
    }

    /// Behind the closing quote of the same sort, or at the end of the line.
    private func quoteEnd(from start: Int) -> Int {
        let quote = file.bytes[start]
        var stop = start + 1
        while stop < end, file.bytes[stop] != UInt8(ascii: "\n") {
            if file.bytes[stop] == quote { return stop + 1 }
            let isEscape = file.bytes[stop] == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") && stop + 1 < end && file.bytes[stop + 1] != UInt8(ascii: "\n")
            stop += isEscape ? 2 : 1
        }
        return min(stop, end)
    }

    /// Whether an argument of a function starts at `place`: there `/` opens a regex, elsewhere it divides.
    private func isArgumentStart(_ place: Int) -> Bool {
        var before = place - 1
        while before >= 0, Self.isBlank(file.bytes[before]) || file.bytes[before] == UInt8(ascii: "\n") { before -= 1 }
        return before >= 0 && (file.bytes[before] == UInt8(ascii: "(") || file.bytes[before] == UInt8(ascii: ","))
    }

    /// Behind the regex that starts at `start`, or, if it is not closed there, at the end of its line.
    func regexEnd(from start: Int) -> (stop: Int, isClosed: Bool) {
        var stop = start + 1
        var isInClass = false
        while stop < end, file.bytes[stop] != UInt8(ascii: "\n") {
            switch file.bytes[stop] {
            case UInt8(ascii: "\\") where stop + 1 < end && file.bytes[stop + 1] != UInt8(ascii: "\n"): stop += 1
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "/") where !isInClass: return (stop + 1, true)
            default: break
            }
            stop += 1
        }
        return (min(stop, end), false)
    }
}

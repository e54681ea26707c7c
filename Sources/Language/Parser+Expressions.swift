import Diagnostics
import Expressions

extension Parser {
    /// An expression; it ends where no operator follows.
    mutating func expression() throws(Diagnostic) -> Expression {
        isInExpression = true
        defer { isInExpression = false }
        return try whole()
    }

    private mutating func whole() throws(Diagnostic) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw scanner.error("too-deep", "expressions lie too deep in one another", at: scanner.here()) }
        scanner.skipBlanks()
        let start = scanner.position
        guard scanner.isAtWord("if") else { return try binary(rank: 1) }
        _ = scanner.takeName()
        let condition = try whole()
        try word("then")
        let then = try whole()
        try word("else")
        let otherwise = try whole()
        return Expression(.conditional(condition: condition, then: then, otherwise: otherwise), at: scanner.span(from: start))
    }

    private mutating func word(_ text: String) throws(Diagnostic) {
        scanner.skipBlanks()
        guard scanner.isAtWord(text) else { throw scanner.expected("'\(text)'", hint: "if CONDITION then A else B") }
        _ = scanner.takeName()
    }

    /// Operators of at least a rank, leaning left.
    private mutating func binary(rank: Int) throws(Diagnostic) -> Expression {
        if rank == 3 { return try negation() }
        if rank > 6 { return try unary() }
        scanner.skipBlanks()
        let start = scanner.position
        var left = try binary(rank: rank + 1)
        while true {
            let end = scanner.position
            scanner.skipBlanks()
            if rank == 4, let member = try membership(of: left, from: start) { return member }
            guard let binary = peekOperator(), binary.rank == rank else {
                if rank == 4, scanner.peek() == UInt8(ascii: "="), scanner.peek(1) != UInt8(ascii: ">") {
                    throw scanner.error("wrong-operator", "a comparison is written with two equals signs", at: scanner.here(), label: "one equals sign", hint: "write == to compare")
                }
                scanner.position = end
                return left
            }
            scanner.position += binary.rawValue.utf8.count
            let right = try self.binary(rank: rank + 1)
            left = Expression(.binary(binary, left, right), at: scanner.span(from: start))
            if rank == 4 {
                let after = scanner.position
                scanner.skipBlanks()
                if let next = peekOperator(), next.isComparison {
                    throw scanner.error("chained-comparison", "comparisons do not chain", at: scanner.here(), label: "a second comparison", hint: "a < b and b < c")
                }
                scanner.position = after
                return left
            }
        }
    }

    private func peekOperator() -> BinaryOperator? {
        if scanner.isAtWord("and") { return .and }
        if scanner.isAtWord("or") { return .or }
        if scanner.starts(with: "==") { return .equal }
        if scanner.starts(with: "!=") { return .notEqual }
        if scanner.starts(with: "<=") { return .lessOrEqual }
        if scanner.starts(with: ">=") { return .greaterOrEqual }
        switch scanner.peek() {
        case UInt8(ascii: "<"): return .less
        case UInt8(ascii: ">"): return .greater
        case UInt8(ascii: "+"): return .add
        case UInt8(ascii: "-") where scanner.peek(1) != UInt8(ascii: ">") && scanner.peek(1) != UInt8(ascii: "["): return .subtract
        case UInt8(ascii: "*"): return .multiply
        case UInt8(ascii: "/"): return .divide
        default: return nil
        }
    }

    private mutating func negation() throws(Diagnostic) -> Expression {
        scanner.skipBlanks()
        let start = scanner.position
        guard scanner.isAtWord("not") else { return try binary(rank: 4) }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw scanner.error("too-deep", "expressions lie too deep in one another", at: scanner.here()) }
        _ = scanner.takeName()
        let operand = try negation()
        return Expression(.not(operand), at: scanner.span(from: start))
    }

    /// `in [..]`, `in a..b` and their negations after an operand; none, and nothing taken, if neither follows.
    private mutating func membership(of operand: Expression, from start: Int) throws(Diagnostic) -> Expression? {
        let before = scanner.position
        var isNegated = false
        if scanner.isAtWord("not") {
            _ = scanner.takeName()
            scanner.skipBlanks()
            isNegated = true
        }
        guard scanner.isAtWord("in") else {
            scanner.position = before
            return nil
        }
        _ = scanner.takeName()
        scanner.skipBlanks()
        if scanner.peek() == UInt8(ascii: "[") {
            scanner.position += 1
            scanner.brackets += 1
            defer { scanner.brackets = max(0, scanner.brackets - 1) }
            var members: [Expression] = []
            while true {
                scanner.skipBlanks()
                if scanner.take(UInt8(ascii: "]")) { break }
                if !members.isEmpty { guard scanner.take(UInt8(ascii: ",")) else { throw scanner.expected("',' or ']'") } }
                members.append(try whole())
            }
            return Expression(.membership(operand, members, isNegated: isNegated), at: scanner.span(from: start))
        }
        let low = try binary(rank: 5)
        scanner.skipBlanks()
        guard scanner.take("..") else { throw scanner.expected("a list or a range after 'in'", hint: "in [\"pv\", \"cart\"] or in 9..17") }
        let high = try binary(rank: 5)
        return Expression(.within(operand, low, high, isNegated: isNegated), at: scanner.span(from: start))
    }

    private mutating func unary() throws(Diagnostic) -> Expression {
        scanner.skipBlanks()
        let start = scanner.position
        guard scanner.peek() == UInt8(ascii: "-"), scanner.peek(1) != UInt8(ascii: ">") else { return try operand() }
        scanner.position += 1
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw scanner.error("too-deep", "expressions lie too deep in one another", at: scanner.here()) }
        return Expression(.negated(try unary()), at: scanner.span(from: start))
    }

    private mutating func operand() throws(Diagnostic) -> Expression {
        let start = scanner.position
        guard let byte = scanner.peek(), !scanner.isAtStatementEnd else { throw scanner.expected("a value, column or function") }
        switch byte {
        case UInt8(ascii: "("):
            scanner.position += 1
            scanner.brackets += 1
            let inner = try whole()
            scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: ")")) else { throw scanner.expected("')'") }
            scanner.brackets = max(0, scanner.brackets - 1)
            return Expression(inner.node, at: scanner.span(from: start))
        case UInt8(ascii: "\""):
            let template = try quoted()
            var text = ""
            for piece in template.pieces {
                switch piece {
                case .text(let part): text += part
                case .parameter(let name):
                    guard template.pieces.count == 1 else {
                        throw scanner.error("misplaced-parameter", "in an expression '${\(name.text)}' is a text of its own", at: name.span, label: "inside a text", hint: "$\(name.text)")
                    }
                    return Expression(.parameter(name.text), at: scanner.span(from: start))
                }
            }
            return Expression(.literal(.text(text)), at: scanner.span(from: start))
        case UInt8(ascii: "'"):
            throw scanner.error("wrong-quotes", "text stands between double quotes", at: scanner.here(), label: "not a double quote", hint: "\"text\"")
        case UInt8(ascii: "$"): return Expression(.parameter(try parameterName().text), at: scanner.span(from: start))
        case UInt8(ascii: "`"): return Expression(.column(try backquoted().text), at: scanner.span(from: start))
        case UInt8(ascii: "/"): return try regex()
        default: break
        }
        if let number = try numeric() {
            guard let literal = number.literal else { throw scanner.error("wrong-value", "a \(number.typeName) cannot stand in an expression", at: scanner.span(from: start)) }
            return Expression(.literal(literal), at: scanner.span(from: start))
        }
        guard let name = scanner.takeName() else { throw scanner.expected("a value, column or function") }
        switch name.text {
        case "true", "false": return Expression(.literal(.boolean(name.text == "true")), at: name.span)
        case "missing": return Expression(.literal(.missing), at: name.span)
        case "and", "or", "not", "in", "if", "then", "else", "on", "as", "within":
            throw scanner.error("expected", "expected a value, column or function, found '\(name.text)'", at: name.span, label: "here", hint: "a column of that name stands in backquotes: `\(name.text)`")
        default: break
        }
        guard scanner.peek() == UInt8(ascii: "(") else { return Expression(.column(name.text), at: name.span) }
        return try call(name, from: start)
    }

    private mutating func call(_ name: Word, from start: Int) throws(Diagnostic) -> Expression {
        scanner.position += 1
        scanner.brackets += 1
        defer { scanner.brackets = max(0, scanner.brackets - 1) }
        if name.text == "has" {
            let pattern = try self.pattern()
            scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: ")")) else { throw scanner.expected("')' after the pattern") }
            return Expression(.has(pattern), at: scanner.span(from: start))
        }
        var arguments: [Expression] = []
        while true {
            scanner.skipBlanks()
            if scanner.take(UInt8(ascii: ")")) { break }
            if !arguments.isEmpty { guard scanner.take(UInt8(ascii: ",")) else { throw scanner.expected("',' or ')'") } }
            arguments.append(try whole())
        }
        return Expression(.call(name.text, arguments), at: scanner.span(from: start))
    }

    /// `/.../` with `\/` for a slash inside, and `i` after it to ignore case.
    private mutating func regex() throws(Diagnostic) -> Expression {
        let start = scanner.position
        scanner.position += 1
        var isInClass = false
        while let byte = scanner.peek(), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "\\"), let next = scanner.peek(1), next != UInt8(ascii: "\n") {
                scanner.position += 2
                continue
            }
            if byte == UInt8(ascii: "[") { isInClass = true } else if byte == UInt8(ascii: "]") { isInClass = false }
            if byte == UInt8(ascii: "/"), !isInClass {
                let pattern = scanner.file.text(in: start + 1..<scanner.position)
                scanner.position += 1
                let ignoresCase = scanner.isAtWord("i")
                if ignoresCase { scanner.position += 1 }
                return Expression(.regex(pattern, ignoresCase: ignoresCase), at: scanner.span(from: start))
            }
            scanner.position += 1
        }
        throw scanner.error("unclosed", "a regular expression does not end on its line", at: scanner.span(from: start), label: "starts here", hint: "close it with /")
    }

    // Patterns

    /// A path pattern: steps joined by `->`, `=>` or `-[^x]->`, with `within DURATION` at its end.
    mutating func pattern() throws(Diagnostic) -> Pattern {
        scanner.skipBlanks()
        let start = scanner.position
        var steps = [try step()]
        var links: [Pattern.Link] = []
        while true {
            let end = scanner.position
            scanner.skipBlanks()
            if scanner.take("->") { links.append(.later(excluding: [])) } else if scanner.take("=>") { links.append(.next) } else if scanner.take("-[^") {
                links.append(.later(excluding: try excluded()))
            } else {
                scanner.position = end
                break
            }
            steps.append(try step())
        }
        var window: (seconds: Double, written: String)?
        let end = scanner.position
        scanner.skipBlanks()
        if scanner.isAtWord("within") {
            _ = scanner.takeName()
            scanner.skipBlanks()
            let place = scanner.position
            guard case .duration(let seconds, let written)? = try numeric(), seconds > 0 else {
                scanner.position = max(place, scanner.position)
                throw scanner.error("wrong-value", "'within' takes a duration", at: scanner.position > place ? scanner.span(from: place) : scanner.here(), label: "not a duration", hint: "within 7d")
            }
            window = (seconds, written)
        } else {
            scanner.position = end
        }
        return Pattern(steps: steps, links: links, window: window, at: scanner.span(from: start))
    }

    /// The actions of `-[^a or b]->`, up to and with the arrow.
    private mutating func excluded() throws(Diagnostic) -> [String] {
        var names: [String] = []
        repeat {
            names.append(try actionName())
            scanner.skipBlanks()
            if scanner.isAtWord("or") { _ = scanner.takeName() } else if !scanner.take(UInt8(ascii: ",")) { break }
        } while true
        guard scanner.take("]->") else { throw scanner.expected("']->'", hint: "pv -[^buy]-> cart") }
        return names
    }

    private mutating func step() throws(Diagnostic) -> Pattern.Step {
        scanner.skipBlanks()
        let start = scanner.position
        if scanner.take(UInt8(ascii: "(")) {
            scanner.brackets += 1
            defer { scanner.brackets = max(0, scanner.brackets - 1) }
            var names = [try actionName()]
            while true {
                scanner.skipBlanks()
                if scanner.take(UInt8(ascii: ")")) { break }
                guard scanner.isAtWord("or") else { throw scanner.expected("'or' or ')'", hint: "(cart or fav)") }
                _ = scanner.takeName()
                names.append(try actionName())
            }
            return Pattern.Step(.oneOf(names), at: scanner.span(from: start))
        }
        if scanner.peek() == UInt8(ascii: "."), scanner.peek(1) != UInt8(ascii: ".") {
            scanner.position += 1
            return Pattern.Step(.any, at: scanner.span(from: start))
        }
        return Pattern.Step(.oneOf([try actionName()]), at: scanner.span(from: start))
    }

    private mutating func actionName() throws(Diagnostic) -> String {
        scanner.skipBlanks()
        if scanner.peek() == UInt8(ascii: "\"") {
            let start = scanner.position
            let template = try quoted()
            guard template.pieces.count == 1, case .text(let text) = template.pieces[0] else {
                throw scanner.error("wrong-action", "an action of a pattern is a plain text", at: scanner.span(from: start), label: "not an action")
            }
            return text
        }
        let start = scanner.position
        guard let name = scanner.takeName() else { throw scanner.expected("an action", hint: "pv -> cart") }
        if Expression.reservedWords.contains(name.text) { throw scanner.error("wrong-action", "'\(name.text)' stands in quotes when it is an action", at: name.span, label: "a word of the language") }
        while scanner.peek() == UInt8(ascii: "-"), let next = scanner.peek(1), Scanner.isNameByte(next) {
            scanner.position += 1
            while let byte = scanner.peek(), Scanner.isNameByte(byte) { scanner.position += 1 }
        }
        return scanner.text(from: start)
    }
}

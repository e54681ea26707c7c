import Diagnostics
import Expressions

extension Parser {
    /// An expression and the height of its tree, which is bounded so that what walks the tree cannot exhaust the stack.
    private struct Sized {
        let expression: Expression
        let height: Int
    }

    /// An expression; it ends where no operator follows.
    mutating func expression() throws(Diagnostic) -> Expression {
        isInExpression = true
        defer { isInExpression = false }
        return try whole().expression
    }

    private func sized(_ node: Expression.Node, _ parts: [Sized], from start: Int) throws(Diagnostic) -> Sized {
        let height = 1 + (parts.map(\.height).max() ?? 0)
        guard height <= Self.greatestHeight else {
            throw scanner.error(
                "too-deep", "an expression has too many parts in one another", at: scanner.span(from: start), label: "more than \(Self.greatestHeight) operators",
                hint: "column in [\"a\", \"b\", ...] stands for many comparisons")
        }
        return Sized(expression: Expression(node, at: scanner.span(from: start)), height: height)
    }

    private mutating func whole() throws(Diagnostic) -> Sized {
        try deeper("expressions lie too deep in one another") { (parser) throws(Diagnostic) in
            parser.scanner.skipBlanks()
            return try parser.scanner.isAtWord("if") ? parser.conditional() : parser.operators(atLeast: 1)
        }
    }

    private mutating func conditional() throws(Diagnostic) -> Sized {
        let start = scanner.position
        _ = scanner.takeName()
        let condition = try whole()
        try keyword("then")
        let then = try whole()
        try keyword("else")
        let otherwise = try whole()
        let node = Expression.Node.conditional(condition: condition.expression, then: then.expression, otherwise: otherwise.expression)
        return try sized(node, [condition, then, otherwise], from: start)
    }

    private mutating func keyword(_ text: StaticString) throws(Diagnostic) {
        scanner.skipBlanks()
        guard scanner.isAtWord(text) else { throw scanner.expected("'\(text)'", hint: "if CONDITION then A else B") }
        _ = scanner.takeName()
    }

    /// Operators of at least a rank, leaning left.
    private mutating func operators(atLeast rank: Int) throws(Diagnostic) -> Sized {
        scanner.skipBlanks()
        let start = scanner.position
        var left = try rank <= 3 && scanner.isAtWord("not") ? negation() : unary()
        var isCompared = false
        while true {
            let end = scanner.position
            scanner.skipBlanks()
            if rank <= 4, isAtMembership {
                if isCompared { throw chained() }
                left = try membership(of: left, from: start)
                isCompared = true
                continue
            }
            try refuseOtherOperators()
            guard let binary = peekOperator(), binary.rank >= rank else {
                scanner.position = end
                return left
            }
            if binary.isComparison, isCompared { throw chained() }
            scanner.position += binary.rawValue.utf8.count
            let right = try operators(atLeast: binary.rank + 1)
            left = try sized(.binary(binary, left.expression, right.expression), [left, right], from: start)
            isCompared = binary.isComparison
        }
    }

    private func chained() -> Diagnostic {
        let length = peekOperator()?.rawValue.utf8.count ?? (scanner.peekName()?.utf8.count ?? 1)
        let place = SourceSpan(scanner.file, scanner.position..<scanner.position + length, cell: scanner.cell)
        return scanner.error("chained-comparison", "comparisons do not chain", at: place, label: "a second comparison", hint: "a < b and b < c")
    }

    private func peekOperator() -> BinaryOperator? {
        switch scanner.peek() {
        case UInt8(ascii: "a") where scanner.isAtWord("and"): .and
        case UInt8(ascii: "o") where scanner.isAtWord("or"): .or
        case UInt8(ascii: "=") where scanner.starts(with: "=="): .equal
        case UInt8(ascii: "!") where scanner.starts(with: "!="): .notEqual
        case UInt8(ascii: "<"): scanner.starts(with: "<=") ? .lessOrEqual : .less
        case UInt8(ascii: ">"): scanner.starts(with: ">=") ? .greaterOrEqual : .greater
        case UInt8(ascii: "+"): .add
        case UInt8(ascii: "-"): .subtract
        case UInt8(ascii: "*"): .multiply
        case UInt8(ascii: "/"): .divide
        default: nil
        }
    }

    /// Throws if an operator of another language stands where one of ours might.
    private mutating func refuseOtherOperators() throws(Diagnostic) {
        let (length, message, hint): (Int, String, String)
        if scanner.starts(with: "->") || scanner.starts(with: "=>") || scanner.starts(with: "-[^") {
            let compares = scanner.starts(with: "=>") ? ", and to compare a >= b" : ""
            (length, message, hint) = (2, "a path pattern is no expression of its own", "write has(pv -> cart) and per=user\(compares)")
        } else if scanner.starts(with: "=<") {
            (length, message, hint) = (2, "no operator is written '=<'", "write <=")
        } else if scanner.starts(with: "<>") {
            (length, message, hint) = (2, "no operator is written '<>'", "write !=")
        } else if scanner.starts(with: "===") {
            (length, message, hint) = (3, "no operator is written '==='", "write ==")
        } else if scanner.peek() == UInt8(ascii: "="), scanner.peek(1) != UInt8(ascii: "=") {
            (length, message, hint) = (1, "a comparison is written with two equals signs", "write == to compare")
        } else if scanner.starts(with: "%") {
            (length, message, hint) = (1, "there is no operator '%'", "mod(a, b) is the remainder of a division")
        } else if scanner.starts(with: "&") {
            (length, message, hint) = (scanner.starts(with: "&&") ? 2 : 1, "no operator is written '&'", "write and")
        } else if scanner.starts(with: "||") || (scanner.brackets > 0 && scanner.starts(with: "|")) {
            (length, message, hint) = (scanner.starts(with: "||") ? 2 : 1, "no operator is written '|'", "write or")
        } else if scanner.starts(with: "^") || scanner.starts(with: "**") {
            (length, message, hint) = (scanner.starts(with: "^") ? 1 : 2, "there is no operator for powers", "x * x is a square")
        } else {
            return
        }
        let start = scanner.position
        scanner.position = min(scanner.end, start + length)
        throw scanner.error("wrong-operator", message, at: scanner.span(from: start), label: "not an operator here", hint: hint)
    }

    private mutating func negation() throws(Diagnostic) -> Sized {
        try deeper("expressions lie too deep in one another") { (parser) throws(Diagnostic) in
            let start = parser.scanner.position
            _ = parser.scanner.takeName()
            let operand = try parser.operators(atLeast: 3)
            return try parser.sized(.not(operand.expression), [operand], from: start)
        }
    }

    /// Whether `in` or `not in` stands at the cursor.
    private var isAtMembership: Bool {
        if scanner.isAtWord("in") { return true }
        guard scanner.isAtWord("not") else { return false }
        var ahead = scanner
        _ = ahead.takeName()
        ahead.skipBlanks()
        return ahead.isAtWord("in")
    }

    /// `in [..]`, `in a..b` and their negations after an operand.
    private mutating func membership(of operand: Sized, from start: Int) throws(Diagnostic) -> Sized {
        let isNegated = scanner.isAtWord("not")
        if isNegated {
            _ = scanner.takeName()
            scanner.skipBlanks()
        }
        _ = scanner.takeName()
        scanner.skipBlanks()
        if scanner.peek() == UInt8(ascii: "[") {
            let members = try list(open: "[", close: UInt8(ascii: "]"))
            return try sized(.membership(operand.expression, members.map(\.expression), isNegated: isNegated), [operand] + members, from: start)
        }
        let place = scanner.here()
        let hint = "in [\"pv\", \"cart\"] or in 9..17"
        let low = try operators(atLeast: 5)
        scanner.skipBlanks()
        guard scanner.take("..") else { throw scanner.error("expected", "expected a list or a range after 'in'", at: place, label: "not a list or range", hint: hint) }
        let high = try operators(atLeast: 5)
        return try sized(.within(operand.expression, low.expression, high.expression, isNegated: isNegated), [operand, low, high], from: start)
    }

    /// Expressions between brackets, after commas.
    private mutating func list(open: StaticString, close: UInt8) throws(Diagnostic) -> [Sized] {
        let start = scanner.position
        scanner.position += 1
        scanner.brackets += 1
        defer { scanner.brackets -= 1 }
        var members: [Sized] = []
        while true {
            scanner.skipBlanks()
            if scanner.take(close) { return members }
            if scanner.peek() == nil { throw scanner.unclosed("a '\(open)'", from: start) }
            if !members.isEmpty {
                guard scanner.take(UInt8(ascii: ",")) else {
                    throw scanner.expected("',' or '\(close == UInt8(ascii: "]") ? "]" : ")")'", toClose: "a '\(open)'", from: start)
                }
                scanner.skipBlanks()
                if close == UInt8(ascii: "]"), scanner.take(close) { return members }
                if scanner.peek() == nil { throw scanner.unclosed("a '\(open)'", from: start) }
            }
            members.append(try whole())
        }
    }

    private mutating func unary() throws(Diagnostic) -> Sized {
        var signs: [Int] = []
        while scanner.peek() == UInt8(ascii: "-"), scanner.peek(1) != UInt8(ascii: ">") {
            signs.append(scanner.position)
            scanner.position += 1
            scanner.skipBlanks()
        }
        var operand = try self.operand()
        for start in signs.reversed() { operand = try sized(.negated(operand.expression), [operand], from: start) }
        return operand
    }

    private mutating func operand() throws(Diagnostic) -> Sized {
        let start = scanner.position
        guard let byte = scanner.peek(), !scanner.isAtStatementEnd else { throw scanner.expected("a value, column or function") }
        if byte == UInt8(ascii: "(") { return try parenthesised() }
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "!") { throw otherLanguage(byte) }
        // The words first and the place of them after: arguments are read from left to right.
        if let leaf = try leaf() { return try sized(leaf, [], from: start) }
        return try columnOrCall()
    }

    private func otherLanguage(_ byte: UInt8) -> Diagnostic {
        byte == UInt8(ascii: "'")
            ? scanner.error("wrong-quotes", "text stands between double quotes", at: scanner.here(), label: "not a double quote", hint: "\"text\"")
            : scanner.error("wrong-operator", "no operator is written '!'", at: scanner.here(), label: "not an operator", hint: "write not")
    }

    /// A value, parameter, regex or column in backquotes; none, and nothing taken, where a name stands.
    private mutating func leaf() throws(Diagnostic) -> Expression.Node? {
        let start = scanner.position
        switch scanner.peek() {
        case UInt8(ascii: "\""): return try text()
        case UInt8(ascii: "$"): return .parameter(try parameterName().text)
        case UInt8(ascii: "`"): return .column(try backquoted().text)
        case UInt8(ascii: "/"): return try regex()
        default: break
        }
        guard let number = try numeric() else { return nil }
        guard let literal = number.literal else {
            throw scanner.error("wrong-value", "a \(number.typeName) cannot stand in an expression", at: scanner.span(from: start), label: "not a value here")
        }
        return .literal(literal)
    }

    private mutating func parenthesised() throws(Diagnostic) -> Sized {
        let start = scanner.position
        scanner.position += 1
        scanner.brackets += 1
        defer { scanner.brackets -= 1 }
        let inner = try whole()
        scanner.skipBlanks()
        guard scanner.take(UInt8(ascii: ")")) else { throw scanner.expected("')'", toClose: "a '('", from: start) }
        return Sized(expression: Expression(inner.expression.node, at: scanner.span(from: start)), height: inner.height)
    }

    /// A text, or the parameter that makes up the whole of it.
    private mutating func text() throws(Diagnostic) -> Expression.Node {
        let template = try quoted()
        var text = ""
        for piece in template.pieces {
            switch piece {
            case .text(let part): text += part
            case .parameter(let name):
                guard template.pieces.count == 1 else {
                    throw scanner.error("misplaced-parameter", "in an expression '${\(name.text)}' is a text of its own", at: name.span, label: "inside a text", hint: "$\(name.text)")
                }
                return .parameter(name.text)
            }
        }
        return .literal(.text(text))
    }

    private mutating func columnOrCall() throws(Diagnostic) -> Sized {
        let start = scanner.position
        guard let name = scanner.takeName() else { throw scanner.expected("a value, column or function") }
        if let literal = try literal(name) { return try sized(.literal(literal), [], from: start) }
        let end = scanner.position
        scanner.skipBlanks()
        guard scanner.peek() == UInt8(ascii: "(") else {
            scanner.position = end
            return try sized(.column(name.text), [], from: start)
        }
        return try name.text == "has" ? has(from: start) : call(name.text, from: start)
    }

    private mutating func call(_ name: String, from start: Int) throws(Diagnostic) -> Sized {
        let arguments = try list(open: "(", close: UInt8(ascii: ")"))
        return try sized(.call(name, arguments.map(\.expression)), arguments, from: start)
    }

    /// The value that a word stands for, if it stands for one.
    private func literal(_ word: Word) throws(Diagnostic) -> Literal? {
        switch word.text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "missing": return .missing
        case "and", "or", "not", "in", "if", "then", "else", "on", "as", "within":
            throw scanner.error(
                "expected", "expected a value, column or function, found '\(word.text)'", at: word.span, label: "here",
                hint: "a column of that name stands in backquotes: `\(word.text)`")
        default: return nil
        }
    }

    private mutating func has(from start: Int) throws(Diagnostic) -> Sized {
        let open = scanner.position
        scanner.position += 1
        scanner.brackets += 1
        defer { scanner.brackets -= 1 }
        let pattern = try self.pattern()
        scanner.skipBlanks()
        guard scanner.take(UInt8(ascii: ")")) else { throw scanner.expected("')' after the pattern", toClose: "a '('", from: open) }
        return try sized(.has(pattern), [], from: start)
    }

    /// `/.../` with `\/` for a slash inside, and `i` after it to ignore case.
    private mutating func regex() throws(Diagnostic) -> Expression.Node {
        let start = scanner.position
        let (stop, isClosed) = scanner.regexEnd(from: start)
        scanner.position = stop
        guard isClosed else {
            throw scanner.error("unclosed", "a regular expression does not end on its line", at: scanner.span(from: start), label: "starts here", hint: "close it with /")
        }
        let pattern = scanner.file.text(in: start + 1..<stop - 1)
        let ignoresCase = scanner.isAtWord("i")
        if ignoresCase { scanner.position += 1 }
        return .regex(pattern, ignoresCase: ignoresCase)
    }
}

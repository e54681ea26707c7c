import Diagnostics
import Expressions

extension Parser {
    /// What has been read of a call by now.
    private struct Draft {
        let signature: Signature
        var variant: String?
        /// All parameters of the form that is being read.
        var known: [ParameterDescription]
        /// The slots still to be filled, in their order.
        var slots: [ParameterDescription]
        var arguments: [ArgumentSyntax] = []
        var input: Word?
        var result: Word?
        var isIncomplete = false

        var phrase: String { variant.map { "\(signature.verb) \($0)" } ?? signature.verb }

        func option(_ name: String) -> ParameterDescription? { known.first { $0.place == .option && $0.name == name } }

        init(_ signature: Signature) {
            self.signature = signature
            known = signature.parameters
            slots = signature.parameters.filter { $0.place == .slot }
        }
    }

    /// The slots, options and clauses of a verb that has just been taken.
    mutating func call(_ verb: Word) throws(Diagnostic) -> CallSyntax {
        guard let signature = catalogue.signature(verb.text) else { throw .unknownVerb(verb, catalogue: catalogue) }
        var draft = Draft(signature)
        var end = scanner.position
        while true {
            scanner.skipBlanks()
            if scanner.isAtStatementEnd { break }
            try part(of: &draft)
            end = scanner.position
        }
        // Blanks and comments behind the last word are no part of the statement.
        scanner.position = end
        var call = CallSyntax(verb: verb, arguments: draft.arguments, input: draft.input, result: draft.result, span: scanner.span(from: verb.span.range.lowerBound))
        call.isIncomplete = draft.isIncomplete
        return call
    }

    /// The next slot, option or clause.
    private mutating func part(of draft: inout Draft) throws(Diagnostic) {
        let key = scanner.peekKey()
        if key == nil, isClause {
            guard let word = scanner.takeName() else { return }
            guard (word.text == "on" ? draft.input : draft.result) == nil else { throw repeated(word.text, at: word.span) }
            if word.text == "on" { draft.input = try self.name() } else { draft.result = try newName() }
            return
        }
        let start = scanner.position
        if key == nil, let word = scanner.peekName(), let clause = draft.known.first(where: { $0.place == .clause(word) }) {
            _ = scanner.takeName()
            scanner.skipBlanks()
            let names = scanner.position
            let content = try self.content(of: clause, in: draft)
            try add(clause, content, from: names, to: &draft)
            return
        }
        if let key, draft.slots.first?.form != .assignment, draft.slots.first?.form != .renaming {
            if let option = draft.option(key) {
                _ = scanner.takeKey()
                scanner.skipBlanks()
                let start = scanner.position
                let content = try self.content(of: option, in: draft)
                try add(option, content, from: start, to: &draft)
                return
            }
            // In `filter action = "buy"` the sign is wrong and not the option; reading the expression says so.
            let isExpressionNext = draft.slots.first?.form == .expression || draft.slots.first?.form == .patternOrExpression
            let options = draft.known.filter { $0.place == .option }.map(\.name)
            guard isExpressionNext, nearest(to: key, in: options) == nil else {
                try passOver(key, &draft)
                return
            }
        }
        guard let slot = draft.slots.first else {
            if key == nil, scanner.isAtWord("on") || scanner.isAtWord("as") {
                scanner.position += 2
                scanner.skipBlanks()
                throw scanner.expected("a name", hint: "on NAME chooses what is read, as NAME names the result")
            }
            throw unexpectedWord(draft)
        }
        draft.slots.removeFirst()
        if slot.form == .keyword, scanner.peekName() != slot.name { return }
        let content = try self.content(of: slot, in: draft)
        try add(slot, content, from: start, to: &draft)
        guard slot.isVariantSlot, let chosen = content.word else { return }
        guard let form = draft.signature.variant(chosen.text) else { throw unknownVariant(chosen, slot, draft.signature) }
        draft.variant = chosen.text
        draft.known += form.parameters
        draft.slots = form.parameters.filter { $0.place == .slot } + draft.slots
    }

    /// Tells of an option that the verb does not have, and goes on behind its value, so that the rest of the statement is read too.
    private mutating func passOver(_ key: String, _ draft: inout Draft) throws(Diagnostic) {
        let start = scanner
        scanner.position += key.utf8.count
        let mistake = unknownOption(key, at: scanner.span(from: start.position), draft)
        scanner = start
        _ = scanner.takeKey()
        scanner.skipBlanks()
        do throws(Diagnostic) { _ = try value() } catch { throw mistake }
        note(mistake)
        draft.isIncomplete = true
    }

    private func add(_ parameter: ParameterDescription, _ content: ArgumentSyntax.Content, from start: Int, to draft: inout Draft) throws(Diagnostic) {
        let span = scanner.span(from: start)
        guard !draft.arguments.contains(where: { $0.parameter.name == parameter.name }) else { throw repeated(parameter.name, at: span) }
        draft.arguments.append(ArgumentSyntax(parameter: parameter, content: content, span: span))
    }

    /// Whether `on NAME` or `as NAME` stands at the cursor.
    var isClause: Bool {
        guard scanner.isAtWord("on") || scanner.isAtWord("as") else { return false }
        var ahead = scanner
        ahead.position += 2
        let after = ahead.position
        ahead.skipBlanks()
        // A name in quotes is none, and is told to be one that was meant.
        return ahead.position > after && (ahead.isNameStart() || ahead.peek() == UInt8(ascii: "`") || ahead.peek() == UInt8(ascii: "\"")) && ahead.peekKey() == nil
    }

    /// Whether what stands at the cursor, after some names or paths, is no further one.
    private var isBehindLast: Bool { scanner.isAtStatementEnd || scanner.peekKey() != nil || isClause }

    /// The words of a parameter, as its form asks. The cursor stands behind the last of them afterwards.
    private mutating func content(of parameter: ParameterDescription, in draft: Draft) throws(Diagnostic) -> ArgumentSyntax.Content {
        let wanted = "\(parameter.wanted) for '\(parameter.name)'"
        if scanner.isAtStatementEnd {
            let isSeparator = scanner.peek() == UInt8(ascii: "|") || scanner.peek() == UInt8(ascii: ";")
            throw scanner.expected(wanted, hint: isSeparator && parameter.form == .value ? "a text with signs in it stands in quotes: \"|\"" : parameter.help)
        }
        if parameter.place == .option, let key = scanner.peekKey(), draft.option(key) != nil {
            let place = SourceSpan(scanner.file, scanner.position..<scanner.position + key.utf8.count, cell: scanner.cell)
            throw scanner.error("expected", "expected \(wanted), found the option '\(key)'", at: place, label: "here", hint: parameter.help)
        }
        switch parameter.form {
        case .value: return .value(try value())
        case .variant: return .value(try variantWord(parameter))
        case .path: return .path(try path())
        case .paths, .words: return .paths(try paths())
        case .name: return .name(try columnOrName())
        case .names: return .names(try names())
        case .expression: return .expression(try expression())
        case .pattern: return .pattern(try pattern())
        case .patternOrExpression: return try patternOrExpression()
        case .assignment:
            let name = try self.name()
            try takeEqualsSign(after: name.text)
            return .assignment(name, try expression())
        case .renaming: return .renaming(try renamings())
        case .keyword:
            _ = scanner.takeName()
            return .keyword
        case .statement:
            return try deeper("statements lie too deep in one another", cost: Self.statementCost) { (parser) throws(Diagnostic) in .statement(try parser.statement()) }
        }
    }

    private mutating func variantWord(_ parameter: ParameterDescription) throws(Diagnostic) -> ValueSyntax {
        guard let word = scanner.takeName() else {
            throw scanner.expected(parameter.wanted, hint: scanner.peek() == UInt8(ascii: "$") ? Self.writtenOut : "it is one of \(parameter.choices.joined(separator: ", "))")
        }
        return ValueSyntax(node: .value(.word(word.text)), span: word.span)
    }

    private mutating func paths() throws(Diagnostic) -> [PathSyntax] {
        var paths: [PathSyntax] = []
        while true {
            paths.append(try path())
            let end = scanner.position
            scanner.skipBlanks()
            guard !isBehindLast else {
                scanner.position = end
                return paths
            }
        }
    }

    private mutating func names() throws(Diagnostic) -> [Word] {
        var names = [try columnOrName()]
        while true {
            let end = scanner.position
            scanner.skipBlanks()
            if scanner.take(UInt8(ascii: ",")) {
                scanner.skipBlanks()
            } else if isBehindLast || !(scanner.isNameStart() || scanner.peek() == UInt8(ascii: "`")) {
                scanner.position = end
                return names
            }
            names.append(try columnOrName())
        }
    }

    private mutating func renamings() throws(Diagnostic) -> [(from: Word, to: Word)] {
        var pairs: [(from: Word, to: Word)] = []
        while true {
            let old = try columnOrName()
            try takeEqualsSign(after: old.text)
            pairs.append((old, try columnOrName()))
            let end = scanner.position
            scanner.skipBlanks()
            if scanner.take(UInt8(ascii: ",")) { continue }
            guard !scanner.isAtStatementEnd, !isClause else {
                scanner.position = end
                return pairs
            }
        }
    }

    /// A pattern where an arrow is found, else an expression.
    private mutating func patternOrExpression() throws(Diagnostic) -> ArgumentSyntax.Content {
        let start = scanner
        hasSeenArrow = false
        do throws(Diagnostic) {
            let pattern = try self.pattern()
            if pattern.steps.count > 1 || pattern.window != nil { return .pattern(pattern) }
        } catch { if hasSeenArrow { throw error } }
        scanner = start
        return .expression(try expression())
    }

    // Errors

    private func repeated(_ name: String, at span: SourceSpan) -> Diagnostic {
        scanner.error("repeated-option", "'\(name)' is given twice", at: span, label: "once more")
    }

    private func unknownOption(_ key: String, at span: SourceSpan, _ draft: Draft) -> Diagnostic {
        let options = draft.known.filter { $0.place == .option }.map(\.name)
        var hint = options.isEmpty ? "'\(draft.phrase)' takes no options" : "it takes \(options.joined(separator: ", "))"
        if let near = nearest(to: key, in: options) { hint = "did you mean '\(near)'? \(hint)" } else if draft.variant == nil, let slot = draft.slots.first(where: \.isVariantSlot) {
            hint = "the \(slot.name) comes first: \(draft.signature.usage())"
        }
        return scanner.error("unknown-option", "'\(draft.phrase)' has no option '\(key)'", at: span, label: "not an option", hint: hint)
    }

    private func unknownVariant(_ word: Word, _ slot: ParameterDescription, _ signature: Signature) -> Diagnostic {
        let words = signature.variants.map(\.word)
        let near = nearest(to: word.text, in: words).map { "did you mean '\($0)'? " } ?? ""
        return scanner.error(
            "unknown-\(slot.name)", "'\(signature.verb)' knows no \(slot.name) '\(word.text)'", at: word.span, label: "not a \(slot.name)",
            hint: "\(near)it knows \(words.joined(separator: ", "))")
    }

    /// What stands at the cursor fits no slot that is left.
    private func unexpectedWord(_ draft: Draft) -> Diagnostic {
        var ahead = scanner
        let start = ahead.position
        while !ahead.isAtStatementEnd, let byte = ahead.peek(), !Scanner.isBlank(byte) { ahead.position += 1 }
        let span = ahead.span(from: start)
        let word = span.text
        let options = draft.known.filter { $0.place == .option }
        let isNumber = scanner.peek().map { Scanner.isDigit($0) || $0 == UInt8(ascii: "-") } == true
        var hint = draft.signature.usage(variant: draft.variant)
        if let strange = scanner.strangeCharacterHint {
            hint = strange
        } else if scanner.peek() == UInt8(ascii: "=") {
            hint = "write == to compare; = gives an option its value"
        } else if isNumber, let option = options.first(where: \.isRequired) ?? options.first, !draft.arguments.contains(where: { $0.parameter.name == option.name }) {
            hint = "did you mean \(option.name)=\(word)?"
        } else if catalogue.signature(word) != nil || word == "let" || word == "for" || word == "include" {
            hint = "'\(word)' is a verb: write | before it, or start a new line"
        } else if let clause = draft.known.first(where: { if case .clause = $0.place { true } else { false } }), case .clause(let keyword) = clause.place, scanner.isNameStart() {
            hint = "did you mean '\(keyword) \(word)'?"
        }
        return scanner.error("unexpected", "'\(draft.phrase)' does not expect '\(word)' here", at: span, label: "not expected", hint: hint)
    }
}

import Expressions
import Language

extension CursorReader {
    /// What is known of a call while its words are read.
    private struct CallState {
        let signature: Signature
        var variant: String?
        var known: [ParameterDescription]
        var slots: [ParameterDescription]
        var given: Set<String> = []
        var reads: [Kind]
        var input: String?
        var hasResult = false
    }

    mutating func arguments(of signature: Signature) -> CursorPlace {
        var state = CallState(
            signature: signature, known: signature.parameters, slots: signature.parameters.filter { $0.place == .slot }, reads: signature.reads)
        var place = next(&state)
        place.reads = state.reads
        place.input = state.input
        return place
    }

    /// What came of looking for one form of words.
    private enum Step {
        case absent
        /// It was there and is read.
        case taken
        /// The cursor stands in it.
        case found(CursorPlace)

        init(_ place: CursorPlace?) { self = place.map { .found($0) } ?? .taken }
    }

    private mutating func next(_ state: inout CallState) -> CursorPlace {
        while true {
            skipBlanks()
            subject = .call(state.signature, variant: state.variant, state.slots.first)
            if position == end { return between(state, from: end) }
            var step = clause(&state)
            if case .absent = step { step = option(&state) }
            if case .absent = step { step = slot(&state) }
            if case .found(let place) = step { return place }
        }
    }

    /// What may stand between arguments: the next slot, the keys of options, and `on`, `as` and the like.
    private func between(_ state: CallState, from start: Int) -> CursorPlace {
        // Where one of a few words must come, options can wait for it.
        if let slot = state.slots.first, slot.isRequired, !slot.choices.isEmpty { return CursorPlace(wordStart: start, sources: Self.sources(of: slot)) }
        var sources: [CursorPlace.Source] = []
        for slot in state.slots {
            sources += Self.sources(of: slot)
            if slot.form != .keyword { break }
        }
        if state.slots.first?.form == .assignment { return CursorPlace(wordStart: start, sources: []) }
        return CursorPlace(wordStart: start, sources: sources + furtherSources(state))
    }

    private func furtherSources(_ state: CallState) -> [CursorPlace.Source] {
        var words: [String] = []
        for parameter in state.known { if case .clause(let word) = parameter.place, !state.given.contains(parameter.name) { words.append(word) } }
        if state.input == nil, !state.reads.isEmpty { words.append("on") }
        if !state.hasResult, !state.signature.gives.isEmpty { words.append("as") }
        let keys = state.known.filter { $0.place == .option && !state.given.contains($0.name) }.map(\.name)
        return [.keys(keys), .words(words)]
    }

    // Clauses and options

    /// Reads `on NAME`, `as NAME` or a clause of the verb; gives a place when the cursor stands in it.
    private mutating func clause(_ state: inout CallState) -> Step {
        let start = position
        let word = name(at: start)
        let after = start + word.utf8.count
        guard !word.isEmpty, after < end, Self.isBlank(bytes[after]), key(at: start) == nil else { return .absent }
        if let clause = state.known.first(where: { $0.place == .clause(word) }) {
            position = after
            state.given.insert(clause.name)
            return Step(content(of: clause, &state))
        }
        let isOperand = state.slots.first.map { Self.isExpression($0.form) } ?? false
        guard word == "on" || word == "as", !isOperand else { return .absent }
        position = after
        skipBlanks()
        let nameStart = position
        takeNameOrBackquoted()
        if word == "on" {
            state.input = unquoted(nameStart..<position)
            subject = .input(state.signature, variant: state.variant)
        } else {
            state.hasResult = true
            subject = .result(state.signature, variant: state.variant)
        }
        guard position == end else { return .taken }
        if word == "as" { return .found(.nowhere(end)) }
        state.input = nil
        return .found(CursorPlace(wordStart: nameStart, sources: [.values((state.reads + (state.signature.variant(state.variant)?.readsByName ?? [])).map(\.name))]))
    }

    /// Reads `key = value`; gives a place when the cursor stands in the value.
    private mutating func option(_ state: inout CallState) -> Step {
        if let form = state.slots.first?.form, form == .assignment || form == .renaming { return .absent }
        guard let (key, afterSign) = key(at: position) else { return .absent }
        position = afterSign
        skipBlanks()
        guard let parameter = state.known.first(where: { $0.place == .option && $0.name == key }) else { return Step(value([])) }
        state.given.insert(key)
        return Step(content(of: parameter, &state))
    }

    // Slots

    private mutating func slot(_ state: inout CallState) -> Step {
        let start = position
        // The word at the cursor may yet become a key or clause, so these are offered beside what the slot takes.
        var stop = position
        while stop < end, !Self.isBlank(bytes[stop]), bytes[stop] != UInt8(ascii: "\n") { stop += 1 }
        let isPlainWord = bytes[start..<stop].allSatisfy { Self.isNameByte($0) || [0x2D, 0x2E, 0x2F, 0x3A, 0x7E].contains($0) }
        if stop == end, isPlainWord, state.slots.first.map({ !Self.isExpression($0.form) }) ?? true {
            let word = text(start..<stop)
            if let option = state.known.first(where: { $0.place == .option && $0.name == word }) { subject = .call(state.signature, variant: state.variant, option) }
            return .found(between(state, from: start))
        }
        guard let slot = state.slots.first else {
            position = max(stop, start + 1)
            return .taken
        }
        if slot.form == .keyword {
            state.slots.removeFirst()
            if name(at: start) == slot.name { position = start + slot.name.utf8.count }
            return .taken
        }
        let isRepeated = slot.form == .paths || slot.form == .words || slot.form == .names || slot.form == .renaming
        if !isRepeated { state.slots.removeFirst() }
        let place = content(of: slot, &state)
        // A byte that nothing takes must not be looked at for ever.
        if place == nil, position == start { position = max(stop, start + 1) }
        return Step(place)
    }

    /// Reads what a parameter takes; gives a place when the cursor stands in it.
    private mutating func content(of parameter: ParameterDescription, _ state: inout CallState) -> CursorPlace? {
        skipBlanks()
        subject = .call(state.signature, variant: state.variant, parameter)
        let start = position
        switch parameter.form {
        case .value: return value(Self.sources(of: parameter))
        case .path, .paths, .words: return path()
        case .keyword, .variant:
            takeName()
            if position == end { return CursorPlace(wordStart: start, sources: Self.sources(of: parameter)) }
            let word = text(start..<position)
            if parameter.isVariantSlot, let variant = state.signature.variant(word) {
                state.variant = word
                state.known += variant.parameters
                state.slots = variant.parameters.filter { $0.place == .slot } + state.slots
                state.reads = variant.reads ?? state.reads
            }
            return nil
        case .name: return nameSlot(parameter)
        case .names:
            guard case .clause = parameter.place else { return nameSlot(parameter) }
            return clauseNames(parameter, state)
        case .renaming:
            takeColumn()
            if position == end { return CursorPlace(wordStart: start, sources: [.columns]) }
            skipBlanks()
            guard peek() == UInt8(ascii: "=") else { return nil }
            position += 1
            skipBlanks()
            takeNameOrBackquoted()
            return position == end ? .nowhere(end) : nil
        case .assignment:
            takeNameOrBackquoted()
            skipBlanks()
            guard peek() == UInt8(ascii: "=") else {
                position = end
                return .nowhere(end)
            }
            position += 1
            return expression(state, takesPattern: false)
        case .expression: return expression(state, takesPattern: false)
        case .pattern, .patternOrExpression: return expression(state, takesPattern: parameter.form == .pattern)
        case .statement: return statement()
        }
    }

    private mutating func nameSlot(_ parameter: ParameterDescription) -> CursorPlace? {
        let start = position
        takeColumn()
        if position == end { return CursorPlace(wordStart: start, sources: Self.sources(of: parameter)) }
        if peek() == UInt8(ascii: ",") { position += 1 }
        return nil
    }

    /// The names after `of`: as many as follow, up to a key or clause.
    private mutating func clauseNames(_ parameter: ParameterDescription, _ state: CallState) -> CursorPlace? {
        var isFirst = true
        while true {
            skipBlanks()
            let start = position
            let word = name(at: start)
            if !isFirst, key(at: start) != nil || ["on", "as"].contains(word) || state.known.contains(where: { $0.place == .clause(word) }) { return nil }
            takeColumn()
            if position == end {
                return CursorPlace(wordStart: start, sources: Self.sources(of: parameter) + (isFirst ? [] : furtherSources(state)))
            }
            if peek() == UInt8(ascii: ",") { position += 1 } else if position == start { return nil }
            isFirst = false
        }
    }

    static func isExpression(_ form: ParameterDescription.Form) -> Bool {
        form == .expression || form == .pattern || form == .patternOrExpression || form == .assignment
    }

    static func sources(of parameter: ParameterDescription) -> [CursorPlace.Source] {
        if !parameter.choices.isEmpty { return [.words(parameter.choices)] }
        switch parameter.completion {
        case .none: break
        case .column: return isExpression(parameter.form) ? operandSources : [.columns]
        case .file(let words): return [.files] + (words.isEmpty ? [] : [.words(words)])
        case .value(let kinds): return [.values(kinds)]
        case .verb: return [.explainedVerbs]
        }
        switch parameter.form {
        case .path, .paths: return [.files]
        case .renaming: return [.columns]
        case .expression, .patternOrExpression: return operandSources
        case .statement: return [.verbs]
        default: return []
        }
    }

    static let operandSources: [CursorPlace.Source] = [.columns, .functions, .words(["not", "if", "true", "false", "missing"])]

    // Expressions

    /// What is open around a place of an expression: a call by the name of its function, or brackets alone.
    private struct Opening { let function: String? }

    /// Reads an expression or pattern up to a key of the verb's options or `on`, `as`; gives a place when it reaches the cursor.
    private mutating func expression(_ state: CallState, takesPattern: Bool) -> CursorPlace? {
        var openings: [Opening] = []
        skipBlanks()
        let first = position
        var lastWord = first..<first
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "`"):
                guard let close = closingQuote(at: position) else {
                    explain(openings)
                    return byte == UInt8(ascii: "`") ? CursorPlace(wordStart: position, sources: [.columns]) : .nowhere(end)
                }
                position = close + 1
                if position == end { return .nowhere(end) }
                continue
            case UInt8(ascii: "("): openings.append(Opening(function: lastWord.upperBound == position ? text(lastWord) : nil))
            case UInt8(ascii: "["): openings.append(Opening(function: nil))
            case UInt8(ascii: ")"), UInt8(ascii: "]"): if !openings.isEmpty { openings.removeLast() }
            case UInt8(ascii: "/") where !openings.isEmpty && bytes[first..<position].last(where: { !Self.isBlank($0) }).map({ $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "(") }) == true:
                // A regular expression, whose brackets are its own.
                guard let close = bytes[(position + 1)...].firstIndex(of: byte) else { return .nowhere(end) }
                position = close
            case UInt8(ascii: "$"):
                let start = position
                position += 1
                if peek() == UInt8(ascii: "{") { position += 1 }
                takeName()
                if position == end { return CursorPlace(wordStart: start, sources: [.parameters]) }
                continue
            case _ where Self.isNameByte(byte):
                let start = position
                let word = name(at: start)
                if openings.isEmpty, start > first, endsExpression(at: start, word, state) { return nil }
                takeName()
                lastWord = start..<position
                if position == end {
                    explain(openings)
                    return (0x30...0x39).contains(byte) ? .nowhere(end) : operand(at: start, from: first, openings, state, takesPattern: takesPattern)
                }
                continue
            default: break
            }
            position += 1
        }
        explain(openings)
        return operand(at: end, from: first, openings, state, takesPattern: takesPattern)
    }

    /// The hint is that of the innermost function that the cursor stands in.
    private mutating func explain(_ openings: [Opening]) {
        for name in openings.reversed().compactMap(\.function) {
            if name == "has" { return subject = .has }
            if let function = ExpressionFunction.named(name) { return subject = .function(function) }
        }
    }

    private func endsExpression(at start: Int, _ word: String, _ state: CallState) -> Bool {
        if let (key, _) = key(at: start), state.known.contains(where: { $0.place == .option && $0.name == key }) { return true }
        let after = start + word.utf8.count
        return (word == "on" || word == "as") && after < end && Self.isBlank(bytes[after])
    }

    /// What may stand at `start` in an expression that began at `first`: an operand, or what follows one.
    private func operand(at start: Int, from first: Int, _ openings: [Opening], _ state: CallState, takesPattern: Bool) -> CursorPlace {
        let follows = followsOperand(start, from: first)
        if takesPattern || openings.contains(where: { $0.function == "has" }) {
            return CursorPlace(wordStart: start, sources: follows ? [.words(["within"])] + (openings.isEmpty ? furtherSources(state) : []) : [])
        }
        guard follows else { return CursorPlace(wordStart: start, sources: Self.operandSources) }
        return CursorPlace(wordStart: start, sources: [.words(["and", "or", "in", "not", "then", "else"])] + (openings.isEmpty ? furtherSources(state) : []))
    }

    private func followsOperand(_ start: Int, from first: Int) -> Bool {
        guard start > first, let last = bytes[first..<start].lastIndex(where: { !Self.isBlank($0) && $0 != UInt8(ascii: "\n") }) else { return false }
        if [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "%")].contains(bytes[last]) { return true }
        guard Self.isNameByte(bytes[last]) else { return false }
        var wordStart = last
        while wordStart > first, Self.isNameByte(bytes[wordStart - 1]) { wordStart -= 1 }
        return !["and", "or", "not", "in", "if", "then", "else"].contains(text(wordStart..<last + 1))
    }

    // Values

    /// Reads a plain value, a list included; gives a place when it reaches the cursor.
    mutating func value(_ sources: [CursorPlace.Source]) -> CursorPlace? {
        let start = position
        guard let byte = peek() else { return CursorPlace(wordStart: end, sources: sources) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "`"):
            guard let close = closingQuote(at: position) else {
                if byte == UInt8(ascii: "`") { return CursorPlace(wordStart: start, sources: sources) }
                return openTemplate(from: start) ?? .nowhere(end)
            }
            position = close + 1
            return position == end ? .nowhere(end) : nil
        case UInt8(ascii: "$"):
            position += 1
            if peek() == UInt8(ascii: "{") { position += 1 }
            takeName()
            if position == end { return CursorPlace(wordStart: start, sources: [.parameters]) }
            if peek() == UInt8(ascii: "}") { position += 1 }
            return position == end ? .nowhere(end) : nil
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.greatestDepth else { return .nowhere(end) }
            let close = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
            position += 1
            while true {
                skipBlanks()
                if peek() == close {
                    position += 1
                    return position == end ? .nowhere(end) : nil
                }
                let before = position
                if let place = value(sources) { return place }
                skipBlanks()
                if peek() == UInt8(ascii: ",") || peek() == UInt8(ascii: ":") { position += 1 }
                if position == before { position += 1 }
            }
        default:
            while let next = peek(), !Self.isBlank(next), ![0x0A, 0x5D, 0x7D, 0x2C].contains(next) { position += 1 }
            return position == end ? CursorPlace(wordStart: start, sources: (0x30...0x39).contains(byte) ? [] : sources) : nil
        }
    }

    /// The `${name` that is open at the end of a text.
    private func openTemplate(from start: Int) -> CursorPlace? {
        guard let dollar = bytes[start...].lastIndex(of: UInt8(ascii: "$")), dollar + 1 < end, bytes[dollar + 1] == UInt8(ascii: "{") else { return nil }
        guard bytes[(dollar + 2)...].allSatisfy(Self.isNameByte) else { return nil }
        return CursorPlace(wordStart: dollar, sources: [.parameters])
    }

    /// Reads a path, bare or in quotes; gives a place when it reaches the cursor.
    mutating func path() -> CursorPlace? {
        let start = position
        if peek() == UInt8(ascii: "\"") {
            guard let close = closingQuote(at: position) else { return openTemplate(from: start) ?? CursorPlace(wordStart: start, sources: [.files]) }
            position = close + 1
            return position == end ? .nowhere(end) : nil
        }
        while let byte = peek(), !Self.isBlank(byte), byte != UInt8(ascii: "\n") { position += 1 }
        guard position == end else { return nil }
        if let dollar = bytes[start...].lastIndex(of: UInt8(ascii: "$")) {
            let rest = bytes[(dollar + 1)...].drop { $0 == UInt8(ascii: "{") }
            if rest.allSatisfy(Self.isNameByte) { return CursorPlace(wordStart: dollar, sources: [.parameters]) }
        }
        return CursorPlace(wordStart: start, sources: [.files])
    }

    // Names

    private func name(at start: Int) -> String {
        var stop = start
        while stop < end, Self.isNameByte(bytes[stop]) { stop += 1 }
        return text(start..<stop)
    }

    /// The key at a place and where its value begins, if `key =` stands there.
    private func key(at start: Int) -> (key: String, afterSign: Int)? {
        guard start < end, Self.isNameByte(bytes[start]) else { return nil }
        var stop = start
        while stop < end, Self.isNameByte(bytes[stop]) || bytes[stop] == UInt8(ascii: "-") { stop += 1 }
        var sign = stop
        while sign < end, Self.isBlank(bytes[sign]) { sign += 1 }
        guard sign < end, bytes[sign] == UInt8(ascii: "=") else { return nil }
        if sign + 1 < end, bytes[sign + 1] == UInt8(ascii: "=") || bytes[sign + 1] == UInt8(ascii: ">") { return nil }
        return (text(start..<stop), sign + 1)
    }

    private mutating func takeNameOrBackquoted() {
        if peek() == UInt8(ascii: "`") { position = closingQuote(at: position).map { $0 + 1 } ?? end } else { takeName() }
    }

    /// A column's name, which may hold `-`, `.` and `:`.
    private mutating func takeColumn() {
        if peek() == UInt8(ascii: "`") { return takeNameOrBackquoted() }
        while let byte = peek(), Self.isNameByte(byte) || [0x2D, 0x2E, 0x3A].contains(byte) { position += 1 }
    }

    private func unquoted(_ range: Range<Int>) -> String {
        let name = text(range)
        return name.hasPrefix("`") ? String(name.dropFirst().dropLast()).replacing("``", with: "`") : name
    }
}

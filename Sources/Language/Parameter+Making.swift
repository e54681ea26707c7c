import Expressions

extension Parameter where T: ValueConvertible {
    /// A slot that must be filled.
    public static func required(_ name: String, _ help: String, oneOf words: [String] = []) -> Parameter {
        value(name, help, place: .slot, fallback: nil, isRequired: true, oneOf: words)
    }

    /// An option with a default.
    public static func named(_ name: String, default fallback: T, _ help: String, oneOf words: [String] = []) -> Parameter {
        value(name, help, place: .option, fallback: fallback, isRequired: false, oneOf: words)
    }

    /// An option that must be given.
    public static func requiredOption(_ name: String, _ help: String) -> Parameter {
        value(name, help, place: .option, fallback: nil, isRequired: true, oneOf: [])
    }

    private static func value(_ name: String, _ help: String, place: ParameterDescription.Place, fallback: T?, isRequired: Bool, oneOf words: [String]) -> Parameter {
        let convert: @Sendable (Value) throws(ArgumentMismatch) -> T = { value throws(ArgumentMismatch) in
            let converted = try T(value: value)
            guard words.isEmpty || words.contains(converted.valueText) else { throw ArgumentMismatch("one of \(words.joined(separator: ", "))") }
            return converted
        }
        return Parameter(
            description: .init(
                name: name, place: place, form: .value, isRequired: isRequired, typeText: T.typeText, choices: words.isEmpty ? T.choices : words,
                completion: .none, defaultText: fallback?.valueText, help: help, mismatch: { expectation($0, convert) }),
            fallback: fallback
        ) { argument throws(ArgumentMismatch) in
            guard case .value(let value) = argument else { throw ArgumentMismatch(T.typeText) }
            return try convert(value)
        }
    }
}

extension Parameter where T: ValueConvertible & Comparable {
    /// An option with a default and a range.
    public static func named(_ name: String, default fallback: T, in range: ClosedRange<T>, _ help: String) -> Parameter {
        ranged(name, help, place: .option, fallback: fallback, isRequired: false, range)
    }

    /// An option that must be given, with a range.
    public static func requiredOption(_ name: String, in range: ClosedRange<T>, _ help: String) -> Parameter {
        ranged(name, help, place: .option, fallback: nil, isRequired: true, range)
    }

    private static func ranged(_ name: String, _ help: String, place: ParameterDescription.Place, fallback: T?, isRequired: Bool, _ range: ClosedRange<T>) -> Parameter {
        let typeText = "\(T.typeText) in \(range.lowerBound.valueText)...\(range.upperBound.valueText)"
        let convert: @Sendable (Value) throws(ArgumentMismatch) -> T = { value throws(ArgumentMismatch) in
            let converted: T
            do { converted = try T(value: value) } catch { throw ArgumentMismatch(typeText) }
            guard range.contains(converted) else { throw ArgumentMismatch(typeText) }
            return converted
        }
        return Parameter(
            description: .init(
                name: name, place: place, form: .value, isRequired: isRequired, typeText: typeText, choices: [], completion: .none,
                defaultText: fallback?.valueText, help: help, mismatch: { expectation($0, convert) }),
            fallback: fallback
        ) { argument throws(ArgumentMismatch) in
            guard case .value(let value) = argument else { throw ArgumentMismatch(typeText) }
            return try convert(value)
        }
    }
}

extension Parameter {
    /// A slot or option that may be left out, with no default.
    public static func optional<Wrapped: ValueConvertible>(
        _ name: String, _ help: String, place: ParameterDescription.Place = .option, oneOf words: [String] = [], check: (@Sendable (Wrapped) -> String?)? = nil
    ) -> Parameter where T == Wrapped? {
        let convert: @Sendable (Value) throws(ArgumentMismatch) -> Wrapped = { value throws(ArgumentMismatch) in
            let converted = try Wrapped(value: value)
            guard words.isEmpty || words.contains(converted.valueText) else { throw ArgumentMismatch("one of \(words.joined(separator: ", "))") }
            if let wrong = check?(converted) { throw ArgumentMismatch(wrong) }
            return converted
        }
        return Parameter(
            description: .init(
                name: name, place: place, form: .value, isRequired: false, typeText: Wrapped.typeText, choices: words.isEmpty ? Wrapped.choices : words,
                completion: .none, defaultText: nil, help: help, mismatch: { expectation($0, convert) }),
            fallback: .some(nil)
        ) { argument throws(ArgumentMismatch) in
            guard case .value(let value) = argument else { throw ArgumentMismatch(Wrapped.typeText) }
            return try convert(value)
        }
    }

    private static func form(
        _ name: String, _ form: ParameterDescription.Form, _ typeText: String, _ help: String, place: ParameterDescription.Place = .slot, isRequired: Bool = true,
        choices: [String] = [], completion: ParameterDescription.Completion = .none, fallback: T? = nil,
        _ read: @escaping @Sendable (BoundArgument) -> T?
    ) -> Parameter {
        Parameter(
            description: .init(
                name: name, place: place, form: form, isRequired: isRequired, typeText: typeText, choices: choices, completion: completion, defaultText: nil,
                help: help, mismatch: { _ in nil }),
            fallback: fallback
        ) { argument throws(ArgumentMismatch) in
            guard let value = read(argument) else { throw ArgumentMismatch(typeText) }
            return value
        }
    }
}

extension Parameter where T == [String] {
    /// One path or more.
    public static func paths(_ name: String, _ help: String) -> Parameter {
        form(name, .paths, "files", help, completion: .file) { if case .paths(let paths) = $0 { paths } else { nil } }
    }

    /// Names of values of the session.
    public static func names(_ name: String, of kinds: [Kind], _ help: String, place: ParameterDescription.Place = .slot, isRequired: Bool = false) -> Parameter {
        form(name, .names, "names", help, place: place, isRequired: isRequired, completion: .value(kinds.map(\.name)), fallback: isRequired ? nil : []) {
            if case .names(let names) = $0 { names } else { nil }
        }
    }

    /// Names of columns.
    public static func columns(_ name: String, _ help: String) -> Parameter {
        form(name, .names, "columns", help, completion: .column) { if case .names(let names) = $0 { names } else { nil } }
    }
}

extension Parameter where T == String? {
    public static func path(_ name: String, _ help: String, place: ParameterDescription.Place = .option) -> Parameter {
        form(name, .path, "file", help, place: place, isRequired: false, completion: .file, fallback: .some(nil)) { if case .path(let path) = $0 { path } else { nil } }
    }

    /// The name of a column, as an option.
    public static func column(_ name: String, _ help: String) -> Parameter {
        form(name, .name, "column", help, place: .option, isRequired: false, completion: .column, fallback: .some(nil)) { if case .name(let name) = $0 { name } else { nil } }
    }

    /// The name of a value of the session, in a slot that may stay empty.
    public static func optionalName(_ name: String, of kinds: [Kind], _ help: String) -> Parameter {
        form(name, .name, "name", help, isRequired: false, completion: .value(kinds.map(\.name)), fallback: .some(nil)) { if case .name(let name) = $0 { name } else { nil } }
    }
}

extension Parameter where T == String {
    /// The name of a column in a slot.
    public static func requiredColumn(_ name: String, _ help: String) -> Parameter {
        form(name, .name, "column", help, completion: .column) { if case .name(let name) = $0 { name } else { nil } }
    }

    /// A path that must be given as an option.
    public static func requiredPath(_ name: String, _ help: String) -> Parameter {
        form(name, .path, "file", help, place: .option, completion: .file) { if case .path(let path) = $0 { path } else { nil } }
    }

    /// The word that chooses the variant of the verb.
    public static func variant(_ name: String, _ help: String, words: [String]) -> Parameter {
        form(name, .variant, "one of \(words.joined(separator: ", "))", help, choices: words) {
            if case .value(let value) = $0, case .word(let word) = value { word } else { nil }
        }
    }
}

extension Parameter where T == Expression {
    public static func expression(_ name: String, _ help: String) -> Parameter {
        form(name, .expression, "expression", help, completion: .column) { if case .expression(let expression) = $0 { expression } else { nil } }
    }
}

extension Parameter where T == Expression? {
    public static func optionalExpression(_ name: String, _ help: String) -> Parameter {
        form(name, .expression, "expression", help, place: .option, isRequired: false, completion: .column, fallback: .some(nil)) {
            if case .expression(let expression) = $0 { expression } else { nil }
        }
    }
}

extension Parameter where T == Bool {
    /// A bare word that is there or not.
    public static func keyword(_ name: String, _ help: String) -> Parameter {
        form(name, .keyword, "word", help, isRequired: false, choices: [name], fallback: false) { if case .keyword = $0 { true } else { nil } }
    }
}

/// What `convert` expected if a value does not fit, for the static check; none if it converts.
private func expectation<T>(_ value: Value, _ convert: (Value) throws(ArgumentMismatch) -> T) -> String? {
    do throws(ArgumentMismatch) { _ = try convert(value) } catch { return error.expected }
    return nil
}

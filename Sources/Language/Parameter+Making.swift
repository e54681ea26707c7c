import Expressions

extension Parameter where T: ValueConvertible {
    /// A slot that must be filled.
    ///
    /// - Parameter check: what was wanted, if a value of the right type will not do.
    public static func required(_ name: String, _ help: String, oneOf words: [String] = [], check: (@Sendable (T) -> String?)? = nil) -> Parameter {
        value(name, help, place: .slot, fallback: nil, isRequired: true, oneOf: words, check: check)
    }

    /// An option with a default.
    ///
    /// - Parameter check: what was wanted, if a value of the right type will not do.
    public static func named(_ name: String, default fallback: T, _ help: String, oneOf words: [String] = [], check: (@Sendable (T) -> String?)? = nil) -> Parameter {
        value(name, help, place: .option, fallback: fallback, isRequired: false, oneOf: words, check: check)
    }

    /// An option that must be given.
    public static func requiredOption(_ name: String, _ help: String, oneOf words: [String] = []) -> Parameter {
        value(name, help, place: .option, fallback: nil, isRequired: true, oneOf: words, check: nil)
    }

    private static func value(
        _ name: String, _ help: String, place: ParameterDescription.Place, fallback: T?, isRequired: Bool, oneOf words: [String], check: (@Sendable (T) -> String?)?
    ) -> Parameter {
        let convert: @Sendable (Value) throws(ArgumentMismatch) -> T = { value throws(ArgumentMismatch) in
            let converted = try T(value: value)
            guard words.isEmpty || words.contains(converted.valueText) else { throw ArgumentMismatch("one of \(words.joined(separator: ", "))") }
            if let wanted = check?(converted) { throw ArgumentMismatch(wanted) }
            return converted
        }
        return Parameter(
            description: .init(
                name: name, place: place, form: .value, isRequired: isRequired, typeText: T.typeText, choices: words.isEmpty ? T.choices : words,
                completion: .none, defaultText: fallback?.valueText, help: help, mismatch: { expectation($0, convert) }, placeholder: T.placeholder),
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
        let isOpen = (range.upperBound as? Int) == .max || (range.upperBound as? Double).map { $0 >= .greatestFiniteMagnitude } == true
        let typeText = isOpen ? "\(T.typeText) from \(range.lowerBound.valueText)" : "\(T.typeText) in \(range.lowerBound.valueText)...\(range.upperBound.valueText)"
        let convert: @Sendable (Value) throws(ArgumentMismatch) -> T = { value throws(ArgumentMismatch) in
            let converted: T
            do { converted = try T(value: value) } catch { throw ArgumentMismatch(typeText) }
            guard range.contains(converted) else { throw ArgumentMismatch(typeText) }
            return converted
        }
        return Parameter(
            description: .init(
                name: name, place: place, form: .value, isRequired: isRequired, typeText: typeText, choices: [], completion: .none,
                defaultText: fallback?.valueText, help: help, mismatch: { expectation($0, convert) }, placeholder: T.placeholder),
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
        _ name: String, _ help: String, place: ParameterDescription.Place = .option, oneOf words: [String] = [], completion: ParameterDescription.Completion = .none,
        placeholder: String? = nil, check: (@Sendable (Wrapped) -> String?)? = nil
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
                completion: completion, defaultText: nil, help: help, mismatch: { expectation($0, convert) }, placeholder: placeholder ?? Wrapped.placeholder),
            fallback: .some(nil)
        ) { argument throws(ArgumentMismatch) in
            guard case .value(let value) = argument else { throw ArgumentMismatch(Wrapped.typeText) }
            return try convert(value)
        }
    }
}

/// What `convert` expected if a value does not fit, for the static check; none if it converts.
private func expectation<T>(_ value: Value, _ convert: (Value) throws(ArgumentMismatch) -> T) -> String? {
    do throws(ArgumentMismatch) { _ = try convert(value) } catch { return error.expected }
    return nil
}

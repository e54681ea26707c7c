import Diagnostics

extension Call {
    /// The same call with other values of some options, as if they had been written.
    ///
    /// - Precondition: the values fit their parameters.
    public func replacing(_ values: [(name: String, value: Value)]) -> Call {
        var changed = arguments
        for (name, value) in values { changed[name] = (.value(value), arguments[name]?.span ?? span) }
        return Call(signature: signature, variant: variant, span: span, context: context, isInputNamed: isInputNamed, arguments: changed)
    }

    /// The options that were given as sets to choose from, by the order of the signature: `{32, 64}`, or `2..5` where a number is wanted.
    public var choices: [(name: String, values: [Value], span: SourceSpan)] {
        signature.parameters(variant: variant).compactMap { parameter in
            guard let (argument, span) = arguments[parameter.name], case .value(let value) = argument, let values = value.members else { return nil }
            return (parameter.name, values, span)
        }
    }
}

extension Value {
    /// What there is to choose from, if it is a set or a range.
    var members: [Value]? {
        switch self {
        case .choices(let values): values
        case .range(let low, let high): (low...high).map { .integer($0) }
        default: nil
        }
    }
}

extension ParameterDescription {
    /// Most members that an option can be given to choose from.
    private static let mostChoices = 1_000

    /// The same option, which also takes a set of values to choose from.
    public var choosing: ParameterDescription {
        guard place == .option, form == .value else { return self }
        let mismatch = mismatch
        let wanted = typeText
        var copy = ParameterDescription(
            name: name, place: place, form: form, isRequired: isRequired, typeText: "\(typeText), or a set of them to choose from", choices: [], completion: completion, defaultText: defaultText, help: help,
            mismatch: { value in
                // What is a range anyway stays one.
                guard mismatch(value) != nil else { return nil }
                if case .range(let low, let high) = value, Value.rangeCount(low, high) > Self.mostChoices { return "\(wanted), or a set of at most \(Self.mostChoices)" }
                guard let members = value.members, !members.isEmpty, members.count <= Self.mostChoices else { return "\(wanted), or a set of them" }
                return members.lazy.compactMap(mismatch).first.map { "\($0), or a set of them" }
            }, placeholder: placeholder)
        copy.isBesideInput = isBesideInput
        copy.columnType = columnType
        return copy
    }
}

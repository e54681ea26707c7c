extension ParameterDescription {
    /// An option that is described elsewhere, such as a hyperparameter of a model's schema; `Call.value(named:)` gives what was written.
    public static func option(
        _ name: String, typeText: String, choices: [String] = [], placeholder: String, defaultText: String?, help: String, mismatch: @escaping @Sendable (Value) -> String?
    ) -> ParameterDescription {
        ParameterDescription(
            name: name, place: .option, form: .value, isRequired: false, typeText: typeText, choices: choices, completion: .none, defaultText: defaultText, help: help,
            mismatch: mismatch, placeholder: placeholder)
    }
}

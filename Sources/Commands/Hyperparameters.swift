import Diagnostics
import Language
import Models

extension Schema where Root: Estimator {
    /// The hyperparameters as options of `fit`, with the defaults of a new estimator.
    var options: [ParameterDescription] {
        let defaults = Root()
        return hyperparameters.map { hyperparameter in
            .option(
                hyperparameter.name, typeText: hyperparameter.domain.typeText, choices: hyperparameter.domain.choices,
                placeholder: hyperparameter.domain.placeholder, defaultText: hyperparameter.value(defaults).text, help: hyperparameter.help,
                mismatch: { hyperparameter.domain.converted($0) == nil ? hyperparameter.domain.typeText : nil })
        }
    }

    /// A new estimator with what the call gives.
    func estimator(for call: Call) throws -> Root {
        var estimator = Root()
        for hyperparameter in hyperparameters {
            guard let given = call.value(named: hyperparameter.name) else { continue }
            guard let value = hyperparameter.domain.converted(given.value) else {
                throw Diagnostic(
                    "wrong-value", "'\(hyperparameter.name)' takes a \(hyperparameter.domain.typeText)", category: .syntax, at: given.span, label: "not one",
                    hint: hyperparameter.help)
            }
            hyperparameter.set(&estimator, value)
        }
        return estimator
    }
}

extension Hyperparameter.Domain {
    var typeText: String {
        switch self {
        case .integer(let range): "whole number in \(range.lowerBound)...\(range.upperBound)"
        case .number(let range): "number in \(HyperparameterValue.number(range.lowerBound).text)...\(HyperparameterValue.number(range.upperBound).text)"
        case .boolean: "yes or no"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .integers(let range): "whole number in \(range.lowerBound)...\(range.upperBound), or a list of them"
        }
    }

    var choices: [String] {
        switch self {
        case .word(let words): words
        case .boolean: ["yes", "no"]
        default: []
        }
    }

    var placeholder: String {
        switch self {
        case .integer, .integers: "N"
        case .number: "NUMBER"
        case .boolean: "yes|no"
        case .word: "WORD"
        }
    }

    /// The value that a person wrote, if it lies in the domain.
    func converted(_ value: Value) -> HyperparameterValue? {
        switch (self, value) {
        case (.integer(let range), .integer(let whole)) where range.contains(whole): .integer(whole)
        case (.number(let range), _): value.asDouble.flatMap { range.contains($0) ? .number($0) : nil }
        case (.boolean, .word("yes")), (.boolean, .word("true")): .boolean(true)
        case (.boolean, .word("no")), (.boolean, .word("false")): .boolean(false)
        case (.word(let words), .word(let word)) where words.contains(word): .word(word)
        case (.integers(let range), .integer(let whole)) where range.contains(whole): .integers([whole])
        case (.integers(let range), .list(let members)) where !members.isEmpty:
            members.allSatisfy { if case .integer(let whole) = $0 { range.contains(whole) } else { false } }
                ? .integers(members.compactMap { if case .integer(let whole) = $0 { whole } else { nil } }) : nil
        default: nil
        }
    }
}

extension HyperparameterValue {
    /// As the language writes it.
    var text: String {
        switch self {
        case .integer(let whole): String(whole)
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
        case .boolean(let flag): flag ? "yes" : "no"
        case .word(let word): word
        case .integers(let list): list.count == 1 ? String(list[0]) : "[\(list.map(String.init).joined(separator: ", "))]"
        }
    }
}

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
                placeholder: hyperparameter.domain.placeholder, defaultText: hyperparameter.domain.text(of: hyperparameter.value(defaults)), help: hyperparameter.help,
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
        case .counts(let range): "range such as 2..6, list or whole number in \(range.lowerBound)...\(range.upperBound)"
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
        case .counts: "RANGE"
        case .number: "NUMBER"
        case .boolean: "yes|no"
        case .word: "WORD"
        }
    }

    /// A value of the domain as the language writes it.
    func text(of value: HyperparameterValue) -> String {
        guard case .counts = self, case .integers(let list) = value else { return value.text }
        return WholeNumbers(list).valueText
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
        case (.counts(let range), _): Self.counts(value, in: range).map { .integers($0) }
        default: nil
        }
    }

    /// Different whole numbers in the order in which they are written.
    private static func counts(_ value: Value, in range: ClosedRange<Int>) -> [Int]? {
        do throws(ArgumentMismatch) {
            let counts = try WholeNumbers(value: value).values
            return !counts.isEmpty && counts.allSatisfy(range.contains) && Set(counts).count == counts.count ? counts : nil
        } catch { return nil }
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

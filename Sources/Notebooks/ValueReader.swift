import Diagnostics
import Language

/// Reads plain values by the language's own VALUE grammar, from texts that stand outside a script.
enum ValueReader {
    /// The value that a text writes, all of it; none when it is not a VALUE.
    static func read(_ text: String) -> Value? {
        do throws(Diagnostic) { return try Parser.value(SourceFile(name: "value", text: text)) } catch { return nil }
    }

    /// `let NAME = VALUE` as a statement.
    static func assignment(_ name: String, _ value: Value, catalogue: Catalogue) -> Program {
        Parser.parse(SourceFile(name: "parameter", text: "let \(name) = \(value)"), catalogue: catalogue).program
    }
}

extension YAMLValue {
    /// The value that a parameter gets from YAML; none for null.
    ///
    /// A plain scalar is read by the language's VALUE grammar and is a text where that cannot read it; a quoted one is a text. A map
    /// without values is a set: `{2, 4}`.
    func parameterValue() -> Value? {
        switch node {
        case .null: return nil
        case .text(let text, let isQuoted): return isQuoted ? .text(text) : ValueReader.read(text) ?? .text(text)
        case .list(let members):
            let values = members.compactMap { $0.parameterValue() }
            return values.count == members.count ? .list(values) : nil
        case .map(let entries):
            if !entries.isEmpty, entries.allSatisfy({ if case .null = $0.value.node { true } else { false } }) {
                return .choices(entries.map { ValueReader.read($0.key) ?? .text($0.key) })
            }
            let values = entries.compactMap { entry in entry.value.parameterValue().map { Value.Entry(entry.key, $0) } }
            return values.count == entries.count ? .map(values) : nil
        }
    }
}

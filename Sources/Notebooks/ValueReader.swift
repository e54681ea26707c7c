import Diagnostics
import Language

/// Reads plain values by the language's own VALUE grammar, from texts that stand outside a script.
enum ValueReader {
    /// The value that a text writes, all of it; none when it is not a VALUE or names a parameter that does not exist.
    static func read(_ text: String, parameters: [String: Value] = [:]) -> Value? {
        let trimmed = text.drop { $0 == " " || $0 == "\t" }
        guard !trimmed.isEmpty, !trimmed.contains(where: \.isNewline) else { return nil }
        let file = SourceFile(name: "value", text: "let value = \(trimmed)")
        let session = Session(catalogue: Catalogue(commands: [], kinds: []), threads: 1)
        for (name, value) in parameters { session.setParameter(name, value) }
        let parsed = Parser.parse(file, catalogue: session.catalogue)
        guard parsed.diagnostics.isEmpty, !parsed.wantsMore, parsed.program.statements.count == 1, let statement = parsed.program.statements.first else { return nil }
        // A comment or a second statement behind the value would be left out.
        guard file.bytes[statement.span.range.upperBound...].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return nil }
        do { try session.run(statement) { _ in } } catch { return nil }
        return session.parameters["value"]
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

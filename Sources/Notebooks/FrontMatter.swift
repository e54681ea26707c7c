import Diagnostics
import Language

/// What the YAML between `---` lines at the top of a notebook says.
public struct FrontMatter: Sendable {
    public var title: String?
    public var authors: [String] = []
    public var date: CalendarDate?
    /// Names and defaults in the order of the file.
    public var parameters: [ParameterDeclaration] = []
    public var seed: Int?
    /// What cells do unless they say otherwise.
    public var execute = CellOptions()

    public init() {}

    /// The keys and what each is.
    package static let meanings: [(key: String, help: String)] = [
        ("title", "the title of the report"), ("author", "a name, or a list of names"), ("date", "the day of the report, yyyy-mm-dd; none is printed without it"),
        ("params", "names with their defaults: k: 5, then $k; -P k=7 on the command line sets another value"), ("seed", "seed of all that is random; 0 unless given"),
        ("execute", "options for all cells that do not say otherwise"),
    ]
    static let keys = meanings.map(\.key)

    init(_ root: YAMLValue, _ found: inout [Diagnostic]) {
        guard case .map(let entries) = root.node else {
            found.append(Diagnostic("wrong-value", "front matter is made of 'key: value' lines", category: .syntax, at: root.span, label: "not a key", hint: "title: A title"))
            return
        }
        for entry in entries {
            func expect(_ what: String, _ hint: String? = nil) {
                let span = entry.value.span.range.isEmpty ? entry.keySpan : entry.value.span
                found.append(Diagnostic("wrong-value", "'\(entry.key)' takes \(what)", category: .syntax, at: span, label: "not \(what)", hint: hint))
            }
            switch entry.key {
            case "title": if let text = entry.value.text { title = text } else { expect("a text") }
            case "author": if let texts = entry.value.texts { authors = texts } else { expect("a name, or a list of names") }
            case "date": if let text = entry.value.text, let day = CalendarDate(text) { date = day } else { expect("a day written yyyy-mm-dd", "date: 2024-03-28") }
            case "seed": if let whole = entry.value.whole { seed = whole } else { expect("a whole number") }
            case "params":
                switch entry.value.node {
                case .map(let members): parameters = members.compactMap { ParameterDeclaration($0, &found) }
                case .null: break
                default: expect("names with their defaults", "params:\n  k: 5")
                }
            case "execute":
                switch entry.value.node {
                case .map(let members): execute.apply(members, isDefaults: true, &found)
                case .null: break
                default: expect("cell options", "execute:\n  echo: false")
                }
            default:
                let near = nearest(to: entry.key, in: Self.keys).map { "did you mean '\($0)'? " } ?? ""
                found.append(
                    Diagnostic(
                        "unknown-key", "front matter has no key '\(entry.key)'", category: .syntax, at: entry.keySpan, label: "not a key",
                        hint: "\(near)it takes \(Self.keys.joined(separator: ", "))"))
            }
        }
    }
}

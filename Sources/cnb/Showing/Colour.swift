/// What `--color` asks for.
enum ColourChoice: String, CaseIterable, Sendable {
    case auto, always, never

    /// Whether a stream is coloured: the option first, then `NO_COLOR`, `CLICOLOR_FORCE` and `FORCE_COLOR`, `TERM=dumb`, and last whether the stream is a terminal.
    func isColoured(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if environment["NO_COLOR"]?.isEmpty == false { return false }
        for name in ["CLICOLOR_FORCE", "FORCE_COLOR"] {
            if let value = environment[name], !value.isEmpty, value != "0" { return true }
        }
        return environment["TERM"] != "dumb" && isTerminal
    }
}

/// Text with colours, or plain where colours are off.
struct Paint: Sendable {
    let isOn: Bool

    func callAsFunction(_ text: String, _ style: Style) -> String { isOn && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text }

    enum Style: String, Sendable {
        case strong = "1"
        case faint = "2"
        case accent = "36"
    }
}

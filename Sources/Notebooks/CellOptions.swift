import Diagnostics

/// What the `#| key: value` lines of a cell say, and `execute:` of the front matter for all cells.
public struct CellOptions: Sendable, Hashable {
    public enum Echo: Sendable, Hashable { case shown, folded, hidden }

    /// Whether the code stands in the report: `true`, `false`, or `fold` for a reader to open.
    public var echo = Echo.shown
    /// Whether the cell runs.
    public var eval = true
    /// Whether what it gave stands in the report.
    public var output = true
    /// Whether its warnings and notes stand in the report; they are told on standard error in any case.
    public var warning = true
    /// Whether a mistake in it is part of the story, and the run goes on.
    public var error = false
    /// Whether anything of it stands in the report. A failure always does.
    public var include = true
    /// Whether results may be kept for the next run; a kept result is the same as a new one, so it changes no report.
    public var cache = true
    /// Captions of the figures, in their order; a figure without one bears its own.
    public var figureCaptions: [String] = []
    /// Descriptions of the figures for those who cannot see them, in their order.
    public var figureAlternatives: [String] = []
    /// Inches of 96 pixels, as in Quarto.
    public var figureWidth: Double?
    public var figureHeight: Double?
    public var tags: [String] = []
    /// Seconds after which the cell is stopped, with exit code 5.
    public var timeout: Double?
    /// The seed of this cell alone.
    public var seed: Int?
    /// The keys that the cell itself gave.
    public var given: Set<String> = []

    public init() {}

    /// The size in pixels that figures are asked for; none for the chart's own. With one of width and height the other follows at 8 to 5.
    public var figureSize: (width: Int, height: Int)? {
        guard figureWidth != nil || figureHeight != nil else { return nil }
        let width = figureWidth ?? (figureHeight ?? 0) * 1.6
        let height = figureHeight ?? width / 1.6
        return (Int((width * 96).rounded()), Int((height * 96).rounded()))
    }
}

/// One option of a cell: its name, what it takes, and what it sets.
package struct CellOption: Sendable {
    package let name: String
    package let typeText: String
    /// What it does, and its default.
    package let help: String
    /// Whether `execute:` may set it for all cells.
    package let isDefault: Bool
    /// Sets the option; false when the value does not fit.
    let apply: @Sendable (inout CellOptions, YAMLValue) -> Bool

    package static let all: [CellOption] = [
        CellOption(name: "echo", typeText: "true, false or fold", help: "whether the code stands in the report; fold lets the reader open it; true unless given", isDefault: true) { options, value in
            if value.text == "fold" { options.echo = .folded } else if let shown = value.boolean { options.echo = shown ? .shown : .hidden } else { return false }
            return true
        },
        flag("eval", \.eval, "whether the cell runs; true unless given"), flag("output", \.output, "whether what it gives stands in the report; true unless given"),
        flag("warning", \.warning, "whether its warnings and notes stand in the report; true unless given"),
        flag("error", \.error, "whether a mistake in it is part of the story and the run goes on; false unless given"),
        flag("include", \.include, "whether anything of it stands in the report, except a failure; true unless given"),
        flag("cache", \.cache, "whether its results may be kept for the next run; true unless given"),
        CellOption(name: "fig-cap", typeText: "a text, or a list of texts", help: "captions of the figures, in their order; a figure without one bears its own", isDefault: false) { options, value in
            guard let texts = value.texts else { return false }
            options.figureCaptions = texts
            return true
        },
        CellOption(name: "fig-alt", typeText: "a text, or a list of texts", help: "descriptions of the figures for those who cannot see them, in their order", isDefault: false) { options, value in
            guard let texts = value.texts else { return false }
            options.figureAlternatives = texts
            return true
        },
        inches("fig-width", \.figureWidth, "width of the figures; without it that of the chart, or 8 to 5 of the height"),
        inches("fig-height", \.figureHeight, "height of the figures; without it that of the chart, or 5 to 8 of the width"),
        CellOption(name: "tags", typeText: "a word, or a list of words", help: "words of your own; the tag parameters makes the cell one of parameters", isDefault: false) { options, value in
            guard let texts = value.texts, texts.allSatisfy(Notebook.isLabel) else { return false }
            options.tags = texts
            return true
        },
        CellOption(name: "timeout", typeText: "a duration such as 30s or 10m", help: "how long the cell may take; then it is stopped, with exit code 5", isDefault: true) { options, value in
            guard let text = value.text, case .duration(let seconds, _)? = ValueReader.read(text), seconds > 0, seconds <= 31_536_000 else { return false }
            options.timeout = seconds
            return true
        },
        CellOption(name: "seed", typeText: "a whole number", help: "seed of this cell alone", isDefault: false) { options, value in
            guard let seed = value.whole else { return false }
            options.seed = seed
            return true
        },
    ]

    /// Names that the language page knows and this version does not: said so, and never passed over.
    static let unsupported = ["depends"]

    private static func flag(_ name: String, _ key: WritableKeyPath<CellOptions, Bool> & Sendable, _ help: String) -> CellOption {
        CellOption(name: name, typeText: "true or false", help: help, isDefault: true) { options, value in
            guard let flag = value.boolean else { return false }
            options[keyPath: key] = flag
            return true
        }
    }

    private static func inches(_ name: String, _ key: WritableKeyPath<CellOptions, Double?> & Sendable, _ help: String) -> CellOption {
        CellOption(name: name, typeText: "a number of inches from 1 to 30", help: help, isDefault: true) { options, value in
            guard let number = value.number, (1...30).contains(number) else { return false }
            options[keyPath: key] = number
            return true
        }
    }
}

extension CellOptions {
    /// Sets what entries say, and collects what is wrong with them.
    mutating func apply(_ entries: [YAMLValue.Entry], isDefaults: Bool, _ found: inout [Diagnostic]) {
        let known = CellOption.all.filter { !isDefaults || $0.isDefault }
        let words = known.map(\.name) + (isDefaults ? [] : ["label"])
        for entry in entries where isDefaults || entry.key != "label" {
            if CellOption.unsupported.contains(entry.key) {
                found.append(
                    Diagnostic(
                        "unsupported-option", "the cell option '\(entry.key)' is not supported yet", category: .syntax, at: entry.keySpan, label: "not supported yet",
                        hint: "leave it out: nothing is taken from a cache yet"))
                continue
            }
            guard let option = known.first(where: { $0.name == entry.key }) else {
                found.append(Self.unknown(entry, words, isDefaults: isDefaults))
                continue
            }
            guard option.apply(&self, entry.value) else {
                found.append(
                    Diagnostic(
                        "wrong-value", "'\(entry.key)' takes \(option.typeText)", category: .syntax, at: entry.value.span.range.isEmpty ? entry.keySpan : entry.value.span,
                        label: "not \(option.typeText)"))
                continue
            }
            if !isDefaults { given.insert(entry.key) }
        }
    }

    private static func unknown(_ entry: YAMLValue.Entry, _ words: [String], isDefaults: Bool) -> Diagnostic {
        let list = "\(isDefaults ? "'execute' takes" : "a cell takes") \(words.joined(separator: ", "))"
        let isCellOnly = isDefaults && (CellOption.all.contains { $0.name == entry.key } || entry.key == "label")
        let hint = isCellOnly ? "it stands in a cell: #| \(entry.key): ..." : nearest(to: entry.key, in: words).map { "did you mean '\($0)'? \(list)" } ?? list
        return Diagnostic(
            isDefaults ? "unknown-key" : "unknown-option", isDefaults ? "'execute' has no key '\(entry.key)'" : "a cell has no option '\(entry.key)'", category: .syntax,
            at: entry.keySpan, label: isDefaults ? "not a key" : "not an option", hint: hint)
    }
}

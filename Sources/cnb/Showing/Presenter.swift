import Diagnostics
import Foundation
import Language
import Runtime

/// How results are written.
enum OutputForm: Sendable {
    /// For people: headlines, aligned tables, drawings.
    case text
    /// Tables alone, as tab-separated exact values, one after the other with an empty line between them.
    case plain
    /// One JSON object a line for each statement.
    case json
}

/// Writes what statements give: results to standard output, remarks and errors to standard error.
final class Presenter {
    let form: OutputForm
    private let output: Output
    private let errors: ErrorStream
    private let isQuiet: Bool
    private let paint: Paint
    private let errorPaint: Paint
    /// Figures are drawn on a terminal only; elsewhere their alternative text stands for them.
    private let drawsFigures: Bool
    let abilities: TerminalAbilities
    /// Raised when the person asks to stop, which ends what is being shown.
    private let cancellation: Cancellation
    private var hasWritten = false
    private var lastWasLong = false

    init(
        form: OutputForm, options: CommonSettings, output: Output = Output(descriptor: STDOUT_FILENO), errors: ErrorStream = .standard, cancellation: Cancellation = Interruption.cancellation
    ) {
        self.form = form
        self.output = output
        self.errors = errors
        self.cancellation = cancellation
        isQuiet = options.quiet
        let isTerminal = Terminal.isTerminal(output.descriptor)
        paint = Paint(isOn: form == .text && options.colour.isColoured(isTerminal: isTerminal, environment: options.environment))
        errorPaint = Paint(isOn: options.colour.isColoured(isTerminal: Terminal.isTerminal(errors.descriptor), environment: options.environment))
        drawsFigures = form == .text && isTerminal
        abilities = TerminalAbilities(environment: options.environment)
    }

    var width: Int { Terminal.width(of: output.descriptor) }
    var paintsErrors: Bool { errorPaint.isOn }
    var paintsOutput: Bool { paint.isOn }

    /// Writes a result and its remarks.
    ///
    /// - Parameter hidesQuiet: whether a final `;` keeps the result from being shown, as at the prompt.
    /// - Returns: whether all was shown; false if the person asked to stop while a text was, and the rest was dropped.
    @discardableResult
    func show(_ result: StatementResult, hidesQuiet: Bool = false) throws(OutputError) -> Bool {
        for note in result.notes where !(isQuiet && note.severity == .note) { remark(Self.unframed(note, of: result)) }
        switch form {
        case .json: try write([StatementJSON.line(result)])
        case .plain where !(hidesQuiet && result.isQuiet): try writePlain(result)
        case .text where !(hidesQuiet && result.isQuiet):
            do throws(OutputError) { try writeText(result) } catch {
                guard error.reason == .interrupted else { throw error }
                return false
            }
        default: break
        }
        try output.flush()
        return true
    }

    /// A mistake: as text on standard error, and for programs as an object on standard output too.
    func fail(_ diagnostic: Diagnostic) throws(OutputError) { try fail([diagnostic]) }

    /// The mistakes of one run: all for programs, and as many for people as they can read.
    func fail(_ diagnostics: [Diagnostic]) throws(OutputError) {
        try output.flush()
        for diagnostic in diagnostics.prefix(Self.mostMistakes) { remark(diagnostic) }
        if diagnostics.count > Self.mostMistakes { errors.line("and \(NumberText.grouped(diagnostics.count - Self.mostMistakes)) more mistakes") }
        guard form == .json else { return }
        try write(diagnostics.map { StatementJSON.line($0) })
        try output.flush()
    }

    private static let mostMistakes = 20

    /// A warning or note on standard error.
    func remark(_ diagnostic: Diagnostic) {
        let text = diagnostic.rendered(colour: errorPaint.isOn)
        errors.line(Terminal.isTerminal(errors.descriptor) ? Self.fitted(text, to: Terminal.width(of: errors.descriptor)) : text)
    }

    /// A diagnostic whose sentences are broken between words; the picture of the source stays as it is.
    static func fitted(_ diagnostic: String, to width: Int) -> String {
        func flow(_ line: Substring, hanging: Int) -> [String] {
            TextFlow.wrapped(String(line), to: width, hanging: hanging) { TextWidth.columns(TerminalText.withoutColours($0)) }
        }
        return diagnostic.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line -> [String] in
            let start = TerminalText.withoutColours(String(line)).drop { $0 == " " }
            if index == 0 { return flow(line, hanging: 2) }
            return start.hasPrefix("= hint: ") || start.hasPrefix("= note: ") ? flow(line, hanging: 8) : [String(line)]
        }.joined(separator: "\n")
    }

    /// A remark on a whole statement, which the person has just read, needs no picture of it.
    private static func unframed(_ note: Diagnostic, of result: StatementResult) -> Diagnostic {
        guard note.span?.range == result.span.range else { return note }
        var bare = note
        bare.span = nil
        return bare
    }

    /// Lines for people, such as the greeting.
    func say(_ text: String) throws(OutputError) {
        try write([text])
        try output.flush()
    }

    /// An input at the prompt begins: its results need no distance from those before, as the prompt stands between.
    func beginInput() {
        hasWritten = false
        lastWasLong = false
    }

    /// An input at the prompt has ended: a long result keeps its distance from the next prompt.
    func endInput() throws(OutputError) {
        guard form == .text, hasWritten, lastWasLong else { return }
        try say("")
    }

    private func write(_ lines: [String]) throws(OutputError) { for line in lines { try output.write(line + "\n") } }

    // Text

    private enum Piece {
        case line(String)
        case table(DisplayTable)
        case image([UInt8])
    }

    private func writeText(_ result: StatementResult) throws(OutputError) {
        var pieces: [Piece] = []
        if let headline = Self.headline(result) { pieces.append(.line(paint(DisplayWidth.cut(headline, to: width), .accent))) }
        for block in result.blocks {
            switch block {
            case .text(let text): pieces += Self.lines(TerminalText.printable(text)).flatMap(wrapped)
            case .table(let table):
                // Blocks that follow one another are kept apart.
                if Self.isLong(pieces) { pieces.append(.line("")) }
                pieces.append(.table(table))
            case .figure(let figure): pieces += try draw(figure, at: result.span)
            }
        }
        guard !pieces.isEmpty else { return }
        let isLong = Self.isLong(pieces)
        // Results of more than a line stand apart from their neighbours.
        if hasWritten, isLong || lastWasLong { try write([""]) }
        for piece in pieces {
            switch piece {
            case .line(let line): try writeStopping(line)
            case .table(let table): try TableLayout(width: width, paint: paint).forEachLine(of: table, check: check, writeStopping)
            case .image(let bytes):
                try output.write(bytes: bytes)
                try write([""])
            }
        }
        try output.flush(mustStop: mustStop)
        hasWritten = true
        lastWasLong = isLong
    }

    /// Whether pieces take more than a line.
    private static func isLong(_ pieces: [Piece]) -> Bool { pieces.count > 1 || pieces.contains { if case .table = $0 { true } else { false } } }

    private var mustStop: @Sendable () -> Bool { { [cancellation] in cancellation.isCancelled } }
    private func check() throws(OutputError) { if cancellation.isCancelled { throw OutputError(reason: .interrupted) } }
    private func writeStopping(_ line: String) throws(OutputError) { try output.write(line + "\n", mustStop: mustStop) }

    /// A line in as many as the terminal needs, broken between words; into a file or pipe it goes as it is. What is laid out in columns is left alone.
    private func wrapped(_ piece: Piece) -> [Piece] {
        guard case .line(let line) = piece, Terminal.isTerminal(output.descriptor), !line.drop(while: { $0 == " " }).contains("  ") else { return [piece] }
        return TextFlow.wrapped(line, to: width).map { .line($0) }
    }

    private static func lines(_ text: String) -> [Piece] { text.split(separator: "\n", omittingEmptySubsequences: false).map { .line(String($0)) } }

    /// The name that was made and of what: `kmeans, of rfm`.
    static func headline(_ result: StatementResult) -> String? {
        if result.verb == "let" { return nil }
        guard result.name != nil || result.input != nil else { return nil }
        let name = Diagnostic.printable(result.name ?? result.verb)
        return result.input.map { "\(name), of \(Diagnostic.printable($0))" } ?? name
    }

    // Figures

    private func draw(_ figure: any Figure, at span: SourceSpan) throws(OutputError) -> [Piece] {
        let alternative = Self.lines(TerminalText.printable(figure.alternativeText))
        guard drawsFigures, let size = Terminal.size(of: output.descriptor) else { return alternative }
        do {
            if abilities.showsSixel {
                // As wide as is readable, and low enough to be seen whole.
                let pixels = size.pixels ?? (width: 720, height: 550)
                let width = max(320, min(pixels.width, pixels.height * 4 / 5 * 18 / 11, 900))
                return [.image(try figure.sixel(width: width, height: width * 11 / 18, mustStop: mustStop))]
            }
            let text = try figure.text(columns: max(20, min(size.columns - 1, 110)), rows: max(12, min(size.rows - 3, 28)), colour: paint.isOn, mustStop: mustStop)
            return Self.lines(TerminalText.keepingColours(text))
        } catch {
            try check()
            // The figure itself is made; that it cannot be drawn here is a warning, and its words stand for it.
            var warning = Failure.diagnostic(error, at: span)
            warning.severity = .warning
            remark(warning)
            return alternative
        }
    }

    // Plain

    /// The tables of a result, and the numbers behind its charts. What is said besides is no table, so it goes to standard error, unless it is all
    /// that a statement was asked for, as with `let` and `help`.
    private func writePlain(_ result: StatementResult) throws(OutputError) {
        let tables = result.blocks.compactMap { block -> DisplayTable? in
            switch block {
            case .text: nil
            case .table(let table): table
            case .figure(let figure): figure.table
            }
        }.filter { !$0.columns.isEmpty }
        let texts = result.blocks.compactMap { if case .text(let text) = $0 { TerminalText.printable(text) } else { nil } }
        if tables.isEmpty, result.value.map({ $0.kind == .plain }) ?? true { try writeApart(texts) } else if !isQuiet { texts.forEach(errors.line) }
        for table in tables {
            let rows = [table.columns.map { Self.field($0.title) }] + table.rows.map { $0.map { Self.field($0.value) } }
            try writeApart(rows.map { $0.joined(separator: "\t") })
        }
    }

    private func writeApart(_ lines: [String]) throws(OutputError) {
        guard !lines.isEmpty else { return }
        try write((hasWritten ? [""] : []) + lines)
        hasWritten = true
    }

    /// A value without thousands separators; nothing for one that is not defined.
    private static func field(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .string(let text): field(text)
        default: field(value.text)
        }
    }

    private static func field(_ text: String) -> String {
        let escaped = text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return Diagnostic.printable(escaped)
    }
}

import Diagnostics
import Language

/// A `.cnb` file: front matter, prose and cells, each with its place in the text.
///
/// The text is Markdown. A fenced block at its top level whose language is `cnb` is a cell; the same block in a list or quote, and blocks
/// of other languages, are shown and never run.
public struct Notebook: Sendable {
    public let file: SourceFile
    public let frontMatter: FrontMatter
    /// Pieces that follow each other without a gap and together are the whole text.
    public let parts: [Part]
    /// In the order in which a page shows them: that of the text, but footnotes come last.
    public let inlineValues: [InlineValue]
    public let images: [ImageReference]

    public enum Part: Sendable {
        case frontMatter(Range<Int>)
        case prose(Range<Int>)
        case cell(Cell)

        public var range: Range<Int> {
            switch self {
            case .frontMatter(let range), .prose(let range): range
            case .cell(let cell): cell.range
            }
        }
    }

    /// A fenced block that runs.
    public struct Cell: Sendable {
        /// Names the cell in errors, figures and anchors: given, or `cell-3` for the third cell.
        public let label: String
        public let hasGivenLabel: Bool
        public let options: CellOptions
        /// The whole block with its fences.
        public let range: Range<Int>
        /// The statements, without fences and option lines.
        public let code: Range<Int>

        public var isParameters: Bool { options.tags.contains("parameters") }
    }

    /// A picture in prose.
    public struct ImageReference: Sendable {
        public let path: String
        public let span: SourceSpan
    }

    /// - Throws: `NotebookMistakes` with all that is wrong with front matter, options, labels and live values.
    public init(parsing file: SourceFile) throws(NotebookMistakes) {
        let (notebook, diagnostics) = Self.parse(file)
        guard diagnostics.isEmpty else { throw NotebookMistakes(diagnostics: diagnostics) }
        self = notebook
    }

    init(file: SourceFile, frontMatter: FrontMatter, parts: [Part], inlineValues: [InlineValue], images: [ImageReference]) {
        self.file = file
        self.frontMatter = frontMatter
        self.parts = parts
        self.inlineValues = inlineValues
        self.images = images
    }

    public var cells: [Cell] { parts.compactMap { if case .cell(let cell) = $0 { cell } else { nil } } }

    /// The notebook as text, put together from its parts: what was read, byte for byte.
    public var text: String { String(decoding: parts.flatMap { file.bytes[$0.range] }, as: UTF8.self) }

    /// Whether a word may name a cell or tag one: it starts with a letter and goes on with letters, digits, `-` and `_`.
    static func isLabel(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter else { return false }
        return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    /// The text with front matter blanked out, so that lines keep their numbers: what the Markdown reader sees.
    ///
    /// To it a carriage return ends a line even where no line feed follows; such a one is a blank, for lines here end in line feeds.
    package var markdown: [UInt8] {
        var bytes = file.bytes
        if case .frontMatter(let range)? = parts.first { for index in range where bytes[index] != 0x0A { bytes[index] = 0x20 } }
        for index in bytes.indices where bytes[index] == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A) { bytes[index] = 0x20 }
        return bytes
    }

    /// The line, counted from 1, on which a byte stands.
    package func line(of offset: Int) -> Int { file.place(of: offset).line }
}

/// Everything that is wrong with a notebook's text.
public struct NotebookMistakes: Error, Sendable {
    public let diagnostics: [Diagnostic]
}

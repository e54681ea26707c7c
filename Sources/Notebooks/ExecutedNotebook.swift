import Diagnostics
import Language

/// A notebook after its run: all that a page of it shows, and nothing that changes from one run to the next.
public struct ExecutedNotebook: Sendable {
    public let notebook: Notebook
    /// The file's name without its folder.
    public let name: String
    public let parameters: [ParameterValue]
    public let cells: [ExecutedCell]
    /// What stands in place of each of the notebook's live values.
    public let inlineTexts: [InlineText]
    /// The content of the pictures in prose, by path.
    public let images: [String: EmbeddedImage]
    public let dataCard: [DataCardEntry]
    public let seed: Int
    public let facts: EngineFacts
    /// From `SOURCE_DATE_EPOCH`, else from the front matter.
    public let date: CalendarDate?
    /// What ended the run before its time.
    public let failure: RunFailure?

    /// Exit code of the run: 0, or what the failure says; a mistake that only the run could find is a failed cell.
    public var exitCode: Int32 {
        guard let category = failure?.diagnostic.category else { return 0 }
        return category == .syntax || category == .usage ? Diagnostic.Category.failure.exitCode : category.exitCode
    }
}

/// What ended a run, and where.
public struct RunFailure: Sendable {
    public enum Place: Sendable { case cell(Int), inlineValue(Int) }
    public let place: Place
    public let diagnostic: Diagnostic
    /// Whether it was found before the first cell, so that nothing was run.
    public var isBeforeRun = false
}

/// A live value in prose after the run.
public enum InlineText: Sendable {
    case text(String, isNumber: Bool)
    case failed(Diagnostic)
    /// The run ended before it came here.
    case notRun
}

/// A cell after the run.
public struct ExecutedCell: Sendable {
    public enum Status: Sendable {
        case done
        /// It failed, and the run ended.
        case failed(Diagnostic)
        /// It failed, `error: true` allows it, and the run went on.
        case allowedFailure(Diagnostic)
        /// The run ended before it.
        case notRun
        /// `eval: false`.
        case notEvaluated
    }

    public let cell: Notebook.Cell
    public let status: Status
    public let outputs: [CellOutput]
    /// What the run itself remarks of the cell, such as a caption without a figure.
    public let remarks: [Diagnostic]

    public var label: String { cell.label }
    public var figures: [any Figure] {
        outputs.filter(\.isShown).flatMap(\.blocks).compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
    }
}

/// What one statement of a cell gave. Its value is not kept: a page shows blocks.
public struct CellOutput: Sendable {
    public let statement: String
    public let verb: String
    public let name: String?
    public let input: String?
    public let blocks: [Block]
    public let notes: [Diagnostic]
    /// Whether a page shows it; an included notebook hides what its own cells hide.
    public let isShown: Bool
    /// The failure of a cell of an included notebook that allows it.
    public let allowedFailure: Diagnostic?
}

/// A picture that a page carries inside.
public struct EmbeddedImage: Sendable {
    public let mediaType: String
    public let bytes: [UInt8]
}

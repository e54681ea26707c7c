import Runtime

/// A piece of what a statement shows: at the prompt as text, in a report as HTML.
public enum Block: Sendable {
    /// A line or a few of plain text.
    case text(String)
    case table(DisplayTable)
    case figure(any Figure)
}

/// A table as people read it, with the exact values for programs beside the shown texts.
public struct DisplayTable: Sendable {
    public enum Alignment: Sendable { case left, right }

    public struct Column: Sendable {
        public let title: String
        public let alignment: Alignment
        /// What stands below the title: the unit of its numbers, `days`, or the type of a column of data, `text`. Often empty.
        public let unit: String
        public init(_ title: String, _ alignment: Alignment = .left, unit: String = "") {
            self.title = title
            self.alignment = alignment
            self.unit = unit
        }
    }

    public struct Cell: Sendable, ExpressibleByStringLiteral {
        public let text: String
        public let value: JSON
        public init(_ text: String, _ value: JSON) {
            self.text = text
            self.value = value
        }
        public init(_ text: String) { self.init(text, .string(text)) }
        public init(stringLiteral text: String) { self.init(text) }

        public static func count(_ value: Int) -> Cell { Cell(NumberText.grouped(value), .integer(value)) }
        /// - Parameter decimals: shown decimals; about four significant digits when none, or where the number is huge.
        public static func number(_ value: Double, _ decimals: Int? = nil) -> Cell {
            Cell(decimals.flatMap { abs(value) < NumberText.mostWritten ? NumberText.decimal(value, $0) : nil } ?? NumberText.short(value), .number(value))
        }
        /// The numbers of a column, all with the decimals that suit its largest; what is missing is undefined.
        public static func column(_ values: [Double?]) -> [Cell] {
            let decimals = NumberText.decimals(for: values.compactMap { $0 })
            return values.map { value in value.map { $0.isNaN ? .undefined : .number($0, decimals) } ?? .undefined }
        }
        public static func percent(_ share: Double, _ decimals: Int = 1) -> Cell { Cell(NumberText.percent(share, decimals), .number(share)) }
        /// A value that is not defined here, such as the precision of a class that was never predicted.
        public static let undefined = Cell("–", .null)
    }

    /// What the table shows; its caption in a report.
    public var title: String?
    public var columns: [Column]
    public var rows: [[Cell]]
    /// How many rows there are if `rows` holds only some of them: the first, unless `gap` says otherwise.
    public var totalRows: Int
    /// The row before which those that are left out would stand; none if that is the end.
    public var gap: Int?
    /// The statement that shows the rows that are left out, if there is one.
    public var more: String?
    /// Stated below the table: definitions, denominators, what was left out.
    public var notes: [String]

    public init(title: String? = nil, columns: [Column], rows: [[Cell]], totalRows: Int? = nil, gap: Int? = nil, more: String? = nil, notes: [String] = []) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "each row of a table has a cell for each column")
        self.title = title
        self.columns = columns
        self.rows = rows
        self.totalRows = totalRows ?? rows.count
        self.gap = gap
        self.more = more
        self.notes = notes
    }
}

/// A chart that a report, a terminal or a file can show; the language itself draws nothing.
public protocol Figure: Sendable {
    /// The kind of chart: `roc`.
    var chartKind: String { get }
    /// Describes the chart for those who cannot see it, key numbers included.
    var alternativeText: String { get }
    /// Stands below the chart when the notebook gives no other caption.
    var caption: String { get }
    /// What a reader must know besides, such as what was sampled or left out, as sentences: stands below the chart whatever its caption. May be empty.
    var remarks: String { get }
    /// The numbers behind the chart.
    var table: DisplayTable { get }
    /// A gnuplot script that redraws the chart without us.
    var script: String { get }
    /// The chart as an `<svg>` element for an HTML page.
    ///
    /// - Parameters:
    ///   - identifier: unique in the page; prefixes the ids inside the element.
    ///   - size: width and height in pixels, or the chart's own.
    func svg(identifier: String, size: (width: Int, height: Int)?) throws -> String
    /// The chart drawn with characters.
    ///
    /// - Parameter mustStop: asked many times a second; true ends the drawing, which throws then.
    func text(columns: Int, rows: Int, colour: Bool, mustStop: @Sendable () -> Bool) throws -> String
    /// The chart as a sixel image for terminals that show them; stops as `text` does.
    func sixel(width: Int, height: Int, mustStop: @Sendable () -> Bool) throws -> [UInt8]
}

extension Figure {
    public var remarks: String { "" }
}

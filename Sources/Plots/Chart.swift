/// A chart as plain data: numbers and names, checked when it is made, and everything a page needs to show it well.
public protocol Chart: Sendable {
    /// The word by which a person asks for it: `roc`.
    static var kind: String { get }
    /// One sentence for the catalogue.
    static var summary: String { get }

    /// A few words; may be empty, which draws none.
    var title: String { get set }
    /// What a reader should know besides: what was left out, sampled or merged. May be empty.
    var notes: [String] { get }
    /// One or more sentences with the key numbers, for people who cannot see the picture.
    var altText: String { get }
    /// The numbers that are drawn, to be shipped beside the picture.
    var data: ChartTable { get }
    /// The size at which it looks best.
    var preferredSize: ChartSize { get }

    /// The gnuplot commands that draw it, without the terminal: data blocks, settings and `plot`.
    func commands(_ style: Style) -> [String]
    /// Its form as lines of text, without title and notes, for charts that gnuplot's text terminal draws badly; none to let gnuplot draw it.
    func text(_ page: TextPage) -> [String]?
}

extension Chart {
    public var kind: String { Self.kind }
    public var notes: [String] { [] }
    public var preferredSize: ChartSize { .standard }
    public func text(_ page: TextPage) -> [String]? { nil }

    /// The size at which it looks best with or without its title and notes.
    func bestSize(showsTitle: Bool) -> ChartSize {
        guard showsTitle else { return preferredSize }
        return preferredSize.taller(by: Figure.headHeight(title: title, notes: notes, width: preferredSize.width))
    }

    /// The title and the notes as sentences. Their first letters stand as they are, for they may be those of a name.
    public var caption: String {
        ([title] + notes).filter { !$0.isEmpty }.map { Self.sentence($0) }.joined(separator: " ")
    }

    /// The notes as sentences: what stands below the picture when somebody else words its title.
    public var remarks: String { notes.filter { !$0.isEmpty }.map { Self.sentence($0) }.joined(separator: " ") }

    private static func sentence(_ text: String) -> String {
        text.last.map { ".!?…".contains($0) } == true ? text : text + "."
    }
}

/// The size of a picture in CSS pixels, 96 to the inch.
public struct ChartSize: Sendable, Hashable {
    public static let widths = 240...4_000
    public static let heights = 160...4_000
    public static let standard = ChartSize(clamping: 720, 440)

    public let width: Int, height: Int

    /// - Throws: `PlotError.sizeOutOfRange` outside of `widths` and `heights`.
    public init(width: Int, height: Int) throws(PlotError) {
        guard Self.widths.contains(width), Self.heights.contains(height) else { throw .sizeOutOfRange(width: width, height: height) }
        self.width = width
        self.height = height
    }

    /// The size with more height.
    func taller(by pixels: Int) -> ChartSize { ChartSize(clamping: width, height + pixels) }

    /// The size nearest to the wanted one that can be drawn.
    init(clamping width: Int, _ height: Int) {
        self.width = min(max(width, Self.widths.lowerBound), Self.widths.upperBound)
        self.height = min(max(height, Self.heights.lowerBound), Self.heights.upperBound)
    }
}

/// The forms in which a chart can be had.
public enum ChartFormat: Sendable, Hashable {
    /// For a page: no prolog, transparent, ids that start with `idPrefix`, colours that a style sheet can change.
    case svg(idPrefix: String = "chart")
    /// A whole SVG file, on white or, where the reader prefers it, on dark.
    case svgFile
    /// `scale` device pixels to a CSS pixel.
    case png(scale: Int = 2)
    case pdf
    /// For terminals that show sixel pictures.
    case sixel
    /// Characters; `colour` allows ANSI colours.
    case text(columns: Int, rows: Int, colour: Bool)

    var name: String {
        switch self {
        case .svg, .svgFile: "SVG"
        case .png: "PNG"
        case .pdf: "PDF"
        case .sixel: "sixel"
        case .text: "text"
        }
    }

    var isText: Bool { if case .text = self { true } else { false } }
}

/// How a chart is to be drawn.
public struct Style: Sendable, Hashable {
    public var format: ChartFormat
    public var size: ChartSize
    /// Whether the title and the notes stand in the picture; a page that shows them as a caption leaves them out.
    public var showsTitle: Bool
    /// Whether the script is to be run by a person, whose picture is not tidied up by us.
    var isForPeople = false

    public init(format: ChartFormat = .svg(), size: ChartSize = .standard, showsTitle: Bool = false) {
        self.format = format
        self.size = size
        self.showsTitle = showsTitle
    }
}

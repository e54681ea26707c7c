import CGnuplot
import Foundation

/// The gnuplot program: draws charts, one run a chart.
public struct Gnuplot: Sendable {
    /// A name that is looked up on the search path, or a path.
    public var program: String
    /// Folders separated by colons; none stands for `PATH`.
    public var searchPath: String?
    /// A run that takes longer is ended.
    public var secondsAllowed: Double

    public init(program: String = "gnuplot", searchPath: String? = nil, secondsAllowed: Double = 60) {
        self.program = program
        self.searchPath = searchPath
        self.secondsAllowed = secondsAllowed
    }

    /// Pictures above this are no pictures any more.
    private static let outputLimit = 256 << 20

    /// Whether the program is there and may be started.
    public var isAvailable: Bool { cgnuplot_can_start(program, searchPath) == 1 }

    /// The chart as a picture: the same bytes for the same chart and style.
    ///
    /// - Parameters:
    ///   - size: none takes the chart's own; a text takes the columns and rows of its format.
    ///   - showsTitle: whether the title and the notes stand in the picture.
    ///   - mustStop: asked about 50 times a second; true ends gnuplot and throws `PlotError.stopped`.
    /// - Throws: `PlotError`; a missing gnuplot is `gnuplotMissing`. Text forms that are made here need no gnuplot.
    public func render(
        _ chart: some Chart, as format: ChartFormat = .svg(), size: ChartSize? = nil, showsTitle: Bool = false,
        mustStop: @Sendable () -> Bool = { false }
    ) throws(PlotError) -> [UInt8] {
        let style = Style(format: format, size: size ?? chart.bestSize(showsTitle: showsTitle), showsTitle: showsTitle)
        if case .text(let columns, let rows, let colour) = format {
            let page = TextPage(columns: columns, rows: rows, colour: colour)
            if let lines = chart.text(page) {
                let head = showsTitle ? page.head(title: chart.title, notes: chart.notes) : []
                return Array(((head + lines).map(TextPage.trimmed).joined(separator: "\n") + "\n").utf8)
            }
        }
        let script = ([Terminal.command(style)] + chart.commands(style)).joined(separator: "\n") + "\n"
        let output = try run(script, mustStop: mustStop)
        switch format {
        case .svg(let prefix): return try SVGPicture(output).page(title: chart.title, description: chart.altText, idPrefix: prefix)
        case .svgFile: return try SVGPicture(output).file(title: chart.title, description: chart.altText)
        case .png:
            guard output.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { throw .unreadable(format: format.name) }
            return output
        case .pdf: return try PDFDate.removed(from: output)
        case .sixel:
            guard output.starts(with: [0x1B, 0x50]) else { throw .unreadable(format: format.name) }
            return output
        case .text: return DumbText.tidied(output)
        }
    }

    /// A script that plain gnuplot runs to draw the chart again, into `KIND.svg` beside it; the data stand in it.
    public static func script(of chart: some Chart, size: ChartSize? = nil) -> String {
        var style = Style(format: .svgFile, size: size ?? chart.bestSize(showsTitle: true), showsTitle: true)
        style.isForPeople = true
        let head = [
            "# The '\(chart.kind)' chart of customer genomics, its data included. Draw it again with: gnuplot \(chart.kind).gnuplot", "reset",
            Terminal.command(style), "set output '\(chart.kind).svg'",
        ]
        return (head + chart.commands(style) + ["unset output"]).joined(separator: "\n") + "\n"
    }

    /// What gnuplot writes to its standard output for a script.
    func run(_ script: String, mustStop: () -> Bool = { false }) throws(PlotError) -> [UInt8] {
        let limit = Int32(min(max(secondsAllowed * 1000, 1), 86_400_000))
        var bytes = Array(script.utf8)
        var result = withoutActuallyEscaping(mustStop) { ask in
            // The question is asked on this thread only, while this function waits.
            var question = Question(ask: ask)
            return withUnsafeMutablePointer(to: &question) { context in
                program.withCString { program in
                    withOptionalCString(searchPath) { path in
                        bytes.withUnsafeMutableBytes { script in
                            cgnuplot_run(
                                script.baseAddress?.assumingMemoryBound(to: CChar.self), script.count,
                                cgnuplot_limits(
                                    program: program, search_path: path, milliseconds: limit, output_limit: Self.outputLimit,
                                    stop: { $0?.assumingMemoryBound(to: Question.self).pointee.ask() == true ? 1 : 0 }, stop_context: context))
                        }
                    }
                }
            }
        }
        defer { cgnuplot_release(&result) }
        let message = String(decoding: UnsafeBufferPointer(start: result.message, count: result.message_count), as: UTF8.self)
        switch result.outcome {
        case CGNUPLOT_DREW: return Array(UnsafeBufferPointer(start: result.output, count: result.output_count))
        case CGNUPLOT_MISSING: throw .gnuplotMissing
        case CGNUPLOT_NOT_STARTED, CGNUPLOT_INTERNAL: throw .gnuplotNotStarted(reason: String(cString: strerror(result.detail)))
        case CGNUPLOT_TOO_SLOW: throw .tooSlow(seconds: secondsAllowed, message: message)
        case CGNUPLOT_STOPPED: throw .stopped
        case CGNUPLOT_TOO_LARGE: throw .tooLarge
        case CGNUPLOT_NO_MEMORY: throw .gnuplotNotStarted(reason: String(cString: strerror(ENOMEM)))
        default: throw .gnuplotFailed(status: Int(result.detail), message: message)
        }
    }
}

private struct Question { let ask: () -> Bool }

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}

import Diagnostics

/// A chart could not be made or drawn.
public enum PlotError: Error, Sendable, Equatable {
    /// gnuplot is not installed, or not on the search path.
    case gnuplotMissing
    /// gnuplot is there but the system would not start it.
    case gnuplotNotStarted(reason: String)
    /// gnuplot ended with an error; `message` is what it said.
    case gnuplotFailed(status: Int, message: String)
    case tooSlow(seconds: Double, message: String)
    case stopped
    case tooLarge
    /// gnuplot wrote something that is not the picture that was asked for.
    case unreadable(format: String)
    /// The chart has nothing to show: `what` is missing.
    case empty(kind: String, what: String)
    /// Parts that must have one length have several.
    case mismatch(kind: String, what: String, expected: Int, found: Int)
    /// A number that the chart cannot show; `what` says which.
    case unusableNumber(kind: String, what: String, value: String)
    case tooMany(kind: String, what: String, limit: Int, found: Int)
    case sizeOutOfRange(width: Int, height: Int)
}

extension PlotError: Diagnosable {
    public var diagnostic: Diagnostic {
        switch self {
        case .gnuplotMissing:
            Diagnostic("gnuplot-missing", "charts need gnuplot, which is not installed", hint: "apt install gnuplot-nox")
        case .gnuplotNotStarted(let reason):
            Diagnostic("gnuplot-not-started", "gnuplot could not be started: \(reason)", hint: "apt install --reinstall gnuplot-nox")
        case .gnuplotFailed(let status, let message):
            Diagnostic(
                "gnuplot-failed", status < 0 ? "gnuplot was ended by signal \(-status)" : "gnuplot ended with status \(status)",
                notes: Self.lines(of: message), hint: "'gnuplot --version' should say 5.4 or later")
        case .tooSlow(let seconds, let message):
            Diagnostic(
                "gnuplot-too-slow", "gnuplot was ended: it had not drawn the chart after \(Format.significant(seconds)) s",
                category: .limit, notes: Self.lines(of: message), hint: "draw fewer points, or a smaller picture")
        case .stopped: Diagnostic("interrupted", "the chart was not drawn, as you asked to stop", category: .interrupted)
        case .tooLarge: Diagnostic("plot-too-large", "the picture would be too large", category: .limit, hint: "draw a smaller picture")
        case .unreadable(let format):
            Diagnostic(
                "plot-unreadable", "gnuplot did not write the \(format) picture that was asked for",
                hint: "'gnuplot --version' should say 5.4 or later")
        case .empty(let kind, let what):
            Diagnostic("nothing-to-plot", "a \(kind) chart needs \(what)", category: .data, hint: "look at the data with 'describe'")
        case .mismatch(let kind, let what, let expected, let found):
            Diagnostic("plot-mismatch", "a \(kind) chart needs \(expected) \(what), found \(found)", category: .data)
        case .unusableNumber(let kind, let what, let value):
            Diagnostic("plot-number", "a \(kind) chart cannot show \(what) of \(value)", category: .data)
        case .tooMany(let kind, let what, let limit, let found):
            Diagnostic(
                "plot-too-many", "a \(kind) chart shows at most \(Format.count(limit)) \(what), found \(Format.count(found))", category: .data,
                hint: "keep the largest, or group the others")
        case .sizeOutOfRange(let width, let height):
            Diagnostic(
                "plot-size",
                "a picture is between \(ChartSize.widths.lowerBound)x\(ChartSize.heights.lowerBound) and "
                    + "\(ChartSize.widths.upperBound)x\(ChartSize.heights.upperBound) pixels, not \(width)x\(height)",
                category: .usage, hint: "size=720x440 is the usual one")
        }
    }

    private static func lines(of message: String) -> [String] {
        message.split(whereSeparator: \.isNewline).map { $0.trimming(while: \.isWhitespace) }.filter { !$0.isEmpty }.prefix(6).map(String.init)
    }
}

extension Substring {
    fileprivate func trimming(while isBlank: (Character) -> Bool) -> Substring {
        guard let end = lastIndex(where: { !isBlank($0) }) else { return "" }
        return self[...end].drop(while: isBlank)
    }
}

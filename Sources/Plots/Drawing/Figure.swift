/// A rectangle of a picture. The unit is the CSS pixel, or a cell of the terminal; y grows downwards.
struct Frame: Sendable, Equatable {
    var left: Double, top: Double, right: Double, bottom: Double
    var width: Double { right - left }
    var height: Double { bottom - top }
}

/// A chart on its way to becoming a gnuplot script.
///
/// Everything is laid out here, in pixels; gnuplot is told exact margins, tics and places, and need not guess how wide words are.
struct Figure {
    enum Anchor: String { case start = "left", middle = "center", end = "right" }

    let style: Style
    let width: Double, height: Double
    let isText: Bool
    /// The part below the title that a chart may use.
    private(set) var area: Frame

    private var blocks: [String] = []
    private var body: [String] = []
    private var panels = 0
    private var labels = 0, arrows = 0, objects = 0
    private var blockCount = 0

    init(_ style: Style, title: String, notes: [String]) {
        self.style = style
        if case .text(let columns, let rows, _) = style.format {
            (width, height, isText) = (Double(max(columns, 30)), Double(max(rows, 10)), true)
        } else {
            (width, height, isText) = (Double(style.size.width), Double(style.size.height), false)
        }
        let inset = isText ? 0.0 : 6
        area = Frame(left: inset, top: inset, right: width - inset, bottom: height - inset)
        guard style.showsTitle else { return }
        if !title.isEmpty {
            area.top += isText ? 0.5 : 11
            text(fitted(title, area.width, size: Theme.titleSize, bold: true), area.left, area.top, size: Theme.titleSize, bold: true)
            area.top += isText ? 0.5 : 14
        }
        for note in notes {
            for line in wrapped(note, area.width, size: Theme.smallSize) {
                area.top += isText ? 0.5 : 8
                text(line, area.left, area.top, size: Theme.smallSize, Theme.quiet)
                area.top += isText ? 0.5 : 8
            }
        }
        if !isText { area.top += 6 }
    }

    /// The pixels that title and notes take above a chart of this width.
    static func headHeight(title: String, notes: [String], width: Int) -> Int {
        let figure = Figure(
            Style(format: .svgFile, size: ChartSize(clamping: width, ChartSize.heights.upperBound), showsTitle: true), title: title, notes: notes)
        return Int(figure.area.top.rounded(.up)) - 6
    }

    // MARK: Measures

    /// A distance given in pixels, in terminal cells where the picture is text.
    func across(_ pixels: Double) -> Double { isText ? (pixels / 8).rounded() : pixels }
    func down(_ pixels: Double) -> Double { isText ? (pixels / 16).rounded() : pixels }
    /// From one line of words to the next.
    func line(_ size: Double = Theme.textSize) -> Double { isText ? 1 : (size * 1.35).rounded() }

    func measure(_ text: String, size: Double = Theme.textSize, bold: Bool = false) -> Double {
        isText ? Double(Letters.cells(text)) : Letters.width(text, size: size, bold: bold)
    }

    func fitted(_ text: String, _ limit: Double, size: Double = Theme.textSize, bold: Bool = false) -> String {
        Letters.elided(GnuplotText.printable(text), to: limit) { measure($0, size: size, bold: bold) }
    }

    /// The text in lines that are not wider than `limit`, at most three.
    func wrapped(_ text: String, _ limit: Double, size: Double) -> [String] {
        guard measure(text, size: size) > limit else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if line.isEmpty || measure(longer, size: size) <= limit {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        lines.append(line)
        if lines.count > 3 { lines = Array(lines[..<2]) + [lines[2...].joined(separator: " ")] }
        return lines.map { fitted($0, limit, size: size) }
    }

    // MARK: Words and marks at exact places

    /// Words with their middle at `y`.
    mutating func text(
        _ words: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, size: Double = Theme.textSize, bold: Bool = false,
        _ role: Theme.Role = Theme.ink, upright: Bool = false
    ) {
        guard !words.isEmpty else { return }
        labels += 1
        let turn = upright ? " rotate by 90" : ""
        body.append(
            "set label \(labels) \(GnuplotText.quoted(isText ? DumbText.spaced(words) : words)) at \(place(x, y)) \(anchor.rawValue)\(turn) front noenhanced"
                + " font \(GnuplotText.quoted(font(size, bold: bold)))\(ownColour(role) ? " textcolor rgb '\(role.light)'" : "")")
    }

    /// Words that start at `x`.
    mutating func text(_ words: String, _ x: Double, _ y: Double, size: Double = Theme.textSize, bold: Bool = false, _ role: Theme.Role) {
        text(words, x, y, .start, size: size, bold: bold, role)
    }

    /// A filled disc, or a ring.
    mutating func dot(_ x: Double, _ y: Double, radius: Double, _ role: Theme.Role, hollow: Bool = false, character: Int = 7) {
        labels += 1
        let type = isText ? character : hollow ? 6 : 7
        body.append(
            "set label \(labels) '' at \(place(x, y)) front point pointtype \(type) pointsize \(number(pointSize(radius)))"
                + " linewidth 2\(lineColour(role))")
    }

    mutating func segment(
        _ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ role: Theme.Role, width: Double = 1, dash: String = "solid", behind: Bool = false
    ) {
        arrows += 1
        body.append(
            "set arrow \(arrows) from \(place(x0, y0)) to \(place(x1, y1)) nohead \(behind ? "back" : "front")"
                + "\(lineColour(role)) linewidth \(number(width)) dashtype \(dash)")
    }

    mutating func rectangle(_ frame: Frame, _ role: Theme.Role, opacity: Double = 1, behind: Bool = true) {
        objects += 1
        body.append(
            "set object \(objects) rectangle from \(place(frame.left, frame.bottom)) to \(place(frame.right, frame.top))"
                + " \(behind ? "behind" : "front") fillcolor rgb '\(Self.colour(role, opacity: opacity))' fillstyle solid noborder")
    }

    // MARK: Data

    /// Puts columns of numbers into the script and gives the name of the block. What is not finite becomes a gap.
    mutating func block(_ columns: [Double]...) -> String { block(rows: columns.first?.indices.map { row in columns.map { $0[row] } } ?? []) }

    mutating func block(rows: [[Double]]) -> String {
        blockCount += 1
        let name = "$data\(blockCount)"
        blocks.append("\(name) << END")
        for row in rows { blocks.append(row.map { $0.isFinite ? Format.exact($0) : "NaN" }.joined(separator: " ")) }
        blocks.append("END")
        return name
    }

    // MARK: Panels

    /// Draws what was set so far and `plots` in one pair of axes.
    ///
    /// - Parameter grid: whether light lines stand at the tics of y.
    mutating func panel(
        _ frame: Frame, x: Scale, y: Scale, showsX: Bool = true, showsY: Bool = true, grid: Bool = true, baseline: Bool = true, _ plots: [String]
    ) {
        panels += 1
        // However small the picture: an axis has a length.
        var frame = frame
        frame.right = max(frame.right, frame.left + (isText ? 2 : 12))
        frame.bottom = max(frame.bottom, frame.top + (isText ? 2 : 12))
        body.append("set lmargin at screen \(number(frame.left / width))")
        body.append("set rmargin at screen \(number(frame.right / width))")
        body.append("set tmargin at screen \(number(1 - frame.top / height))")
        body.append("set bmargin at screen \(number(1 - frame.bottom / height))")
        body.append("set xrange [\(Format.exact(x.lower)):\(Format.exact(x.upper))] noextend")
        body.append("set yrange [\(Format.exact(y.lower)):\(Format.exact(y.upper))] noextend")
        body.append(x.isLogarithmic ? "set logscale x 10" : "unset logscale x")
        body.append(y.isLogarithmic ? "set logscale y 10" : "unset logscale y")
        body.append(baseline ? "set border 1 front\(lineColour(Theme.axis)) linewidth 1" : "unset border")
        body.append(grid && !isText ? "set grid ytics back linetype 1 linecolor rgb '\(Theme.grid.light)' linewidth 1" : "unset grid")
        body.append(tics("x", showsX ? x.tics : [], gap: isText ? "0,0" : "0,0.1"))
        body.append(tics("y", y.tics, blank: !showsY, gap: "0,0"))
        body.append("plot " + (plots.isEmpty ? ["NaN with lines"] : plots).map { $0 + " notitle" }.joined(separator: ", \\\n     "))
        body.append("unset label; unset arrow; unset object")
        (labels, arrows, objects) = (0, 0, 0)
    }

    private func tics(_ axis: String, _ tics: [Tic], blank: Bool = false, gap: String) -> String {
        guard !tics.isEmpty else { return "unset \(axis)tics" }
        let places = tics.map { "\(blank ? "''" : GnuplotText.quotedTic($0.label)) \(Format.exact($0.value))" }.joined(separator: ", ")
        return "set \(axis)tics out nomirror norotate noenhanced scale 0 offset \(gap) font \(GnuplotText.quoted(font(Theme.textSize - 0.5)))"
            + "\(ownColour(Theme.quiet) ? " textcolor rgb '\(Theme.quiet.light)'" : "") (\(places))"
    }

    /// The script after the terminal is set.
    var commands: [String] {
        var settings = [
            GnuplotText.preamble, "set encoding utf8", "unset key", "unset colorbox", "unset title", "set style fill solid noborder", "set samples 2",
        ]
        if panels > 1 { settings.append("set multiplot") }
        return blocks + settings + body + (panels > 1 ? ["unset multiplot"] : [])
    }

    // MARK: Words of gnuplot

    static func colour(_ role: Theme.Role, opacity: Double = 1) -> String {
        let clear = Int(((1 - min(max(opacity, 0), 1)) * 255).rounded())
        return clear == 0 ? role.light : "#" + Format.hex(clear) + role.light.dropFirst()
    }

    /// A colour as the number that `rgb variable` takes.
    static func colourNumber(_ role: Theme.Role, opacity: Double = 1) -> Double {
        let clear = Int(((1 - min(max(opacity, 0), 1)) * 255).rounded())
        return Double(clear << 24 | (Int(role.light.dropFirst(), radix: 16) ?? 0))
    }

    /// The look of a plotted line. In a terminal without colours `index` chooses the character.
    func stroke(_ role: Theme.Role, width: Double = 2, dash: String = "solid", opacity: Double = 1, index: Int = 0) -> String {
        guard !isText else { return "linetype \(index % 7 + 1)\(lineColour(role))" }
        return "linecolor rgb '\(Self.colour(role, opacity: opacity))' linewidth \(number(width)) dashtype \(dash)"
    }

    /// The look of plotted points.
    func mark(_ role: Theme.Role, radius: Double, hollow: Bool = false, character: Int = 7) -> String {
        "pointtype \(isText ? character : hollow ? 6 : 7) pointsize \(number(pointSize(radius))) linewidth 2\(lineColour(role))"
    }

    /// The line that stands for a series in a key: a stroke, or the characters that gnuplot draws it with.
    mutating func sample(_ x: Double, _ y: Double, length: Double, _ role: Theme.Role, dash: String = "solid", width: Double = 2, index: Int) {
        guard isText else { return segment(x, y, x + length, y, role, width: width, dash: dash) }
        let letters = ["*", "#", "$", "%", "@", "&", "="]
        text(String(repeating: usesANSI ? "+" : letters[index % letters.count], count: Int(length)), x, y, role)
    }

    private var usesANSI: Bool { if case .text(_, _, let colour) = style.format { colour } else { false } }

    /// A terminal's own letters are readable on its own ground, whatever that is; only series bring their colour.
    private func ownColour(_ role: Theme.Role) -> Bool {
        !isText || (usesANSI && ![Theme.ink, Theme.quiet, Theme.axis, Theme.grid, Theme.paper].contains(role))
    }

    private func lineColour(_ role: Theme.Role) -> String { ownColour(role) ? " linecolor rgb '\(role.light)'" : "" }

    private func place(_ x: Double, _ y: Double) -> String { "screen \(number(x / width)),\(number(1 - y / height))" }
    private func number(_ value: Double) -> String { Format.trimmed(Format.fixed(value, 5)).replacing("−", with: "-").replacing(",", with: "") }

    private func font(_ size: Double, bold: Bool = false) -> String {
        let points = number(size * Terminal.fontFactor(style.format))
        return (bold && !style.isForPeople ? Terminal.fontName(style.format) + ":Bold" : "") + "," + points
    }

    func pointSize(_ radius: Double) -> Double { radius * Terminal.pointFactor(style.format) }
}

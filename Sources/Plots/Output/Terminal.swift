/// How gnuplot is asked for each format.
enum Terminal {
    /// The `set terminal` line. The scales of PNG and PDF were measured against SVG, so that strokes, dashes and letters are of one size.
    static func command(_ style: Style) -> String {
        let (width, height) = (style.size.width, style.size.height)
        switch style.format {
        case .svg, .svgFile:
            return "set terminal svg size \(width),\(height) dynamic noenhanced butt solid font 'sans-serif,\(font(style.format))'"
        case .png(let scale):
            let scale = min(max(scale, 1), 8)
            return "set terminal pngcairo size \(width * scale),\(height * scale) noenhanced background '#ffffff' font 'sans,\(font(style.format))'"
                + " fontscale \(scale) linewidth \(scale) pointscale \(scale) dashlength 2"
        case .pdf:
            return
                "set terminal pdfcairo size \(inches(width))in,\(inches(height))in noenhanced background '#ffffff' font 'sans,\(font(style.format))'"
                + " fontscale 0.75 linewidth 1.48 dashlength 1.8"
        case .sixel:
            return "set terminal sixelgd size \(width),\(height) truecolor noenhanced background '#ffffff' font 'sans,\(font(style.format))'"
        case .text(let columns, let rows, let colour):
            return "set terminal dumb nofeed noenhanced size \(max(columns, 30)),\(max(rows, 10)) \(colour ? "ansi256" : "mono")"
        }
    }

    /// Letters: SVG counts pixels, the others points of 1/72 inch.
    static func fontFactor(_ format: ChartFormat) -> Double {
        switch format {
        case .svg, .svgFile, .text: 1
        case .png, .pdf, .sixel: 0.75
        }
    }

    /// The point size of gnuplot that gives a disc of one pixel's radius; measured, for each terminal has its own unit.
    static func pointFactor(_ format: ChartFormat) -> Double {
        switch format {
        case .svg, .svgFile: 1 / (0.375 * Theme.textSize)
        case .png, .sixel: 1 / 3.16
        case .pdf: 1 / 4.1
        case .text: 1
        }
    }

    static func fontName(_ format: ChartFormat) -> String {
        switch format {
        case .svg, .svgFile: "sans-serif"
        case .png, .pdf, .sixel, .text: "sans"
        }
    }

    private static func font(_ format: ChartFormat) -> String { Format.trimmed(Format.fixed(Theme.textSize * fontFactor(format), 3)) }
    private static func inches(_ pixels: Int) -> String { Format.trimmed(Format.fixed(Double(pixels) / 96, 4)) }
}

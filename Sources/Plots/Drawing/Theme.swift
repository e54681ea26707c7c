/// The look of every chart: one place for colours, sizes of letters and strokes.
enum Theme {
    /// A colour by its job, with what it becomes on a dark page.
    ///
    /// Each light value is used by one role only, so that a finished picture still tells which mark has which job.
    struct Role: Sendable, Hashable {
        let name: String
        let light: String
        let dark: String
    }

    static let ink = Role(name: "ink", light: "#1f2328", dark: "#e8ebef")
    static let quiet = Role(name: "quiet", light: "#57606a", dark: "#a3acb7")
    static let axis = Role(name: "axis", light: "#8b949e", dark: "#6e7783")
    static let grid = Role(name: "grid", light: "#e3e6ea", dark: "#2d333b")
    static let paper = Role(name: "paper", light: "#ffffff", dark: "#0d1117")
    /// Cells and bars: the colour of much. Laid over the page with an opacity, so that little is the page itself, light or dark.
    static let heat = Role(name: "heat", light: "#08406f", dark: "#5aa9e0")
    /// Cells of less than usual, where more has the colour of much.
    static let below = Role(name: "below", light: "#7f3308", dark: "#f0a261")
    /// Letters on cells of much.
    static let onHeat = Role(name: "on-heat", light: "#fffffe", dark: "#06121f")
    static let bar = Role(name: "bar", light: "#3a7fb5", dark: "#4f9bd3")
    /// Thin lines that mark a value: a mean, a median.
    static let mark = Role(name: "mark", light: "#b3420f", dark: "#ff9a63")

    /// Marks of series. After M. Okabe, K. Ito, Color Universal Design, 2008; the yellow is darkened, for it cannot be seen on white.
    static let series: [Role] = zip(
        ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#6b6f76"],
        ["#4aa8e0", "#f08a3c", "#2fc49a", "#e3a3c6", "#f2b93f", "#8accf2", "#d3c234", "#a7adb5"]
    ).enumerated().map { Role(name: "s\($0 + 1)", light: $1.0, dark: $1.1) }

    /// Words about a series: the same hues, dark enough to be read on the page (at least 4.5 to 1).
    static let words: [Role] = zip(
        ["#00639b", "#a84a00", "#007354", "#a04a7c", "#8a5f00", "#1f719f", "#6e6100", "#565a61"],
        ["#69b8e8", "#f49a55", "#45cfa7", "#e9b2d0", "#f4c25a", "#9bd4f4", "#dccd55", "#b3b9c0"]
    ).enumerated().map { Role(name: "w\($0 + 1)", light: $1.0, dark: $1.1) }

    /// Users that belong to no cluster.
    static let noise = Role(name: "noise", light: "#9aa1aa", dark: "#767e89")

    static let roles: [Role] = [ink, quiet, axis, grid, paper, heat, below, onHeat, bar, mark, noise] + series + words

    /// Every eighth series has the same colour again, with other dashes.
    static func dash(_ index: Int) -> String {
        ["solid", "(6,3)", "(2,3)", "(8,3,2,3)"][index / series.count % 4]
    }

    static let titleSize = 16.0
    static let textSize = 12.5
    static let smallSize = 11.5

    static let fontFamily = "'Inter','Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"

    /// The letters' contrast as WCAG 2.1 counts it, 1 to 21.
    static func contrast(_ a: String, _ b: String) -> Double {
        let (x, y) = (luminance(channels(a)), luminance(channels(b)))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    /// The colour that is seen where `role` lies over white with an opacity.
    static func blended(_ hex: String, over base: String, opacity: Double) -> String {
        let mixed = zip(channels(hex), channels(base)).map { Int(($0 * opacity + $1 * (1 - opacity)).rounded()) }
        return "#" + mixed.map { Format.hex($0) }.joined()
    }

    private static func luminance(_ channels: [Double]) -> Double {
        let linear = channels.map { channel -> Double in
            let share = channel / 255
            return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    static func channels(_ hex: String) -> [Double] {
        let number = Int(hex.dropFirst(), radix: 16) ?? 0
        return [Double(number >> 16 & 255), Double(number >> 8 & 255), Double(number & 255)]
    }
}

/// The style sheet that goes with charts in a page.
///
/// Text, axes, grids and marks bear classes that start with `cnb-`; a class ending in `-line` colours strokes.
public let darkStyleSheet: String = {
    let rules = Theme.roles.flatMap { [".cnb-\($0.name){fill:\($0.dark)}", ".cnb-\($0.name)-line{stroke:\($0.dark)}"] }
    return "@media (prefers-color-scheme: dark) {\n" + rules.map { "  .cnb-chart \($0)" }.joined(separator: "\n") + "\n}\n"
}()

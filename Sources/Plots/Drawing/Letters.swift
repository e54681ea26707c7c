/// How wide words are. gnuplot only guesses, so charts are laid out by this.
///
/// The widths are those of DejaVu Sans, the widest of the fonts a picture may be shown in: what fits by them fits in the others.
enum Letters {
    /// The width of a text in the unit of `size`.
    static func width(_ text: String, size: Double, bold: Bool = false) -> Double {
        var units = 0.0
        for scalar in text.unicodeScalars { units += width(of: scalar, bold: bold) }
        return units * size / 1000
    }

    private static func width(of scalar: Unicode.Scalar, bold: Bool) -> Double {
        switch scalar.value {
        case 0x20..<0x7F: (bold ? boldWidths : widths)[Int(scalar.value) - 0x20]
        case _ where scalar.properties.generalCategory == .nonspacingMark || scalar.value == 0x200D: 0
        case _ where isWide(scalar): 1050
        case 0x2026, 0x2014, 0xFFFD: 1000
        default: bold ? 800 : 720
        }
    }

    /// Whether a letter is as wide as it is high, and two cells in a terminal.
    static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// The number of terminal cells that a text takes.
    static func cells(_ text: String) -> Int {
        text.reduce(0) { $0 + ($1.unicodeScalars.contains(where: isWide) ? 2 : 1) }
    }

    /// The text, cut in its middle if it is wider than `limit`: the start and the end of a name tell most.
    static func elided(_ text: String, to limit: Double, measure: (String) -> Double) -> String {
        guard measure(text) > limit else { return text }
        // No picture shows more than this; a name may be a whole page.
        let letters = text.count > 400 ? Array(text.prefix(200)) + Array(text.suffix(200)) : Array(text)
        var low = 0
        var high = letters.count - 1
        func shortened(_ kept: Int) -> String {
            let head = (kept + 1) / 2
            return String(letters[..<head]) + "…" + String(letters[(letters.count - (kept - head))...])
        }
        while low < high {
            let middle = (low + high + 1) / 2
            if measure(shortened(middle)) <= limit { low = middle } else { high = middle - 1 }
        }
        return low == 0 ? "…" : shortened(low)
    }

    // Advance widths of U+0020 to U+007E in thousandths of the size.
    private static let widths: [Double] = [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
        636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
        575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
        611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
        278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
    ]
    private static let boldWidths: [Double] = [
        348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
        696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
        683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
        724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
        343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
    ]
}

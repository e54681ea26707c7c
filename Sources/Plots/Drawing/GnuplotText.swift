/// Words on their way into a gnuplot script. Every string of a script is made here.
enum GnuplotText {
    /// Stands at the head of each script.
    static let preamble = #"apostrophe = "\047""#

    /// A text as a gnuplot string that prints as it is.
    ///
    /// Between single quotes gnuplot reads neither backquotes nor macros nor backslashes. An apostrophe must never stand there itself:
    /// doubled at the start of a string it ends the string (gnuplot 5.4), and within double quotes it makes the macro reader take
    /// inside for outside. So it is joined in by a name that `preamble` sets. What could end a line or cannot stand in a picture
    /// (control characters, direction overrides, noncharacters) becomes U+FFFD.
    static func quoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { result += "' . apostrophe . '" } else { result.unicodeScalars.append(printable(scalar)) }
        }
        return result + "'"
    }

    /// The label of a tic, in which gnuplot reads percent signs as a number format.
    static func quotedTic(_ text: String) -> String {
        var doubled = ""
        for scalar in text.unicodeScalars {
            if scalar == "%" { doubled += "%" }
            doubled.unicodeScalars.append(scalar)
        }
        return quoted(doubled)
    }

    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars { result.unicodeScalars.append(printable(scalar)) }
        return result
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
        case _ where scalar.properties.isNoncharacterCodePoint: "\u{FFFD}"
        default: scalar
        }
    }
}

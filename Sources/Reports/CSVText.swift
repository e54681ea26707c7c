import Language
import Runtime

/// A table as comma-separated values (RFC 4180): exact numbers, a header, lines that end in LF.
enum CSVText {
    static func text(of table: DisplayTable) -> String {
        var out = table.columns.map { field($0.title) }.joined(separator: ",") + "\n"
        for row in table.rows { out += row.map { field($0.value) }.joined(separator: ",") + "\n" }
        return out
    }

    private static func field(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .string(let text): field(text)
        default: field(value.text)
        }
    }

    private static func field(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else { return text }
        // Scalar by scalar: a quote with a combining accent is one character to Swift, and still a quote to who reads the file.
        var quoted = "\""
        for scalar in text.unicodeScalars { quoted.unicodeScalars.append(contentsOf: scalar == "\"" ? [scalar, scalar] : [scalar]) }
        return quoted + "\""
    }
}

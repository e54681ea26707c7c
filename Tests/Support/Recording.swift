import Foundation

/// Files that hold what was once written and looked at. With CNB_RECORD=1 they are written anew, and the run fails for it.
public enum Recording {
    /// The root of the project, found from this file.
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let isOn = ProcessInfo.processInfo.environment["CNB_RECORD"] == "1"

    /// Whether two texts have the same words, and numbers that differ by a hundredth of their size at most.
    private static func isNearly(_ text: String, _ recorded: String) -> Bool {
        let (words, others) = (text.split(whereSeparator: \.isWhitespace), recorded.split(whereSeparator: \.isWhitespace))
        return words.count == others.count && zip(words, others).allSatisfy { word, other in
            if word == other { return true }
            guard let number = Double(word.filter { $0 != "," }), let known = Double(other.filter { $0 != "," }) else { return false }
            return abs(number - known) <= max(0.01 * abs(known), 0.002)
        }
    }

    /// Holds a text against the file at a path.
    ///
    /// - Returns: what a test is to fail with: that they differ and where, or that the file was written; none if they are the same.
    /// - Throws: if the file cannot be written.
    public static func mismatch(_ text: String, at path: String) throws -> String? {
        let name = path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
        let recorded = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        if recorded == text { return nil }
        guard isOn else {
            // What training gives differs in its last digits from one sort of processor to another.
            if let recorded, text.contains("fit "), isNearly(text, recorded) { return nil }
            let (now, before) = (lines(text), lines(recorded ?? ""))
            let line = zip(now, before).enumerated().first { $0.element.0 != $0.element.1 }
            let places = line.map { "line \($0.offset + 1)\n  recorded: \($0.element.1)\n  now:      \($0.element.0)" } ?? "\(now.count) lines instead of \(before.count)"
            return "\(name) is another than what is made now, and CNB_RECORD=1 records it: \(places)"
        }
        try FileManager.default.createDirectory(atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return "recorded \(name)"
    }

    private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

import Foundation
import Testing

/// Files that hold what was once written and looked at. With CNB_RECORD=1 they are written anew, and the run fails for it.
enum Recording {
    /// The root of the project, found from this file.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let isOn = ProcessInfo.processInfo.environment["CNB_RECORD"] == "1"

    /// Whether two texts have the same words, and numbers that differ by a hundredth of their size at most.
    static func isNearly(_ text: String, _ recorded: String) -> Bool {
        let (words, others) = (text.split(whereSeparator: \.isWhitespace), recorded.split(whereSeparator: \.isWhitespace))
        return words.count == others.count && zip(words, others).allSatisfy { word, other in
            if word == other { return true }
            guard let number = Double(word.filter { $0 != "," }), let known = Double(other.filter { $0 != "," }) else { return false }
            return abs(number - known) <= max(0.01 * abs(known), 0.002)
        }
    }

    static func expect(_ text: String, at path: String) throws {
        let name = path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
        let recorded = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        if recorded == text { return }
        // What training gives differs in its last digits from one sort of processor to another.
        if !isOn, let recorded, text.contains("fit "), isNearly(text, recorded) { return }
        guard isOn else {
            let difference = zip(text.split(separator: "\n", omittingEmptySubsequences: false), (recorded ?? "").split(separator: "\n", omittingEmptySubsequences: false)).first { $0 != $1 }
            Issue.record("\(name) is another than what is printed now; CNB_RECORD=1 records it\n  recorded: \(difference?.1 ?? "nothing")\n  now:      \(difference?.0 ?? "more or fewer lines")")
            return
        }
        try FileManager.default.createDirectory(atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        Issue.record("recorded \(name)")
    }
}

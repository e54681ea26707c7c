/// Candidates laid out in columns, as a second Tab shows them.
enum CandidateList {
    /// More rows than these would push what was typed off the screen.
    private static let mostRows = 10
    private static let gap = 2

    /// - Parameter width: columns of the terminal; no line is wider.
    static func lines(_ candidates: [Completion.Candidate], width: Int) -> [String] {
        let words = shown(candidates.map(\.text)).map { DisplayWidth.cut($0, to: max(1, width)) }
        guard let widest = words.map({ DisplayWidth.of($0) }).max() else { return [] }
        let perRow = max(1, (width + gap) / (widest + gap))
        let rows = (words.count + perRow - 1) / perRow
        let shownRows = min(rows, mostRows)
        // The order runs down the columns.
        var lines = (0..<shownRows).map { row in
            let cells = stride(from: row, to: words.count, by: rows).map { DisplayWidth.padded(words[$0], to: widest, right: false) }
            return cells.joined(separator: String(repeating: " ", count: gap)).trimmingBlanksAtEnd
        }
        if rows > shownRows {
            let hidden = words.indices.count { $0 % rows >= shownRows }
            lines.append("… \(hidden) more")
        }
        return lines
    }

    /// Paths without the folder that all of them lie in.
    private static func shown(_ texts: [String]) -> [String] {
        guard texts.count > 1, let slash = texts[0].dropLast().lastIndex(of: "/") else { return texts }
        let folder = texts[0][...slash]
        guard texts.allSatisfy({ $0.hasPrefix(folder) && $0.count > folder.count }) else { return texts }
        return texts.map { String($0.dropFirst(folder.count)) }
    }
}

extension String {
    fileprivate var trimmingBlanksAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

import Diagnostics
import Language
import Runtime

/// A session as the text of a notebook that gives the same values again.
public struct SessionNotebook: Sendable {
    public let text: String
    /// How many of the session's statements are in it.
    public let statements: Int

    private struct Cell {
        var label: String
        var options: [String] = []
        var lines: [String] = []
        /// Whether it holds only statements of one sort that belong together, and further ones may join.
        var isOpen = true
    }

    /// - Parameters:
    ///   - prefix: how the session's folder is reached from the notebook's, `..`; none when they are the same.
    ///   - parameters: the values that parameters have by now.
    /// - Throws: `nothing-to-export` when nothing was done that matters, `unmovable-path`, or `interrupted-statement` for a loop that was stopped and whose values matter.
    public init(of essence: SessionEssence, title: String, prefix: String?, parameters: [String: Value], catalogue: Catalogue) throws(Diagnostic) {
        guard essence.steps.contains(where: { if case .statement = $0 { true } else { false } }) else {
            throw Diagnostic("nothing-to-export", "nothing was done yet that a notebook could repeat", hint: "'load FILE' makes the first value; 'history' shows what ran")
        }
        var cells: [Cell] = []
        if !essence.outerParameters.isEmpty {
            let lines = essence.outerParameters.compactMap { name in parameters[name].map { "let \(name) = \($0)" } }
            cells.append(Cell(label: "parameters", options: ["tags: [parameters]"], lines: lines, isOpen: false))
        }
        var before: Signature.Group?
        var count = 0
        for step in essence.steps {
            switch step {
            case .seed(let seed): cells.append(Cell(label: "seed", lines: ["set seed=\(seed)"]))
            case .drop(let names):
                if cells.isEmpty || !cells[cells.count - 1].isOpen { cells.append(Cell(label: "drop")) }
                cells[cells.count - 1].lines.append("drop \(names.joined(separator: " "))")
            case .statement(let entry):
                count += 1
                let line = try Self.line(entry, prefix: prefix)
                let group = catalogue.signature(entry.verb)?.group
                if let failure = entry.failure {
                    // It made values before it failed, and will again.
                    guard failure.category != .interrupted else {
                        throw Diagnostic(
                            "interrupted-statement", "statement \(entry.number) was interrupted, and values that it made by then are in use", at: entry.statement.span,
                            label: "stopped before it was done", hint: "run it to its end, or drop \(entry.makes.joined(separator: " "))")
                    }
                    cells.append(Cell(label: Self.label(of: entry, group), options: ["error: true"], lines: [line], isOpen: false))
                } else if let last = cells.last, last.isOpen, last.label == "seed" && last.lines.count == 1 || Self.joins(entry, group, after: before) {
                    if last.label == "seed", last.lines.count == 1 { cells[cells.count - 1].label = Self.label(of: entry, group) }
                    cells[cells.count - 1].lines.append(line)
                } else {
                    cells.append(Cell(label: Self.label(of: entry, group), lines: [line]))
                }
                before = group
            }
        }
        statements = count
        var lines = ["---", "title: \(Self.quoted(title))"]
        if let seed = essence.seed { lines.append("seed: \(seed)") }
        lines += ["---", "", "The statements of a session that its results rest on, in their order.", ""]
        var labels: Set<String> = []
        for cell in cells {
            var label = cell.label
            var number = 2
            while !labels.insert(label).inserted {
                label = "\(cell.label)-\(number)"
                number += 1
            }
            let fence = Self.fence(around: cell.lines)
            lines += ["\(fence)cnb", "#| label: \(label)"] + cell.options.map { "#| \($0)" } + cell.lines + [fence, ""]
        }
        text = lines.dropLast().joined(separator: "\n") + "\n"
    }

    /// Whether a statement belongs into the cell of the one before: steps of the data follow one another, and looks follow what they look at.
    private static func joins(_ entry: SessionEntry, _ group: Signature.Group?, after before: Signature.Group?) -> Bool {
        guard case .call = entry.statement.node, let group, let before else { return false }
        if entry.showsResult || group == .keep { return true }
        return group == .data && before == .data
    }

    /// The statement as it was typed, or as it is written for another folder.
    private static func line(_ entry: SessionEntry, prefix: String?) throws(Diagnostic) -> String {
        if let prefix, entry.statement.hasPaths { return try entry.statement.movingPaths(by: prefix).description }
        return entry.source.replacing("\r\n", with: "\n") + (entry.statement.isQuiet ? ";" : "")
    }

    private static func label(of entry: SessionEntry, _ group: Signature.Group?) -> String {
        if group == .data, !entry.showsResult { return "data" }
        let name = (entry.makes.last ?? entry.verb).map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "-" }
        return name.first?.isLetter == true ? String(name) : "cell-\(String(name))"
    }

    /// A text in YAML's double quotes, where JSON's escapes mean the same.
    private static func quoted(_ text: String) -> String { JSON.string(text).text }

    /// A fence that no line of the code closes.
    private static func fence(around lines: [String]) -> String {
        var longest = 0
        for line in lines {
            var run = 0
            for character in line {
                run = character == "`" ? run + 1 : 0
                longest = max(longest, run)
            }
        }
        return String(repeating: "`", count: max(3, longest + 1))
    }
}

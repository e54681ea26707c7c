import Diagnostics
import Yams

/// A YAML value with its place in the notebook: what front matter and cell options are read from.
struct YAMLValue: Sendable {
    indirect enum Node: Sendable {
        case null
        case text(String, isQuoted: Bool)
        case list([YAMLValue])
        case map([Entry])
    }

    struct Entry: Sendable {
        let key: String
        let keySpan: SourceSpan
        let value: YAMLValue
    }

    let node: Node
    let span: SourceSpan

    /// A line of YAML and where it stands in the file.
    struct Line {
        let text: String
        let offset: Int
    }

    /// Reads lines that together are one YAML document; none when they hold nothing.
    ///
    /// - Throws: `yaml` at the place that the reader stumbled over.
    static func read(_ lines: [Line], file: SourceFile, cell: String? = nil) throws(Diagnostic) -> YAMLValue? {
        let places = Places(lines: lines, file: file, cell: cell)
        // The reader descends as deep as the text asks it to; a person's front matter is shallow.
        if let deep = lines.first(where: { line in line.text.utf8.filter { $0 == 0x5B || $0 == 0x7B || $0 == 0x2D || $0 == 0x3F }.count > 500 }) {
            throw wrong("lies too deep to be front matter", at: SourceSpan(file, deep.offset..<deep.offset + deep.text.utf8.count, cell: cell))
        }
        do {
            guard let root = try Yams.compose(yaml: lines.map(\.text).joined(separator: "\n") + "\n") else { return nil }
            var count = 0
            return try convert(root, places, &count, depth: 0)
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch let error as YamlError {
            throw places.diagnostic(error)
        } catch {
            throw wrong("\(error)", at: places.whole)
        }
    }

    private static func convert(_ node: Yams.Node, _ places: Places, _ count: inout Int, depth: Int) throws(Diagnostic) -> YAMLValue {
        count += 1
        // An alias stands for all that it names: a few lines could unfold into billions of values.
        guard count <= 20_000, depth <= 100 else { throw wrong("holds too many values", at: places.whole) }
        switch node {
        case .scalar(let scalar):
            let span = places.span(of: scalar)
            if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return YAMLValue(node: .null, span: span) }
            return YAMLValue(node: .text(scalar.string, isQuoted: scalar.style != .plain), span: span)
        case .sequence(let sequence):
            var values: [YAMLValue] = []
            for member in sequence { values.append(try convert(member, places, &count, depth: depth + 1)) }
            return YAMLValue(node: .list(values), span: places.rest(from: sequence.mark))
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else { throw wrong("has a key that is not a word", at: places.rest(from: key.mark)) }
                entries.append(Entry(key: name.string, keySpan: places.span(of: name), value: try convert(value, places, &count, depth: depth + 1)))
            }
            return YAMLValue(node: .map(entries), span: places.rest(from: mapping.mark))
        case .alias: throw wrong("uses an alias that names nothing", at: places.rest(from: node.mark))
        }
    }

    private static func wrong(_ message: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("yaml", "this \(message)", category: .syntax, at: span, label: "here")
    }

    /// Finds places of the YAML text in the file.
    private struct Places {
        let lines: [Line]
        let file: SourceFile
        let cell: String?

        var whole: SourceSpan {
            guard let first = lines.first, let last = lines.last else { return SourceSpan(file, 0..<0, cell: cell) }
            return SourceSpan(file, first.offset..<last.offset + last.text.utf8.count, cell: cell)
        }

        /// Line and column count from 1, columns in Unicode scalars; a place behind the last line is the end of it.
        func offset(_ mark: Mark) -> (offset: Int, lineEnd: Int) {
            guard !lines.isEmpty else { return (0, 0) }
            let index = min(max(mark.line - 1, 0), lines.count - 1)
            let line = lines[index]
            let end = line.offset + line.text.utf8.count
            if mark.line - 1 > index { return (end, end) }
            let before = String(line.text.unicodeScalars.prefix(max(0, mark.column - 1))).utf8.count
            return (line.offset + before, end)
        }

        func span(of scalar: Yams.Node.Scalar) -> SourceSpan {
            guard let mark = scalar.mark else { return whole }
            let (start, end) = offset(mark)
            let length = scalar.string.utf8.count
            if scalar.style == .plain, start + length <= end, file.text(in: start..<start + length) == scalar.string {
                return SourceSpan(file, start..<start + length, cell: cell)
            }
            if let quote = start < end ? file.bytes[start] : nil, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                let close = file.bytes[(start + 1)..<end].lastIndex(of: quote)
            {
                return SourceSpan(file, start..<close + 1, cell: cell)
            }
            return rest(from: mark)
        }

        /// From a place to the end of its line, blanks at the end left out.
        func rest(from mark: Mark?) -> SourceSpan {
            guard let mark else { return whole }
            var (start, end) = offset(mark)
            while end > start, file.bytes[end - 1] == 0x20 || file.bytes[end - 1] == 0x09 { end -= 1 }
            start = min(start, end)
            return SourceSpan(file, start..<end, cell: cell)
        }

        func diagnostic(_ error: YamlError) -> Diagnostic {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
                let hint = problem.contains("mapping values") ? "text that holds ': ' stands between quotes" : nil
                return Diagnostic("yaml", "this cannot be read as YAML: \(problem)", category: .syntax, at: rest(from: mark), label: "here", hint: hint)
            case .duplicatedKeysInMapping(let duplicates, _):
                let key = duplicates.sorted().first ?? ""
                let again = lines.filter { $0.text.drop { $0 == " " }.hasPrefix("\(key):") }.dropFirst().first
                let start = again.map { $0.offset + $0.text.utf8.prefix { $0 == 0x20 }.count }
                let span = start.map { SourceSpan(file, $0..<$0 + key.utf8.count, cell: cell) } ?? whole
                return Diagnostic("repeated-key", "'\(key)' is given twice", category: .syntax, at: span, label: "once more")
            case .reader(let problem, _, _, _): return YAMLValue.wrong("cannot be read as YAML: \(problem)", at: whole)
            default: return YAMLValue.wrong("cannot be read as YAML", at: whole)
            }
        }
    }
}

extension YAMLValue {
    /// The words of a scalar as typed.
    var text: String? { if case .text(let text, _) = node { text } else { nil } }

    /// `true` and `false`, and `yes` and `no`, as people write them.
    var boolean: Bool? {
        guard case .text(let text, isQuoted: false) = node else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: return nil
        }
    }

    var number: Double? {
        guard case .text(let text, isQuoted: false) = node, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    var whole: Int? { if case .text(let text, isQuoted: false) = node { Int(text) } else { nil } }

    /// A text, or a list of texts.
    var texts: [String]? {
        switch node {
        case .text(let text, _): return [text]
        case .list(let members):
            let texts = members.compactMap(\.text)
            return texts.count == members.count ? texts : nil
        default: return nil
        }
    }
}

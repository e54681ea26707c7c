import CMarkdown
import Diagnostics
import Language

extension Notebook {
    /// Reads a notebook and collects every mistake of its form; what could be read is there in any case.
    ///
    /// - Complexity: O(bytes).
    public static func parse(_ file: SourceFile) -> (notebook: Notebook, diagnostics: [Diagnostic]) {
        var reader = Reader(file)
        return (reader.read(), reader.found)
    }

    private struct Reader {
        let file: SourceFile
        let lines: TextLines
        var found: [Diagnostic] = []
        private var frontMatter = FrontMatter()
        private var parts: [Part] = []
        private var labels: [String: SourceSpan] = [:]

        init(_ file: SourceFile) {
            self.file = file
            lines = TextLines(file)
        }

        mutating func read() -> Notebook {
            let body = readFrontMatter()
            // Only the Markdown reader knows which fences stand at the top level and which lie in a list, a quote or another block.
            let bare = Notebook(file: file, frontMatter: frontMatter, parts: parts, inlineValues: [], images: [])
            let tree = MarkdownTree(bare.markdown)
            var starts: [Int] = []
            tree.walk { node in
                guard node.isTopLevel, node.isFenced, node.line > 0 else { return }
                let info = node.fenceInfo.trimmed
                let language = info.prefix { !$0.isWhitespace }
                if language == "cnb" {
                    starts.append(node.line - 1)
                    if info != language { found.append(fenceMistake(node.line - 1, String(info.dropFirst(3)).trimmed)) }
                } else if language.lowercased() == "{cnb}" || language.hasPrefix("{cnb ") || language.lowercased() == "cnb" || language == "{.cnb}" {
                    found.append(fenceMistake(node.line - 1, String(language)))
                }
            }
            readCells(starts, from: body)
            let (values, images) = readProse(tree)
            return Notebook(file: file, frontMatter: frontMatter, parts: parts, inlineValues: values, images: images)
        }

        private func fenceMistake(_ line: Int, _ words: String) -> Diagnostic {
            Diagnostic(
                "wrong-fence", "a cell starts with ```cnb and nothing else", category: .syntax, at: SourceSpan(file, lines.range(of: words, on: line)), label: "not expected",
                hint: "options stand below it: #| echo: false")
        }

        // Front matter

        /// Reads the YAML at the top and gives where the rest starts.
        private mutating func readFrontMatter() -> Int {
            guard lines.count > 0 else { return 0 }
            var first = lines.text(0)
            if first.hasPrefix("\u{FEFF}") { first.removeFirst() }
            guard first.trimmed == "---" else { return 0 }
            guard let last = (1..<max(1, lines.count)).first(where: { ["---", "..."].contains(lines.text($0).trimmed) && !lines.text($0).hasPrefix(" ") }) else {
                found.append(
                    Diagnostic(
                        "unclosed", "front matter is not closed", category: .syntax, at: SourceSpan(file, lines.content(0)), label: "opened here", hint: "close it with a line of ---"))
                return 0
            }
            let yaml = (1..<last).map { YAMLValue.Line(text: lines.text($0), offset: lines.starts[$0]) }
            do throws(Diagnostic) {
                if let root = try YAMLValue.read(yaml, file: file), case let node = root.node {
                    if case .null = node {} else { frontMatter = FrontMatter(root, &found) }
                }
            } catch { found.append(error) }
            let end = lines.next(last)
            parts.append(.frontMatter(0..<end))
            return end
        }

        // Cells

        private mutating func readCells(_ starts: [Int], from body: Int) {
            var position = body
            for (index, start) in starts.enumerated() {
                if lines.starts[start] > position { parts.append(.prose(position..<lines.starts[start])) }
                let cell = readCell(start, before: index + 1 < starts.count ? starts[index + 1] : lines.count, number: index + 1)
                parts.append(.cell(cell))
                position = cell.range.upperBound
            }
            if position < file.bytes.count { parts.append(.prose(position..<file.bytes.count)) }
        }

        /// - Parameter limit: the line of the next cell, or the number of lines.
        private mutating func readCell(_ start: Int, before limit: Int, number: Int) -> Cell {
            let opening = lines.text(start).drop { $0 == " " }
            let mark = opening.first ?? "`"
            let length = opening.prefix { $0 == mark }.count
            let closing = (start + 1..<max(start + 1, limit)).first { isClosing(lines.text($0), mark, length) }
            if closing == nil {
                found.append(
                    Diagnostic(
                        "unclosed", "a cell is not closed", category: .syntax, at: SourceSpan(file, lines.content(start)), label: "opened here",
                        hint: "close it with \(String(repeating: mark, count: length))"))
            }
            let last = closing ?? limit
            let limitStart = limit < lines.count ? lines.starts[limit] : file.bytes.count
            let end = closing.map { lines.next($0) } ?? limitStart
            // Option lines stand at the top; blank lines among them do no harm.
            var line = start + 1
            var optionLines: [Int] = []
            while line < last {
                let text = lines.text(line).trimmed
                if text.hasPrefix("#|") { optionLines.append(line) } else if !text.isEmpty { break }
                line += 1
            }
            let code = (line < lines.count ? lines.starts[line] : file.bytes.count)
            let codeEnd = max(code, closing.map { lines.starts[$0] } ?? limitStart)
            return makeCell(number, range: lines.starts[start]..<end, code: min(code, codeEnd)..<codeEnd, optionLines: optionLines, lateLines: line..<max(line, last))
        }

        private func isClosing(_ line: String, _ mark: Character, _ length: Int) -> Bool {
            let indent = line.prefix { $0 == " " }.count
            guard indent <= 3 else { return false }
            let text = line.dropFirst(indent)
            return text.prefix { $0 == mark }.count >= length && text.drop { $0 == mark }.allSatisfy { $0 == " " || $0 == "\t" || $0 == "\r" }
        }

        private mutating func makeCell(_ number: Int, range: Range<Int>, code: Range<Int>, optionLines: [Int], lateLines: Range<Int>) -> Cell {
            var options = frontMatter.execute
            options.given = []
            var given: (text: String, span: SourceSpan)?
            var mistakes: [Diagnostic] = []
            let yaml = optionLines.map { line -> YAMLValue.Line in
                let content = lines.content(line)
                var offset = content.lowerBound
                while file.bytes[offset] == 0x20 || file.bytes[offset] == 0x09 { offset += 1 }
                offset += 2
                // One blank belongs to the mark; those behind it indent the YAML.
                if offset < content.upperBound, file.bytes[offset] == 0x20 { offset += 1 }
                return YAMLValue.Line(text: file.text(in: offset..<content.upperBound), offset: offset)
            }
            do throws(Diagnostic) {
                if let root = try YAMLValue.read(yaml, file: file) {
                    if case .map(let entries) = root.node {
                        options.apply(entries, isDefaults: false, &mistakes)
                        if let entry = entries.first(where: { $0.key == "label" }) { given = label(entry, &mistakes) }
                    } else if case .null = root.node {} else {
                        mistakes.append(
                            Diagnostic("wrong-value", "a cell option is written '#| key: value'", category: .syntax, at: root.span, label: "not a key", hint: "#| echo: false"))
                    }
                }
            } catch { mistakes.append(error) }
            for line in lateLines where lines.text(line).trimmed.hasPrefix("#|") {
                mistakes.append(
                    Diagnostic(
                        "late-option", "cell options stand at the top of the cell", category: .syntax, at: SourceSpan(file, lines.content(line)), label: "below a statement"))
            }
            let name = given?.text ?? automaticLabel(number)
            if let given {
                if let before = labels[given.text] {
                    let (line, _) = file.place(of: before.range.lowerBound)
                    mistakes.append(
                        Diagnostic(
                            "repeated-label", "two cells are labelled '\(given.text)'", category: .syntax, at: given.span, label: "once more",
                            notes: ["the first stands on line \(line)"]))
                } else {
                    labels[given.text] = given.span
                }
            } else {
                labels[name] = SourceSpan(file, range)
            }
            if let near = options.tags.first(where: { $0 != "parameters" && nearest(to: $0, in: ["parameters"]) != nil }), let line = optionLines.first(where: { lines.text($0).contains(near) }) {
                mistakes.append(
                    Diagnostic(
                        "unknown-tag", "the tag '\(near)' is not 'parameters'", category: .syntax, at: SourceSpan(file, lines.range(of: near, on: line)), label: "means nothing",
                        hint: "did you mean 'parameters'?"))
            }
            found += mistakes.map { mistake in
                var placed = mistake
                placed.span?.cell = name
                return placed
            }
            return Cell(label: name, hasGivenLabel: given != nil, options: options, range: range, code: code)
        }

        private func label(_ entry: YAMLValue.Entry, _ mistakes: inout [Diagnostic]) -> (String, SourceSpan)? {
            if let text = entry.value.text, Notebook.isLabel(text) { return (text, entry.value.span) }
            mistakes.append(
                Diagnostic(
                    "wrong-value", "'label' takes a word of letters, digits, '-' and '_'", category: .syntax, at: entry.value.span.range.isEmpty ? entry.keySpan : entry.value.span,
                    label: "not a label", hint: "label: next-action"))
            return nil
        }

        private func automaticLabel(_ number: Int) -> String {
            var label = "cell-\(number)"
            while labels[label] != nil { label += "-auto" }
            return label
        }

        // Prose

        /// Finds live values and pictures. The tree says which they are, the text where they stand.
        private mutating func readProse(_ tree: MarkdownTree) -> ([InlineValue], [ImageReference]) {
            var values: [InlineValue] = []
            var images: [ImageReference] = []
            var mistakes: [Diagnostic] = []
            var cursor = 0
            // What the tree holds in other letters than the text, such as a code span over two lines, is looked for in vain: not too often, or
            // a hostile file would take the square of its length.
            var steps = 16 * file.bytes.count
            func locate(_ text: String, after start: Int, inBackquotes: Bool) -> Range<Int>? {
                let wanted = Array(text.utf8)
                guard !wanted.isEmpty else { return nil }
                var position = start
                while position + wanted.count <= file.bytes.count, steps > 0 {
                    steps -= 1
                    if file.bytes[position] == wanted[0], file.bytes[position..<position + wanted.count].elementsEqual(wanted), !inBackquotes || isBehindBackquote(position) {
                        return position..<position + wanted.count
                    }
                    position += 1
                }
                return nil
            }
            tree.walk { node in
                // Footnotes stand at the end of the tree, wherever they are written.
                if node.type == CMARK_NODE_FOOTNOTE_DEFINITION, node.line > 0 { cursor = lines.starts[min(node.line, lines.count) - 1] }
                switch node.type {
                case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING, CMARK_NODE_CODE_BLOCK, CMARK_NODE_HTML_BLOCK:
                    if node.line > 0 { cursor = max(cursor, lines.starts[min(node.line, lines.count) - 1]) }
                case CMARK_NODE_CODE:
                    let place = locate(node.literal, after: cursor, inBackquotes: true)
                    if let place { cursor = place.upperBound }
                    guard case .live = InlineValue.classify(node.literal) else { return }
                    let span = SourceSpan(file, place ?? cursor..<cursor)
                    do throws(Diagnostic) { values.append(try InlineValue(node.literal, at: span)) } catch { mistakes.append(error) }
                case CMARK_NODE_IMAGE:
                    let place = locate(node.url, after: cursor, inBackquotes: false) ?? cursor..<cursor
                    images.append(ImageReference(path: node.url, span: SourceSpan(file, place)))
                default: break
                }
            }
            found += mistakes
            return (values, images)
        }

        private func isBehindBackquote(_ position: Int) -> Bool {
            var before = position - 1
            if before > 0, file.bytes[before] == 0x20 { before -= 1 }
            return before >= 0 && file.bytes[before] == UInt8(ascii: "`")
        }
    }
}

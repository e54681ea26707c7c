import CMarkdown
import Language
import Notebooks

/// The body of a page: the notebook's Markdown with cells, live values and pictures put in their places.
struct MarkdownPage {
    struct Heading {
        let level: Int
        let title: String
        let anchor: String
    }

    private(set) var html = ""
    private(set) var headings: [Heading] = []
    /// The words of the first heading, taken out of the body to be the page's title, when the front matter has none.
    private(set) var title: String?

    private let executed: ExecutedNotebook

    /// - Parameter cells: the cells as HTML, in their order.
    init(_ executed: ExecutedNotebook, cells: [String]) {
        self.executed = executed
        let notebook = executed.notebook
        let tree = MarkdownTree(notebook.markdown)
        let words = replaceInlines(tree)
        replaceCells(tree, notebook, cells)
        replaceHeadings(tree, words)
        html = tree.html().replacing("<input type=\"checkbox\" checked=\"\" disabled=\"\" /> ", with: "<span class=\"task\">☑</span>")
            .replacing("<input type=\"checkbox\" disabled=\"\" /> ", with: "<span class=\"task\">☐</span>")
    }

    // Replacing

    /// Puts `markup` in place of a node. What comes from the notebook's author as raw HTML never goes this way.
    private func replace(_ node: MarkdownTree.Node, _ type: cmark_node_type, _ markup: String) -> OpaquePointer? {
        guard let made = cmark_node_new(type) else { return nil }
        cmark_node_set_literal(made, markup)
        guard cmark_node_replace(node.pointer, made) != 0 else {
            cmark_node_free(made)
            return nil
        }
        cmark_node_free(node.pointer)
        return made
    }

    /// Live values, pictures, links and raw HTML. Gives the words of the nodes that now hold markup.
    private func replaceInlines(_ tree: MarkdownTree) -> [OpaquePointer: String] {
        var nodes: [MarkdownTree.Node] = []
        tree.walk { node in
            switch node.type {
            case CMARK_NODE_CODE, CMARK_NODE_IMAGE, CMARK_NODE_LINK, CMARK_NODE_HTML_INLINE, CMARK_NODE_HTML_BLOCK: nodes.append(node)
            default: break
            }
        }
        var words: [OpaquePointer: String] = [:]
        var live = 0
        for node in nodes {
            switch node.type {
            case CMARK_NODE_CODE:
                switch InlineValue.classify(node.literal) {
                case .plain: break
                case .literal(let text): cmark_node_set_literal(node.pointer, text)
                case .live:
                    let (markup, text) = liveMarkup(live)
                    live += 1
                    if let made = replace(node, CMARK_NODE_HTML_INLINE, markup) { words[made] = text }
                }
            case CMARK_NODE_IMAGE:
                let alt = node.plainText
                let source = executed.images[node.url].map { HTML.dataLink($0) } ?? (node.url.hasPrefix("data:image/") ? node.url : "")
                let title = node.title.isEmpty ? "" : " title=\"\(HTML.escaped(node.title))\""
                if let made = replace(node, CMARK_NODE_HTML_INLINE, "<img src=\"\(HTML.escaped(source))\" alt=\"\(HTML.escaped(alt))\"\(title)>") { words[made] = alt }
            case CMARK_NODE_LINK: if !Self.isSafe(node.url) { cmark_node_set_url(node.pointer, "") }
            case CMARK_NODE_HTML_INLINE:
                let tag = node.literal
                if tag.hasPrefix("<!--") { _ = replace(node, CMARK_NODE_TEXT, "") }
                else if !["<br>", "<br/>", "<br />"].contains(tag.lowercased()) { _ = replace(node, CMARK_NODE_TEXT, tag) }
            case CMARK_NODE_HTML_BLOCK:
                let block = node.literal
                if Self.isComment(block) {
                    cmark_node_unlink(node.pointer)
                    cmark_node_free(node.pointer)
                } else {
                    _ = replace(node, CMARK_NODE_CODE_BLOCK, block)
                }
            default: break
            }
        }
        return words
    }

    private func liveMarkup(_ index: Int) -> (markup: String, text: String) {
        guard executed.inlineTexts.indices.contains(index) else { return ("", "") }
        switch executed.inlineTexts[index] {
        case .text(let text, let isNumber): return ("<span class=\"live\(isNumber ? " number" : "")\">\(HTML.escaped(text))</span>", text)
        case .failed:
            let source = executed.notebook.inlineValues[index].span.text
            return ("<code class=\"live failed\" id=\"failure\">\(HTML.escaped(source))</code>", source)
        case .notRun: return ("<span class=\"live not-run\">not run</span>", "not run")
        }
    }

    private static func isComment(_ block: String) -> Bool {
        let text = block.trimmingWhitespace
        guard text.hasPrefix("<!--"), text.hasSuffix("-->"), text.utf8.count >= 7 else { return false }
        return !text.dropFirst(4).dropLast(3).contains("-->")
    }

    /// Links to other pages, to a mail address, or inside the page; nothing that would run.
    private static func isSafe(_ url: String) -> Bool {
        guard let colon = url.firstIndex(of: ":") else { return true }
        let scheme = url[..<colon].lowercased()
        if scheme.contains(where: { $0 == "/" || $0 == "#" || $0 == "?" }) { return true }
        return ["http", "https", "mailto", "tel"].contains(scheme)
    }

    // Blocks

    private func replaceCells(_ tree: MarkdownTree, _ notebook: Notebook, _ cells: [String]) {
        var lines: [Int: String] = [:]
        for (cell, html) in zip(notebook.cells, cells) { lines[notebook.line(of: cell.range.lowerBound)] = html }
        var nodes: [MarkdownTree.Node] = []
        tree.walk { if $0.isTopLevel, $0.isFenced { nodes.append($0) } }
        for node in nodes { if let html = lines[node.line] { _ = replace(node, CMARK_NODE_HTML_BLOCK, html) } }
    }

    private mutating func replaceHeadings(_ tree: MarkdownTree, _ words: [OpaquePointer: String]) {
        var nodes: [MarkdownTree.Node] = []
        tree.walk { if $0.isTopLevel, $0.type == CMARK_NODE_HEADING { nodes.append($0) } }
        var anchors = Anchors()
        if executed.notebook.frontMatter.title == nil, let first = nodes.first, first.headingLevel == 1 {
            title = first.plainText(words)
            nodes.removeFirst()
            cmark_node_unlink(first.pointer)
            cmark_node_free(first.pointer)
        }
        // The page's title is its only heading of the first level.
        let shift = nodes.contains { $0.headingLevel == 1 } ? 1 : 0
        for node in nodes {
            let heading = Heading(level: min(6, max(2, node.headingLevel + shift)), title: node.plainText(words), anchor: anchors.section(node.plainText(words)))
            headings.append(heading)
            guard let before = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK) else { continue }
            let isBeforeWide = cmark_node_next(node.pointer).map { MarkdownTree.Node(pointer: $0).literal.hasPrefix("<section class=\"cell wide\"") } ?? false
            cmark_node_set_on_enter(before, "<h\(heading.level) id=\"\(HTML.escaped(heading.anchor))\"\(isBeforeWide ? " class=\"before-wide\"" : "")>")
            cmark_node_set_on_exit(before, "</h\(heading.level)>")
            guard cmark_node_insert_before(node.pointer, before) != 0 else {
                cmark_node_free(before)
                continue
            }
            while let child = cmark_node_first_child(node.pointer), cmark_node_append_child(before, child) != 0 {}
            cmark_node_unlink(node.pointer)
            cmark_node_free(node.pointer)
        }
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}

import CMarkdown
import Synchronization

/// A Markdown text as cmark-gfm reads it: CommonMark with tables, strikethrough, task lists, plain links and footnotes.
///
/// The tree is made once for finding cells and once for writing a page; both see the same one.
package final class MarkdownTree {
    package let root: OpaquePointer
    private let parser: OpaquePointer
    private static let options = CMARK_OPT_DEFAULT | CMARK_OPT_FOOTNOTES

    // Attaching extensions changes tables that all parsers of the process share.
    private static let lock = Mutex<Bool>(false)

    /// - Complexity: O(bytes).
    package init(_ bytes: [UInt8]) {
        let made = Self.lock.withLock { isReady -> (UInt, UInt) in
            if !isReady {
                cmark_gfm_core_extensions_ensure_registered()
                isReady = true
            }
            guard let parser = cmark_parser_new(Self.options) else { preconditionFailure("cmark has no memory for a parser") }
            for name in ["table", "strikethrough", "autolink", "tasklist"] {
                guard let found = cmark_find_syntax_extension(name) else { preconditionFailure("cmark-gfm lacks its extension \(name)") }
                cmark_parser_attach_syntax_extension(parser, found)
            }
            bytes.withUnsafeBytes { buffer in
                if let base = buffer.bindMemory(to: CChar.self).baseAddress { cmark_parser_feed(parser, base, buffer.count) }
            }
            guard let root = cmark_parser_finish(parser) else { preconditionFailure("cmark gave no document") }
            return (UInt(bitPattern: parser), UInt(bitPattern: root))
        }
        guard let parser = OpaquePointer(bitPattern: made.0), let root = OpaquePointer(bitPattern: made.1) else {
            preconditionFailure("cmark gave a null pointer")
        }
        self.parser = parser
        self.root = root
    }

    deinit {
        cmark_node_free(root)
        cmark_parser_free(parser)
    }

    /// The whole tree as HTML, with raw HTML as it stands in the tree: who asks has put it there, and taken out what was there before.
    package func html() -> String {
        Self.lock.withLock { _ in
            guard let text = cmark_render_html(root, Self.options | CMARK_OPT_UNSAFE, cmark_parser_get_syntax_extensions(parser)) else { return "" }
            defer { cmark_get_default_mem_allocator().pointee.free(text) }
            return String(cString: text)
        }
    }

    /// One node of the tree and what is needed of it.
    package struct Node {
        package let pointer: OpaquePointer
        package init(pointer: OpaquePointer) { self.pointer = pointer }

        package var type: cmark_node_type { cmark_node_get_type(pointer) }
        package var literal: String { cmark_node_get_literal(pointer).map { String(cString: $0) } ?? "" }
        package var fenceInfo: String { cmark_node_get_fence_info(pointer).map { String(cString: $0) } ?? "" }
        package var url: String { cmark_node_get_url(pointer).map { String(cString: $0) } ?? "" }
        package var title: String { cmark_node_get_title(pointer).map { String(cString: $0) } ?? "" }
        package var headingLevel: Int { Int(cmark_node_get_heading_level(pointer)) }
        /// Counted from 1; 0 when cmark does not know it.
        package var line: Int { Int(cmark_node_get_start_line(pointer)) }
        package var isTopLevel: Bool { cmark_node_parent(pointer).map { cmark_node_get_type($0) == CMARK_NODE_DOCUMENT } ?? false }
        package var isFenced: Bool {
            var length: Int32 = 0
            var offset: Int32 = 0
            var character: CChar = 0
            return type == CMARK_NODE_CODE_BLOCK && cmark_node_get_fenced(pointer, &length, &offset, &character) != 0
        }

        /// The words inside, without their markup.
        package var plainText: String { plainText([:]) }

        /// - Parameter words: those of nodes that hold markup, which tells no words.
        package func plainText(_ words: [OpaquePointer: String]) -> String {
            var text = ""
            MarkdownTree.walk(pointer) { node in
                switch node.type {
                case CMARK_NODE_HTML_INLINE: text += words[node.pointer] ?? ""
                case CMARK_NODE_TEXT, CMARK_NODE_CODE: text += node.literal
                case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
                default: break
                }
            }
            return text
        }
    }

    /// Calls `visit` for each node in the order of the tree. The tree must not change meanwhile.
    package func walk(_ visit: (Node) -> Void) { Self.walk(root, visit) }

    private static func walk(_ start: OpaquePointer, _ visit: (Node) -> Void) {
        guard let iterator = cmark_iter_new(start) else { return }
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            if event == CMARK_EVENT_DONE { return }
            if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) { visit(Node(pointer: node)) }
        }
    }
}

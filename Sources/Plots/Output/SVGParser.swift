/// An element of an SVG document, or the words between elements.
struct SVGElement: Sendable {
    var name: String
    var attributes: [String: String] = [:]
    var children: [SVGElement] = []
    /// The words of an element without children, entities resolved.
    var words = ""
}

/// Reads the part of XML that gnuplot's SVG terminal writes: elements, attributes, words and five entities.
struct SVGParser {
    private let bytes: [UInt8]
    private var place = 0
    private static let depthLimit = 64

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document's element, or nothing when the bytes are not a whole document.
    static func parse(_ bytes: [UInt8]) -> SVGElement? {
        var parser = SVGParser(bytes)
        guard parser.skipToElement(), let root = parser.element(depth: 0), root.name == "svg" else { return nil }
        return root
    }

    private mutating func skipToElement() -> Bool {
        while let start = find("<") {
            place = start
            guard place + 1 < bytes.count else { return false }
            if bytes[place + 1] != UInt8(ascii: "?"), bytes[place + 1] != UInt8(ascii: "!") { return true }
            guard let end = find(">") else { return false }
            place = end + 1
        }
        return false
    }

    private func find(_ character: Unicode.Scalar) -> Int? { bytes[place...].firstIndex(of: UInt8(ascii: character)) }
    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }
    private mutating func skipBlanks() { while place < bytes.count, isBlank(bytes[place]) { place += 1 } }

    private mutating func name() -> String {
        let start = place
        while place < bytes.count, !isBlank(bytes[place]), !"=/><".utf8.contains(bytes[place]) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// Reads an element from its `<`.
    private mutating func element(depth: Int) -> SVGElement? {
        guard depth < Self.depthLimit, place < bytes.count, bytes[place] == UInt8(ascii: "<") else { return nil }
        place += 1
        var element = SVGElement(name: name())
        guard !element.name.isEmpty, let closed = attributes(of: &element) else { return nil }
        if closed { return element }
        var words: [UInt8] = []
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                words.append(bytes[place])
                place += 1
                continue
            }
            guard place + 1 < bytes.count else { return nil }
            if bytes[place + 1] == UInt8(ascii: "/") {
                place += 2
                guard name() == element.name, let end = find(">") else { return nil }
                place = end + 1
                if element.children.isEmpty { element.words = Self.resolved(words) }
                return element
            }
            if bytes[place + 1] == UInt8(ascii: "!") {
                guard let end = find(">") else { return nil }
                place = end + 1
                continue
            }
            guard let child = self.element(depth: depth + 1) else { return nil }
            element.children.append(child)
        }
        return nil
    }

    /// Reads attributes up to the end of the tag; true if the element ends with it.
    private mutating func attributes(of element: inout SVGElement) -> Bool? {
        while true {
            skipBlanks()
            guard place < bytes.count else { return nil }
            if bytes[place] == UInt8(ascii: ">") {
                place += 1
                return false
            }
            if bytes[place] == UInt8(ascii: "/") {
                guard let end = find(">") else { return nil }
                place = end + 1
                return true
            }
            let key = name()
            skipBlanks()
            guard !key.isEmpty, place < bytes.count, bytes[place] == UInt8(ascii: "=") else { return nil }
            place += 1
            skipBlanks()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "'") || bytes[place] == UInt8(ascii: "\"") else { return nil }
            let quote = bytes[place]
            place += 1
            guard let end = bytes[place...].firstIndex(of: quote) else { return nil }
            element.attributes[key] = Self.resolved(Array(bytes[place..<end]))
            place = end + 1
        }
    }

    private static func resolved(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&apos;", with: "'")
            .replacing("&amp;", with: "&")
    }
}

import Diagnostics

/// Rules that give URLs categories: `/p/{id} -> product`, one on a line; the first that fits wins.
public struct AddressRules: Sendable, Hashable {
    public let rules: [AddressRule]

    public init(_ rules: [AddressRule]) { self.rules = rules }

    /// Reads a file of rules: one on a line, empty lines and comments from `#` on left out.
    ///
    /// - Parameter name: of the file, for errors.
    /// - Throws: a `Diagnostic` at the words that make no rule, or for a file without rules.
    public init(reading text: String, name: String) throws(Diagnostic) {
        var rules: [AddressRule] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let written = Self.withoutComment(line)
            guard !written.allSatisfy(\.isWhitespace) else { continue }
            do throws(AddressRule.Mistake) { rules.append(try AddressRule(written)) } catch {
                let file = SourceFile(name: name, text: String(line), firstLine: index + 1)
                throw Diagnostic(
                    "bad-rule", "line \(index + 1) of '\(name)' is no rule: \(error.what)", category: .data, at: SourceSpan(file, 0..<max(1, line.utf8.count)), label: error.what, hint: "/p/{id} -> product")
            }
        }
        guard !rules.isEmpty else { throw Diagnostic("bad-rule", "'\(name)' holds no rules", category: .data, hint: "a rule on each line: /p/{id} -> product") }
        self.rules = rules
    }

    /// A comment begins at the start of a word, so that a URL may hold the sign.
    private static func withoutComment(_ line: Substring) -> Substring {
        var before: Character = " "
        for index in line.indices {
            if line[index] == "#", before.isWhitespace { return line[..<index] }
            before = line[index]
        }
        return line
    }

    /// The place of the first rule that fits a URL, or none.
    ///
    /// - Complexity: O(rules), for most of them a comparison of a segment or two.
    public func firstMatch(_ text: String) -> Int? {
        let address = WebAddress(text)
        let segments = AddressRule.segments(address.path)
        return rules.firstIndex { $0.matches(address, segments) }
    }
}

/// A rule: what a URL's host, path and query must be, and the category that it then has.
///
/// `{id}` or `{}` stands for one or more signs within a segment of the path, a host or a value of the query; `*` at the end of the path for any further segments.
public struct AddressRule: Sendable, Hashable {
    /// The pattern as it is written.
    public let pattern: String
    public let category: String
    /// Of any host without one.
    private let host: Glob?
    private let segments: [Glob]
    /// Whether further segments may follow.
    private let isOpen: Bool
    /// Parameters that the query must hold, with their values where these are said.
    private let parameters: [Parameter]

    private struct Parameter: Sendable, Hashable {
        let name: String
        let value: Glob?
    }

    struct Mistake: Error { let what: String }

    /// As it is written in a file of rules.
    public var text: String { "\(pattern) -> \(category)" }

    /// Reads `PATTERN -> CATEGORY`.
    init(_ line: Substring) throws(Mistake) {
        guard let arrow = line.firstRange(of: "->") else { throw Mistake(what: "'->' and a category are missing") }
        var category = Self.trimmed(line[arrow.upperBound...])
        if category.count >= 2, category.first == "\"", category.last == "\"" { category = category.dropFirst().dropLast() }
        try self.init(pattern: String(Self.trimmed(line[..<arrow.lowerBound])), category: String(category))
    }

    init(pattern: String, category: String) throws(Mistake) {
        guard !pattern.isEmpty else { throw Mistake(what: "the pattern of the URL is missing") }
        guard !category.isEmpty else { throw Mistake(what: "the category is missing") }
        guard !pattern.contains(where: \.isWhitespace) else { throw Mistake(what: "a URL holds no blanks") }
        self.pattern = pattern
        self.category = category
        var rest = Substring(pattern)
        if let scheme = rest.firstRange(of: "//"), scheme.lowerBound == rest.startIndex || rest[..<scheme.lowerBound].hasSuffix(":") { rest = rest[scheme.upperBound...] }
        let question = rest.firstIndex(of: "?")
        var parameters: [Parameter] = []
        if let question {
            for pair in rest[rest.index(after: question)...].split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard !parts[0].isEmpty else { throw Mistake(what: "a parameter of the query has no name") }
                parameters.append(Parameter(name: String(parts[0]), value: parts.count > 1 ? try Glob(parts[1]) : nil))
            }
            guard !parameters.isEmpty else { throw Mistake(what: "the query is empty") }
            rest = rest[..<question]
        }
        self.parameters = parameters
        // A query alone fits any path.
        guard !rest.isEmpty else {
            (host, segments, isOpen) = (nil, [], true)
            return
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        host = rest[..<slash].isEmpty ? nil : try Glob(Substring(rest[..<slash].lowercased()))
        var parts = rest[slash...].split(separator: "/")
        isOpen = parts.last == "*"
        if isOpen { parts.removeLast() }
        var segments: [Glob] = []
        for part in parts {
            guard !part.contains("*") else { throw Mistake(what: "'*' stands only at the end of a path, behind a '/'") }
            segments.append(try Glob(part))
        }
        self.segments = segments
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }

    /// The parts of a path, without those that are empty: a slash more or less makes no other page.
    static func segments(_ path: String) -> [Substring] { path.split(separator: "/") }

    func matches(_ address: WebAddress, _ parts: [Substring]) -> Bool {
        guard isOpen ? parts.count >= segments.count : parts.count == segments.count else { return false }
        for (segment, part) in zip(segments, parts) where !segment.matches(part) { return false }
        if let host { guard let found = address.host, host.matches(Substring(found)) else { return false } }
        return parameters.allSatisfy { wanted in
            guard let value = address.parameter(wanted.name) else { return false }
            return wanted.value.map { $0.matches(Substring(value)) } ?? true
        }
    }

    /// A text with holes, each of one sign or more.
    private struct Glob: Sendable, Hashable {
        /// What stands between the holes; one more than there are holes.
        private let pieces: [String]

        init(_ text: Substring) throws(Mistake) {
            var pieces: [String] = []
            var rest = text
            while let open = rest.firstIndex(of: "{") {
                guard let close = rest[open...].firstIndex(of: "}"), !rest[rest.index(after: open)..<close].contains("{") else { throw Mistake(what: "a '{' is never closed") }
                guard !rest[..<open].contains("}") else { throw Mistake(what: "a '}' closes nothing") }
                pieces.append(String(rest[..<open]))
                rest = rest[rest.index(after: close)...]
            }
            guard !rest.contains("}") else { throw Mistake(what: "a '}' closes nothing") }
            pieces.append(String(rest))
            self.pieces = pieces
        }

        func matches(_ text: Substring) -> Bool {
            guard pieces.count > 1 else { return text == pieces[0] }
            // A hole takes any signs, so the first place where the next piece stands is as good as any.
            guard text.hasPrefix(pieces[0]) else { return false }
            var rest = text.dropFirst(pieces[0].count)
            for (index, piece) in pieces.enumerated().dropFirst() {
                guard !rest.isEmpty else { return false }
                rest = rest.dropFirst()
                if index == pieces.count - 1 { return rest.hasSuffix(piece) }
                guard let found = piece.isEmpty ? rest.startIndex..<rest.startIndex : rest.firstRange(of: piece) else { return false }
                rest = rest[found.upperBound...]
            }
            return rest.isEmpty
        }
    }
}

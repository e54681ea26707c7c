import Foundation

/// The parts of a URL, whole or relative to its host, as it is written in logs.
struct WebAddress {
    /// In lower case, without user and port; none for a relative URL.
    let host: String?
    /// As written, from the first `/`; `/` where a host stands alone.
    let path: String
    private let search: String

    init(_ text: String) {
        var rest = Substring(text)
        if let hash = rest.firstIndex(of: "#") { rest = rest[..<hash] }
        if let question = rest.firstIndex(of: "?") {
            search = String(rest[rest.index(after: question)...])
            rest = rest[..<question]
        } else {
            search = ""
        }
        guard let scheme = rest.range(of: "//"), scheme.lowerBound == rest.startIndex || rest[..<scheme.lowerBound].hasSuffix(":") else {
            host = nil
            path = String(rest)
            return
        }
        rest = rest[scheme.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        if authority.last != "]", let colon = authority.lastIndex(of: ":") { authority = authority[..<colon] }
        host = authority.isEmpty ? nil : authority.lowercased()
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
    }

    /// The value of a query parameter, decoded; empty if it stands without one, none if it does not stand.
    func parameter(_ name: String) -> String? {
        for pair in search.split(separator: "&") {
            let (key, value) = Self.parts(pair)
            if Self.decoded(key) == name { return Self.decoded(value) }
        }
        return nil
    }

    /// The parameters of the query with their values, decoded; of one that stands twice the first value.
    var parameters: [String: String] {
        Dictionary(search.split(separator: "&").map { pair in
            let (key, value) = Self.parts(pair)
            return (Self.decoded(key), Self.decoded(value))
        }) { first, _ in first }
    }

    private static func parts(_ pair: Substring) -> (key: Substring, value: Substring) {
        guard let mark = pair.firstIndex(of: "=") else { return (pair, "") }
        return (pair[..<mark], pair[pair.index(after: mark)...])
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = String(text.map { $0 == "+" ? " " : $0 })
        return spaced.removingPercentEncoding ?? spaced
    }
}

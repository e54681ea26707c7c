import Runtime

/// Rules proposed for the URLs of a log: paths with what differs from page to page left open.
///
/// Level by level, from the first segment of the paths on, what looks like an id stands for one: whole numbers, dates, long hexadecimal texts, and texts that end in a number of
/// three digits or more. Where then more than `mostValues` different texts are left behind one beginning, those with less than `leastShare` of its events stand for ids too.
/// What queries add to a path, `AddressQueries` finds.
struct AddressTemplates {
    static let mostValues = 20
    static let leastShare = 0.02
    static let mostRules = 100
    static let mostLevels = 8

    private struct Address {
        let whole: WebAddress
        let segments: [Substring]
        let events: Int
    }

    private struct Template {
        let host: String?
        let segments: [String]
        let isOpen: Bool
        /// What the query must hold.
        var query: [AddressQueries.Parameter] = []
        var events: Int

        var pattern: String {
            (host ?? "") + "/" + (segments + (isOpen ? ["*"] : [])).joined(separator: "/") + (query.isEmpty ? "" : "?" + query.map(\.text).joined(separator: "&"))
        }
        var holes: Int { segments.count { $0.contains("{") } + (isOpen ? 1 : 0) }
        /// What is the same on all pages, in words: `catalog/item` of `/catalog/{id}/item`.
        var name: String {
            let words = segments.map { segment in
                let stem = segment.contains("{") ? segment.replacing(#/\{[a-z]*\}/#, with: "") : segment
                return stem.hasPrefix(".") ? "" : String(stem.prefix { $0 != "." })
            }
            let name = words.map { $0.trimmingPrefix(while: { "-_".contains($0) }) }.filter { !$0.isEmpty }.joined(separator: "/")
            let page = segments.isEmpty ? "home" : name.isEmpty ? segments.joined(separator: "/") : name
            return ([host, page].compactMap { $0 } + query.map(\.word)).joined(separator: "/")
        }
    }

    let rules: AddressRules

    /// - Parameters:
    ///   - addresses: different URLs, each with how many events it has.
    ///   - work: is asked often whether to go on.
    /// - Throws: `Cancelled`.
    init(_ addresses: [(text: String, events: Int)], _ work: Work) throws {
        var parsed: [(WebAddress, Int)] = []
        for (index, address) in addresses.enumerated() {
            if index & 0x3FF == 0 { try work.check() }
            parsed.append((WebAddress(address.text), address.events))
        }
        let hosts = Set(parsed.compactMap { $0.0.host })
        var byHost: [String: [Address]] = [:]
        for (address, events) in parsed {
            byHost[hosts.count > 1 ? address.host ?? "" : "", default: []].append(Address(whole: address, segments: AddressRule.segments(address.path), events: events))
        }
        var templates: [Template] = []
        for host in byHost.keys.sorted() { try Self.add(byHost[host] ?? [], behind: [], host: host.isEmpty ? nil : host, to: &templates, work) }
        templates.sort { ($0.holes, $1.query.count, $1.events, $0.pattern) < ($1.holes, $0.query.count, $0.events, $1.pattern) }
        let kept = Set(templates.sorted { ($1.events, $0.pattern) < ($0.events, $1.pattern) }.prefix(Self.mostRules).map(\.pattern))
        var taken: Set<String> = []
        var rules: [AddressRule] = []
        for template in templates where kept.contains(template.pattern) {
            var name = template.name
            if !taken.insert(name).inserted {
                name = String(template.pattern.drop { $0 == "/" })
                taken.insert(name)
            }
            do throws(AddressRule.Mistake) { rules.append(try AddressRule(pattern: template.pattern, category: name)) } catch {
                // A host with braces in it cannot be written in a rule; its URLs stay unmapped, and are shown as such.
                continue
            }
        }
        self.rules = AddressRules(rules)
    }

    /// Adds the templates of paths that are the same up to some level.
    private static func add(_ addresses: [Address], behind prefix: [String], host: String?, to templates: inout [Template], _ work: Work) throws {
        try work.check()
        let level = prefix.count
        let ended = addresses.filter { $0.segments.count == level }
        if !ended.isEmpty {
            let queries = AddressQueries(ended.map { ($0.whole.parameters, $0.events) })
            templates += queries.combinations.map { Template(host: host, segments: prefix, isOpen: false, query: $0.parameters, events: $0.events) }
            if let rest = queries.rest { templates.append(Template(host: host, segments: prefix, isOpen: false, events: rest)) }
        }
        let longer = addresses.filter { $0.segments.count > level }
        guard !longer.isEmpty else { return }
        guard level < mostLevels else {
            templates.append(Template(host: host, segments: prefix, isOpen: true, events: longer.reduce(0) { $0 + $1.events }))
            return
        }
        var events: [Substring: Int] = [:]
        for address in longer { events[address.segments[level], default: 0] += address.events }
        var shapes: [Substring: String] = [:]
        for (index, segment) in events.keys.enumerated() {
            if index & 0x3FF == 0 { try work.check() }
            shapes[segment] = shape(segment)
        }
        let plain = events.filter { shapes[$0.key] == String($0.key) }
        if plain.count > mostValues {
            let least = Double(plain.values.reduce(0, +)) * leastShare
            for (segment, count) in plain where Double(count) < least { shapes[segment] = "{id}" }
        }
        // Two open segments of one level would fit the same URLs.
        let open = Set(shapes.values.filter { ["{id}", "{date}"].contains($0) })
        if open.count > 1 { for (segment, shape) in shapes where open.contains(shape) { shapes[segment] = "{id}" } }
        var groups: [String: [Address]] = [:]
        for address in longer { groups[shapes[address.segments[level]] ?? "{id}", default: []].append(address) }
        for shape in groups.keys.sorted() { try add(groups[shape] ?? [], behind: prefix + [shape], host: host, to: &templates, work) }
    }

    /// A segment with what looks like an id left open.
    static func shape(_ segment: Substring) -> String {
        if segment.contains(where: { "{}#*?".contains($0) || $0.isWhitespace }) || segment.contains("->") { return "{id}" }
        if let dot = segment.lastIndex(of: "."), dot != segment.startIndex {
            let ending = segment[segment.index(after: dot)...]
            if (1...5).contains(ending.utf8.count), ending.utf8.allSatisfy(isLetter) { return "\(shape(segment[..<dot])).\(ending)" }
        }
        let signs = Array(segment.utf8)
        let digits = signs.count(where: isDigit)
        guard digits > 0 else { return String(segment) }
        let dash = UInt8(ascii: "-")
        if signs.count == 7 || signs.count == 10, signs.indices.allSatisfy({ [4, 7].contains($0) ? signs[$0] == dash : isDigit(signs[$0]) }) { return "{date}" }
        if digits == signs.count { return "{id}" }
        if signs.count >= 8, signs.allSatisfy({ isDigit($0) || $0 == dash || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20) }) { return "{id}" }
        if signs.count >= 16, signs.allSatisfy({ isDigit($0) || isLetter($0) }) { return "{id}" }
        let head = signs.prefix(signs.count - signs.reversed().prefix(while: isDigit).count)
        guard signs.count - head.count >= 3, let last = head.last else { return String(segment) }
        let isJoint = last == dash || last == UInt8(ascii: "_")
        if head.dropLast(isJoint ? 1 : 0).allSatisfy(isLetter) { return String(decoding: head, as: UTF8.self) + "{id}" }
        return isJoint ? "{id}" : String(segment)
    }

    private static func isDigit(_ sign: UInt8) -> Bool { sign &- 0x30 < 10 }
    private static func isLetter(_ sign: UInt8) -> Bool { (sign | 0x20) &- UInt8(ascii: "a") < 26 }
}

extension AddressRules {
    /// Rules proposed for some URLs, each given with how many events it has: those that say most first come last, so that the first that fits is the closest.
    ///
    /// - Throws: `Cancelled`.
    public static func proposed(for addresses: [(text: String, events: Int)], work: Work = Work()) throws -> AddressRules { try AddressTemplates(addresses, work).rules }
}

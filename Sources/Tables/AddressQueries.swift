/// The parameters of the queries of one path that tell pages apart, such as `page` of `/index.php?page=cart`.
///
/// A parameter does so if it stands in `leastShare` of the path's events or more, not always with the same value, and takes at most `mostValues` values, none of which looks like an
/// id. Those of campaigns say where a visitor came from, and not which page it is. Of several the `mostParameters` that stand in most events count.
struct AddressQueries {
    static let mostValues = 10
    static let mostParameters = 2

    struct Parameter: Hashable {
        let name: String
        /// Empty where the parameter stands without one.
        let value: String

        /// As a rule asks for it.
        var text: String { value.isEmpty ? name : "\(name)=\(value)" }
        /// What it adds to the name of a page.
        var word: String { value.isEmpty ? name : value }
    }

    /// Parameters that stand together, and how many events they have alone.
    let combinations: [(parameters: [Parameter], events: Int)]
    /// The events of the path without any of these, if it has URLs without.
    let rest: Int?

    /// - Parameter addresses: the parameters of each URL of the path, with its events.
    init(_ addresses: [(parameters: [String: String], events: Int)]) {
        let least = Double(addresses.reduce(0) { $0 + $1.events }) * AddressTemplates.leastShare
        let names = Self.telling(addresses, least: least)
        var events: [[Parameter]: Int] = [:]
        for address in addresses {
            events[names.compactMap { name in address.parameters[name].map { Parameter(name: name, value: $0) } }, default: 0] += address.events
        }
        let kept = events.filter { !$0.key.isEmpty && Double($0.value) >= least }
        combinations = kept.map { (parameters: $0.key, events: $0.value) }
        rest = kept.count == events.count ? nil : events.reduce(0) { $0 + (kept[$1.key] == nil ? $1.value : 0) }
    }

    /// The parameters that tell pages apart, in the order of the alphabet.
    private static func telling(_ addresses: [(parameters: [String: String], events: Int)], least: Double) -> [String] {
        var values: [String: [String: Int]] = [:]
        var isId: Set<String> = []
        for address in addresses {
            for (name, value) in address.parameters where !isId.contains(name) {
                values[name, default: [:]][value, default: 0] += address.events
                if values[name, default: [:]].count > mostValues || !isWord(value, mayBeEmpty: true) { isId.insert(name) }
            }
        }
        let all = addresses.reduce(0) { $0 + $1.events }
        let found = values.compactMap { name, counts -> (name: String, events: Int)? in
            let events = counts.values.reduce(0, +)
            let isTelling = !isId.contains(name) && isWord(name) && !isOfCampaign(name) && (counts.count > 1 || Double(all - events) >= least) && Double(events) >= least
            return isTelling ? (name, events) : nil
        }
        return found.sorted { ($1.events, $0.name) < ($0.events, $1.name) }.prefix(mostParameters).map(\.name).sorted()
    }

    /// Whether a text can stand in a rule as it is, and does not look like an id.
    private static func isWord(_ text: String, mayBeEmpty: Bool = false) -> Bool {
        guard !text.isEmpty else { return mayBeEmpty }
        let isPlain = text.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || [0x2D, 0x2E, 0x5F].contains($0) }
        return isPlain && AddressTemplates.shape(Substring(text)) == text
    }

    /// Whether advertisers and mailings add the parameter to the addresses that they lead to.
    private static func isOfCampaign(_ name: String) -> Bool { name.hasPrefix("utm_") || ["gclid", "dclid", "fbclid", "msclkid", "yclid", "mc_cid", "mc_eid"].contains(name) }
}

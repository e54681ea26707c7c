import Diagnostics

/// Which group a pair of scores (or with the monetary one a triple) belongs to.
public struct RFMGroups: Sendable, Hashable {
    /// In the order in which they are listed.
    public let names: [String]
    /// Whether the monetary score has a say.
    public let readsMonetary: Bool
    /// Of each recency, frequency and (where it has a say) monetary score from 1, the place of the group.
    private let cells: [Int32]
    private let bins: Int

    /// The usual groups, for any number of bins.
    public init(usual bins: Int) {
        names = RFMGroup.allCases.map(\.rawValue)
        readsMonetary = false
        self.bins = bins
        let places = Dictionary(uniqueKeysWithValues: RFMGroup.allCases.enumerated().map { ($0.element, Int32($0.offset)) })
        cells = (0..<bins * bins).map { places[RFMGroup(recency: $0 / bins + 1, frequency: $0 % bins + 1, bins: bins)] ?? 0 }
    }

    /// A row of a table of groups: scores, or ranges of them such as `4-5`.
    public struct Row: Sendable, Hashable {
        public let recency: String, frequency: String
        /// None where the monetary score has no say.
        public let monetary: String?
        public let group: String

        public init(recency: String, frequency: String, monetary: String? = nil, group: String) {
            (self.recency, self.frequency, self.monetary, self.group) = (recency, frequency, monetary, group)
        }
    }

    /// - Parameter rows: with a monetary score in all of them or in none.
    /// - Throws: `RFMGroupsError` unless each pair (or triple) of scores from 1 to `bins` has one group.
    public init(_ rows: [Row], bins: Int) throws(RFMGroupsError) {
        self.bins = bins
        readsMonetary = rows.contains { $0.monetary != nil }
        let depth = readsMonetary ? bins : 1
        var names: [String] = [], places: [String: Int32] = [:]
        var cells = [Int32](repeating: -1, count: bins * bins * depth)
        for (index, row) in rows.enumerated() {
            guard row.group.contains(where: { !$0.isWhitespace }) else { throw .noName(row: index + 1) }
            let recency = try Self.scores(row.recency, "r", bins), frequency = try Self.scores(row.frequency, "f", bins)
            let monetary = try readsMonetary ? Self.scores(row.monetary ?? "", "m", bins) : 1...1
            let place = places[row.group] ?? Int32(names.count)
            if places[row.group] == nil {
                names.append(row.group)
                places[row.group] = place
            }
            for r in recency {
                for f in frequency {
                    for m in monetary {
                        let cell = ((r - 1) * bins + f - 1) * depth + m - 1
                        if cells[cell] >= 0, cells[cell] != place {
                            throw .twoGroups(Self.text(r, f, readsMonetary ? m : nil), first: names[Int(cells[cell])], second: row.group)
                        }
                        cells[cell] = place
                    }
                }
            }
        }
        if let cell = cells.firstIndex(of: -1) {
            let pair = cell / depth
            throw .noGroup(Self.text(pair / bins + 1, pair % bins + 1, readsMonetary ? cell % depth + 1 : nil), count: cells.count { $0 < 0 })
        }
        (self.names, self.cells) = (names, cells)
    }

    /// The place in `names` of a customer's group.
    public func place(recency: Int, frequency: Int, monetary: Int) -> Int32 {
        let pair = (recency - 1) * bins + frequency - 1
        return cells[readsMonetary ? pair * bins + monetary - 1 : pair]
    }

    /// `4`, or `4-5`.
    private static func scores(_ text: String, _ column: String, _ bins: Int) throws(RFMGroupsError) -> ClosedRange<Int> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
            Int(String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
        }
        guard (1...2).contains(parts.count), let low = parts[0], let high = parts[parts.count - 1], low <= high, low >= 1, high <= bins else { throw .badScores(text, column: column, bins: bins) }
        return low...high
    }

    private static func text(_ r: Int, _ f: Int, _ m: Int?) -> String { "r=\(r), f=\(f)" + (m.map { ", m=\($0)" } ?? "") }
}

/// Why a table of groups will not do.
public enum RFMGroupsError: Error, Sendable, Hashable, Diagnosable {
    case badScores(String, column: String, bins: Int)
    case noGroup(String, count: Int)
    case twoGroups(String, first: String, second: String)
    /// Counted from 1.
    case noName(row: Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .badScores(let text, let column, let bins):
            Diagnostic("bad-groups", "'\(text)' in column '\(column)' of the groups is no score and no range of scores", category: .data, hint: "scores go from 1 to \(bins), ranges are written 1-\(bins)")
        case .noGroup(let scores, let count):
            Diagnostic(
                "bad-groups", "the groups leave out \(scores)" + (count > 1 ? " and \(count - 1) other combinations of scores" : ""), category: .data, hint: "give each combination one group; ranges such as 4-5 cover several")
        case .twoGroups(let scores, let first, let second):
            Diagnostic("bad-groups", "\(scores) is both '\(first)' and '\(second)'", category: .data, hint: "give each combination of scores one group")
        case .noName(let row): Diagnostic("bad-groups", "row \(row) of the groups has no name in column 'group'", category: .data, hint: "give each row a name; rows of one name are one group")
        }
    }
}

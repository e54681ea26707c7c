import Diagnostics
import Runtime
import Tables

/// The labels that a log carries, and which of its columns no feature may come from.
///
/// The log keeps all of its events; the column `seen` says which of them features may look at. Of several labels each hides its part.
public struct EventLabels: Sendable, Hashable {
    /// The column that says whether features may see an event.
    public static let seenColumn = "seen"

    public private(set) var all: [EventLabel] = []
    /// What the column `seen` is called by now; none if there are only labels of single events.
    public private(set) var seen: String?
    /// Columns that are, or were made from, labels, and those that a label was read from.
    private(set) var hidden: Set<String> = []

    public var isEmpty: Bool { all.isEmpty }
    public func isHidden(_ column: String) -> Bool { hidden.contains(column) }
    public func label(named name: String) -> EventLabel? { all.first { $0.name == name } }

    /// Microseconds since 1970 before which features look, where each label that hides events says a time; none where the events themselves say it.
    public var cutoff: Int64? {
        var least: Int64?
        for label in all where label.hides {
            guard case .time(let time) = label.cutoff else { return nil }
            least = min(least ?? time, time)
        }
        return least
    }

    /// Whether a label's cut-off follows from the events of each group.
    public var followsEvents: Bool { seen != nil && all.contains { $0.hides } && cutoff == nil }

    // MARK: Steps

    mutating func add(_ label: EventLabel, hiding columns: Set<String>) {
        all.append(label)
        hidden.formUnion(columns.union([label.name]))
        guard label.unit != .event, seen == nil else { return }
        seen = Self.seenColumn
        hidden.insert(Self.seenColumn)
    }

    /// Keeps columns that came with a label of another value from being features.
    mutating func hide(_ columns: Set<String>) { hidden.formUnion(columns) }

    /// Takes new names over.
    mutating func rename(_ names: [String: String]) {
        for index in all.indices { all[index].name = names[all[index].name] ?? all[index].name }
        seen = seen.map { names[$0] ?? $0 }
        hidden = Set(hidden.map { names[$0] ?? $0 })
    }

    /// Forgets columns that are gone.
    ///
    /// - Throws: a `Diagnostic` where a label would stay and nobody would know any more what may be seen for it.
    mutating func select(_ columns: [String]) throws(Diagnostic) {
        all.removeAll { !columns.contains($0.name) }
        hidden.formIntersection(columns)
        guard let seen, !columns.contains(seen) else { return }
        if let label = all.first(where: { $0.hides }) {
            throw Diagnostic(
                "name-taken", "'\(seen)' says what features may see of the label '\(label.name)'", category: .data, label: "leaves it out", hint: "keep both columns, or leave both out")
        }
        self.seen = nil
    }

    /// A column that is made from others is hidden if one of those is.
    ///
    /// - Throws: a `Diagnostic` where it would take the place of a label.
    mutating func derive(_ name: String, from columns: Set<String>) throws(Diagnostic) {
        guard label(named: name) == nil, name != seen else {
            throw Diagnostic("name-taken", "'\(name)' is \(name == seen ? "what features may see of a label" : "a label")", category: .data, label: "means another column", hint: "give the new column another name")
        }
        if hidden.isDisjoint(with: columns) { hidden.remove(name) } else { hidden.insert(name) }
    }
}

/// A target that a log carries, and what became of the events and groups.
public struct EventLabel: Sendable, Hashable {
    /// Where the events end that features may see.
    public enum Cutoff: Sendable, Hashable {
        /// Nowhere: a label of single events, or one that was read from what never changes.
        case none
        /// Before what the words say, in each group.
        case event(String)
        /// Before a time, in microseconds since 1970.
        case time(Int64)
    }

    public internal(set) var name: String
    public let unit: FilterUnit
    public let cutoff: Cutoff
    /// Groups (or events) for which a label of truth values is true, of all with a value; none for labels of another type.
    public let positive: Proportion?
    /// The same among the groups that have events to be seen.
    public let positiveSeen: Proportion?
    /// Events that features may see.
    public let seen: Proportion
    /// Groups without such an event.
    public let fellOut: Proportion
    /// Groups (or events) for which the label has no value.
    public let missing: Proportion

    var hides: Bool { cutoff != .none }
}

extension EventLog {
    /// The events that features may see, with the columns of labels; the log itself if it carries no label that hides any.
    ///
    /// - Throws: `Cancelled`.
    public func visible(work: Work = Work()) throws -> EventLog {
        guard let name = report.labels.seen, case .boolean(let seen, let present)? = table.column(named: name)?.storage else { return self }
        return try filtered(try work.map(rows: count) { seen[$0] && present?[$0] != false }, work: work)
    }
}

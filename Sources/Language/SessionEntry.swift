import Diagnostics
import Expressions
import Synchronization

/// What a session keeps of a statement that ran: its words, what it read and which statements had made that, and what it changed.
///
/// A loop or an include is one entry, with all that the statements in it read and made.
public struct SessionEntry: Sendable {
    /// Counts from 1.
    public let number: Int
    public let statement: Statement
    /// The verb, or `let`, `for`, `include`.
    public let verb: String
    /// Why it failed; what a loop made before it failed stands all the same.
    public let failure: Diagnostic?
    /// The values of other entries that it looked up, in the order of the looks.
    public let lookups: [Lookup]
    /// The parameters that it read: by name the entry that gave the value, or none where a notebook or the command line did.
    public let parameters: [String: Int?]
    /// The session's seed, if it was asked for.
    public let seed: Int?
    /// What it changed of the session, in order.
    public let changes: [Change]
    /// Whether something was shown that is a result in itself: a chart, an answer, a look at the data.
    public let showsResult: Bool
    /// Whether something outside the session was changed, such as a file.
    public let hasSideEffects: Bool

    /// How a statement came to a value.
    public enum Lookup: Sendable, Hashable {
        /// The newest of some kinds, of any when there are none, that bears none of some names.
        case newest([Kind], besides: [String] = [], entry: Int)
        /// All of some kinds, oldest first.
        case all([Kind], entries: [Int])
        case named(String, entry: Int)
        /// By a rule of the verb's own.
        case chosen(entry: Int)

        /// The entries that made what was found.
        public var entries: [Int] {
            switch self {
            case .newest(_, _, let entry), .named(_, let entry), .chosen(let entry): [entry]
            case .all(_, let entries): entries
            }
        }
    }

    public enum Change: Sendable {
        case made(String, Kind)
        /// A value was forgotten; the entry that had made it.
        case dropped(String, entry: Int)
        case seed(Int)
    }

    /// The names that it gave to values, each once.
    public var makes: [String] {
        var names: [String] = []
        for case .made(let name, _) in changes where !names.contains(name) { names.append(name) }
        return names
    }

    /// The kind of the value that it made last.
    public var kind: Kind? {
        for case .made(_, let kind) in changes.reversed() { return kind }
        return nil
    }

    /// The words as they were typed, on as many lines.
    public var source: String { statement.span.text }
}

/// Notes what the statement that runs reads and changes. Looks of verbs come from wherever they work, so it is locked.
final class EntryRecorder: Sendable {
    let number: Int
    private let state = Mutex(State())

    private struct State {
        var lookups: [SessionEntry.Lookup] = []
        var parameters: [String: Int?] = [:]
        var seed: Int?
        var changes: [SessionEntry.Change] = []
        var showsResult = false
        var hasSideEffects = false
    }

    init(number: Int) { self.number = number }

    /// Notes a look at values that other entries had made.
    func looked(_ lookup: SessionEntry.Lookup) {
        guard !lookup.entries.allSatisfy({ $0 == number }) else { return }
        state.withLock { if !$0.lookups.contains(lookup) { $0.lookups.append(lookup) } }
    }

    /// What the verb read in place of the value that it had been handed.
    func looked(_ lookup: SessionEntry.Lookup, inPlaceOf other: SessionEntry.Lookup) {
        state.withLock { if let index = $0.lookups.lastIndex(of: other) { $0.lookups.remove(at: index) } }
        looked(lookup)
    }

    func read(parameter: String, madeBy entry: Int?) {
        guard entry != number else { return }
        state.withLock { if $0.parameters[parameter] == nil { $0.parameters[parameter] = .some(entry) } }
    }

    func read(seed: Int) {
        state.withLock { state in
            let isItsOwn = state.changes.contains { if case .seed = $0 { true } else { false } }
            if state.seed == nil, !isItsOwn { state.seed = seed }
        }
    }

    func changed(_ change: SessionEntry.Change) { state.withLock { $0.changes.append(change) } }

    /// A call is done, itself or as a part of a loop.
    func finished(showsResult: Bool, hasSideEffects: Bool) {
        state.withLock {
            if showsResult { $0.showsResult = true }
            if hasSideEffects { $0.hasSideEffects = true }
        }
    }

    func entry(_ statement: Statement, failure: Diagnostic?) -> SessionEntry {
        let verb = switch statement.node {
        case .call(let call): call.verb.text
        case .assignment: "let"
        case .loop: "for"
        case .include: "include"
        }
        return state.withLock {
            SessionEntry(
                number: number, statement: statement, verb: verb, failure: failure, lookups: $0.lookups, parameters: $0.parameters, seed: $0.seed, changes: $0.changes,
                showsResult: $0.showsResult, hasSideEffects: $0.hasSideEffects)
        }
    }
}

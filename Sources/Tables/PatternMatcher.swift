import Expressions

/// Looks for a path pattern in the events of a user or session.
///
/// For each step it keeps the latest event at which a chain up to that step can have begun: a later beginning never fits a window worse.
///
/// - Complexity: O(events · steps).
public struct PatternMatcher: Sendable {
    /// For each step, whether each action fits it; none for any action.
    private let fits: [[Bool]?]
    private let isNext: [Bool]
    /// For each link, whether each action may not stand between.
    private let excluded: [[Bool]]
    /// Microseconds from the first to the last event, both included.
    private let window: Int64?

    /// - Parameter actions: the name of each action code.
    public init(_ pattern: Pattern, actions: [String]) {
        fits = pattern.steps.map { step in
            switch step.matcher {
            case .any: nil
            case .oneOf(let names): actions.map { names.contains($0) }
            }
        }
        isNext = pattern.links.map { $0 == .next }
        excluded = pattern.links.map { link in
            if case .later(let names) = link { actions.map { names.contains($0) } } else { Array(repeating: false, count: actions.count) }
        }
        window = pattern.window.flatMap { Int64(exactly: ($0.seconds * 1e6).rounded()) }
    }

    /// Whether the events of some rows hold the pattern.
    public func matches(_ codes: [Int32], _ times: [Int64], rows: Range<Int>) -> Bool { firstMatch(codes, times, rows: rows) != nil }

    /// The rows of the first and the last event of the match that ends first; of those that end there, of the one that begins last. None if there is no match.
    ///
    /// - Parameters:
    ///   - codes: the action of each event, -1 where missing, which only `.` fits.
    ///   - times: microseconds, rising over the rows; may be empty if the pattern has no window.
    public func firstMatch(_ codes: [Int32], _ times: [Int64], rows: Range<Int>) -> ClosedRange<Int>? {
        let last = fits.count - 1
        // The latest beginning of a chain that has come as far as each step, and is still open.
        var begun = [Int?](repeating: nil, count: fits.count)
        for row in rows {
            let code = Int(codes[row])
            func fit(_ step: Int) -> Bool { fits[step].map { code >= 0 && $0[code] } ?? true }
            func isInTime(_ start: Int) -> Bool { times.isEmpty || (window.map { times[row] - times[start] <= $0 } ?? true) }
            // From the last step down, so that one event stands for one step of a chain.
            for step in stride(from: last, through: 1, by: -1) {
                if let start = begun[step - 1], fit(step), isInTime(start) {
                    if step == last { return start...row }
                    begun[step] = max(start, kept(begun[step], link: step, code) ?? start)
                } else {
                    begun[step] = step == last ? nil : kept(begun[step], link: step, code)
                }
            }
            if fit(0) {
                if last == 0 { return row...row }
                begun[0] = row
            } else {
                begun[0] = kept(begun[0], link: 0, code)
            }
        }
        return nil
    }

    /// A chain that waits on a link stays open unless the event is one that may not stand between.
    private func kept(_ start: Int?, link: Int, _ code: Int) -> Int? {
        guard let start, link < isNext.count, !isNext[link], code < 0 || !excluded[link][code] else { return nil }
        return start
    }
}

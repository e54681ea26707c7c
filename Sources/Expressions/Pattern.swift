import Diagnostics

/// A path pattern: events in an order, with what may and may not lie between them.
///
/// `pv -> cart` is later, `pv => cart` the very next event, `pv -[^buy]-> cart` later with no `buy` between, `within 7d` bounds the
/// whole from its first event to its last. Equal times count in the order of the log.
public struct Pattern: Sendable {
    public let steps: [Step]
    /// `links[i]` joins `steps[i]` and `steps[i + 1]`.
    public let links: [Link]
    /// Seconds from the first to the last event, if bounded, and as it was written.
    public let window: (seconds: Double, written: String)?
    public let span: SourceSpan

    public init(steps: [Step], links: [Link], window: (seconds: Double, written: String)?, at span: SourceSpan) {
        precondition(links.count == steps.count - 1, "a pattern has one link between each two steps")
        self.steps = steps
        self.links = links
        self.window = window
        self.span = span
    }

    /// What an event must be to stand at a place: one of some actions, or any.
    public struct Step: Sendable {
        public enum Matcher: Sendable, Hashable { case any, oneOf([String]) }
        public let matcher: Matcher
        public let span: SourceSpan

        public init(_ matcher: Matcher, at span: SourceSpan) {
            self.matcher = matcher
            self.span = span
        }
    }

    public enum Link: Sendable, Hashable {
        /// Some time later, with none of the excluded actions between.
        case later(excluding: [String])
        case next
    }
}

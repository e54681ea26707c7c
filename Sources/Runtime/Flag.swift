import Synchronization

/// A flag that stays raised, for any thread.
public final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    public init() {}

    public var isRaised: Bool { state.load(ordering: .acquiring) }

    /// - Returns: whether it was not raised before.
    @discardableResult public func raise() -> Bool { !state.exchange(true, ordering: .acquiringAndReleasing) }
}

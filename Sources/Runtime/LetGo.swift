import Dispatch

/// Lets go of a large value on another thread, a moment after the caller has.
///
/// Giving a gigabyte back to the system takes a tenth of a second, for which nobody who pressed Ctrl-C should wait.
public func letGo<Value: Sendable>(_ value: Value) {
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + .milliseconds(20)) { withExtendedLifetime(value) {} }
}

import Diagnostics

/// A number of a simulation is outside its limits.
public struct ShopSimulationError: Error, Hashable, Sendable, Diagnosable {
    /// `users`, `days` or `segments`.
    public let parameter: String
    public let value: Int
    public let limits: ClosedRange<Int>

    public var diagnostic: Diagnostic {
        Diagnostic(
            "out-of-range", "'\(parameter)' of a simulated shop is \(limits.lowerBound) to \(limits.upperBound), found \(value)",
            label: "out of range", hint: "try \(parameter)=\(min(max(value, limits.lowerBound), limits.upperBound))")
    }
}

import Foundation

/// A file of reference values, made by the script beside it.
public enum Fixture {
    /// Reads `Fixtures/NAME.json` among the resources of a test target.
    public static func read<Content: Decodable>(_ name: String, in bundle: Bundle, as type: Content.Type) -> Content {
        let file = bundle.bundleURL.appendingPathComponent("Fixtures/\(name).json")
        do { return try JSONDecoder().decode(type, from: Data(contentsOf: file)) } catch { preconditionFailure("\(file.path): \(error)") }
    }
}

/// Whether two numbers agree, relative to the larger where that is above 1.
public func agree(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

public func agree(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { agree($0, $1, within: tolerance) }
}

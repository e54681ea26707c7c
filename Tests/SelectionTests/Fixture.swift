import Foundation

/// Reads a file of reference values, made by the script beside it.
enum Fixture {
    static func read<Content: Decodable>(_ name: String, as type: Content.Type) -> Content {
        let file = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name).json")
        do { return try JSONDecoder().decode(type, from: Data(contentsOf: file)) } catch { preconditionFailure("\(file.path): \(error)") }
    }
}

/// Whether two numbers agree, relative to the larger where that is above 1.
func agree(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

func agree(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { agree($0, $1, within: tolerance) }
}

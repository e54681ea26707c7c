import Algebra
import Runtime

/// A named array of single-precision numbers, row by row.
public struct Tensor: Sendable, Hashable {
    public let name: String
    public let shape: [Int]
    public let values: [Float]

    /// - Precondition: there are as many values as the shape says.
    public init(name: String, shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "Tensor needs as many values as its shape says")
        self.name = name
        self.shape = shape
        self.values = values
    }
}

/// A parameter in the one long vector that holds them all: what the optimiser sees.
struct ParameterPart: Sendable {
    let name: String
    let shape: [Int]
    let start: Int
    let count: Int

    /// Its place in a vector laid out as the parameters are: the parameters themselves, or a gradient.
    func pointer(in vector: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> { vector + start }

    /// Some numbers of a parameter that is a vector.
    func columns(_ range: Range<Int>) -> ParameterPart { ParameterPart(name: name, shape: [range.count], start: start + range.lowerBound, count: range.count) }
}

/// The parameters of a network in the order of the vector; each starts at a cache line.
struct ParameterTable: Sendable {
    private(set) var parts: [ParameterPart] = []
    /// The room of all parts.
    private(set) var room = 0

    mutating func add(_ name: String, _ shape: Int...) -> ParameterPart {
        let part = ParameterPart(name: name, shape: shape, start: room, count: shape.reduce(1, *))
        parts.append(part)
        room += (part.count + 15) / 16 * 16
        return part
    }
}

/// Draws of new parameters.
extension ParameterPart {
    /// Uniform in ±bound; several draws are added.
    func fill(_ vector: UnsafeMutablePointer<Float>, within bound: Double, draws: Int = 1, from stream: inout RandomStream) {
        let values = pointer(in: vector)
        for index in 0..<count {
            var sum = 0.0
            for _ in 0..<draws { sum += (2 * stream.uniform() - 1) * bound }
            values[index] = Float(sum)
        }
    }

    /// Normal around 0.
    func fill(_ vector: UnsafeMutablePointer<Float>, deviation: Double, from stream: inout RandomStream) {
        let values = pointer(in: vector)
        for index in 0..<count { values[index] = Float(stream.normal() * deviation) }
    }

    func fill(_ vector: UnsafeMutablePointer<Float>, with value: Float) { pointer(in: vector).update(repeating: value, count: count) }
}

/// A dense layer: `[inputs, outputs]` and `[outputs]`.
struct DenseParts: Sendable {
    let weight: ParameterPart, bias: ParameterPart

    /// Draws weight and bias uniform in ±1/√inputs, as PyTorch's layers.
    ///
    /// - Parameter inputs: how many numbers an output reads, where that is not the height of the weight.
    func draw(_ vector: UnsafeMutablePointer<Float>, reading inputs: Int? = nil, from stream: inout RandomStream) {
        let bound = 1 / Double(inputs ?? weight.shape[0]).squareRoot()
        weight.fill(vector, within: bound, from: &stream)
        bias.fill(vector, within: bound, from: &stream)
    }
}

extension ParameterPart {
    /// The gradient of a weight `[inputs, outputs]`: what it read, transposed, times dL/d what it gave.
    ///
    /// - Parameters:
    ///   - x, d: `[rows, inputs]` and `[rows, outputs]`.
    ///   - adding: whether it is added to what the gradient holds, not written.
    func learn(_ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>, rows: Int, adding: Bool = false, in gradient: UnsafeMutablePointer<Float>) {
        let inputs = shape[0], outputs = shape[1]
        multiply(
            .firstTransposed, inputs, outputs, rows, UnsafeBufferPointer(start: x, count: rows * inputs), UnsafeBufferPointer(start: d, count: rows * outputs), beta: adding ? 1 : 0,
            into: Floats(start: pointer(in: gradient), count: count))
    }
}

import Layers
import Runtime
import Testing

/// A parameter, and the gradient of the loss by it that PyTorch finds.
struct ReferenceTensor: Decodable, Sendable {
    let name: String, shape: [Int], values: [Float], gradient: [Float]
}

extension [ReferenceTensor] {
    var parameters: [Tensor] { map { Tensor(name: $0.name, shape: $0.shape, values: $0.values) } }

    /// Sets a gradient beside PyTorch's, tensor by tensor.
    func expect(_ gradient: [Tensor], within tolerance: Float) throws {
        for wanted in self {
            let found = try #require(gradient.first { $0.name == wanted.name })
            #expect(found.shape == wanted.shape)
            #expect(found.values.count == wanted.gradient.count)
            #expect(zip(found.values, wanted.gradient).allSatisfy { abs($0 - $1) <= tolerance }, "\(wanted.name)")
            #expect(wanted.gradient.contains { abs($0) > 1e-3 }, "\(wanted.name) is put to the test")
        }
    }
}

extension Trainer {
    /// New parameters are small, and norms and biases stand at 1 and 0: puts others in their place.
    func scatterParameters(by deviation: Float) {
        var stream = RandomStream(seed: 3, name: "test", purpose: "parameters")
        tensors = tensors.map { tensor in
            let centre: Float = tensor.name.hasSuffix("gain") ? 1 : 0
            return Tensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in centre + deviation * Float(stream.normal()) })
        }
    }
}

import Layers
import Runtime
import TestSupport
import Testing

struct TransformerTests {
    struct Sizes: Sendable, CustomTestStringConvertible {
        let inputs: Int, width: Int, heads: Int, layers: Int, feedForward: Int
        var testDescription: String { "inputs \(inputs), width \(width), \(heads) heads, \(layers) layers, \(feedForward) units" }
    }

    static let sizes = [
        Sizes(inputs: 6, width: 6, heads: 1, layers: 1, feedForward: 5), Sizes(inputs: 3, width: 6, heads: 2, layers: 2, feedForward: 7),
        Sizes(inputs: 4, width: 4, heads: 4, layers: 3, feedForward: 16),
    ]

    @Test(arguments: sizes)
    func `gradients agree with finite differences in double precision`(_ sizes: Sizes) throws {
        let codes = RecurrentGradientTests.codes, targets = RecurrentGradientTests.targets
        let configuration = NetworkConfiguration(
            vocabulary: 4, embedding: sizes.inputs,
            body: .transformer(TransformerConfiguration(width: sizes.width, heads: sizes.heads, layers: sizes.layers, feedForward: sizes.feedForward, length: 4)), classes: 3)
        let set = try SequenceSet(codes: codes, count: 8, length: 4, vocabulary: 4, targets: targets, classes: 3)
        var options = TrainingOptions()
        options.batch = 8
        options.seed = 5
        let trainer = try Trainer(configuration, options: options, training: set)
        trainer.scatterParameters(by: 0.5)
        let (loss, gradient) = try trainer.lossAndGradient()
        var reference = TransformerReference(
            tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }), vocabulary: 4, width: sizes.width, heads: sizes.heads,
            layers: sizes.layers)
        #expect(abs(loss - reference.meanLoss(codes, length: 4, targets: targets)) < 2e-6)
        reference.expect(gradient, agreesOn: codes, length: 4, targets: targets, within: 4e-6)
    }

    @Test(arguments: TransformerFixture.all.cases)
    func `loss, probabilities and gradients agree with PyTorch`(_ c: TransformerFixture.Case) throws {
        let fixture = TransformerFixture.all
        let configuration = NetworkConfiguration(
            vocabulary: fixture.vocabulary, embedding: c.width,
            body: .transformer(TransformerConfiguration(width: c.width, heads: c.heads, layers: c.layers, feedForward: c.feedForward, length: fixture.length)),
            classes: fixture.classes)
        let set = try SequenceSet(
            codes: c.codes, count: c.targets.count, length: fixture.length, vocabulary: fixture.vocabulary, targets: c.targets, classes: fixture.classes)
        try c.values.expect(configuration, set)
    }

    @Test func `a new transformer's parameters have PyTorch's distributions`() throws {
        let configuration = NetworkConfiguration(
            vocabulary: 50, embedding: 32, body: .transformer(TransformerConfiguration(width: 32, heads: 4, layers: 1, length: 40)), classes: 3)
        let set = try SequenceSet(codes: [0, 1], count: 2, length: 1, vocabulary: 50, targets: [0, 1], classes: 3)
        let trainer = try Trainer(configuration, options: TrainingOptions(), training: set)
        func spread(_ name: String) throws -> (deviation: Double, greatest: Double) {
            let values = try #require(trainer.tensors.first { $0.name == name }).values.map(Double.init)
            return ((values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot(), values.map(abs).max() ?? 0)
        }
        for (name, bound) in [("layer0.query.weight", 0.2165), ("layer0.keyValue.weight", 0.2165), ("layer0.output.weight", 0.1768), ("layer0.expand.weight", 0.1768), ("layer0.contract.weight", 0.0884)] {
            let found = try spread(name)
            #expect(found.greatest <= bound && found.greatest > bound * 0.95, "\(name)")
            #expect(agree(found.deviation / bound, 0.57735, within: 0.03), "\(name)")
        }
        for name in ["positions", "embedding"] { #expect(agree(try spread(name).deviation / 0.02, 1, within: 0.06), "\(name)") }
        for name in ["layer0.query.bias", "layer0.keyValue.bias", "layer0.output.bias", "norm.bias"] { #expect(try spread(name).greatest == 0, "\(name)") }
        #expect(configuration.parameterCount == 32 * 32 * 4 + 32 * 4 + 2 * 32 * 128 + 128 + 32 + 6 * 32 + 40 * 32 + 50 * 32 + 33 * 3)
    }
}

/// Parameters, and what PyTorch makes of them.
struct ReferenceValues: Decodable, Sendable {
    let loss: Double, probabilities: [Float], tensors: [ReferenceTensor]

    /// Sets the engine's loss, gradient and probabilities beside PyTorch's.
    func expect(_ configuration: NetworkConfiguration, _ set: SequenceSet) throws {
        let trainer = try Trainer(configuration, options: TrainingOptions(), training: set)
        let parameters = tensors.parameters
        #expect(Set(trainer.tensors.map(\.name)) == Set(tensors.map(\.name)))
        trainer.tensors = parameters
        let (found, gradient) = try trainer.lossAndGradient()
        #expect(abs(found - loss) <= 2e-6)
        // A key's bias adds the same to all scores of a query, which changes nothing; a value's half of the bias does.
        try tensors.expect(gradient, within: 5e-6)
        let chances = try Network(configuration: configuration, tensors: parameters).probabilities(set)
        #expect(chances.count == probabilities.count)
        #expect(zip(chances, probabilities).allSatisfy { abs($0 - $1) <= 2e-6 })
    }
}

/// The values of PyTorch; `Fixtures/transformer.py` made them.
struct TransformerFixture: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String, width: Int, heads: Int, layers: Int, feedForward: Int, codes: [Int32], targets: [Int32]
        let values: ReferenceValues
        var testDescription: String { name }

        enum CodingKeys: CodingKey { case name, width, heads, layers, feedForward, codes, targets }
        init(from decoder: Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decode(String.self, forKey: .name)
            width = try fields.decode(Int.self, forKey: .width)
            heads = try fields.decode(Int.self, forKey: .heads)
            layers = try fields.decode(Int.self, forKey: .layers)
            feedForward = try fields.decode(Int.self, forKey: .feedForward)
            codes = try fields.decode([Int32].self, forKey: .codes)
            targets = try fields.decode([Int32].self, forKey: .targets)
            values = try ReferenceValues(from: decoder)
        }
    }
    let vocabulary: Int, classes: Int, length: Int
    let cases: [Case]

    static let all = Fixture.read("transformer", in: .module, as: TransformerFixture.self)
}

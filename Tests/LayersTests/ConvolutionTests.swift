import Layers
import Runtime
import TestSupport
import Testing

struct ConvolutionTests {
    struct Sizes: Sendable, CustomTestStringConvertible {
        let inputs: Int, channels: Int, layers: Int, kernel: Int
        var testDescription: String { "\(inputs) inputs, \(channels) channels, \(layers) layers, kernel \(kernel)" }
        func network(vocabulary: Int, classes: Int) -> NetworkConfiguration {
            NetworkConfiguration(
                vocabulary: vocabulary, embedding: inputs, body: .convolution(ConvolutionConfiguration(channels: channels, layers: layers, kernel: kernel)), classes: classes)
        }
    }
    static let sizes = [
        Sizes(inputs: 5, channels: 5, layers: 1, kernel: 3), Sizes(inputs: 3, channels: 5, layers: 2, kernel: 3), Sizes(inputs: 4, channels: 4, layers: 3, kernel: 2),
        Sizes(inputs: 4, channels: 4, layers: 2, kernel: 1),
    ]

    @Test(arguments: sizes)
    func `gradients agree with finite differences in double precision`(_ sizes: Sizes) throws {
        let length = 11, data = copyTask(12, length: length, seed: 9)
        var options = TrainingOptions()
        options.seed = 5
        let trainer = try Trainer(sizes.network(vocabulary: 3, classes: 3), options: options, training: set(data, length: length))
        let (loss, gradient) = try trainer.lossAndGradient()
        var reference = ConvolutionReference(
            tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }), vocabulary: 3, width: sizes.channels,
            layers: sizes.layers, kernel: sizes.kernel)
        #expect(abs(loss - reference.meanLoss(data.codes, length: length, targets: data.targets)) < 1e-6)
        reference.expect(gradient, agreesOn: data.codes, length: length, targets: data.targets, within: 4e-6)
    }

    @Test(arguments: ConvolutionFixture.all.cases)
    func `loss, probabilities and gradients agree with PyTorch`(_ c: ConvolutionFixture.Case) throws {
        let fixture = ConvolutionFixture.all
        let set = try SequenceSet(
            codes: c.codes, count: c.targets.count, length: fixture.length, vocabulary: fixture.vocabulary, targets: c.targets, classes: fixture.classes)
        let sizes = Sizes(inputs: c.inputs, channels: c.channels, layers: c.layers, kernel: c.kernel)
        try c.values.expect(sizes.network(vocabulary: fixture.vocabulary, classes: fixture.classes), set)
    }

    @Test func `common starts that are computed once change nothing`() throws {
        // At a share that drops next to nothing each sequence has a path of its own.
        var data = copyTask(50, length: 9, seed: 4, padded: false)
        for row in 1..<50 where row % 3 > 0 { for event in 0..<7 { data.codes[row * 9 + event] = data.codes[(row - row % 3) * 9 + event] } }
        let configuration = Sizes(inputs: 4, channels: 6, layers: 3, kernel: 3).network(vocabulary: 3, classes: 3)
        var options = TrainingOptions()
        let shared = try Trainer(configuration, options: options, training: set(data, length: 9)).lossAndGradient()
        options.dropout = 1e-9
        let apart = try Trainer(configuration, options: options, training: set(data, length: 9)).lossAndGradient()
        #expect(abs(shared.loss - apart.loss) < 1e-6)
        for (a, b) in zip(shared.gradient, apart.gradient) { #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-6 }, "\(a.name)") }
    }
}

/// The values of PyTorch; `Fixtures/convolution.py` made them.
struct ConvolutionFixture: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String, inputs: Int, channels: Int, layers: Int, kernel: Int, codes: [Int32], targets: [Int32]
        let values: ReferenceValues
        var testDescription: String { name }

        enum CodingKeys: CodingKey { case name, inputs, channels, layers, kernel, codes, targets }
        init(from decoder: Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decode(String.self, forKey: .name)
            inputs = try fields.decode(Int.self, forKey: .inputs)
            channels = try fields.decode(Int.self, forKey: .channels)
            layers = try fields.decode(Int.self, forKey: .layers)
            kernel = try fields.decode(Int.self, forKey: .kernel)
            codes = try fields.decode([Int32].self, forKey: .codes)
            targets = try fields.decode([Int32].self, forKey: .targets)
            values = try ReferenceValues(from: decoder)
        }
    }
    let vocabulary: Int, classes: Int, length: Int
    let cases: [Case]

    static let all = Fixture.read("convolution", in: .module, as: ConvolutionFixture.self)
}

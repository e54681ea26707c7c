import Features
import Layers
import Models
import Runtime
import Testing

/// `Transformer` and `TCN` under the same promises, with sizes that are quickly trained.
enum Encoder: String, CaseIterable, Sendable {
    case transformer, tcn

    func fit(
        _ training: SequenceWindows, _ validation: SequenceWindows? = nil, seed: Int = 1, work: Work = Work(threads: 2), _ adjust: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> (model: NeuralSequenceModel, history: TrainingHistory) {
        switch self {
        case .transformer:
            var estimator = Transformer()
            (estimator.hidden, estimator.heads, estimator.layers, estimator.training.rate, estimator.training.dropout) = (16, 2, 2, 0.003, 0)
            adjust(&estimator.training)
            return try estimator.fitNetwork(training, validation: validation, seed: seed, work: work)
        case .tcn:
            var estimator = TCN()
            (estimator.hidden, estimator.layers, estimator.training.rate) = (16, 2, 0.003)
            adjust(&estimator.training)
            return try estimator.fitNetwork(training, validation: validation, seed: seed, work: work)
        }
    }
}

struct EncoderTests {
    @Test(arguments: Encoder.allCases)
    func `learns a chain of second order to near the best there is`(_ encoder: Encoder) throws {
        let training = chain(6000, seed: 1).windows, validation = chain(1000, seed: 2).windows
        let (test, best) = chain(4000, seed: 3)
        let (model, history) = try encoder.fit(training, validation)
        // Windows with one event tell less: 0.8 is a bound that few of them miss.
        #expect(try accuracy(model, on: test) > best - 0.03)
        #expect(history.epochs[history.bestEpoch - 1].validationLoss ?? 9 < 0.70)
    }

    @Test(arguments: Encoder.allCases)
    func `finds nothing in shuffled targets`(_ encoder: Encoder) throws {
        let training = chain(3000, seed: 4, shuffled: true).windows, validation = chain(1000, seed: 5, shuffled: true).windows
        let test = chain(4000, seed: 6, shuffled: true).windows
        let (model, _) = try encoder.fit(training, validation)
        let shares = (0..<3).map { code in Double(test.targets.count { $0 == code }) / 4000 }
        let commonest = shares.max() ?? 0
        // Three standard errors of a share of 4,000.
        #expect(try accuracy(model, on: test) < commonest + 0.024)
    }

    @Test(arguments: Encoder.allCases)
    func `a model is rebuilt from its tensors, and predicts the same digits`(_ encoder: Encoder) throws {
        let windows = chain(500, seed: 8).windows
        let (model, _) = try encoder.fit(windows) { $0.epochs = 1 }
        let again = try NeuralSequenceModel(configuration: model.configuration, tensors: model.tensors.reversed())
        let whole = try model.predict(windows, work: Work()), some = try model.predict(windows.subset([3, 499, 0]), work: Work(threads: 3))
        #expect(try again.predict(windows, work: Work()) == whole)
        #expect([3, 499, 0].map { Array(whole.row($0)) } == (0..<3).map { Array(some.row($0)) })
        #expect(model.parameterCount == model.tensors.reduce(0) { $0 + $1.values.count })
    }

    @Test(arguments: Encoder.allCases)
    func `the same seed gives the same model on any number of threads`(_ encoder: Encoder) throws {
        let windows = chain(800, seed: 7).windows
        let results = try [1, 2, 3].map { threads in
            try encoder.fit(windows, windows.subset(Array(0..<100)), work: Work(threads: threads)) {
                $0.epochs = 2
                $0.dropout = 0.2
            }
        }
        for result in results.dropFirst() {
            #expect(result.model.tensors == results[0].model.tensors)
            #expect(result.history == results[0].history)
        }
    }

    @Test func `heads that cannot share the width are refused, with sizes that go`() {
        var estimator = Transformer()
        (estimator.hidden, estimator.heads) = (20, 8)
        #expect(throws: SequenceModelError.heads(8, width: 20)) { try estimator.fitNetwork(chain(100, seed: 1).windows, validation: nil, seed: 1) }
        let diagnostic = SequenceModelError.heads(8, width: 20).diagnostic
        #expect(diagnostic.code == "bad-heads" && diagnostic.hint == "heads=5, or hidden=24")
    }

    @Test func `the schemas name what can be set`() throws {
        let shared = ["epochs", "batch", "optimizer", "rate", "schedule", "warm-up", "weight-decay", "patience", "clip", "class-weights", "smoothing"]
        #expect(Transformer.schema.hyperparameters.map(\.name) == ["hidden", "heads", "layers", "feed-forward", "dropout"] + shared)
        #expect(TCN.schema.hyperparameters.map(\.name) == ["hidden", "layers", "kernel", "dropout"] + shared)
        #expect(try Transformer().body(inputs: 64, length: 9) == .transformer(TransformerConfiguration(width: 64, heads: 4, layers: 2, feedForward: 256, length: 9)))
        var transformer = Transformer()
        transformer.feedForward = 100
        #expect(try transformer.body(inputs: 64, length: 9) == .transformer(TransformerConfiguration(width: 64, heads: 4, layers: 2, feedForward: 100, length: 9)))
        #expect(try TCN().body(inputs: 64, length: 9) == .convolution(ConvolutionConfiguration(channels: 64, layers: 4, kernel: 3)))
    }
}

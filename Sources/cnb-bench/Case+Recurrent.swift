import Features
import Layers
import Models
import Runtime

extension Case {
    static let recurrent = [
        Case(name: "rnn-10") { try train("rnn-10", .rnn, count: 100_000, length: 10, states: 4, batch: 256, $0) },
        Case(name: "gru-10") { try train("gru-10", .gru, count: 100_000, length: 10, states: 4, batch: 256, $0) },
        Case(name: "lstm-10") { try train("lstm-10", .lstm, count: 100_000, length: 10, states: 4, batch: 256, $0) },
        Case(name: "lstm-10-fit", run: fit),
        Case(name: "lstm-300") { try train("lstm-300", .lstm, count: 4_000, length: 300, states: 12, batch: 64, $0) },
        Case(name: "bilstm-keras", run: bidirectional),
        Case(name: "tcn-50") {
            try train("tcn-50", .convolution(ConvolutionConfiguration(channels: 64, layers: 4)), embedding: 64, count: 20_000, length: 50, states: 12, batch: 256, $0)
        },
        // The peer norms after each part, not before, and has dropout on the attention's weights and within the feed-forward part in place of the inputs; its head is
        // a dense layer with GELU and the embedding transposed.
        Case(name: "transformer-50") {
            try train(
                "transformer-50", .transformer(TransformerConfiguration(width: 64, heads: 4, layers: 2, length: 50)), embedding: 64, dropout: 0.1, count: 20_000, length: 50,
                states: 12, batch: 256, $0)
        },
        Case(name: "bert4rec-beauty", run: cloze),
        Case(name: "lstm-10-one") { try score("lstm-10-one", count: 4_000, together: 1, $0) },
        Case(name: "lstm-10-million") { try score("lstm-10-million", count: 1_000_000, together: 1_000_000, $0) },
    ]

    /// Scoring by the network of `lstm-10` after an epoch on a few windows: its seconds are those of a call.
    private static func score(_ name: String, count: Int, together: Int, _ setting: Setting) throws -> Measured {
        let length = 10, states = 4
        let (codes, targets) = try windows(name, count: count, length: length, states: states, setting)
        let configuration = NetworkConfiguration(vocabulary: states, embedding: 16, body: .recurrent(RecurrentConfiguration(cell: .lstm, hidden: [64])), classes: states)
        func set(_ rows: Range<Int>, targets: [Int32] = []) throws -> SequenceSet {
            try SequenceSet(
                codes: Array(codes[rows.lowerBound * length..<rows.upperBound * length]), count: rows.count, length: length, vocabulary: states, targets: targets, classes: states, work: setting.work)
        }
        var options = TrainingOptions()
        options.epochs = 1
        let network = try Trainer(configuration, options: options, training: try set(0..<1000, targets: Array(targets.prefix(1000)))).run(work: setting.work).network
        var seconds: [Double] = []
        for first in stride(from: 0, to: count, by: together) {
            seconds.append(try Setting.seconds { _ = try network.probabilities(set(first..<first + together), work: setting.work) }.1)
        }
        return Measured(seconds: median(seconds), samples: together)
    }

    /// Bare training of one layer of 64 units on an embedding of 16, as the peers' script does it: Adam at 0.001, no clipping.
    private static func train(_ name: String, _ cell: RecurrentCell, count: Int, length: Int, states: Int, batch: Int, _ setting: Setting) throws -> Measured {
        try train(name, .recurrent(RecurrentConfiguration(cell: cell, hidden: [64])), embedding: 16, count: count, length: length, states: states, batch: batch, setting)
    }

    /// Bare training of any body, as the peers' script does it.
    private static func train(
        _ name: String, _ body: BodyConfiguration, embedding: Int, dropout: Double = 0, count: Int, length: Int, states: Int, batch: Int, _ setting: Setting
    ) throws -> Measured {
        let (codes, targets) = try windows(name, count: count, length: length, states: states, setting)
        let set = try SequenceSet(
            codes: codes, count: targets.count, length: length, vocabulary: states, targets: targets, classes: states, work: setting.work)
        return try train(NetworkConfiguration(vocabulary: states, embedding: embedding, body: body, classes: states), set, dropout: dropout, batch: batch, setting)
    }

    static func train(
        _ configuration: NetworkConfiguration, _ set: SequenceSet, dropout: Double = 0, batch: Int, options given: TrainingOptions = TrainingOptions(), _ setting: Setting
    ) throws -> Measured {
        var options = given
        options.epochs = setting.epochs
        options.seed = setting.seed
        options.batch = batch
        options.rate = 1e-3
        options.clip = 0
        options.dropout = dropout
        let measured = try TrainingMeasurement(configuration, options: options, training: set, work: setting.work)
        let seconds = measured.secondsPerEpoch
        return Measured(seconds: median(seconds.count > 1 ? Array(seconds.dropFirst()) : seconds), samples: set.count, loss: measured.lastLoss)
    }

    /// The stacked bidirectional LSTM of 157,122 parameters on rows of six numbers, each a sequence of one step.
    private static func bidirectional(_ setting: Setting) throws -> Measured {
        let columns = 6, numbers: [Float], targets: [Int32]
        if setting.folder != nil {
            numbers = try NumpyArray(path: setting.path("bilstm-keras.x.npy")).floats
            targets = try NumpyArray(path: setting.path("bilstm-keras.y.npy")).codes
        } else {
            var stream = RandomStream(seed: 0, name: "bench", purpose: "bilstm-keras")
            numbers = (0..<90_533 * columns).map { _ in Float(stream.normal()) }
            targets = (0..<90_533).map { numbers[$0 * columns + 2] + numbers[$0 * columns + 3] * numbers[$0 * columns + 4] > 1 ? 1 : 0 }
        }
        let rows = Int32(targets.count), known = [Int32](repeating: 1, count: targets.count)
        let attributes = try EventAttributes(count: targets.count, codes: [], vocabularies: [], numbers: numbers, numberCount: columns)
        let set = try SequenceSet(
            events: Array(0..<rows), ends: Array(1...rows), known: known, length: 1, vocabulary: targets.count, attributes: attributes, targets: [.codes(targets, classes: 2)], work: setting.work)
        let body = BodyConfiguration.recurrent(RecurrentConfiguration(cell: .lstm, hidden: [40, 40, 80], bidirectional: true))
        return try train(NetworkConfiguration(inputs: EventInputs([], numbers: columns), body: body, classes: 2), set, batch: 128, setting)
    }

    /// The windows of `lstm-10` through the whole of `fit lstm` below the command: coding, checks, sorting and training; its seconds are those of an epoch's share.
    private static func fit(_ setting: Setting) throws -> Measured {
        let (codes, targets) = try windows("lstm-10", count: 100_000, length: 10, states: 4, setting), names = ["a", "b", "c", "d"]
        let windows = SequenceWindows(length: 10, codes: codes, targets: targets, groups: targets.indices.map { Int32($0) }, vocabulary: names, classes: names)
        var lstm = LSTM()
        lstm.training.epochs = setting.epochs
        lstm.training.rate = 1e-3
        lstm.training.clip = 0
        let (fitted, seconds) = try Setting.seconds { try lstm.fitNetwork(windows, validation: nil, seed: setting.seed, work: setting.work) }
        return Measured(seconds: seconds / Double(setting.epochs), samples: windows.count, loss: fitted.history.epochs.last?.trainingLoss)
    }

    /// Cloze training on the item histories of `--data`, or on a chain of as many: a fifth of the events is hidden and named among all items.
    private static func cloze(_ setting: Setting) throws -> Measured {
        let length = 50, count: Int, codes: [Int32]
        if setting.folder != nil {
            // The peer pads with 0, and its items begin at 1.
            let array = try NumpyArray(path: setting.path("bert4rec-beauty.x.npy"))
            count = array.shape[0]
            codes = array.codes.map { $0 == 0 ? -1 : $0 }
        } else {
            var stream = RandomStream(seed: 0, name: "bench", purpose: "bert4rec-beauty")
            let next = (0...12_101).map { _ in Int32(1 + stream.below(12_101)) }
            count = 22_363
            codes = (0..<count).flatMap { _ in
                // Most histories are short.
                let known = 3 + min(stream.below(8), stream.below(48))
                var history = [Int32(1 + stream.below(12_101))]
                while history.count < known { history.append(stream.uniform() < 0.5 ? next[Int(history[history.count - 1])] : Int32(1 + stream.below(12_101))) }
                return [Int32](repeating: -1, count: length - history.count) + history
            }
        }
        // Beside the items 0, which stands for no item, and the code of a hidden one.
        let vocabulary = Int(codes.max() ?? 0) + 2
        let set = try SequenceSet(codes: codes, count: count, length: length, vocabulary: vocabulary, work: setting.work)
        let configuration = NetworkConfiguration(
            inputs: EventInputs([.init(name: nil, vocabulary: vocabulary, width: 64)]),
            body: .transformer(TransformerConfiguration(width: 64, heads: 2, layers: 2, length: length)), head: .tied)
        var options = TrainingOptions()
        options.hidden = 0.2
        return try train(configuration, set, dropout: 0.2, batch: 256, options: options, setting)
    }

    /// The peers' windows, or sequences of a second-order chain whose next state is the target.
    static func windows(_ name: String, count: Int, length: Int, states: Int, _ setting: Setting) throws -> (codes: [Int32], targets: [Int32]) {
        if setting.folder != nil { return (try NumpyArray(path: setting.path("\(name).x.npy")).codes, try NumpyArray(path: setting.path("\(name).y.npy")).codes) }
        var stream = RandomStream(seed: 0, name: "bench", purpose: name)
        let chain = (0..<states * states).map { _ in (0..<states).map { _ in -1 / (stream.uniform() - 1) } }
        var codes: [Int32] = []
        var targets: [Int32] = []
        for _ in 0..<count {
            var sequence = [stream.below(states), stream.below(states)]
            while sequence.count <= length { sequence.append(stream.choose(weights: chain[sequence[sequence.count - 2] * states + sequence[sequence.count - 1]])) }
            codes += sequence.prefix(length).map { Int32($0) }
            targets.append(Int32(sequence[length]))
        }
        return (codes, targets)
    }
}

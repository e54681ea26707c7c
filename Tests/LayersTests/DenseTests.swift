import Foundation
import Layers
import Runtime
import TestSupport
import Testing

/// The values of PyTorch; `Fixtures/dense.py` made them.
struct DenseFixture: Decodable {
    struct Rows: Decodable {
        let codes: [Int32], numbers: [Float], wanted: [Float?], others: [Float], labels: [Int32], loss: Double, codesOfRows: [Float], tensors: [ReferenceTensor]
    }
    struct Sequences: Decodable {
        let codes: [Int32], targets: [Int32], loss: Double, codesOfRows: [Float], tensors: [ReferenceTensor]
    }
    let rows: Rows, sequences: Sequences

    static let all = Fixture.read("dense", in: .module, as: DenseFixture.self)
}

struct DenseTests {
    static let rows = NetworkConfiguration(
        inputs: EventInputs([.init(name: "a", vocabulary: 4, width: 3), .init(name: "b", vocabulary: 3, width: 2)], numbers: 2),
        body: .dense(DenseConfiguration([.init(9, .relu), .init(2, .linear), .init(5, .tanh)])),
        head: .outputs([OutputConfiguration(name: "number", .number), OutputConfiguration(name: "other", .number), OutputConfiguration(name: "label", .classes(3))]))

    static let sequences = NetworkConfiguration(
        inputs: EventInputs([.init(name: nil, vocabulary: 4, width: 3)]),
        body: .dense(DenseConfiguration([.init(2, .linear), .init(5, .tanh)], on: .recurrent(RecurrentConfiguration(cell: .gru, hidden: [6])))),
        head: .decoder(DecoderConfiguration(classes: 4, steps: 3, embedding: 3)))

    private static func rowSet(_ rows: DenseFixture.Rows, isAsked: Bool = false) throws -> SequenceSet {
        let count = rows.labels.count, attributes = try EventAttributes(count: count, codes: rows.codes, vocabularies: [4, 3], numbers: rows.numbers, numberCount: 2)
        return try SequenceSet(
            events: (0..<Int32(count)).map { $0 }, ends: (1...Int32(count)).map { $0 }, known: Array(repeating: 1, count: count), length: 1, vocabulary: count, attributes: attributes,
            targets: isAsked ? [] : [.numbers(rows.wanted.map { $0 ?? .nan }), .numbers(rows.others), .codes(rows.labels, classes: 3)])
    }

    private func expect(_ trainer: Trainer, _ values: [ReferenceTensor], loss wanted: Double) throws {
        trainer.tensors = values.parameters
        let (loss, gradient) = try trainer.lossAndGradient()
        #expect(abs(loss - wanted) <= 2e-6)
        #expect(Set(gradient.map(\.name)) == Set(values.map(\.name)))
        try values.expect(gradient, within: 2e-6)
    }

    private func expectCodes(_ configuration: NetworkConfiguration, _ values: [ReferenceTensor], _ wanted: [Float], layers: Int, of set: SequenceSet) throws {
        let network = try Network(configuration: configuration, tensors: values.parameters)
        let encoder = try network.encoder(layers: layers), found = try encoder.states(set)
        #expect(found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-5 })
        #expect(encoder.parameterCount < network.parameterCount)
    }

    @Test func `rows of several variables and numbers agree with PyTorch`() throws {
        let fixture = DenseFixture.all.rows
        var options = TrainingOptions()
        options.outputWeights = [1, 1, 0.5]
        try expect(Trainer(Self.rows, options: options, training: Self.rowSet(fixture)), fixture.tensors, loss: fixture.loss)
        try expectCodes(Self.rows, fixture.tensors, fixture.codesOfRows, layers: 2, of: Self.rowSet(fixture, isAsked: true))
    }

    @Test func `layers between an encoder and a decoder agree with PyTorch`() throws {
        let fixture = DenseFixture.all.sequences
        func set(_ targets: [SequenceTarget]) throws -> SequenceSet { try SequenceSet(codes: fixture.codes, count: 5, length: 3, vocabulary: 4, targets: targets) }
        try expect(Trainer(Self.sequences, options: TrainingOptions(), training: set([.codes(fixture.targets, steps: 3, classes: 4)])), fixture.tensors, loss: fixture.loss)
        try expectCodes(Self.sequences, fixture.tensors, fixture.codesOfRows, layers: 1, of: set([]))
    }

    /// The loss of the rows in double precision, number by number.
    private static func meanLoss(_ tensors: [String: [Double]], _ rows: DenseFixture.Rows) -> Double {
        func dense(_ x: [Double], _ name: String) -> [Double] {
            let weight = tensors["\(name).weight", default: []], bias = tensors["\(name).bias", default: []]
            return bias.indices.map { column in x.indices.reduce(bias[column]) { $0 + x[$1] * weight[$1 * bias.count + column] } }
        }
        var number = 0.0, other = 0.0, label = 0.0
        for row in rows.labels.indices {
            func embedded(_ name: String, _ code: Int32, _ width: Int) -> [Double] { Array(tensors[name, default: []][Int(code) * width..<(Int(code) + 1) * width]) }
            let x = embedded("embedding.a", rows.codes[row * 2], 3) + embedded("embedding.b", rows.codes[row * 2 + 1], 2) + rows.numbers[row * 2..<row * 2 + 2].map(Double.init)
            let state = dense(dense(dense(x, "dense0").map { max(0, $0) }, "dense1"), "dense2").map { tanh($0) }
            if let wanted = rows.wanted[row] { number += pow(dense(state, "head.number")[0] - Double(wanted), 2) }
            other += pow(dense(state, "head.other")[0] - Double(rows.others[row]), 2)
            let logits = dense(state, "head.label")
            if rows.labels[row] >= 0 { label += log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(rows.labels[row])] }
        }
        return number / Double(rows.wanted.count { $0 != nil }) + other / Double(rows.others.count) + 0.5 * label / Double(rows.labels.count { $0 >= 0 })
    }

    @Test func `gradients agree with finite differences in double precision`() throws {
        let fixture = DenseFixture.all.rows
        var options = TrainingOptions()
        (options.outputWeights, options.seed) = ([1, 1, 0.5], 3)
        let trainer = try Trainer(Self.rows, options: options, training: Self.rowSet(fixture)), (loss, gradient) = try trainer.lossAndGradient()
        var tensors = Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) })
        #expect(abs(loss - Self.meanLoss(tensors, fixture)) < 2e-6)
        let step = 1e-6
        for tensor in gradient {
            for (index, found) in tensor.values.enumerated() {
                let value = tensors[tensor.name, default: []][index]
                tensors[tensor.name]?[index] = value + step
                let above = Self.meanLoss(tensors, fixture)
                tensors[tensor.name]?[index] = value - step
                let below = Self.meanLoss(tensors, fixture)
                tensors[tensor.name]?[index] = value
                #expect(abs(Double(found) - (above - below) / (2 * step)) < 5e-6, "\(tensor.name)[\(index)]")
            }
        }
    }

    static let bodies = [
        DenseConfiguration([.init(8, .relu), .init(5, .tanh)]), DenseConfiguration([.init(4, .linear)], on: .recurrent(RecurrentConfiguration(cell: .lstm, hidden: [6], bidirectional: true))),
        DenseConfiguration([.init(6, .relu), .init(4, .linear)], on: .transformer(TransformerConfiguration(width: 8, heads: 2, layers: 1, length: 40))),
    ]

    @Test(arguments: bodies)
    func `the same bits on any number of threads, in any batch and with any padding`(_ body: DenseConfiguration) throws {
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 8, body: .dense(body), classes: 3)
        let data = copyTask(700, length: 6, seed: 1), training = try set(data, length: 6)
        var options = TrainingOptions()
        options.epochs = 2
        let results = try [1, 2, 3, 8].map { try Trainer(configuration, options: options, training: training, validation: training).run(work: Work(threads: $0)) }
        for result in results.dropFirst() { #expect(result.network.tensors == results[0].network.tensors && result.history == results[0].history) }
        let network = results[0].network, whole = try network.probabilities(training)
        for rows in [0..<1, 0..<13, 300..<600] {
            let part = (Array(data.codes[rows.lowerBound * 6..<rows.upperBound * 6]), Array(data.targets[rows]))
            #expect(try network.probabilities(set(part, length: 6)) == Array(whole[rows.lowerBound * 3..<rows.upperBound * 3]))
        }
        let padded = data.targets.indices.flatMap { [Int32](repeating: -1, count: 3) + data.codes[$0 * 6..<$0 * 6 + 6] }
        #expect(try network.probabilities(set((padded, data.targets), length: 9)) == whole)
    }
}

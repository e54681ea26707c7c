import Foundation
import Layers
import TestSupport
import Testing

/// An encoder and a decoder of gated recurrent units in double precision, number by number, without any of the engine's ideas.
struct DecoderReference {
    var tensors: [String: [Double]]
    let classes: Int, hidden: Int
    var attends: Bool { tensors["attention.query"] != nil }

    private func row(_ name: String, _ index: Int, rows: Int) -> [Double] {
        let values = tensors[name, default: []], width = values.count / rows
        return Array(values[index * width..<(index + 1) * width])
    }

    /// x · weight, with as many columns as asked for.
    private func product(_ x: [Double], _ name: String, _ columns: Int) -> [Double] {
        let weight = tensors[name, default: []]
        return (0..<columns).map { column in x.indices.reduce(0.0) { $0 + x[$1] * weight[$1 * columns + column] } }
    }

    private func step(_ h: [Double], _ x: [Double], _ name: String) -> [Double] {
        let input = product(x, name + "input", 3 * hidden), state = product(h, name + "recurrent", 3 * hidden)
        let bias = tensors[name + "bias", default: []], inner = tensors[name + "recurrent_bias", default: []]
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        return (0..<hidden).map { j in
            let r = sigmoid(input[j] + state[j] + bias[j]), z = sigmoid(input[hidden + j] + state[hidden + j] + bias[hidden + j])
            let n = tanh(input[2 * hidden + j] + bias[2 * hidden + j] + r * (state[2 * hidden + j] + inner[j]))
            return (1 - z) * n + z * h[j]
        }
    }

    /// The states of the last layer after each event.
    func states(_ codes: [Int], vocabulary: Int) -> [[Double]] {
        var x = codes.map { row("embedding", $0, rows: vocabulary) }, layer = 0
        while tensors["layer\(layer).input"] != nil {
            var h = [Double](repeating: 0, count: hidden)
            x = x.map { input in
                h = step(h, input, "layer\(layer).")
                return h
            }
            layer += 1
        }
        return x
    }

    /// The logarithms of the probabilities of a step, and the state after it.
    func next(_ h: [Double], reading code: Int, states: [[Double]]) -> (logs: [Double], state: [Double]) {
        let after = step(h, row("decoder.embedding", code, rows: classes + 1), "decoder.layer0.")
        var top = after
        if attends {
            let query = product(after, "attention.query", hidden)
            let scores = states.map { state in exp(zip(query, state).reduce(0.0) { $0 + $1.0 * $1.1 } / sqrt(Double(hidden))) }, sum = scores.reduce(0, +)
            let found = (0..<hidden).map { unit in states.indices.reduce(0.0) { $0 + scores[$1] / sum * states[$1][unit] } }
            top = product(after + found, "attention.join", hidden).map { tanh($0) }
        }
        let bias = tensors["head.bias", default: []], logits = zip(product(top, "head.weight", classes), bias).map { $0 + $1 }
        let all = log(logits.reduce(0) { $0 + exp($1) })
        return (logits.map { $0 - all }, after)
    }

    /// The mean cross entropy over all steps that are known.
    func meanLoss(_ codes: [Int32], length: Int, vocabulary: Int, targets: [Int32], steps: Int) -> Double {
        var sum = 0.0, count = 0.0
        for sequence in 0..<targets.count / steps {
            let events = codes[sequence * length..<(sequence + 1) * length].filter { $0 >= 0 }.map { Int($0) }
            let states = states(events, vocabulary: vocabulary)
            var h = states.last ?? [Double](repeating: 0, count: hidden), read = classes
            for target in targets[sequence * steps..<(sequence + 1) * steps] where target >= 0 {
                let (logs, after) = next(h, reading: read, states: states)
                sum -= logs[Int(target)]
                count += 1
                (h, read) = (after, Int(target))
            }
        }
        return sum / count
    }
}

/// The values of PyTorch; `Fixtures/decoder.py` made them.
struct DecoderFixture: Decodable {
    struct Search: Decodable, Sendable {
        let codes: [Int32], probabilities: [Float]
    }
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String, attention: Bool, codes: [Int32], targets: [Int32], loss: Double, tensors: [ReferenceTensor], searches: [String: Search]
        var testDescription: String { name }
    }
    let vocabulary: Int, embedding: Int, classes: Int, own: Int, hidden: Int, length: Int, steps: Int
    let cases: [Case]

    static let all = Fixture.read("decoder", in: .module, as: DecoderFixture.self)
}

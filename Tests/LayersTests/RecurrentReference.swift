import Foundation
import Layers
import TestSupport
import Testing

/// The network written down in double precision, number by number, without any of the engine's ideas: what it is compared with.
struct RecurrentReference {
    var cell: RecurrentCell
    var hidden: [Int]
    var bidirectional = false
    var vocabulary: Int, embedding: Int, classes: Int
    var tensors: [String: [Double]]

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The states of a layer's direction, event after event.
    private func states(_ inputs: [[Double]], _ name: String, units: Int) -> [[Double]] {
        let w = tensors[name + "input", default: []], u = tensors[name + "recurrent", default: []]
        let b = tensors[name + "bias", default: []], inner = tensors[name + "recurrent_bias", default: []], columns = b.count
        var h = [Double](repeating: 0, count: units), c = h, outputs: [[Double]] = []
        for x in inputs {
            var fromInput = b, fromState = [Double](repeating: 0, count: columns)
            for j in 0..<columns {
                for i in x.indices { fromInput[j] += x[i] * w[i * columns + j] }
                for i in 0..<units { fromState[j] += h[i] * u[i * columns + j] }
            }
            let sums = (0..<columns).map { fromInput[$0] + fromState[$0] }
            switch cell {
            case .rnn: h = sums.map { tanh($0) }
            case .gru:
                for j in 0..<units {
                    let r = Self.sigmoid(sums[j]), z = Self.sigmoid(sums[units + j])
                    let n = tanh(fromInput[2 * units + j] + r * (fromState[2 * units + j] + inner[j]))
                    h[j] = (1 - z) * n + z * h[j]
                }
            case .lstm:
                for j in 0..<units {
                    c[j] = Self.sigmoid(sums[units + j]) * c[j] + Self.sigmoid(sums[j]) * tanh(sums[2 * units + j])
                    h[j] = Self.sigmoid(sums[3 * units + j]) * tanh(c[j])
                }
            }
            outputs.append(h)
        }
        return outputs
    }

    /// The probabilities of the classes after the events of a row.
    func probabilities(_ codes: ArraySlice<Int32>) -> [Double] {
        var inputs = codes.filter { $0 >= 0 }.map { code in (0..<embedding).map { tensors["embedding", default: []][Int(code) * embedding + $0] } }
        let width = (hidden.last ?? 0) * (bidirectional ? 2 : 1)
        var last = [Double](repeating: 0, count: width)
        for (layer, units) in hidden.enumerated() {
            var outputs = states(inputs, "layer\(layer).", units: units)
            if let end = outputs.last { last = end }
            if bidirectional {
                let reverse = Array(states(inputs.reversed(), "layer\(layer).reverse.", units: units).reversed())
                if let end = reverse.first { last += end }
                outputs = zip(outputs, reverse).map { $0 + $1 }
            }
            inputs = outputs
        }
        let head = tensors["head.weight", default: []], bias = tensors["head.bias", default: []]
        var logits = bias
        for j in 0..<classes {
            for i in 0..<width { logits[j] += last[i] * head[i * classes + j] }
        }
        let exponentials = logits.map { exp($0) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }

    func meanLoss(_ codes: [Int32], length: Int, targets: [Int32]) -> Double {
        var sum = 0.0
        for (row, target) in targets.enumerated() { sum -= log(probabilities(codes[row * length..<(row + 1) * length])[Int(target)]) }
        return sum / Double(targets.count)
    }
}

/// The values of PyTorch; `Fixtures/recurrent.py` made them.
struct RecurrentFixture: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String, cell: String, hidden: [Int], bidirectional: Bool, codes: [Int32], targets: [Int32], loss: Double, probabilities: [Float]
        let tensors: [ReferenceTensor]
        var testDescription: String { name }
    }
    struct AdamRun: Decodable {
        struct Step: Decodable {
            let gradient: [Float], parameters: [Float]
        }
        let rate: Double, start: [Float], steps: [Step]
    }
    let vocabulary: Int, embedding: Int, classes: Int, length: Int
    let cases: [Case]
    let adam: AdamRun

    static let all = Fixture.read("recurrent", in: .module, as: RecurrentFixture.self)
}

import Foundation
import Layers
import TestSupport
import Testing

/// The network written down in double precision, number by number, without any of the engine's ideas: what it is compared with.
struct RecurrentReference {
    var cell: RecurrentCell
    var hidden: [Int]
    var vocabulary: Int, embedding: Int, classes: Int
    var tensors: [String: [Double]]

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The probabilities of the classes after the events of a row.
    func probabilities(_ codes: ArraySlice<Int32>) -> [Double] {
        var inputs = codes.filter { $0 >= 0 }.map { code in (0..<embedding).map { tensors["embedding", default: []][Int(code) * embedding + $0] } }
        var width = embedding
        for (layer, units) in hidden.enumerated() {
            let w = tensors["layer\(layer).input", default: []], u = tensors["layer\(layer).recurrent", default: []]
            let b = tensors["layer\(layer).bias", default: []], columns = b.count
            var h = [Double](repeating: 0, count: units), c = h, outputs: [[Double]] = []
            for x in inputs {
                var sums = b
                for j in 0..<columns {
                    for i in 0..<width { sums[j] += x[i] * w[i * columns + j] }
                    for i in 0..<units { sums[j] += h[i] * u[i * columns + j] }
                }
                switch cell {
                case .rnn: h = sums.map { tanh($0) }
                case .lstm:
                    for j in 0..<units {
                        c[j] = Self.sigmoid(sums[units + j]) * c[j] + Self.sigmoid(sums[j]) * tanh(sums[2 * units + j])
                        h[j] = Self.sigmoid(sums[3 * units + j]) * tanh(c[j])
                    }
                }
                outputs.append(h)
            }
            inputs = outputs
            width = units
        }
        let last = inputs.last ?? [Double](repeating: 0, count: width)
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
    struct Values: Decodable {
        let name: String, shape: [Int], values: [Float], gradient: [Float]
    }
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String, cell: String, hidden: [Int], codes: [Int32], targets: [Int32], loss: Double, probabilities: [Float]
        let tensors: [Values]
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

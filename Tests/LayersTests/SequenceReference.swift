import Foundation
import Layers
import TestSupport
import Testing

/// A network written down in double precision, number by number, without any of the engine's ideas: what it is compared with.
protocol SequenceReference {
    var tensors: [String: [Double]] { get set }
    /// The width of the state.
    var width: Int { get }
    /// The state after the events of a sequence, of which there is at least one.
    func state(_ codes: [Int]) -> [Double]
}

extension SequenceReference {
    /// x · weight + bias.
    func dense(_ x: [Double], _ name: String) -> [Double] {
        let weight = tensors["\(name).weight", default: []]
        var y = tensors["\(name).bias", default: []]
        let columns = y.count
        for i in x.indices { for j in 0..<columns { y[j] += x[i] * weight[i * columns + j] } }
        return y
    }

    func row(_ name: String, _ index: Int, _ width: Int) -> [Double] { Array(tensors[name, default: []][index * width..<(index + 1) * width]) }

    func meanLoss(_ codes: [Int32], length: Int, targets: [Int32]) -> Double {
        var sum = 0.0
        for (row, target) in targets.enumerated() {
            let events = codes[row * length..<(row + 1) * length].filter { $0 >= 0 }.map { Int($0) }
            let logits = dense(events.isEmpty ? [Double](repeating: 0, count: width) : state(events), "head")
            sum += log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(target)]
        }
        return sum / Double(targets.count)
    }

    /// Sets a gradient beside differences of the loss.
    mutating func expect(_ gradient: [Tensor], agreesOn codes: [Int32], length: Int, targets: [Int32], within tolerance: Double, every stride: Int = 1) {
        let step = 1e-5
        for tensor in gradient {
            for index in Swift.stride(from: 0, to: tensor.values.count, by: stride) {
                let value = tensors[tensor.name, default: []][index]
                tensors[tensor.name]?[index] = value + step
                let above = meanLoss(codes, length: length, targets: targets)
                tensors[tensor.name]?[index] = value - step
                let below = meanLoss(codes, length: length, targets: targets)
                tensors[tensor.name]?[index] = value
                let wanted = (above - below) / (2 * step)
                #expect(abs(Double(tensor.values[index]) - wanted) < tolerance, "\(tensor.name)[\(index)]: \(tensor.values[index]), \(wanted)")
            }
        }
    }
}

/// A transformer encoder.
struct TransformerReference: SequenceReference {
    var tensors: [String: [Double]]
    let vocabulary: Int, width: Int, heads: Int, layers: Int

    func norm(_ x: [Double], _ name: String) -> [Double] {
        let mean = x.reduce(0, +) / Double(x.count), variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
        let gain = tensors["\(name).gain", default: []], bias = tensors["\(name).bias", default: []]
        return x.indices.map { (x[$0] - mean) / sqrt(variance + 1e-5) * gain[$0] + bias[$0] }
    }

    func state(_ codes: [Int]) -> [Double] { states(codes)[codes.count - 1] }

    /// The states after the last norm, of each event.
    func states(_ codes: [Int]) -> [[Double]] {
        let projection = tensors["input.weight"]
        var x = codes.indices.map { t in
            var fed = row("embedding", codes[t], tensors["embedding", default: []].count / vocabulary)
            if let projection { fed = (0..<width).map { column in fed.indices.reduce(0.0) { $0 + fed[$1] * projection[$1 * width + column] } } }
            return zip(fed, row("positions", codes.count - 1 - t, width)).map { $0 + $1 }
        }
        for index in 0..<layers {
            let name = "layer\(index)", part = width / heads
            let normed = x.map { norm($0, "\(name).attention.norm") }
            let queries = normed.map { dense($0, "\(name).query") }, keysValues = normed.map { dense($0, "\(name).keyValue") }
            for t in x.indices {
                var attended = [Double](repeating: 0, count: width)
                for head in 0..<heads {
                    let columns = head * part..<(head + 1) * part
                    let scores = x.indices.map { s in columns.reduce(0.0) { $0 + queries[t][$1] * keysValues[s][$1] } / sqrt(Double(part)) }
                    let sum = scores.reduce(0) { $0 + exp($1) }
                    for column in columns { attended[column] = x.indices.reduce(0.0) { $0 + exp(scores[$1]) / sum * keysValues[$1][width + column] } }
                }
                x[t] = zip(x[t], dense(attended, "\(name).output")).map { $0 + $1 }
            }
            for t in x.indices {
                let expanded = dense(norm(x[t], "\(name).feedForward.norm"), "\(name).expand").map { $0 * 0.5 * (1 + erf($0 / sqrt(2.0))) }
                x[t] = zip(x[t], dense(expanded, "\(name).contract")).map { $0 + $1 }
            }
        }
        return x.map { norm($0, "norm") }
    }
}

/// A temporal convolutional network.
struct ConvolutionReference: SequenceReference {
    var tensors: [String: [Double]]
    let vocabulary: Int, width: Int, layers: Int, kernel: Int

    func state(_ codes: [Int]) -> [Double] {
        let inputs = tensors["embedding", default: []].count / vocabulary
        var x = codes.map { row("embedding", $0, inputs) }
        for layer in 0..<layers {
            func convolved(_ x: [[Double]], _ index: Int) -> [[Double]] {
                let name = "layer\(layer).convolution\(index)", weight = tensors["\(name).weight", default: []]
                return x.indices.map { t in
                    var y = tensors["\(name).bias", default: []]
                    for tap in 0..<kernel {
                        let source = t - (kernel - 1 - tap) << layer
                        guard source >= 0 else { continue }
                        for (i, value) in x[source].enumerated() {
                            for j in 0..<width {
                                y[j] += value * (layer == 0 && index == 0 ? weight[(i * kernel + tap) * width + j] : weight[(tap * width + i) * width + j])
                            }
                        }
                    }
                    return y.map { max(0, $0) }
                }
            }
            let inner = convolved(convolved(x, 0), 1)
            x = x.indices.map { t in
                let residual = layer == 0 && tensors["input.weight"] != nil ? dense(x[t], "input") : x[t]
                return zip(residual, inner[t]).map { max(0, $0 + $1) }
            }
        }
        return x[x.count - 1]
    }
}

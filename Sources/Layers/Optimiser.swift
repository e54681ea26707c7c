import Algebra
import CKernels

/// The rule by which parameters move against their gradient.
public enum OptimiserKind: String, Sendable, Hashable, CaseIterable {
    /// Adam with corrected moments; weight decay is added to the gradient.
    case adam
    /// Adam with weight decay apart from the gradient.
    case adamw
    /// Stochastic gradient descent with momentum 0.9; weight decay is added to the gradient.
    case sgd
}

/// Adam, AdamW and stochastic gradient descent, each by PyTorch's formula.
///
/// ### References
/// D. P. Kingma, J. Ba. Adam: A Method for Stochastic Optimization. ICLR 2015. I. Loshchilov, F. Hutter. Decoupled Weight Decay Regularization. ICLR 2019.
package final class Optimiser {
    package static let beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentum = 0.9
    private let kind: OptimiserKind
    private let decay: Double
    /// The moments, as long as the parameters; the second is empty for stochastic gradient descent.
    let first: UnsafeMutableBufferPointer<Float>, second: UnsafeMutableBufferPointer<Float>
    private let memory: Workspace<Float>
    /// How many have been taken.
    var steps = 0

    /// Whether a step writes over the gradient, also where it was zero.
    var spoilsGradient: Bool { decay > 0 && kind != .adamw }

    /// - Parameter decay: the share of a parameter that a step of rate 1 takes away, at least 0.
    package init(_ kind: OptimiserKind = .adam, count: Int, decay: Double = 0) {
        self.kind = kind
        self.decay = decay
        let moments = kind == .sgd ? 0 : count
        memory = Workspace(parts: [count, moments])
        first = memory.next()
        second = memory.next()
    }

    /// Moves the parameters against `scale` times the gradient, which is written over where there is weight decay.
    ///
    /// - Complexity: O(parameters).
    package func step(_ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>, rate: Double, scale: Float = 1) {
        precondition(parameters.count == first.count && gradient.count == first.count, "the optimiser was made for another number of parameters")
        steps += 1
        move(parameters, gradient: gradient, 0..<parameters.count, rate: rate, scale: scale)
    }

    /// A step's move of some of the parameters, once the step has been counted.
    func move(_ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>, rate: Double, scale: Float) {
        guard !range.isEmpty else { return }
        let start = range.lowerBound, count = range.count
        let p = parameters.baseAddress! + start, g = gradient.baseAddress! + start, m = first.baseAddress! + start
        var scale = scale
        if decay > 0 {
            if kind == .adamw {
                cnb_blend(count, Float(1 - rate * decay), p, 0, g)
            } else {
                cnb_blend(count, scale, g, Float(decay), p)
                scale = 1
            }
        }
        if kind == .sgd {
            cnb_momentum(count, p, g, m, scale, steps == 1 ? 0 : Float(Self.momentum), Float(rate))
        } else {
            cnb_adam(
                count, p, g, m, second.baseAddress! + start, scale, Self.beta1, Self.beta2, Float(Self.epsilon), Float(rate / (1 - power(Self.beta1, steps))),
                Float((1 - power(Self.beta2, steps)).squareRoot()))
        }
    }

    /// By repeated squaring: no libm, so the same digits everywhere.
    private func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0, square = base, rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}

import Algebra
import CKernels

/// Adam with corrected moments, by PyTorch's formula.
///
/// ### References
/// D. P. Kingma, J. Ba. Adam: A Method for Stochastic Optimization. ICLR 2015.
package final class Adam {
    package let rate: Double
    package let beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8
    private let first: UnsafeMutableBufferPointer<Float>
    private let second: UnsafeMutableBufferPointer<Float>
    private let memory: Workspace<Float>
    private var steps = 0

    package init(count: Int, rate: Double) {
        self.rate = rate
        memory = Workspace(parts: [count, count])
        first = memory.next(count)
        second = memory.next(count)
    }

    /// Moves the parameters against `scale` times the gradient.
    ///
    /// - Complexity: O(parameters).
    package func step(_ parameters: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>, scale: Float = 1) {
        precondition(parameters.count == first.count && gradient.count == first.count, "Adam was made for another number of parameters")
        steps += 1
        guard let p = parameters.baseAddress, let g = gradient.baseAddress, let m = first.baseAddress, let v = second.baseAddress else { return }
        cnb_adam(
            parameters.count, p, g, m, v, scale, beta1, beta2, Float(epsilon), Float(rate / (1 - power(beta1, steps))),
            Float((1 - power(beta2, steps)).squareRoot()))
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

import COneDNN

/// Which factor of a product lies transposed in memory.
public enum Product: Sendable {
    /// A `[m, k]`, B `[k, n]`.
    case plain
    /// A `[m, k]`, B `[n, k]`.
    case secondTransposed
    /// A `[k, m]`, B `[k, n]`.
    case firstTransposed
}

/// C = alpha · A · B + beta · C for row-major arrays, C `[m, n]`, by oneDNN's `dnnl_sgemm` on the calling thread.
///
/// - Note: oneDNN picks its kernel by the sizes, so the digits of a row may depend on how many rows there are; `PackedMatrix` does not.
/// - Complexity: O(m · n · k).
package func multiply(
    _ form: Product, _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1, _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>,
    beta: Float = 0, into c: UnsafeMutableBufferPointer<Float>
) {
    precondition(m >= 0 && n >= 0 && k >= 0, "multiply needs sizes of at least 0")
    precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n, "multiply was handed an array that is too short")
    guard m > 0, n > 0, let result = c.baseAddress else { return }
    guard k > 0, let first = a.baseAddress, let second = b.baseAddress else {
        if beta == 0 { result.update(repeating: 0, count: m * n) } else { for index in 0..<m * n { result[index] *= beta } }
        return
    }
    let plain = CChar(UInt8(ascii: "N")), transposed = CChar(UInt8(ascii: "T"))
    let status = cnb_sgemm(
        form == .firstTransposed ? transposed : plain, form == .secondTransposed ? transposed : plain, m, n, k, alpha, first,
        form == .firstTransposed ? m : k, second, form == .secondTransposed ? k : n, beta, result, n)
    precondition(status == dnnl_success, "dnnl_sgemm failed with status \(status.rawValue)")
}

#if canImport(Glibc)
    import Glibc
#endif

/// A stream of random numbers named by what it is for; the same name gives the same numbers whatever else was drawn.
///
/// xoshiro256** seeded through SplitMix64 from XXH64 of `name:purpose`.
///
/// ### References
/// D. Blackman, S. Vigna. Scrambled Linear Pseudorandom Number Generators. ACM TOMS 2021.
public struct RandomStream: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    private var spareNormal: Double?

    /// - Parameters:
    ///   - name: the verb or model that draws.
    ///   - purpose: what it draws: `weights`, `batches`, `seeds 3`.
    public init(seed: Int, name: String, purpose: String) {
        var mix = xxh64("\(name):\(purpose)", seed: UInt64(bitPattern: Int64(seed)))
        func next() -> UInt64 {
            mix &+= 0x9E37_79B9_7F4A_7C15
            var z = mix
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        state = (next(), next(), next(), next())
    }

    public mutating func next() -> UInt64 {
        let scrambled = Self.rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, 45)
        return scrambled
    }

    private static func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }

    /// A number in 0..<1 with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A whole number in 0..<bound, each as likely (Lemire's method).
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "RandomStream.below needs a bound above 0")
        let limit = UInt64(bound)
        var (high, low) = next().multipliedFullWidth(by: limit)
        if low < limit {
            let threshold = (0 &- limit) % limit
            while low < threshold { (high, low) = next().multipliedFullWidth(by: limit) }
        }
        return Int(high)
    }

    /// A draw of the standard normal distribution (Box and Muller).
    public mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        let radius = (-2 * log(1 - uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        spareNormal = radius * sin(angle)
        return radius * cos(angle)
    }

    /// An index drawn with probability proportional to its weight; weights are at least 0 and not all 0.
    public mutating func choose(weights: [Double]) -> Int {
        var position = uniform() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            position -= weight
            if position < 0 { return index }
        }
        return weights.lastIndex { $0 > 0 } ?? weights.count - 1
    }

    /// Puts the elements in a random order, each order as likely (Fisher and Yates).
    public mutating func shuffle<Element>(_ elements: inout [Element]) { shuffle(&elements, check: {}) }

    /// - Parameter check: is asked every few thousand elements; what it throws ends the shuffling.
    public mutating func shuffle<Element>(_ elements: inout [Element], check: () throws -> Void) rethrows {
        guard elements.count > 1 else { return }
        for i in stride(from: elements.count - 1, to: 0, by: -1) {
            if i & 0xFFF == 0 { try check() }
            elements.swapAt(i, below(i + 1))
        }
    }
}

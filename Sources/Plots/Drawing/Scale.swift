import Foundation

/// A place on an axis with its words.
struct Tic: Sendable, Equatable {
    let value: Double
    let label: String
}

/// An axis: the range it shows and where its words stand. Numbers become words here, so that gnuplot's locale has no say.
struct Scale: Sendable, Equatable {
    var lower: Double
    var upper: Double
    var isLogarithmic = false
    var tics: [Tic]

    /// Where a value lies: 0 at the lower end, 1 at the upper.
    func position(_ value: Double) -> Double {
        // Halved, so that the widest ranges do not overflow.
        guard isLogarithmic else { return (value / 2 - lower / 2) / (upper / 2 - lower / 2) }
        return (log(max(value, lower)) - log(lower)) / (log(upper) - log(lower))
    }

    /// An axis with round steps that holds all of `low...high`.
    ///
    /// - Parameters:
    ///   - steps: about how many steps; there may be one or two more or fewer.
    ///   - whole: only whole numbers bear words.
    ///   - exact: the axis ends where the data end, and not at a round number.
    static func linear(
        _ low: Double, _ high: Double, steps: Int = 5, whole: Bool = false, exact: Bool = false, label: ((Double, Double) -> String)? = nil
    ) -> Scale {
        var (low, high) = (min(low, high), max(low, high))
        if high - low <= max(abs(high) * 1e-9, 1e-290) {
            let room = abs(high) < 1e-280 ? 1 : abs(high) * 0.1
            (low, high) = whole ? (low - 1, high + 1) : (low - room, high + room)
        }
        let step = roundStep(span(low, high) / Double(max(1, steps)), whole: whole)
        let first = exact ? (low / step).rounded(.up) : (low / step).rounded(.down)
        let last = exact ? (high / step).rounded(.down) : (high / step).rounded(.up)
        let count = max(0, Int(min(last - first, 200)))
        let values = (0...count).map { (first + Double($0)) * step }
        // Ends that would overflow stay where the data end.
        let lower = exact || !(first * step).isFinite ? low : first * step
        let upper = exact || !(last * step).isFinite ? high : last * step
        let words = label ?? { value, _ in ticLabel(value, step: step, largest: max(abs(lower), abs(upper))) }
        return Scale(lower: lower, upper: upper, tics: values.filter(\.isFinite).map { Tic(value: $0, label: words($0, step)) })
    }

    /// A logarithmic axis over positive numbers: decades, with twos and fives between when there are few and there is room.
    static func logarithmic(_ low: Double, _ high: Double, exact: Bool = false, isRoomy: Bool = true) -> Scale {
        let low = max(low, 1e-300)
        let high = max(high, low * 10)
        let first = Int(log10(low).rounded(.down))
        let last = Int(log10(high * (1 - 1e-12)).rounded(.up))
        let every = max(1, (last - first + 6) / 7)
        let between: [Double] = isRoomy && log10(high) - log10(low) <= 3.2 ? [1, 2, 5] : [1]
        var tics: [Tic] = []
        for decade in stride(from: first, through: last, by: every) {
            for factor in between {
                let value = pow(10, Double(decade)) * factor
                guard value.isFinite, value <= pow(10, Double(last)) * 1.0001 else { continue }
                tics.append(Tic(value: value, label: Format.significant(value)))
            }
        }
        let lower = exact ? low : pow(10, Double(first))
        let upper =
            exact ? high : min(between.count > 1 ? tics.first { $0.value >= high }?.value ?? high : pow(10, Double(last)), .greatestFiniteMagnitude)
        return Scale(
            lower: lower, upper: upper, isLogarithmic: true,
            tics: tics.filter { $0.value >= lower * (1 - 1e-9) && $0.value <= upper * (1 + 1e-9) })
    }

    /// An axis of shares from 0% to 100%, or a part of it.
    static func percent(_ low: Double, _ high: Double, steps: Int = 5) -> Scale {
        var scale = linear(low, high, steps: steps) { value, step in
            Format.trimmed(Format.fixed(value * 100, step < 0.0999 / 100 ? 2 : step < 0.00999 ? 1 : 0)) + "%"
        }
        scale.lower = max(scale.lower, 0)
        scale.upper = min(scale.upper, 1)
        scale.tics.removeAll { $0.value < scale.lower - 1e-9 || $0.value > scale.upper + 1e-9 }
        return scale
    }

    private static func span(_ low: Double, _ high: Double) -> Double {
        let span = high - low
        return span.isFinite ? span : .greatestFiniteMagnitude
    }

    /// 1, 2, 2.5 or 5 times a power of ten, at least `wanted`.
    static func roundStep(_ wanted: Double, whole: Bool) -> Double {
        guard wanted > 0, wanted.isFinite else { return 1 }
        let decade = pow(10, log10(wanted).rounded(.down))
        let factor = [1, 2, 2.5, 5, 10].first { $0 * decade >= wanted * (1 - 1e-9) } ?? 10
        let step = factor * decade
        guard whole else { return step.isNormal ? step : wanted }
        return max(1, factor == 2.5 && step < 25 ? decade * 5 : step.rounded(.up))
    }

    /// All words of an axis have the same decimals and the same unit.
    static func ticLabel(_ value: Double, step: Double, largest: Double) -> String {
        if value == 0 { return "0" }
        guard largest < 1e15, step >= 1e-6 else { return Format.exponent(value, digits: 3) }
        let (unit, suffix) = Format.unit(for: largest)
        let scaledStep = step / unit
        var decimals = 0
        while decimals < 8, abs((scaledStep * power(10, Double(decimals))).rounded() - scaledStep * power(10, Double(decimals))) > 1e-6 {
            decimals += 1
        }
        return Format.fixed(value / unit, decimals) + suffix
    }
}

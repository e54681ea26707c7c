/// A sum that keeps the bits which a plain one loses (Neumaier's compensated summation): its error does not grow with the number of terms.
struct ExactSum {
    private var sum = 0.0
    private var lost = 0.0

    mutating func add(_ value: Double) {
        let next = sum + value
        lost += sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
        sum = next
    }

    var total: Double { sum + lost }
}

extension Sequence<Double> {
    /// The sum with Neumaier's compensation, in order.
    package var exactSum: Double {
        var sum = ExactSum()
        for value in self { sum.add(value) }
        return sum.total
    }
}

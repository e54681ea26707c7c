import Algebra
import Runtime
import Testing

#if canImport(Glibc)
    import Glibc
#endif

struct ElementwiseTests {
    static let values: [Float] = (-4000...4000).map { Float($0) * 0.005 } + [0, -0.0, 1e-6, -1e-20, 100, -100, .infinity, -.infinity]

    @Test func `tanh is right to 4e-7 of its value and never beyond 1`() {
        for (x, y) in zip(Self.values, Elementwise.tanh(Self.values)) {
            let wanted = Glibc.tanh(Double(x))
            #expect(abs(Double(y) - wanted) <= 4e-7 * abs(wanted), "tanh(\(x))")
            #expect(abs(y) <= 1)
        }
    }

    @Test func `sigmoid is right to 2e-7 and lies in 0...1`() {
        for (x, y) in zip(Self.values, Elementwise.sigmoid(Self.values)) {
            #expect(abs(Double(y) - 1 / (1 + Glibc.exp(-Double(x)))) <= 2e-7, "sigmoid(\(x))")
            #expect((0...1).contains(y))
        }
    }

    @Test func `exp is right to 4e-7 of its value within its bounds`() {
        let values = Self.values.filter { abs($0) <= 87 }
        for (x, y) in zip(values, Elementwise.exp(values)) {
            let wanted = Glibc.exp(Double(x))
            #expect(abs(Double(y) - wanted) <= 4e-7 * wanted, "exp(\(x))")
        }
    }

    @Test func `what is no number stays none`() {
        for result in [Elementwise.tanh([.nan]), Elementwise.sigmoid([.nan]), Elementwise.exp([.nan])] { #expect(result[0].isNaN) }
        #expect(Elementwise.softmax(Matrix(rows: 1, columns: 2, values: [.nan, 1])).values.allSatisfy { $0.isNaN })
    }

    @Test(arguments: [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 100])
    func `the digits of a number do not depend on its place`(count: Int) {
        let values = Array(Self.values[700..<700 + count])
        let whole = Elementwise.tanh(Self.values)
        #expect(Elementwise.tanh(values) == Array(whole[700..<700 + count]))
    }

    @Test(arguments: [1, 2, 4, 15, 16, 17, 40, 1000])
    func `softmax agrees with double precision for any number of classes`(classes: Int) {
        let logits = randomMatrix(5, classes, seed: classes)
        let found = Elementwise.softmax(Matrix(rows: 5, columns: classes, values: logits.values.map { 30 * $0 }))
        for row in 0..<5 {
            let exponentials = logits.row(row).map { Glibc.exp(30 * Double($0) - 30) }
            let sum = exponentials.reduce(0, +)
            #expect(zip(found.row(row), exponentials).allSatisfy { abs(Double($0) - $1 / sum) <= 3e-6 })
        }
    }

    @Test func `softmax of great numbers does not overflow`() {
        #expect(Elementwise.softmax(Matrix(rows: 1, columns: 3, values: [1e30, 1e30, -1e30])).values == [0.5, 0.5, 0])
    }

    @Test(arguments: [Float(0.1), 0.5, 0.9])
    func `dropout drops its share, keeps the mean, and follows from its key`(share: Float) {
        let ones = [Float](repeating: 1, count: 100_000)
        let found = Elementwise.dropout(ones, share: share, key: 42)
        let dropped = Double(found.count { $0 == 0 }) / 100_000
        #expect(abs(dropped - Double(share)) < 0.006)
        #expect(found.allSatisfy { $0 == 0 || abs($0 - 1 / (1 - share)) < 1e-5 })
        #expect(found == Elementwise.dropout(ones, share: share, key: 42))
        // Another key tosses other coins: the two agree as often as chance has it.
        let agreeing = Double(zip(found, Elementwise.dropout(ones, share: share, key: 43)).count { $0 == $1 }) / 100_000
        let chance = Double(share * share + (1 - share) * (1 - share))
        #expect(abs(agreeing - chance) < 0.01)
        #expect(abs(Double(zip(found, Elementwise.dropout(ones, share: share, key: 42 &+ (1 << 40))).count { $0 == $1 }) / 100_000 - chance) < 0.01)
    }

    @Test func `no dropout changes nothing`() { #expect(Elementwise.dropout([1, 2, 3], share: 0, key: 1) == [1, 2, 3]) }
}

import Algebra
import Runtime
import Testing

/// Sparse connections and the equations of a read-out.
struct ReservoirAlgebraTests {
    @Test func `the spectral radius is the size of the greatest eigenvalue, also of a complex pair`() throws {
        // A turn by 90 degrees that doubles: eigenvalues 2i and -2i. Beside it 1.5 alone.
        let turn = SparseMatrix(size: 3, starts: [0, 1, 2, 3], columns: [1, 0, 2], values: [-2, 2, 1.5])
        #expect(abs(try #require(turn.spectralRadius()) - 2) < 1e-12)
        // [[1, 2], [3, 4]]: (5 + √33) / 2.
        let full = SparseMatrix(size: 2, starts: [0, 2, 4], columns: [0, 1, 0, 1], values: [1, 2, 3, 4])
        let wanted: Double = (5 + 33.0.squareRoot()) / 2
        #expect(abs(try #require(full.spectralRadius()) - wanted) < 1e-12)
        // No cycle, no eigenvalue but 0.
        #expect(SparseMatrix(size: 2, starts: [0, 1, 1], columns: [1], values: [5]).spectralRadius() == 0)
    }

    @Test(arguments: [1, 7, 33]) func `a leaky step follows its formula in each lane`(_ size: Int) {
        var stream = RandomStream(seed: size, name: "test", purpose: "step")
        var starts: [Int32] = [0], columns: [Int32] = [], values: [Float] = []
        for _ in 0..<size {
            for column in 0..<size where stream.uniform() < 0.4 {
                columns.append(Int32(column))
                values.append(Float(stream.normal()))
            }
            starts.append(Int32(columns.count))
        }
        let matrix = SparseMatrix(size: size, starts: starts, columns: columns, values: values)
        let lanes = SparseMatrix.lanes
        let state = (0..<size * lanes).map { _ in Float(stream.normal()) }, drive = (0..<size * lanes).map { _ in Float(stream.normal()) }
        let leak = (0..<lanes).map { $0 % 3 == 0 ? Float(0) : Float(stream.uniform()) }
        var next = [Float](repeating: .nan, count: size * lanes)
        drive.withUnsafeBufferPointer { drive in
            let rows = (0..<lanes).map { Optional(drive.baseAddress! + $0 * size) }
            matrix.leakyStep(leak: leak, drive: rows, state: state, into: &next)
        }
        for lane in 0..<lanes {
            for unit in 0..<size {
                var sum = drive[lane * size + unit]
                for place in Int(starts[unit])..<Int(starts[unit + 1]) { sum += values[place] * state[Int(columns[place]) * lanes + lane] }
                let before = state[unit * lanes + lane], wanted = before + leak[lane] * (Elementwise.tanh([sum])[0] - before)
                #expect(abs(next[unit * lanes + lane] - wanted) < 2e-6)
                if leak[lane] == 0 { #expect(next[unit * lanes + lane] == before) }
            }
        }
    }

    @Test func `ridge regression by hand`() throws {
        // x = 0, 1, 2 and a constant; y is 1 at x = 2. Without a ridge the line is -1/6 + x/2; a ridge of 2, as much as x varies, halves its slope.
        let rows: [Double] = [0, 1, 1, 1, 2, 1]
        var equations = NormalEquations(inputs: 2, outputs: 2)
        rows.withUnsafeBufferPointer { equations.add(rows: .init(rebasing: $0[..<2]), targets: [0]) }
        var rest = NormalEquations(inputs: 2, outputs: 2)
        rows.withUnsafeBufferPointer { rest.add(rows: .init(rebasing: $0[2...]), targets: [0, 1]) }
        equations.add(rest)
        for (ridge, slope) in [(0.0, 0.5), (2.0, 0.25)] {
            let weights = try #require(equations.solved(ridge: ridge))
            let third: Double = 1.0 / 3
            let wanted: [Double] = [-slope, 2 * third + slope, slope, third - slope]
            for (found, wanted) in zip(weights, wanted) { #expect(abs(found - wanted) < 1e-12) }
        }
    }

    @Test func `equations without one solution have none`() {
        var equations = NormalEquations(inputs: 3, outputs: 1)
        let rows: [Double] = [1, 1, 1, 2, 2, 1, 3, 3, 1]
        rows.withUnsafeBufferPointer { equations.add(rows: $0, targets: [0, 0, 0]) }
        #expect(equations.solved(ridge: 0) == nil && equations.solved(ridge: 1e-3) != nil)
    }

    @Test func `cross entropy is that of the softmax`() {
        let values = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 0, 0, 0])
        let both = Elementwise.crossEntropy(values, rows: 0..<2, factor: 2, targets: [2, 0])
        // log(e² + e⁴ + e⁶) - 6, and log 3.
        #expect(abs(both - 1.24154392) < 1e-5)
        #expect(abs(Elementwise.crossEntropy(values, rows: 1..<2, factor: 9, targets: [2, 0]) - 1.09861229) < 1e-6)
    }
}

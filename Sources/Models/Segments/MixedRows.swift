import Algebra
import CKernels

/// Rows of numbers and categories laid out for the loops of `categories.h`.
///
/// Columns of categories are sorted into those of at most 255 levels, whose codes are bytes, and the others; `order` says which comes where.
final class MixedRows: @unchecked Sendable {  // written in `init`, only read afterwards
    let count: Int
    let numberCount: Int
    /// The columns of categories in the order of the layout.
    let order: [Int]
    let levelCounts: [Int]
    private(set) var layout: cnb_mixed_rows
    private let numbers: UnsafeMutablePointer<Double>
    private let narrow: UnsafeMutablePointer<UInt8>
    private let wide: UnsafeMutablePointer<Int32>
    private let weights: UnsafeMutablePointer<Int32>?

    /// - Parameters:
    ///   - gamma: what a category that differs weighs against squares of numbers.
    ///   - weights: how often each row counts; once unless given.
    /// - Complexity: O(rows · columns) time and memory.
    init(numbers matrix: DenseMatrix?, categories: CategoryColumns, gamma: Double, weights: [Int32]? = nil) {
        count = categories.rows
        let padded = max(64, (count + 63) / 64 * 64)
        let numberCount = matrix?.columns ?? 0
        self.numberCount = numberCount
        let bytes = categories.names.indices.filter { categories.levels[$0].count <= 255 }, words = categories.names.indices.filter { categories.levels[$0].count > 255 }
        order = bytes + words
        levelCounts = order.map { categories.levels[$0].count }
        // Rows start on a cache line, so that no vector load crosses one.
        func zeros<Element: BinaryInteger>(_ columns: Int) -> UnsafeMutablePointer<Element> { Self.allocate(max(1, padded * columns), 0) }
        numbers = Self.allocate(max(1, padded * numberCount), 0.0)
        narrow = zeros(bytes.count)
        wide = zeros(words.count)
        self.weights = weights.map { given in
            let copy: UnsafeMutablePointer<Int32> = Self.allocate(max(1, given.count), 1)
            for (row, weight) in given.enumerated() { copy[row] = weight }
            return copy
        }
        matrix?.values.withUnsafeBufferPointer { [count, numbers] values in
            if let values = values.baseAddress, count > 0 { cnb_blocks_from_rows(values, Int64(count), Int64(numberCount), numbers) }
        }
        for (place, column) in bytes.enumerated() {
            for (row, code) in categories.codes[column].enumerated() { narrow[(row / 64 * bytes.count + place) * 64 + row % 64] = code < 0 ? 255 : UInt8(code) }
        }
        for (place, column) in words.enumerated() {
            for (row, code) in categories.codes[column].enumerated() { wide[(row / 64 * words.count + place) * 64 + row % 64] = code }
        }
        layout = cnb_mixed_rows(
            rows: Int64(count), number_count: Int64(numberCount), narrow_count: Int64(bytes.count), wide_count: Int64(words.count), numbers: numbers, narrow: narrow, wide: wide,
            weights: self.weights, gamma: gamma)
    }

    private static func allocate<Element>(_ count: Int, _ value: Element) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Element>.stride, alignment: 64).bindMemory(to: Element.self, capacity: count)
        memory.initialize(repeating: value, count: count)
        return memory
    }

    deinit {
        for memory in [UnsafeMutableRawPointer(numbers), UnsafeMutableRawPointer(narrow), UnsafeMutableRawPointer(wide)] { memory.deallocate() }
        weights.map { UnsafeMutableRawPointer($0).deallocate() }
    }

    func weight(of row: Int) -> Int { weights.map { Int($0[row]) } ?? 1 }

    func prototype(at row: Int) -> Prototype {
        let bytes = Int(layout.narrow_count), words = Int(layout.wide_count)
        let narrow = (0..<bytes).map { column -> Int32 in
            let code = self.narrow[(row / 64 * bytes + column) * 64 + row % 64]
            return code == 255 ? -1 : Int32(code)
        }
        return Prototype(
            means: (0..<numberCount).map { numbers[(row / 8 * numberCount + $0) * 8 + row % 8] }, modes: narrow + (0..<words).map { wide[(row / 64 * words + $0) * 64 + row % 64] })
    }

    /// Stretches of rows that start with a block; between them it is asked whether to go on.
    var stretches: StrideTo<Int> { stride(from: 0, to: count, by: Self.stretch) }
    static let stretch = 1 << 14
}

/// The middle of some rows: the mean of each number, and the mode of each category in the order of a layout.
struct Prototype: Sendable, Hashable {
    var means: [Double]
    var modes: [Int32]
}

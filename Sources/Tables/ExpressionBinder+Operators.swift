import Expressions

extension ExpressionBinder {
    static func negated(_ operand: BoundExpression) -> BoundExpression {
        switch operand.kind {
        case .integer:
            return .integers { range in
                let values = try operand.integers(range)
                // The one whole number without a counterpart is missing.
                let present = values.values.indices.map { values.isPresent($0) && values.values[$0] != .min }
                return Gapped(values: values.values.map { 0 &- $0 }, present: present)
            }
        case .duration:
            return .init(kind: .duration) { range in
                let values = try operand.numbers(range)
                return .duration(Gapped(values: values.values.map { -$0 }, present: values.present))
            }
        case .missing: return .missing
        default:
            return .numbers { range in
                let values = try operand.numbers(range)
                return Gapped(values: values.values.map { -$0 }, present: values.present)
            }
        }
    }

    static func binary(_ binary: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression) -> BoundExpression {
        switch binary {
        case .and:
            return .booleans { range in
                let a = try left.booleans(range)
                let b = try right.booleans(range)
                return a.indices.map { a[$0] == 0 || b[$0] == 0 ? 0 : min(a[$0], b[$0]) }
            }
        case .or:
            return .booleans { range in
                let a = try left.booleans(range)
                let b = try right.booleans(range)
                return a.indices.map { a[$0] == 1 || b[$0] == 1 ? 1 : min(a[$0], b[$0]) }
            }
        default: return binary.isComparison ? comparison(binary, left, right) : arithmetic(binary, left, right)
        }
    }

    // MARK: Comparisons

    private static func holds<Value: Comparable>(_ binary: BinaryOperator, _ a: Value, _ b: Value) -> Bool {
        switch binary {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        default: a >= b
        }
    }

    private static func compared<Value: Comparable>(_ binary: BinaryOperator, _ a: Gapped<Value>, _ b: Gapped<Value>) -> [Int8] {
        a.values.indices.map { a.isPresent($0) && b.isPresent($0) ? (holds(binary, a.values[$0], b.values[$0]) ? 1 : 0) : -1 }
    }

    private static func comparison(_ binary: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression) -> BoundExpression {
        switch (left.kind, right.kind) {
        case (.missing, _), (_, .missing): return .booleans { Array(repeating: -1, count: $0.count) }
        case (.text(let a), .text(let b)):
            if b.count == 1 {
                // Each text of the column is compared once, not each row.
                let wanted = b[0]
                let truths: [Int8] = a.names.map { holds(binary, ByteOrdered($0), ByteOrdered(wanted)) ? 1 : 0 }
                return .booleans { try left.codes($0).map { $0 < 0 ? -1 : truths[Int($0)] } }
            }
            let (ranksA, ranksB) = TextMapping.ranks(a, b)
            return .booleans { range in
                let a = try left.codes(range)
                let b = try right.codes(range)
                return a.indices.map { a[$0] < 0 || b[$0] < 0 ? -1 : holds(binary, ranksA[Int(a[$0])], ranksB[Int(b[$0])]) ? 1 : 0 }
            }
        case (.boolean, .boolean):
            return .booleans { range in
                let a = try left.booleans(range)
                let b = try right.booleans(range)
                return a.indices.map { a[$0] < 0 || b[$0] < 0 ? -1 : holds(binary, a[$0], b[$0]) ? 1 : 0 }
            }
        case (.integer, .integer), (.time, .time): return .booleans { compared(binary, try left.integers($0), try right.integers($0)) }
        default: return .booleans { compared(binary, try left.numbers($0), try right.numbers($0)) }
        }
    }

    // MARK: Arithmetic

    private static func arithmetic(_ binary: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression) -> BoundExpression {
        switch (left.kind, right.kind) {
        case (.missing, _), (_, .missing): return .missing
        case (.integer, .integer) where binary != .divide: return wholeArithmetic(binary, left, right)
        case (.time, .time):
            return .init(kind: .duration) { range in
                let a = try left.integers(range)
                let b = try right.integers(range)
                let present = a.values.indices.map { a.isPresent($0) && b.isPresent($0) }
                return .duration(finite(a.values.indices.map { Double(a.values[$0] &- b.values[$0]) / 1e6 }, present))
            }
        case (.time, _), (_, .time):
            let (times, durations) = if case .time = left.kind { (left, right) } else { (right, left) }
            let sign: Double = binary == .subtract ? -1 : 1
            return .init(kind: .time) { range in
                let time = try times.integers(range)
                let duration = try durations.numbers(range)
                var result = Gapped(values: time.values, present: Array(repeating: true, count: range.count))
                for index in time.values.indices {
                    guard time.isPresent(index), duration.isPresent(index), let shift = microseconds(sign * duration.values[index]),
                        case let (sum, overflow) = time.values[index].addingReportingOverflow(shift), !overflow
                    else {
                        result.present?[index] = false
                        continue
                    }
                    result.values[index] = sum
                }
                return .time(result)
            }
        default: break
        }
        let givesDuration: Bool =
            switch (left.kind, right.kind) {
            case (.duration, .duration): binary != .divide
            case (.duration, _), (_, .duration): true
            default: false
            }
        let evaluate: @Sendable (Range<Int>) throws -> Gapped<Double> = { range in
            let a = try left.numbers(range)
            let b = try right.numbers(range)
            let present = a.values.indices.map { a.isPresent($0) && b.isPresent($0) }
            let values = a.values.indices.map { apply(binary, a.values[$0], b.values[$0]) }
            return finite(values, present)
        }
        return givesDuration ? .init(kind: .duration) { .duration(try evaluate($0)) } : .numbers(evaluate)
    }

    private static func apply(_ binary: BinaryOperator, _ a: Double, _ b: Double) -> Double {
        switch binary {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        default: a / b
        }
    }

    /// Numbers that are not finite are missing.
    static func finite(_ values: [Double], _ present: [Bool]) -> Gapped<Double> {
        Gapped(values: values, present: values.indices.map { present[$0] && values[$0].isFinite })
    }

    /// Whole numbers stay whole; a result beyond 64 bits is missing.
    private static func wholeArithmetic(_ binary: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression) -> BoundExpression {
        .integers { range in
            let a = try left.integers(range)
            let b = try right.integers(range)
            var result = Gapped(values: a.values, present: Array(repeating: true, count: range.count))
            for index in a.values.indices {
                let (value, overflow) =
                    switch binary {
                    case .add: a.values[index].addingReportingOverflow(b.values[index])
                    case .subtract: a.values[index].subtractingReportingOverflow(b.values[index])
                    default: a.values[index].multipliedReportingOverflow(by: b.values[index])
                    }
                result.values[index] = value
                result.present?[index] = !overflow && a.isPresent(index) && b.isPresent(index)
            }
            return result
        }
    }
}

/// A text ordered by its UTF-8 bytes, which is the order of Unicode scalars; Swift's own order of texts follows canonical equivalence.
struct ByteOrdered: Comparable {
    let text: String
    init(_ text: String) { self.text = text }
    static func < (a: Self, b: Self) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }
    static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
}

/// Brings the codes of two dictionaries together.
enum TextMapping {
    /// One dictionary of both, in which the codes of `a` stay as they are, and the new code of each text of `b`.
    static func union(_ a: TextDictionary, _ b: TextDictionary) -> (TextDictionary, [Int32]) {
        let interner = TextInterner(capacity: 2 * (a.count + b.count))
        for code in 0..<a.count { _ = a.withBytes(of: code) { interner.code(of: $0) } }
        let map = (0..<b.count).map { code in b.withBytes(of: code) { interner.code(of: $0).code } }
        return (interner.dictionary, map)
    }

    /// The place of each text of `a` and of `b` in the order of all texts.
    static func ranks(_ a: TextDictionary, _ b: TextDictionary) -> ([Int32], [Int32]) {
        let (all, map) = union(a, b)
        var ranks = [Int32](repeating: 0, count: all.count)
        for (rank, code) in (0..<all.count).sorted(by: { all.precedes($0, $1) }).enumerated() { ranks[code] = Int32(rank) }
        return (Array(ranks[..<a.count]), map.map { ranks[Int($0)] })
    }
}

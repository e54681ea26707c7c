import Expressions

/// Ties expressions to the columns of a table.
struct ExpressionBinder: Sendable {
    let table: Table
    let groups: Groups?
    let compiled: CompiledExpression
    /// In which dates are written, and days and hours counted; none for UTC.
    let zone: Zone?

    init(_ table: Table, groups: Groups?, _ compiled: CompiledExpression) {
        self.table = table
        zone = table.zone
        self.groups = groups
        self.compiled = compiled
    }

    /// Ranges of about 64 Ki rows; over groups, of as many groups as hold that many.
    func chunks(_ count: Int, grouped: Bool) -> [Range<Int>] {
        let size = 1 << 16
        guard grouped, let groups else { return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) } }
        var chunks: [Range<Int>] = []
        var start = 0
        for group in 0..<groups.count where groups.offsets[group + 1] - groups.offsets[start] >= size || group == groups.count - 1 {
            chunks.append(start..<(group + 1))
            start = group + 1
        }
        return chunks
    }

    /// - Parameter rowwise: whether the place has a value for each row, or one for each group.
    func bind(_ expression: Expression, rowwise: Bool) throws -> BoundExpression {
        switch expression.node {
        case .literal(let literal): return constant(literal)
        case .column(let name): return column(name, rowwise: rowwise)
        case .negated(let operand): return Self.negated(try bind(operand, rowwise: rowwise))
        case .not(let operand):
            let operand = try bind(operand, rowwise: rowwise)
            return .booleans { try operand.booleans($0).map { $0 < 0 ? -1 : 1 - $0 } }
        case .binary(let binary, let left, let right):
            if binary.isEquality, left.isMissingLiteral || right.isMissingLiteral {
                let asked = try bind(left.isMissingLiteral ? right : left, rowwise: rowwise)
                let wanted = binary == .notEqual
                return .booleans { try asked.presence($0).map { $0 == wanted ? 1 : 0 } }
            }
            return Self.binary(binary, try bind(left, rowwise: rowwise), try bind(right, rowwise: rowwise))
        case .membership(let operand, let members, let isNegated):
            return try membership(bind(operand, rowwise: rowwise), members, isNegated: isNegated, rowwise: rowwise)
        case .within(let operand, let low, let high, let isNegated):
            let operand = try bind(operand, rowwise: rowwise)
            let above = Self.binary(.greaterOrEqual, operand, try bind(low, rowwise: rowwise))
            let below = Self.binary(.lessOrEqual, operand, try bind(high, rowwise: rowwise))
            let inside = Self.binary(.and, above, below)
            return isNegated ? .booleans { try inside.booleans($0).map { $0 < 0 ? -1 : 1 - $0 } } : inside
        case .conditional(let condition, let then, let otherwise):
            return Self.conditional(try bind(condition, rowwise: rowwise), try bind(then, rowwise: rowwise), try bind(otherwise, rowwise: rowwise))
        case .call(let name, let arguments):
            if ExpressionFunction.named(name)?.isAggregate == true { return try aggregate(name, arguments) }
            return try scalar(name, arguments, rowwise: rowwise)
        case .regex: return .missing
        case .parameter(let name): preconditionFailure("parameter '\(name)' must be replaced before the expression is run")
        case .has(let pattern): return has(pattern)
        }
    }

    // MARK: Leaves

    private func constant(_ literal: Literal) -> BoundExpression {
        switch literal {
        case .missing: return .missing
        case .boolean(let value): return .booleans { Array(repeating: value ? 1 : 0, count: $0.count) }
        case .integer(let value): return .integers { Gapped(values: Array(repeating: Int64(value), count: $0.count)) }
        case .number(let value): return .numbers { Gapped(values: Array(repeating: value, count: $0.count)) }
        case .text(let text): return .texts(TextDictionary([text])) { Array(repeating: 0, count: $0.count) }
        case .time(let seconds, _):
            let local = Self.microseconds(seconds) ?? 0
            let time = zone?.universal(local) ?? local
            return .init(kind: .time) { .time(Gapped(values: Array(repeating: time, count: $0.count))) }
        case .duration(let seconds, _): return .init(kind: .duration) { .duration(Gapped(values: Array(repeating: seconds, count: $0.count))) }
        }
    }

    /// Whole microseconds of a number of seconds, or none if they do not fit.
    static func microseconds(_ seconds: Double) -> Int64? { Int64(exactly: (seconds * 1e6).rounded()) }

    private func column(_ name: String, rowwise: Bool) -> BoundExpression {
        guard let own = compiled.schema.column(named: name)?.name, let column = table.column(named: own) else { return .missing }
        if !rowwise, let groups { return Self.firsts(of: column, groups) }
        return Self.rows(of: column)
    }

    /// The values of a column, row by row.
    private static func rows(of column: Column) -> BoundExpression {
        @Sendable func presence(_ mask: Mask?, _ range: Range<Int>) -> [Bool]? { mask.map { mask in range.map { mask[$0] } } }
        switch column.storage {
        case .text(let codes, let dictionary): return .texts(dictionary) { Array(codes[$0]) }
        case .integer(let values, let mask): return .integers { Gapped(values: Array(values[$0]), present: presence(mask, $0)) }
        case .number(let values, let mask): return .numbers { Gapped(values: Array(values[$0]), present: presence(mask, $0)) }
        case .time(let values, let mask, _): return .init(kind: .time) { .time(Gapped(values: Array(values[$0]), present: presence(mask, $0))) }
        case .boolean(let values, let mask):
            return .booleans { range in
                let present = presence(mask, range)
                return range.enumerated().map { index, row in present?[index] == false ? -1 : values[row] ? 1 : 0 }
            }
        }
    }

    /// The value of a column at the first row of each group; missing of a group without rows.
    private static func firsts(of column: Column, _ groups: Groups) -> BoundExpression {
        picked(rows(of: column), { groups.offsets[$0.lowerBound]..<groups.offsets[$0.upperBound] }) { range, _ in
            range.map { groups[$0].isEmpty ? -1 : groups.offsets[$0] - groups.offsets[range.lowerBound] }
        }
    }

    // MARK: Membership and conditions

    private func membership(_ operand: BoundExpression, _ members: [Expression], isNegated: Bool, rowwise: Bool) throws -> BoundExpression {
        var tests: [BoundExpression] = []
        for member in members {
            if member.isMissingLiteral {
                tests.append(.booleans { try operand.presence($0).map { $0 ? 0 : 1 } })
            } else {
                tests.append(Self.binary(.equal, operand, try bind(member, rowwise: rowwise)))
            }
        }
        let all = tests
        return .booleans { range in
            var found = [Int8](repeating: 0, count: range.count)
            for test in all {
                for (index, value) in try test.booleans(range).enumerated() { found[index] = found[index] == 1 || value == 1 ? 1 : min(found[index], value) }
            }
            return isNegated ? found.map { $0 < 0 ? -1 : 1 - $0 } : found
        }
    }

    private static func conditional(_ condition: BoundExpression, _ then: BoundExpression, _ otherwise: BoundExpression) -> BoundExpression {
        @Sendable func choose<Value>(_ range: Range<Int>, _ a: Gapped<Value>, _ b: Gapped<Value>) throws -> Gapped<Value> {
            let truths = try condition.booleans(range)
            var chosen = Gapped(values: a.values, present: Array(repeating: true, count: range.count))
            for index in truths.indices {
                let source = truths[index] == 1 ? a : b
                chosen.values[index] = source.values[index]
                chosen.present?[index] = truths[index] >= 0 && source.isPresent(index)
            }
            return chosen
        }
        switch (then.kind, otherwise.kind) {
        case (.missing, .missing): return .missing
        case (.text, _), (_, .text):
            let left = then.dictionary ?? TextDictionary()
            let (dictionary, map) = TextMapping.union(left, otherwise.dictionary ?? TextDictionary())
            return .texts(dictionary) { range in
                let a = try then.codes(range)
                let b = try otherwise.codes(range)
                return try condition.booleans(range).enumerated().map { index, truth in
                    truth < 0 ? -1 : truth == 1 ? a[index] : b[index] < 0 ? -1 : map[Int(b[index])]
                }
            }
        case (.boolean, _), (_, .boolean):
            return .booleans { range in
                let a = try then.booleans(range)
                let b = try otherwise.booleans(range)
                return try condition.booleans(range).enumerated().map { index, truth in truth < 0 ? -1 : truth == 1 ? a[index] : b[index] }
            }
        case (.time, _), (_, .time): return .init(kind: .time) { .time(try choose($0, then.integers($0), otherwise.integers($0))) }
        case (.duration, _), (_, .duration): return .init(kind: .duration) { .duration(try choose($0, then.numbers($0), otherwise.numbers($0))) }
        case (.integer, .integer), (.integer, .missing), (.missing, .integer):
            return .integers { try choose($0, then.integers($0), otherwise.integers($0)) }
        default: return .numbers { try choose($0, then.numbers($0), otherwise.numbers($0)) }
        }
    }
}

import Expressions

extension ExpressionBinder {
    /// Functions over the rows of each group.
    func aggregate(_ name: String, _ arguments: [Expression]) throws -> BoundExpression {
        guard let groups else { return .missing }
        let operand = try arguments.first.map { try bind($0, rowwise: true) }
        /// Calls `body` with each group's place in the range and the range of its rows, counted from the first row of the range.
        @Sendable func forEach(_ range: Range<Int>, _ body: (Int, Range<Int>) -> Void) {
            let origin = groups.offsets[range.lowerBound]
            for group in range { body(group - range.lowerBound, (groups.offsets[group] - origin)..<(groups.offsets[group + 1] - origin)) }
        }
        @Sendable func rows(_ range: Range<Int>) -> Range<Int> { groups.offsets[range.lowerBound]..<groups.offsets[range.upperBound] }
        @Sendable func folded<Value>(_ range: Range<Int>, _ empty: Value, _ body: (Range<Int>) -> Value) -> [Value] {
            var result = Array(repeating: empty, count: range.count)
            forEach(range) { result[$0] = body($1) }
            return result
        }
        guard let operand else { return .integers { range in Gapped(values: folded(range, 0) { Int64($0.count) }) } }
        switch name {
        case "any":
            return .booleans { range in
                let truths = try operand.booleans(rows(range))
                return folded(range, 0) { $0.contains { truths[$0] == 1 } ? 1 : 0 }
            }
        case "all":
            return .booleans { range in
                let truths = try operand.booleans(rows(range))
                return folded(range, 0) { $0.allSatisfy { truths[$0] == 1 } ? 1 : 0 }
            }
        case "count":
            return .integers { range in
                let truths = try operand.booleans(rows(range))
                return Gapped(values: folded(range, 0) { $0.reduce(0) { $0 + (truths[$1] == 1 ? 1 : 0) } })
            }
        case "sum", "mean":
            let isMean = name == "mean"
            return .numbers { range in
                let values = try operand.numbers(rows(range))
                let sums = folded(range, (0.0, 0)) { rows in
                    rows.reduce(into: (0.0, 0)) { sum, row in
                        guard values.isPresent(row) else { return }
                        sum.0 += values.values[row]
                        sum.1 += 1
                    }
                }
                return Self.finite(sums.map { isMean ? $0.0 / Double($0.1) : $0.0 }, Array(repeating: true, count: range.count))
            }
        case "distinct": return Self.distinct(operand, rows, folded)
        case "min": return Self.chosen(operand, rows, groups) { $0 < $1 }
        case "max": return Self.chosen(operand, rows, groups) { $0 > $1 }
        case "first", "last":
            let isFirst = name == "first"
            return Self.picked(operand, rows) { range, _ in
                let origin = groups.offsets[range.lowerBound]
                return range.map { groups[$0].isEmpty ? -1 : (isFirst ? groups.offsets[$0] : groups.offsets[$0 + 1] - 1) - origin }
            }
        default: preconditionFailure("the function '\(name)' is declared in Expressions and has no meaning in Tables")
        }
    }

    private static func distinct(
        _ operand: BoundExpression, _ rows: @escaping @Sendable (Range<Int>) -> Range<Int>,
        _ folded: @escaping @Sendable (Range<Int>, Int64, (Range<Int>) -> Int64) -> [Int64]
    ) -> BoundExpression {
        .integers { range in
            // Equal values have equal keys; -0 and 0 are one number.
            let keys: [Int64?] =
                switch try operand.evaluate(rows(range)) {
                case .missing(let count): Array(repeating: nil, count: count)
                case .boolean(let values): values.map { $0 < 0 ? nil : Int64($0) }
                case .text(let codes): codes.map { $0 < 0 ? nil : Int64($0) }
                case .integer(let values), .time(let values): values.values.indices.map { values.isPresent($0) ? values.values[$0] : nil }
                case .number(let values), .duration(let values):
                    values.values.indices.map { values.isPresent($0) ? Int64(bitPattern: (values.values[$0] + 0).bitPattern) : nil }
                }
            return Gapped(values: folded(range, 0) { Int64(Set(keys[$0].compactMap { $0 }).count) })
        }
    }

    /// The value at one row of each group, which `place` names by its distance from the first row of the range; -1 for none.
    static func picked(
        _ operand: BoundExpression, _ rows: @escaping @Sendable (Range<Int>) -> Range<Int>,
        _ place: @escaping @Sendable (Range<Int>, ExpressionValues) -> [Int]
    ) -> BoundExpression {
        @Sendable func pick<Value>(_ source: Gapped<Value>, _ places: [Int], _ empty: Value) -> Gapped<Value> {
            Gapped(values: places.map { $0 < 0 ? empty : source.values[$0] }, present: places.map { $0 >= 0 && source.isPresent($0) })
        }
        return BoundExpression(kind: operand.kind) { range in
            let values = try operand.evaluate(rows(range))
            let places = place(range, values)
            return switch values {
            case .missing: .missing(range.count)
            case .boolean(let values): .boolean(places.map { $0 < 0 ? -1 : values[$0] })
            case .text(let codes): .text(places.map { $0 < 0 ? -1 : codes[$0] })
            case .integer(let values): .integer(pick(values, places, 0))
            case .time(let values): .time(pick(values, places, 0))
            case .number(let values): .number(pick(values, places, 0))
            case .duration(let values): .duration(pick(values, places, 0))
            }
        }
    }

    /// The least or greatest value: that of the first row that no other precedes.
    private static func chosen(
        _ operand: BoundExpression, _ rows: @escaping @Sendable (Range<Int>) -> Range<Int>, _ groups: Groups,
        _ precedes: @escaping @Sendable (Double, Double) -> Bool
    ) -> BoundExpression {
        let isLeast = precedes(0, 1)
        let ranks = operand.dictionary.map { TextMapping.ranks($0, TextDictionary()).0 } ?? []
        return picked(operand, rows) { range, values in
            let origin = groups.offsets[range.lowerBound]
            func best<Value: Comparable>(_ present: (Int) -> Bool, _ value: (Int) -> Value) -> [Int] {
                range.map { group in
                    var best = -1
                    for row in (groups.offsets[group] - origin)..<(groups.offsets[group + 1] - origin) where present(row) {
                        if best < 0 || (isLeast ? value(row) < value(best) : value(row) > value(best)) { best = row }
                    }
                    return best
                }
            }
            return switch values {
            case .missing: Array(repeating: -1, count: range.count)
            case .boolean(let values): best({ values[$0] >= 0 }, { values[$0] })
            case .text(let codes): best({ codes[$0] >= 0 }, { ranks[Int(codes[$0])] })
            case .integer(let values), .time(let values): best(values.isPresent, { values.values[$0] })
            case .number(let values), .duration(let values): best(values.isPresent, { values.values[$0] })
            }
        }
    }

    /// Whether the events of each group hold the pattern.
    func has(_ pattern: Pattern) -> BoundExpression {
        guard let groups, let action = compiled.schema.column(named: "action")?.name,
            case .text(let codes, let dictionary)? = table.column(named: action)?.storage
        else { return .booleans { Array(repeating: 0, count: $0.count) } }
        var times: [Int64] = []
        if let time = compiled.schema.column(named: "time")?.name, case .time(let values, _, _)? = table.column(named: time)?.storage { times = values }
        let matcher = PatternMatcher(pattern, actions: dictionary.names)
        let all = times
        return .booleans { range in range.map { matcher.matches(codes, all, rows: groups[$0]) ? 1 : 0 } }
    }
}

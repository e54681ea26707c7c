import Runtime

/// Values of a run of rows or groups.
enum ExpressionValues: Sendable {
    case missing(Int)
    /// 1 true, 0 false, -1 missing.
    case boolean([Int8])
    case integer(Gapped<Int64>)
    case number(Gapped<Double>)
    /// Microseconds since 1970.
    case time(Gapped<Int64>)
    /// Seconds.
    case duration(Gapped<Double>)
    /// Codes of the bound expression's dictionary; -1 missing.
    case text([Int32])
}

/// Values with gaps; no `present` means that all are there.
struct Gapped<Value: Sendable>: Sendable {
    var values: [Value]
    var present: [Bool]?

    @inline(__always) func isPresent(_ index: Int) -> Bool { present.map { $0[index] } ?? true }
}

/// An expression tied to the columns of one table: gives the values of any range of rows or groups.
struct BoundExpression: Sendable {
    enum Kind: Sendable { case missing, boolean, integer, number, time, duration, text(TextDictionary) }

    let kind: Kind
    let evaluate: @Sendable (Range<Int>) throws -> ExpressionValues

    static func booleans(_ body: @escaping @Sendable (Range<Int>) throws -> [Int8]) -> BoundExpression { .init(kind: .boolean) { .boolean(try body($0)) } }
    static func integers(_ body: @escaping @Sendable (Range<Int>) throws -> Gapped<Int64>) -> BoundExpression { .init(kind: .integer) { .integer(try body($0)) } }
    static func numbers(_ body: @escaping @Sendable (Range<Int>) throws -> Gapped<Double>) -> BoundExpression { .init(kind: .number) { .number(try body($0)) } }
    static func texts(_ dictionary: TextDictionary, _ body: @escaping @Sendable (Range<Int>) throws -> [Int32]) -> BoundExpression {
        .init(kind: .text(dictionary)) { .text(try body($0)) }
    }
    static let missing = BoundExpression(kind: .missing) { .missing($0.count) }

    var dictionary: TextDictionary? {
        if case .text(let dictionary) = kind { return dictionary }
        return nil
    }

    // The accessors below answer for the kinds that the type rules let through; of any other kind nothing is known, so all is missing.

    func booleans(_ range: Range<Int>) throws -> [Int8] {
        if case .boolean(let values) = try evaluate(range) { return values }
        return Array(repeating: -1, count: range.count)
    }

    func integers(_ range: Range<Int>) throws -> Gapped<Int64> {
        switch try evaluate(range) {
        case .integer(let values), .time(let values): return values
        default: return Gapped(values: Array(repeating: 0, count: range.count), present: Array(repeating: false, count: range.count))
        }
    }

    func numbers(_ range: Range<Int>) throws -> Gapped<Double> {
        switch try evaluate(range) {
        case .number(let values), .duration(let values): return values
        case .integer(let whole): return Gapped(values: whole.values.map(Double.init), present: whole.present)
        case .time(let times): return Gapped(values: times.values.map { Double($0) / 1e6 }, present: times.present)
        default: return Gapped(values: Array(repeating: 0, count: range.count), present: Array(repeating: false, count: range.count))
        }
    }

    func codes(_ range: Range<Int>) throws -> [Int32] {
        if case .text(let codes) = try evaluate(range) { return codes }
        return Array(repeating: -1, count: range.count)
    }

    /// Whether a value is there.
    func presence(_ range: Range<Int>) throws -> [Bool] {
        switch try evaluate(range) {
        case .missing(let count): return Array(repeating: false, count: count)
        case .boolean(let values): return values.map { $0 >= 0 }
        case .integer(let values), .time(let values): return values.present ?? Array(repeating: true, count: range.count)
        case .number(let values), .duration(let values): return values.present ?? Array(repeating: true, count: range.count)
        case .text(let codes): return codes.map { $0 >= 0 }
        }
    }

    /// The parts of a whole run, as a column's storage.
    ///
    /// - Parameter zone: of times.
    /// - Throws: `Cancelled`.
    func storage(_ parts: [ExpressionValues], zone: Zone?, _ work: Work) throws -> Column.Storage {
        switch kind {
        case .text(let dictionary): return .text(codes: try Self.joined(parts.map { if case .text(let codes) = $0 { codes } else { [] } }, work) { $0 }, dictionary: dictionary)
        case .boolean:
            let values = parts.map { part -> [Int8] in if case .boolean(let values) = part { values } else { [] } }
            let isKnown = values.contains { $0.contains(-1) } ? try Self.joined(values, work) { $0 >= 0 } : nil
            return .boolean(try Self.joined(values, work) { $0 == 1 }, present: isKnown.map { Mask($0) })
        case .integer:
            let (values, present) = try Self.joined(parts.compactMap { if case .integer(let values) = $0 { values } else { nil } }, work)
            return .integer(values, present: present)
        case .time:
            let (values, present) = try Self.joined(parts.compactMap { if case .time(let values) = $0 { values } else { nil } }, work)
            return .time(values, present: present, format: .iso.inZone(zone))
        case .number, .duration:
            let (values, present) = try Self.joined(
                parts.compactMap { part -> Gapped<Double>? in
                    switch part {
                    case .number(let values), .duration(let values): values
                    default: nil
                    }
                }, work)
            return .number(values, present: present)
        case .missing:
            let count = parts.reduce(0) { if case .missing(let count) = $1 { $0 + count } else { $0 } }
            return .text(codes: Array(repeating: -1, count: count), dictionary: TextDictionary())
        }
    }

    /// All values one after the other; a part has some ten thousand rows.
    private static func joined<Value, Result>(_ parts: [[Value]], _ work: Work, _ transform: (Value) -> Result) throws -> [Result] {
        var all: [Result] = []
        all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts {
            try work.check()
            all.append(contentsOf: part.lazy.map(transform))
        }
        return all
    }

    private static func joined<Value>(_ gapped: [Gapped<Value>], _ work: Work) throws -> ([Value], Mask?) {
        let values = try joined(gapped.map(\.values), work) { $0 }
        guard gapped.contains(where: { $0.present?.contains(false) ?? false }) else { return (values, nil) }
        return (values, Mask(try joined(gapped.map { $0.present ?? Array(repeating: true, count: $0.values.count) }, work) { $0 }))
    }
}

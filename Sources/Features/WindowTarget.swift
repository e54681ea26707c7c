import Runtime
import Tables

/// One thing that is to be learnt of windows: a class or a number for each, which may be missing.
public struct WindowTarget: Sendable, Hashable {
    public enum Values: Sendable, Hashable {
        /// A code in `names` for each window; -1 where there is none.
        case classes([Int32], names: [String])
        /// NaN where there is none.
        case numbers([Double])
    }

    /// The column or label that it is read from.
    public let name: String
    public let goal: SequenceWindows.Goal
    public let values: Values

    public init(name: String, goal: SequenceWindows.Goal, _ values: Values) {
        self.name = name
        self.goal = goal
        self.values = values
    }

    /// The names of the classes; none of a number.
    public var classes: [String] { if case .classes(_, let names) = values { names } else { [] } }

    public var count: Int {
        switch values {
        case .classes(let codes, _): codes.count
        case .numbers(let numbers): numbers.count
        }
    }

    /// The windows that have a value.
    ///
    /// - Throws: `Cancelled`.
    public func known(work: Work = Work()) throws -> [Int] {
        var rows: [Int] = []
        try work.forEachStretch(of: count) { stretch in
            switch values {
            case .classes(let codes, _): for row in stretch where codes[row] >= 0 { rows.append(row) }
            case .numbers(let numbers): for row in stretch where !numbers[row].isNaN { rows.append(row) }
            }
        }
        return rows
    }

    /// The values at some places, in the order given.
    ///
    /// - Parameter places: -1 for no value.
    func at(_ places: [Int32], work: Work) throws -> WindowTarget {
        switch values {
        case .classes(let codes, let names): try WindowTarget(name: name, goal: goal, .classes(work.map(rows: places.count) { places[$0] < 0 ? -1 : codes[Int(places[$0])] }, names: names))
        case .numbers(let numbers): try WindowTarget(name: name, goal: goal, .numbers(work.map(rows: places.count) { places[$0] < 0 ? .nan : numbers[Int(places[$0])] }))
        }
    }
}

/// Whether a target is one of some classes, or a number.
public enum TargetKind: String, Sendable, Hashable, CaseIterable {
    case classes = "class"
    case number

    /// A whole number of more different values than this is a number.
    public static let mostWholeClasses = 20

    /// What a column is unless told: texts, truth values and whole numbers of few different values are classes.
    ///
    /// - Throws: `Cancelled`.
    public init(of column: Column, work: Work) throws {
        self = if column.kind == .text || column.kind == .boolean { .classes } else if try Self.strata(of: column, work: work) != nil { .classes } else { .number }
    }

    /// The value of each row as a class from 1, a gap as 0; none where they are no texts, truth values or whole numbers, or too many different ones.
    ///
    /// - Throws: `Cancelled`.
    public static func strata(of column: Column, work: Work) throws -> [Int32]? {
        guard [.text, .boolean, .integer].contains(column.kind) else { return nil }
        var classes: [Int64: Int32] = [:]
        var strata: [Int32] = []
        strata.reserveCapacity(column.count)
        for row in 0..<column.count {
            if row & 0xFFF == 0 { try work.check() }
            guard !column.isMissing(row) else {
                strata.append(0)
                continue
            }
            let key = column.key(at: row)
            let code = classes[key] ?? Int32(classes.count + 1)
            classes[key] = code
            guard classes.count <= mostWholeClasses else { return nil }
            strata.append(code)
        }
        return strata
    }
}

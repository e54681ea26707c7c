import Expressions
import Runtime

/// A named column of one type, with gaps where a value is missing.
public struct Column: Sendable {
    public let name: String
    private let content: Content

    private enum Content: Sendable {
        case plain(Storage)
        /// As it was read, and unpacked when its arrays are asked for.
        case packed(PackedColumn)
    }

    public enum Storage: Sendable {
        /// Codes of `dictionary`; -1 where missing.
        case text(codes: [Int32], dictionary: TextDictionary)
        case integer([Int64], present: Mask?)
        case number([Double], present: Mask?)
        case boolean([Bool], present: Mask?)
        /// Microseconds since 1970-01-01T00:00 in UTC, and how they are written out.
        case time([Int64], present: Mask?, format: TimeFormat)
    }

    public enum Kind: String, Sendable, CaseIterable { case text, integer, number, boolean, time }

    public init(_ name: String, _ storage: Storage) {
        self.name = name
        content = .plain(storage)
    }

    package init(_ name: String, packed: PackedColumn) {
        self.name = name
        content = .packed(packed)
    }

    private init(_ name: String, _ content: Content) {
        self.name = name
        self.content = content
    }

    /// The values as arrays. A column that was read makes them when they are first asked for, in O(rows).
    public var storage: Storage {
        switch content {
        case .plain(let storage): storage
        case .packed(let packed): packed.storage
        }
    }

    /// Makes the arrays of a column that was read, so that asking for `storage` takes no time.
    ///
    /// - Parameter check: is asked every few ten thousand rows; what it throws ends the making.
    public func unpack(check: () throws -> Void) rethrows { _ = try packed?.storage(check: check) }

    /// Where the ids of a column lie that was read as such, 32 bits each.
    package var idMemory: PackedMemory? { if case .ids = packed?.form { packed?.memory } else { nil } }

    package var packed: PackedColumn? { if case .packed(let packed) = content { packed } else { nil } }

    public init(_ name: String, text: [String?]) { self.init(name, text: text, check: {}) }

    /// - Parameter check: is asked every few thousand rows; what it throws ends the coding.
    public init(_ name: String, text: [String?], check: () throws -> Void) rethrows {
        var interning = TextInterning()
        var codes: [Int32] = []
        codes.reserveCapacity(text.count)
        for (row, value) in text.enumerated() {
            if row & 0xFFF == 0 { try check() }
            codes.append(value.map { interning.code(of: $0) } ?? -1)
        }
        self.init(name, .text(codes: codes, dictionary: interning.dictionary))
    }

    public init(_ name: String, integers: [Int64]) { self.init(name, .integer(integers, present: nil)) }
    public init(_ name: String, numbers: [Double]) { self.init(name, .number(numbers, present: nil)) }

    public init(_ name: String, integers: [Int64?]) {
        let gaps = integers.contains { $0 == nil }
        self.init(name, .integer(integers.map { $0 ?? 0 }, present: gaps ? Mask(integers.map { $0 != nil }) : nil))
    }

    public init(_ name: String, numbers: [Double?]) {
        let gaps = numbers.contains { $0 == nil }
        self.init(name, .number(numbers.map { $0 ?? 0 }, present: gaps ? Mask(numbers.map { $0 != nil }) : nil))
    }

    public init(_ name: String, booleans: [Bool]) { self.init(name, .boolean(booleans, present: nil)) }
    public init(_ name: String, times: [Int64], format: TimeFormat = .iso) { self.init(name, .time(times, present: nil, format: format)) }

    public var count: Int {
        if let packed { return packed.count }
        return switch storage {
        case .text(let codes, _): codes.count
        case .integer(let values, _), .time(let values, _, _): values.count
        case .number(let values, _): values.count
        case .boolean(let values, _): values.count
        }
    }

    public var kind: Kind {
        if let packed { return packed.kind }
        return switch storage {
        case .text: .text
        case .integer: .integer
        case .number: .number
        case .boolean: .boolean
        case .time: .time
        }
    }

    public var expressionType: ExpressionType { kind.expressionType }

    var present: Mask? {
        if let packed { return packed.present }
        return switch storage {
        case .text: nil
        case .integer(_, let present), .time(_, let present, _), .number(_, let present), .boolean(_, let present): present
        }
    }

    public func isMissing(_ row: Int) -> Bool {
        if let packed { return packed.isMissing(row) }
        if case .text(let codes, _) = storage { return codes[row] < 0 }
        return present.map { !$0[row] } ?? false
    }

    public var missingCount: Int {
        if let packed { return packed.missingCount }
        if case .text(let codes, _) = storage { return codes.reduce(0) { $0 + ($1 < 0 ? 1 : 0) } }
        return present.map { count - $0.presentCount } ?? 0
    }

    /// The value of a row as it is written to a file, or none if it is missing.
    public func text(at row: Int) -> String? {
        guard !isMissing(row) else { return nil }
        if let packed, case .ids = packed.form { return String(packed.key(at: row)) }
        switch storage {
        case .text(let codes, let dictionary): return dictionary[Int(codes[row])]
        case .integer(let values, _): return String(values[row])
        case .number(let values, _): return FieldText.text(values[row])
        case .boolean(let values, _): return values[row] ? "true" : "false"
        case .time(let values, _, let format): return format.text(values[row])
        }
    }

    /// The value of a row as JSON; a time as text in ISO 8601.
    public func json(at row: Int) -> JSON {
        guard !isMissing(row) else { return .null }
        switch storage {
        case .text(let codes, let dictionary): return .string(dictionary[Int(codes[row])])
        case .integer(let values, _): return .integer(Int(values[row]))
        case .number(let values, _): return .number(values[row])
        case .boolean(let values, _): return .bool(values[row])
        case .time(let values, _, _): return .string(CivilTime.text(values[row]) + "Z")
        }
    }

    /// Every value as a double, NaN where missing: truth values as 0 and 1, times as seconds since 1970; none for a text column.
    public var numbers: [Double]? { numbers {} }

    /// - Parameter check: is asked every few ten thousand rows; what it throws ends the listing.
    public func numbers(check: () throws -> Void) rethrows -> [Double]? {
        try unpack(check: check)
        return switch storage {
        case .text: nil
        case .number(let numbers, nil): numbers
        case .number(let numbers, let present): try Self.numbers(numbers, present, check) { $0 }
        case .integer(let whole, let present): try Self.numbers(whole, present, check) { Double($0) }
        case .boolean(let truths, let present): try Self.numbers(truths, present, check) { $0 ? 1 : 0 }
        case .time(let times, let present, _): try Self.numbers(times, present, check) { Double($0) / 1e6 }
        }
    }

    private static func numbers<Value>(_ values: [Value], _ present: Mask?, _ check: () throws -> Void, _ number: (Value) -> Double) rethrows -> [Double] {
        var numbers: [Double] = []
        numbers.reserveCapacity(values.count)
        for (row, value) in values.enumerated() {
            if row & 0xFFFF == 0 { try check() }
            numbers.append(present?[row] == false ? .nan : number(value))
        }
        return numbers
    }

    /// The values that are there, in the order of rows, as doubles; none for a text column.
    ///
    /// - Parameter check: is asked every few ten thousand rows; what it throws ends the listing.
    public func knownNumbers(check: () throws -> Void) rethrows -> [Double]? {
        let number: (Int) -> Double
        switch storage {
        case .text: return nil
        case .integer(let values, _): number = { Double(values[$0]) }
        case .number(let values, _): number = { values[$0] }
        case .boolean(let values, _): number = { values[$0] ? 1 : 0 }
        case .time(let values, _, _): number = { Double(values[$0]) / 1e6 }
        }
        let present = present
        var known: [Double] = []
        known.reserveCapacity(count)
        for row in 0..<count {
            if row & 0xFFFF == 0 { try check() }
            let value = number(row)
            if present?[row] != false, !value.isNaN { known.append(value) }
        }
        return known
    }

    public func renamed(_ name: String) -> Column { Column(name, content) }

    /// The values of some rows, in the order given.
    public func subset(rows: [Int32]) -> Column { subset(rows: rows, check: {}) }

    /// - Parameter check: is asked every few ten thousand rows; what it throws ends the choosing.
    public func subset(rows: [Int32], check: () throws -> Void) rethrows -> Column {
        if let packed, let subset = try packed.subset(rows: rows, check: check) { return Column(name, packed: subset) }
        return switch storage {
        case .text(let codes, let dictionary): Column(name, .text(codes: try Self.gather(codes, rows, check), dictionary: dictionary))
        case .integer(let values, let present): Column(name, .integer(try Self.gather(values, rows, check), present: present?.subset(rows: rows)))
        case .number(let values, let present): Column(name, .number(try Self.gather(values, rows, check), present: present?.subset(rows: rows)))
        case .boolean(let values, let present): Column(name, .boolean(try Self.gather(values, rows, check), present: present?.subset(rows: rows)))
        case .time(let values, let present, let format): Column(name, .time(try Self.gather(values, rows, check), present: present?.subset(rows: rows), format: format))
        }
    }

    private static func gather<Value>(_ values: [Value], _ rows: [Int32], _ check: () throws -> Void) rethrows -> [Value] {
        var gathered: [Value] = []
        gathered.reserveCapacity(rows.count)
        for start in stride(from: 0, to: rows.count, by: 1 << 16) {
            try check()
            values.withUnsafeBufferPointer { values in gathered.append(contentsOf: rows[start..<min(rows.count, start + (1 << 16))].lazy.map { values[Int($0)] }) }
        }
        return gathered
    }

    /// Whether two rows hold the same value; two gaps are the same.
    public func isSame(_ a: Int, _ b: Int) -> Bool {
        if let packed, packed.kind != .number {
            let gap = packed.isMissing(a)
            return gap || packed.isMissing(b) ? gap && packed.isMissing(b) : packed.key(at: a) == packed.key(at: b)
        }
        switch storage {
        case .text(let codes, _): return codes[a] == codes[b]
        case .integer(let values, nil), .time(let values, nil, _): return values[a] == values[b]
        default: break
        }
        let gap = isMissing(a)
        if gap || isMissing(b) { return gap && isMissing(b) }
        return switch storage {
        case .text(let codes, _): codes[a] == codes[b]
        case .integer(let values, _), .time(let values, _, _): values[a] == values[b]
        case .number(let values, _): values[a] == values[b]
        case .boolean(let values, _): values[a] == values[b]
        }
    }

    /// The column with codes numbered anew by first appearance, and only the texts that occur; other columns as they are.
    public func compacted() -> Column { compacted(check: {}) }

    /// - Parameter check: is asked every few ten thousand rows; what it throws ends the numbering.
    public func compacted(check: () throws -> Void) rethrows -> Column {
        // Ids have no codes yet, and each user of a log has rows.
        switch packed?.form {
        case .ids, .runs: return self
        case .codes: if let renumbered = try packed?.renumbered(check: check) { return Column(name, packed: renumbered) }
        default: break
        }
        guard case .text(let codes, let dictionary) = storage else { return self }
        var ranks = [Int32](repeating: -1, count: dictionary.count)
        var bytes: [UInt8] = []
        var starts = [0]
        var fresh = codes
        for row in fresh.indices {
            if row & 0xFFFF == 0 { try check() }
            let code = Int(fresh[row])
            guard code >= 0 else { continue }
            if ranks[code] < 0 {
                ranks[code] = Int32(starts.count - 1)
                bytes.append(contentsOf: dictionary.bytes[dictionary.starts[code]..<dictionary.starts[code + 1]])
                starts.append(bytes.count)
            }
            fresh[row] = ranks[code]
        }
        return Column(name, .text(codes: fresh, dictionary: TextDictionary(bytes: bytes, starts: starts)))
    }
}

extension Column.Kind {
    public var expressionType: ExpressionType {
        switch self {
        case .text: .text
        case .integer, .number: .number
        case .boolean: .boolean
        case .time: .time
        }
    }
}

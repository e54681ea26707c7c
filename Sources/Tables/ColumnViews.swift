/// The times of a column by row, in microseconds since 1970, read where they lie.
public struct TimeValues: Sendable {
    private let packed: PackedColumn?
    private let plain: [Int64]
    public let count: Int
    nonisolated(unsafe) private let seconds: UnsafePointer<Int32>?
    nonisolated(unsafe) private let words: UnsafePointer<Int64>?

    /// - Returns: none if the column holds no times.
    public init?(_ column: Column) {
        count = column.count
        if let packed = column.packed {
            self.packed = packed
            plain = []
            switch packed.form {
            case .seconds: (seconds, words) = (UnsafePointer(packed.values(Int32.self)), nil)
            case .times: (seconds, words) = (nil, UnsafePointer(packed.values(Int64.self)))
            default: return nil
            }
            return
        }
        guard case .time(let values, _, _) = column.storage else { return nil }
        packed = nil
        plain = values
        (seconds, words) = (nil, nil)
    }

    @inline(__always)
    public subscript(row: Int) -> Int64 {
        precondition(row >= 0 && row < count, "row out of range")
        if let seconds { return Int64(seconds[row]) &* 1_000_000 }
        return words?[row] ?? plain[row]
    }

    public var indices: Range<Int> { 0..<count }
}

/// A whole number for each row of a column of texts, which rises with the order of the texts: of whole numbers by their value, of all others by their bytes.
package struct TextOrder: Sendable {
    nonisolated(unsafe) private let pointer: UnsafePointer<Int32>
    private let owner: any Sendable
    package let count: Int

    private final class Ranks: @unchecked Sendable {
        let start: UnsafeMutablePointer<Int32>
        init(_ count: Int) { start = .allocate(capacity: max(1, count)) }
        deinit { start.deallocate() }
    }

    /// - Returns: none if the column holds no texts, or misses some.
    package init?(_ column: Column) {
        count = column.count
        guard column.kind == .text, column.missingCount == 0 else { return nil }
        if let packed = column.packed, case .ids = packed.form {
            pointer = UnsafePointer(packed.values(Int32.self))
            owner = packed
            return
        }
        guard case .text(let codes, let dictionary) = column.storage else { return nil }
        let ranks = dictionary.ranks
        let made = Ranks(codes.count)
        for row in codes.indices { (made.start + row).initialize(to: ranks[Int(codes[row])]) }
        pointer = UnsafePointer(made.start)
        owner = made
    }

    @inline(__always)
    package subscript(row: Int) -> Int32 { pointer[row] }
}

extension TextDictionary {
    /// The place of each text among all in rising order: by value if all are whole numbers from 0 to 2^31 - 1 in plain form, else by their bytes.
    var ranks: [Int32] {
        let order = bytes.withUnsafeBufferPointer { bytes -> [Int32] in
            func text(_ code: Int32) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[starts[Int(code)]..<starts[Int(code) + 1]]) }
            let numbers = (0..<Int32(count)).lazy.map { FieldText.id(text($0)) }
            var keyed: [(key: UInt64, code: Int32)] = []
            keyed.reserveCapacity(count)
            if numbers.allSatisfy({ $0 != nil }) {
                for (code, number) in numbers.enumerated() { keyed.append((UInt64(number ?? 0), Int32(code))) }
                keyed.sort { $0.key < $1.key }
            } else {
                // The first eight bytes tell most texts apart.
                for code in 0..<Int32(count) {
                    let text = text(code)
                    keyed.append(((0..<8).reduce(0) { $0 << 8 | UInt64($1 < text.count ? text[$1] : 0) }, code))
                }
                keyed.sort { $0.key != $1.key ? $0.key < $1.key : text($0.code).lexicographicallyPrecedes(text($1.code)) }
            }
            return keyed.map(\.code)
        }
        var ranks = [Int32](repeating: 0, count: count)
        for (rank, code) in order.enumerated() { ranks[Int(code)] = Int32(rank) }
        return ranks
    }
}

/// The codes of a column of texts by row, -1 where missing, read where they lie; the ids of a column that was read are given codes.
public struct TextCodes: Sendable {
    private let packed: PackedColumn?
    private let bytes: Int
    private let plain: [Int32]
    public let count: Int
    public let dictionary: TextDictionary

    /// - Returns: none if the column holds no texts.
    public init?(_ column: Column) {
        count = column.count
        if let packed = column.packed, case .codes(let bytes, let dictionary) = packed.form {
            self.packed = packed
            self.bytes = bytes
            self.dictionary = dictionary
            plain = []
            return
        }
        guard case .text(let codes, let dictionary) = column.storage else { return nil }
        packed = nil
        bytes = 0
        plain = codes
        self.dictionary = dictionary
    }

    public init(codes: [Int32], dictionary: TextDictionary) {
        packed = nil
        bytes = 0
        plain = codes
        count = codes.count
        self.dictionary = dictionary
    }

    @inline(__always)
    public subscript(row: Int) -> Int32 {
        guard let packed else { return plain[row] }
        precondition(row >= 0 && row < count, "row out of range")
        return packed.code(at: row, bytes: bytes)
    }
}

extension Column {
    /// A number for each row that has a value, the same for the same value and for no other.
    public func key(at row: Int) -> Int64 {
        if let packed { return packed.key(at: row) }
        return switch storage {
        case .text(let codes, _): Int64(codes[row])
        case .integer(let values, _), .time(let values, _, _): values[row]
        case .number(let values, _): Int64(bitPattern: values[row].bitPattern)
        case .boolean(let values, _): values[row] ? 1 : 0
        }
    }
}

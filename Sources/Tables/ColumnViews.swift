/// The times of a column by row, in microseconds since 1970, read where they lie.
@frozen public struct TimeValues: Sendable {
    /// Keeps what the places point to.
    @usableFromInline let owner: (any Sendable & AnyObject)?
    @usableFromInline nonisolated(unsafe) let seconds: UnsafePointer<Int32>?
    @usableFromInline nonisolated(unsafe) let words: UnsafePointer<Int64>?
    /// The times of a column that was not read from a file; else empty.
    @usableFromInline let array: [Int64]
    public let count: Int

    /// - Returns: none if the column holds no times.
    public init?(_ column: Column) {
        count = column.count
        if let packed = column.packed {
            guard packed.kind == .time else { return nil }
            owner = packed
            array = []
            if case .seconds = packed.form {
                (seconds, words) = (UnsafePointer(packed.values(Int32.self)), nil)
            } else {
                (seconds, words) = (nil, UnsafePointer(packed.values(Int64.self)))
            }
            return
        }
        guard case .time(let values, _, _) = column.storage else { return nil }
        (owner, seconds, words, array) = (nil, nil, nil, values)
    }

    @inlinable @inline(__always)
    public subscript(row: Int) -> Int64 {
        precondition(row >= 0 && row < count, "row out of range")
        if let seconds { return Int64(seconds[row]) &* 1_000_000 }
        if let words { return words[row] }
        return array[row]
    }

    public var indices: Range<Int> { 0..<count }
}

/// The codes of a column of texts by row, -1 where missing, read where they lie; the ids of a column that was read are given codes.
@frozen public struct TextCodes: Sendable {
    /// Keeps what `start` points to.
    @usableFromInline let owner: (any Sendable & AnyObject)?
    /// Bytes of a code that was read, which is kept one greater.
    @usableFromInline let bytes: Int
    /// Where the codes lie that were read; none for those of `array`.
    @usableFromInline nonisolated(unsafe) let start: UnsafeRawPointer?
    @usableFromInline let array: [Int32]
    public let count: Int
    public let dictionary: TextDictionary

    /// - Returns: none if the column holds no texts.
    public init?(_ column: Column) {
        if let packed = column.packed, case .codes(let bytes, let dictionary) = packed.form {
            self.init(owner: packed, bytes: bytes, start: UnsafeRawPointer(packed.memory.start), array: [], count: column.count, dictionary: dictionary)
        } else {
            guard case .text(let codes, let dictionary) = column.storage else { return nil }
            self.init(codes: codes, dictionary: dictionary)
        }
    }

    public init(codes: [Int32], dictionary: TextDictionary) {
        self.init(owner: nil, bytes: 4, start: nil, array: codes, count: codes.count, dictionary: dictionary)
    }

    private init(owner: (any Sendable & AnyObject)?, bytes: Int, start: UnsafeRawPointer?, array: [Int32], count: Int, dictionary: TextDictionary) {
        self.owner = owner
        self.bytes = bytes
        self.start = start
        self.array = array
        self.count = count
        self.dictionary = dictionary
    }

    @inlinable @inline(__always)
    public subscript(row: Int) -> Int32 {
        precondition(row >= 0 && row < count, "row out of range")
        guard let start else { return array[row] }
        return switch bytes {
        case 1: Int32(start.assumingMemoryBound(to: UInt8.self)[row]) - 1
        case 2: Int32(start.assumingMemoryBound(to: UInt16.self)[row]) - 1
        default: start.assumingMemoryBound(to: Int32.self)[row] &- 1
        }
    }
}

/// A whole number for each row of a column of texts, which rises with the order of the texts: of whole numbers by their value, of all others by their bytes.
@frozen public struct TextOrder: Sendable {
    @usableFromInline let owner: any Sendable & AnyObject
    @usableFromInline nonisolated(unsafe) let start: UnsafePointer<Int32>
    public let count: Int
    /// The texts, and the code of each number; none where the texts are the numbers.
    private let texts: (dictionary: TextDictionary, codes: [Int32])?

    /// - Returns: none if the column holds no texts, or misses some.
    public init?(_ column: Column) {
        count = column.count
        guard column.kind == .text, column.missingCount == 0 else { return nil }
        if let packed = column.packed, case .ids = packed.form {
            owner = packed
            start = UnsafePointer(packed.values(Int32.self))
            texts = nil
            return
        }
        let memory = PackedMemory(Int32.self, count: count)
        let target = memory.values(Int32.self)
        let (dictionary, order): (TextDictionary, [Int32])
        func ranks() -> [Int32] {
            var ranks = [Int32](repeating: 0, count: order.count)
            for (rank, code) in order.enumerated() { ranks[Int(code)] = Int32(rank) }
            return ranks
        }
        if let packed = column.packed, case .runs(let offsets, let names) = packed.form {
            (dictionary, order) = (names, names.order)
            for (run, rank) in ranks().enumerated() { (target + offsets[run]).update(repeating: rank, count: offsets[run + 1] - offsets[run]) }
        } else {
            guard case .text(let codes, let names) = column.storage else { return nil }
            (dictionary, order) = (names, names.order)
            let ranks = ranks()
            for row in codes.indices { target[row] = ranks[Int(codes[row])] }
        }
        owner = memory
        start = UnsafePointer(target)
        texts = (dictionary, order)
    }

    @inlinable @inline(__always)
    public subscript(row: Int) -> Int32 {
        precondition(row >= 0 && row < count, "row out of range")
        return start[row]
    }

    /// The texts that some of the numbers stand for.
    package func texts(of numbers: [Int32]) -> TextDictionary {
        guard let texts else { return TextDictionary(decimals: numbers) }
        return texts.dictionary.subset(numbers.map { texts.codes[Int($0)] })
    }
}

extension TextDictionary {
    /// Whether each text stands before the next in the order that `TextOrder` goes by.
    package var isRising: Bool {
        if let ids { return zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 } }
        return (1..<max(1, count)).allSatisfy { code in withBytes(of: code - 1) { before in withBytes(of: code) { before.lexicographicallyPrecedes($0) } } }
    }

    /// The texts as numbers, by code, if all are whole numbers from 0 to 2^31 - 1 in plain form.
    private var ids: [Int32]? {
        var ids: [Int32] = []
        ids.reserveCapacity(count)
        for code in 0..<count {
            guard let id = withBytes(of: code, { $0.withMemoryRebound(to: UInt8.self, FieldText.id) }) else { return nil }
            ids.append(id)
        }
        return ids
    }

    /// The codes in the rising order of their texts: by value if all are whole numbers from 0 to 2^31 - 1 in plain form, else by their bytes.
    var order: [Int32] {
        bytes.withUnsafeBufferPointer { bytes -> [Int32] in
            func text(_ code: Int32) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[starts[Int(code)]..<starts[Int(code) + 1]]) }
            var keyed: [(key: UInt64, code: Int32)] = []
            keyed.reserveCapacity(count)
            if let ids {
                for (code, id) in ids.enumerated() { keyed.append((UInt64(id), Int32(code))) }
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

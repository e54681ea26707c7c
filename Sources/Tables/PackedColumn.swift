import CScanning
import Runtime
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Memory that outlives whoever made it: from `malloc`, or a map of a file.
package final class PackedMemory: @unchecked Sendable {
    // Written before it is shared, read only from then on.
    let start: UnsafeMutableRawPointer
    private let release: @Sendable () -> Void

    /// Takes over memory from `malloc`.
    init(owning start: UnsafeMutableRawPointer) {
        self.start = start
        nonisolated(unsafe) let start = start
        release = { free(start) }
    }

    /// Memory within something that stays alive as long as this.
    init(_ start: UnsafeMutableRawPointer, keeping owner: some Sendable) {
        self.start = start
        release = { _ = owner }
    }

    /// Room for some values, whose content is up to the caller.
    package convenience init<Value: BitwiseCopyable>(_ type: Value.Type, count: Int) {
        self.init(owning: Self.allocated(max(1, count) * MemoryLayout<Value>.stride))
    }

    static func allocated(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard let memory = malloc(bytes) else { outOfMemory() }
        return memory
    }

    /// Ends the program, as an array does that cannot grow.
    static func outOfMemory() -> Never { fatalError("out of memory") }

    /// - Parameters:
    ///   - padding: zeros after the values, in bytes.
    ///   - check: is asked every megabyte; what it throws ends the copying.
    convenience init<Value: BitwiseCopyable>(copying values: [Value], padding: Int = 0, check: () throws -> Void) rethrows {
        let count = values.count * MemoryLayout<Value>.stride
        self.init(owning: Self.allocated(max(1, count + padding)))
        (start + count).initializeMemory(as: UInt8.self, repeating: 0, count: padding)
        try values.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            for place in stride(from: 0, to: count, by: 1 << 20) {
                try check()
                (start + place).copyMemory(from: source + place, byteCount: min(1 << 20, count - place))
            }
        }
    }

    deinit { release() }

    /// Good for as long as the memory is kept.
    package func values<Value>(_ type: Value.Type) -> UnsafeMutablePointer<Value> { start.assumingMemoryBound(to: type) }
}

/// The values of a column in as few bytes as they need, as reading made them; unpacked into arrays when somebody asks for those.
package final class PackedColumn: Sendable {
    /// How a value is kept.
    package enum Form: Sendable {
        /// Texts that are whole numbers from 0 to 2^31 - 1 in their plain form, as 32 bits; -1 where missing.
        case ids
        /// One more than the code of a text, in 1, 2 or 4 bytes; 0 where missing.
        case codes(bytes: Int, TextDictionary)
        /// The user of each row of a log, by where each user's rows begin; the dictionary holds a text for each user.
        case runs(offsets: [Int], TextDictionary)
        /// Times as whole seconds in 32 bits.
        case seconds(TimeFormat)
        /// Times in microseconds, whole numbers, or the bits of doubles, in 64 bits.
        case times(TimeFormat), integers, numbers
        /// Truth values, a byte each.
        case truths
    }

    package let form: Form
    package let count: Int
    let memory: PackedMemory
    /// Set where a value is there; none if all are, and for texts.
    let present: Mask?
    private let unpacked = Mutex<Column.Storage?>(nil)

    init(_ form: Form, count: Int, memory: PackedMemory, present: Mask? = nil) {
        self.form = form
        self.count = count
        self.memory = memory
        self.present = present
    }

    /// A column of users whose rows follow each other.
    package static func runs(_ offsets: [Int], _ names: TextDictionary) -> PackedColumn {
        PackedColumn(.runs(offsets: offsets, names), count: offsets.last ?? 0, memory: PackedMemory(UInt8.self, count: 0))
    }

    var kind: Column.Kind {
        switch form {
        case .ids, .codes, .runs: .text
        case .seconds, .times: .time
        case .integers: .integer
        case .numbers: .number
        case .truths: .boolean
        }
    }

    /// Bytes of a row.
    package var width: Int {
        switch form {
        case .codes(let bytes, _): bytes
        case .ids, .seconds: 4
        case .times, .integers, .numbers: 8
        case .truths: 1
        case .runs: 0
        }
    }

    func values<Value>(_ type: Value.Type) -> UnsafeMutablePointer<Value> { memory.values(type) }

    /// The code of a row as it is kept, less one: -1 where missing.
    @inline(__always)
    func code(at row: Int, bytes: Int) -> Int32 {
        switch bytes {
        case 1: Int32(values(UInt8.self)[row]) - 1
        case 2: Int32(values(UInt16.self)[row]) - 1
        default: values(Int32.self)[row] - 1
        }
    }

    /// A number that is the same for rows of the same value; -1 for gaps of a column of texts.
    package func key(at row: Int) -> Int64 {
        switch form {
        case .ids, .seconds: Int64(values(Int32.self)[row])
        case .codes(let bytes, _): Int64(code(at: row, bytes: bytes))
        case .runs(let offsets, _): Int64(Self.run(of: row, offsets))
        case .times, .integers, .numbers: values(Int64.self)[row]
        case .truths: Int64(values(UInt8.self)[row])
        }
    }

    private static func run(of row: Int, _ offsets: [Int]) -> Int {
        var (low, high) = (0, offsets.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offsets[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    func isMissing(_ row: Int) -> Bool {
        switch form {
        case .ids: values(Int32.self)[row] < 0
        case .codes(let bytes, _): code(at: row, bytes: bytes) < 0
        case .runs: false
        default: present.map { !$0[row] } ?? false
        }
    }

    var missingCount: Int {
        func gaps<Value: Equatable>(_ gap: Value) -> Int {
            let values = values(Value.self)
            return (0..<count).reduce(0) { $0 + (values[$1] == gap ? 1 : 0) }
        }
        return switch form {
        case .ids: gaps(Int32(-1))
        case .codes(1, _): gaps(UInt8(0))
        case .codes(2, _): gaps(UInt16(0))
        case .codes: gaps(Int32(0))
        case .runs: 0
        default: present.map { count - $0.presentCount } ?? 0
        }
    }

    /// The arrays of the column; made once, in O(rows).
    var storage: Column.Storage { storage {} }

    /// - Parameter check: is asked every few ten thousand rows; what it throws ends the unpacking.
    func storage(check: () throws -> Void) rethrows -> Column.Storage {
        if let known = unpacked.withLock({ $0 }) { return known }
        let made = try unpack(check)
        return unpacked.withLock { known in
            // Somebody else may have been faster; both have the same.
            if let known { return known }
            known = made
            return made
        }
    }

    /// Calls `body` for each row, and `check` before each stretch of some ten thousand.
    private func forEachRow(_ check: () throws -> Void, _ body: (Int) -> Void) rethrows {
        for start in stride(from: 0, to: count, by: 1 << 16) {
            try check()
            for row in start..<min(count, start + 1 << 16) { body(row) }
        }
    }

    private func array<Source, Value: BitwiseCopyable>(_ source: Source.Type, _ check: () throws -> Void, _ convert: (Source) -> Value) rethrows -> [Value] {
        let values = values(source)
        return try [Value](unsafeUninitializedCapacity: count) { buffer, filled in
            try forEachRow(check) { (buffer.baseAddress! + $0).initialize(to: convert(values[$0])) }
            filled = count
        }
    }

    private func unpack(_ check: () throws -> Void) rethrows -> Column.Storage {
        switch form {
        case .ids: try numbered(check)
        case .codes(1, let dictionary): .text(codes: try array(UInt8.self, check) { Int32($0) - 1 }, dictionary: dictionary)
        case .codes(2, let dictionary): .text(codes: try array(UInt16.self, check) { Int32($0) - 1 }, dictionary: dictionary)
        case .codes(_, let dictionary): .text(codes: try array(Int32.self, check) { $0 - 1 }, dictionary: dictionary)
        case .runs(let offsets, let dictionary):
            .text(
                codes: try [Int32](unsafeUninitializedCapacity: count) { buffer, filled in
                    for run in 0..<max(0, offsets.count - 1) {
                        if run & 0xFFF == 0 { try check() }
                        for row in offsets[run]..<offsets[run + 1] { (buffer.baseAddress! + row).initialize(to: Int32(run)) }
                    }
                    filled = count
                }, dictionary: dictionary)
        case .seconds(let format): .time(try array(Int32.self, check) { Int64($0) * 1_000_000 }, present: present, format: format)
        case .times(let format): .time(try array(Int64.self, check) { $0 }, present: present, format: format)
        case .integers: .integer(try array(Int64.self, check) { $0 }, present: present)
        case .numbers: .number(try array(UInt64.self, check) { Double(bitPattern: $0) }, present: present)
        case .truths: .boolean(try array(UInt8.self, check) { $0 != 0 }, present: present)
        }
    }

    /// Ids as codes, numbered by first appearance, with a dictionary of those that occur.
    private func numbered(_ check: () throws -> Void) rethrows -> Column.Storage {
        let ids = values(Int32.self)
        var most: Int32 = -1
        for row in 0..<count { most = max(most, ids[row]) }
        var order: [Int32] = []
        let codes = try [Int32](unsafeUninitializedCapacity: count) { buffer, filled in
            let codes = buffer.baseAddress
            // A slot for each number up to the greatest, unless that wastes more memory than the rows take.
            if Int(most) < max(1 << 20, 4 * count) {
                let ranks = UnsafeMutablePointer<Int32>.allocate(capacity: Int(most) + 1)
                defer { ranks.deallocate() }
                ranks.initialize(repeating: -1, count: Int(most) + 1)
                try forEachRow(check) { row in
                    let id = ids[row]
                    var code: Int32 = -1
                    if id >= 0 {
                        code = ranks[Int(id)]
                        if code < 0 {
                            code = Int32(truncatingIfNeeded: order.count)
                            ranks[Int(id)] = code
                            order.append(id)
                        }
                    }
                    (codes! + row).initialize(to: code)
                }
            } else {
                var ranks: [Int32: Int32] = [:]
                try forEachRow(check) { row in
                    let id = ids[row]
                    var code: Int32 = -1
                    if id >= 0 {
                        if let known = ranks[id] { code = known } else {
                            code = Int32(truncatingIfNeeded: order.count)
                            ranks[id] = code
                            order.append(id)
                        }
                    }
                    (codes! + row).initialize(to: code)
                }
            }
            filled = count
        }
        return .text(codes: codes, dictionary: TextDictionary(decimals: order))
    }

    /// The values of some rows, in the order given.
    func subset(rows: [Int32], check: () throws -> Void) rethrows -> PackedColumn? {
        func gathered<Value: BitwiseCopyable>(_ type: Value.Type) throws -> PackedMemory {
            let memory = PackedMemory(type, count: rows.count)
            let target = memory.start.assumingMemoryBound(to: type)
            let source = values(type)
            for start in stride(from: 0, to: rows.count, by: 1 << 16) {
                try check()
                for place in start..<min(rows.count, start + 1 << 16) { target[place] = source[Int(rows[place])] }
            }
            return memory
        }
        if case .runs = form { return nil }
        let memory =
            switch width {
            case 1: try gathered(UInt8.self)
            case 2: try gathered(UInt16.self)
            case 4: try gathered(Int32.self)
            default: try gathered(Int64.self)
            }
        return PackedColumn(form, count: rows.count, memory: memory, present: present?.subset(rows: rows))
    }
}

extension PackedColumn {
    /// Codes numbered anew by first appearance, with only the texts that occur; none for any other column.
    func renumbered(check: () throws -> Void) rethrows -> PackedColumn? {
        guard case .codes(let bytes, let dictionary) = form else { return nil }
        func made<Code: FixedWidthInteger & BitwiseCopyable>(_ type: Code.Type) throws -> PackedColumn {
            let source = values(type)
            var ranks = [Code](repeating: 0, count: dictionary.count + 1)
            var order: [Int32] = []
            var row = 0
            // To the row that holds the last of the texts for the first time.
            while row < count, order.count < dictionary.count {
                if row & 0xFFFF == 0 { try check() }
                let code = Int(source[row])
                if code > 0, ranks[code] == 0 {
                    order.append(Int32(code - 1))
                    ranks[code] = Code(truncatingIfNeeded: order.count)
                }
                row += 1
            }
            if order.count == dictionary.count, order.enumerated().allSatisfy({ $0.offset == $0.element }) { return self }
            let memory = PackedMemory(type, count: count)
            let target = memory.values(type)
            for row in 0..<count {
                if row & 0xFFFF == 0 { try check() }
                target[row] = ranks[Int(source[row])]
            }
            return PackedColumn(.codes(bytes: bytes, dictionary.subset(order)), count: count, memory: memory)
        }
        return switch bytes {
        case 1: try made(UInt8.self)
        case 2: try made(UInt16.self)
        default: try made(Int32.self)
        }
    }
}

extension TextDictionary {
    /// The decimal texts of some whole numbers from 0.
    init(decimals: [Int32]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(7 * decimals.count)
        var starts = [0]
        starts.reserveCapacity(decimals.count + 1)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { text in
            for number in decimals {
                bytes.append(contentsOf: text[..<cnb_write_number(Int64(number), text.baseAddress)])
                starts.append(bytes.count)
            }
        }
        self.init(bytes: bytes, starts: starts)
    }
}

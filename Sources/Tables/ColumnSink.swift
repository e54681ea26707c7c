import CScanning
import Runtime

/// Collects the values of one column for the rows of one shard.
///
/// Plain memory behind pointers, so that the loop over rows counts no references; whoever holds the sink frees it.
struct ColumnSink {
    enum Failure { case missing, notA(String) }

    let kind: ColumnPlan.Kind
    let field: Int
    let isRequired: Bool
    private let isOfUsers: Bool
    /// Whether a text column holds codes; else its texts are whole numbers, and these are kept as such.
    var isCoded = false
    /// Codes or ids of a text column, -1 where missing; whole seconds of a column of times, once `finish` found all to be such.
    private(set) var codes: UnsafeMutablePointer<Int32>?
    private(set) var isWholeSeconds = false
    /// The ids of neighbouring rows, once `finish` found that mostly rows of one id follow each other; how often each follows itself.
    private(set) var runs: [(id: Int32, rows: Int32)]?
    /// Whole numbers, times, or the bit patterns of doubles and truth values.
    private(set) var words: UnsafeMutablePointer<Int64>?
    /// Set for gaps; made when the first comes. A text column has the code -1 instead.
    private(set) var gaps: UnsafeMutablePointer<Bool>?
    private var capacity: Int

    init(_ plan: ColumnPlan, capacity: Int) {
        kind = if case .time(let format) = plan.kind { .time(format.reading) } else { plan.kind }
        field = plan.field
        isRequired = plan.required != nil
        isOfUsers = plan.isOfUsers
        self.capacity = capacity
        switch kind {
        case .text: codes = .allocate(capacity: capacity)
        case .time:
            codes = .allocate(capacity: capacity)
            words = .allocate(capacity: capacity)
        case .integer, .number, .boolean: words = .allocate(capacity: capacity)
        }
    }

    /// Empties the sink for another shard.
    mutating func reset() {
        gaps?.deallocate()
        gaps = nil
        isWholeSeconds = false
        runs = nil
    }

    /// Looks over what was put.
    mutating func finish(rows: Int) {
        if isOfUsers, !isCoded { findRuns(rows) }
        guard case .time = kind, let words, let codes else { return }
        var isWhole = true
        for row in 0..<rows {
            let seconds = words[row] / 1_000_000
            let short = Int32(truncatingIfNeeded: seconds)
            isWhole = isWhole && Int64(short) &* 1_000_000 == words[row]
            codes[row] = short
        }
        isWholeSeconds = isWhole
    }

    private mutating func findRuns(_ rows: Int) {
        guard let codes else { return }
        var found: [(id: Int32, rows: Int32)] = []
        var row = 0
        while row < rows {
            let first = row
            repeat { row += 1 } while row < rows && codes[row] == codes[first]
            found.append((codes[first], Int32(truncatingIfNeeded: row - first)))
            // Shorter ones take no less memory than the ids.
            if found.count > 64, found.count * 2 > row { return }
        }
        runs = found
    }

    /// Frees the memory; a second call does nothing.
    mutating func deallocate() {
        codes?.deallocate()
        words?.deallocate()
        gaps?.deallocate()
        codes = nil
        words = nil
        gaps = nil
    }

    mutating func grow(to capacity: Int, rows: Int) {
        func grown<Value: BitwiseCopyable>(_ old: UnsafeMutablePointer<Value>?) -> UnsafeMutablePointer<Value>? {
            guard let old else { return nil }
            let new = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
            new.update(from: old, count: rows)
            old.deallocate()
            return new
        }
        guard capacity > self.capacity else { return }
        codes = grown(codes)
        words = grown(words)
        if let old = gaps {
            let new = UnsafeMutablePointer<Bool>.allocate(capacity: capacity)
            new.initialize(repeating: false, count: capacity)
            new.update(from: old, count: rows)
            old.deallocate()
            gaps = new
        }
        self.capacity = capacity
    }

    @inline(__always)
    func put(code: Int32, row: Int) { codes.unsafelyUnwrapped[row] = code }

    /// Reads the field of one row after the other of a lot, as numbers, times or truth values.
    ///
    /// - Returns: the number of rows before the first that holds something else.
    mutating func put(_ lot: RowLot, rows: Int, row first: Int) -> Int {
        var done = 0
        while done < rows {
            if case .time(.epochSeconds) = kind {
                let read = cnb_read_digits(
                    lot.base, lot.entry(done, field), UInt32(lot.stride), lot.isLast(field), rows - done, 1_000_000, words.unsafelyUnwrapped + first + done)
                if let gaps { for row in (first + done)..<(first + done + read) { gaps[row] = false } }
                done += read
                if done == rows { break }
            }
            guard put(FieldText.trimmed(lot.text(row: done, field: field)), row: first + done) == nil else { return done }
            done += 1
        }
        return rows
    }

    /// Reads the field as a number, time or truth value into `row`.
    @inline(__always)
    mutating func put(_ text: UnsafeBufferPointer<UInt8>, row: Int) -> Failure? {
        let word: Int64?
        switch kind {
        case .integer: word = FieldText.integer(text)
        case .number: word = FieldText.number(text).map { Int64(bitPattern: $0.bitPattern) }
        case .boolean: word = Self.truth(text)
        case .time(.epochSeconds): word = Self.wholeSeconds(text) ?? TimeText.decimal(text, scale: 6)
        case .time(let format): word = format.parse(text)
        case .text: return nil
        }
        guard let word else { return putGap(text, row: row) }
        words.unsafelyUnwrapped[row] = word
        if let gaps { gaps[row] = false }
        return nil
    }

    @inline(never)
    private mutating func putGap(_ text: UnsafeBufferPointer<UInt8>, row: Int) -> Failure? {
        guard FieldText.isMissingValue(text) else {
            switch kind {
            case .integer: return .notA("whole number")
            case .number: return .notA("number")
            case .boolean: return .notA("true or false")
            case .time(let format): return .notA("time (\(format.word))")
            case .text: return nil
            }
        }
        if isRequired { return .missing }
        if gaps == nil {
            let fresh = UnsafeMutablePointer<Bool>.allocate(capacity: capacity)
            fresh.initialize(repeating: false, count: capacity)
            gaps = fresh
        }
        gaps.unsafelyUnwrapped[row] = true
        words.unsafelyUnwrapped[row] = 0
        return nil
    }

    /// The commonest time, ten digits of seconds, in one short loop.
    @inline(__always)
    private static func wholeSeconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count > 0, text.count <= 12 else { return nil }
        var value: Int64 = 0
        for byte in text {
            let digit = byte &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value &* 1_000_000
    }

    static func truth(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        switch text.count {
        case 4 where text[0] | 0x20 == 0x74 && text[1] | 0x20 == 0x72 && text[2] | 0x20 == 0x75 && text[3] | 0x20 == 0x65: 1
        case 5 where text[0] | 0x20 == 0x66 && text[1] | 0x20 == 0x61 && text[2] | 0x20 == 0x6C && text[3] | 0x20 == 0x73 && text[4] | 0x20 == 0x65: 0
        default: nil
        }
    }
}

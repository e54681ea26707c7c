/// A bit for each row: set where a value is present.
public struct Mask: Sendable, Hashable {
    public private(set) var count: Int
    private(set) var words: [UInt64]

    public init(repeating present: Bool = true, count: Int) {
        self.count = count
        words = Array(repeating: present ? .max : 0, count: (count + 63) / 64)
        clearSpare()
    }

    public init(_ bits: some Collection<Bool>) {
        self.init(repeating: false, count: bits.count)
        for (row, bit) in bits.enumerated() where bit { words[row >> 6] |= 1 << UInt64(row & 63) }
    }

    /// - Parameter words: a bit for each row, from the lowest of the first word on.
    init(words: [UInt64], count: Int) {
        self.words = words
        self.count = count
    }

    public subscript(row: Int) -> Bool {
        get {
            precondition(row < count, "Mask row out of range")
            return words[row >> 6] & (1 << UInt64(row & 63)) != 0
        }
        set {
            precondition(row < count, "Mask row out of range")
            if newValue { words[row >> 6] |= 1 << UInt64(row & 63) } else { words[row >> 6] &= ~(1 << UInt64(row & 63)) }
        }
    }

    /// How many rows have a value.
    public var presentCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The mask of some rows, or none if all of those are present.
    public func subset(rows: some Collection<Int32>) -> Mask? {
        var mask = Mask(repeating: true, count: rows.count)
        var isComplete = true
        for (new, old) in rows.enumerated() where !self[Int(old)] {
            mask[new] = false
            isComplete = false
        }
        return isComplete ? nil : mask
    }

    private mutating func clearSpare() {
        if count & 63 != 0 { words[words.count - 1] &= (1 << UInt64(count & 63)) - 1 }
    }
}

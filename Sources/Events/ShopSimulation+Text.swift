import Runtime

extension ShopSimulation {
    /// The columns of the text form.
    public static func columns(prices: Bool = false) -> [String] {
        ["user", "item", "category", "action", "time"] + (prices ? ["price"] : [])
    }

    /// Writes all events as comma-separated text with a header, piece by piece in the order of the log.
    ///
    /// Whole numbers are plain, times are epoch seconds, prices have two decimals, nothing is quoted, lines end in `\n`.
    /// - Throws: `Cancelled`, or what `sink` throws.
    public func writeText(prices: Bool = false, work: Work = Work(), to sink: ([UInt8]) throws -> Void) throws {
        try sink(Array((Self.columns(prices: prices).joined(separator: ",") + "\n").utf8))
        try forEachShard(work: work, make: { Self.text(of: $0, prices: prices) }, sink)
    }

    /// The rows of some events, without a header.
    public static func text(of events: [Event], prices: Bool = false) -> [UInt8] {
        let categories = categories.map { Array($0.utf8) }, actions = Action.names.map { Array($0.utf8) }
        return [UInt8](unsafeUninitializedCapacity: events.count * Row.limit) { buffer, count in
            var row = Row(buffer: buffer)
            for event in events {
                row.put(event.user)
                row.put(UInt8(ascii: ","))
                row.put(event.item)
                row.put(UInt8(ascii: ","))
                row.put(categories[Int(event.category)])
                row.put(UInt8(ascii: ","))
                row.put(actions[Int(event.action.rawValue)])
                row.put(UInt8(ascii: ","))
                row.put(event.time)
                if prices {
                    row.put(UInt8(ascii: ","))
                    row.put(event.price / 100)
                    row.put(UInt8(ascii: "."))
                    row.put(UInt8(ascii: "0") + UInt8(event.price % 100 / 10))
                    row.put(UInt8(ascii: "0") + UInt8(event.price % 10))
                }
                row.put(UInt8(ascii: "\n"))
            }
            count = row.end
        }
    }

    /// Writes rows into a buffer; each put checks that it stays inside.
    private struct Row {
        /// No row is longer: four numbers of at most 20 digits, a category and an action of at most 16 letters, the rest punctuation and cents.
        static let limit = 128
        let buffer: UnsafeMutableBufferPointer<UInt8>
        var end = 0

        mutating func put(_ byte: UInt8) {
            precondition(end < buffer.count, "a row of a simulated shop is longer than its limit")
            buffer[end] = byte
            end += 1
        }

        mutating func put(_ bytes: [UInt8]) {
            for byte in bytes { put(byte) }
        }

        /// - Parameter number: at least 0, as ids, times and prices are.
        mutating func put(_ number: Int) {
            var digits = 1, rest = number / 10
            while rest > 0 {
                digits += 1
                rest /= 10
            }
            precondition(end + digits <= buffer.count, "a row of a simulated shop is longer than its limit")
            rest = number
            for offset in stride(from: digits - 1, through: 0, by: -1) {
                buffer[end + offset] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            end += digits
        }
    }
}

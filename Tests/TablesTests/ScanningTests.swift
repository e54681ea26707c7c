import CScanning
import Runtime
import Testing

/// The vectorised functions of `CScanning`, held against fields that are cut and read one by one.
struct ScanningTests {
    /// Rows of fields, most of them numbers, and their text with room after it.
    private struct Lines {
        let rows: [[String]]
        let fields: Int
        let count: Int
        let bytes: [UInt8]
        /// Where each row begins.
        let starts: [Int]

        private static let others = [
            "0", "7", "00", "012", "99999999", "100000000", "2147483647", "2147483648", "999999999999", "1234567890123", "a", "1a", "a1", "12345a78", "1 2", "", "-1", "+5", "1.5", "/", "12:",
            "98765432101", "99999999999999999", "ü1",
        ]

        init(seed: Int) {
            var stream = RandomStream(seed: seed, name: "tests", purpose: "scanning")
            let fields = 2 + stream.below(4)
            let plain = stream.below(101)
            var bytes: [UInt8] = []
            var starts: [Int] = []
            rows = (0..<(1 + stream.below(40))).map { _ in
                let row = (0..<fields).map { _ in
                    stream.below(100) < plain ? "\(stream.below(stream.below(3) == 0 ? 100_000_000 : 1_000_000))" : Self.others[stream.below(Self.others.count)]
                }
                starts.append(bytes.count)
                bytes += Array((row.joined(separator: ",") + "\n").utf8)
                return row
            }
            (self.fields, self.starts, count) = (fields, starts, bytes.count)
            self.bytes = bytes + [UInt8](repeating: 0, count: 64)
        }
    }

    private static func number(_ text: String) -> Int64? { (1...12).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil }
    private static func id(_ text: String) -> Int32? { number(text).flatMap { "\($0)" == text ? Int32(exactly: $0) : nil } }

    @Test(arguments: 0..<400) func fieldsAndNumbersAreThoseReadOneByOne(seed: Int) {
        let lines = Lines(seed: seed)
        let (rows, fields) = (lines.rows, UInt32(lines.fields))
        var ends = [UInt32](repeating: 0, count: 1 + 64 * lines.fields + 64)
        var next = 0
        #expect(cnb_scan_rows(lines.bytes, 0, lines.count, lines.count, 0x2C, fields, 64, &ends, &next) == rows.count, "seed \(seed)")
        #expect(next == lines.count)
        for field in 0..<lines.fields {
            var (ids, digits) = ([Int32](repeating: 0, count: 64), [Int64](repeating: 0, count: 64))
            let isLast: UInt32 = field == lines.fields - 1 ? 1 : 0
            let (wantedIDs, wantedDigits) = (rows.prefix { Self.id($0[field]) != nil }, rows.prefix { Self.number($0[field]) != nil })
            ends.withUnsafeBufferPointer {
                let own = $0.baseAddress.unsafelyUnwrapped + field
                #expect(cnb_read_ids(lines.bytes, own, fields, isLast, rows.count, &ids) == wantedIDs.count, "seed \(seed), field \(field)")
                #expect(cnb_read_digits(lines.bytes, own, fields, isLast, rows.count, 1_000_000, &digits) == wantedDigits.count, "seed \(seed), field \(field)")
            }
            #expect(ids.prefix(wantedIDs.count).elementsEqual(wantedIDs.compactMap { Self.id($0[field]) }), "seed \(seed), field \(field)")
            #expect(digits.prefix(wantedDigits.count).elementsEqual(wantedDigits.compactMap { Self.number($0[field]).map { $0 * 1_000_000 } }), "seed \(seed), field \(field)")
        }
    }

    @Test(arguments: 0..<400) func idsOfTheFirstFieldAndChosenRows(seed: Int) {
        let lines = Lines(seed: seed)
        let fields = UInt32(lines.fields)
        var (starts, ids, next) = ([UInt32](repeating: 0, count: 1 + 64 + 64), [Int32](repeating: 0, count: 64), 0)
        let wanted = lines.rows.prefix { $0[0].utf8.count <= 8 && Self.id($0[0]) != nil }
        let found = cnb_scan_ids(lines.bytes, 0, lines.count, lines.count, 0x2C, fields, 64, &starts, &ids, &next)
        #expect(found == wanted.count, "seed \(seed)")
        #expect(next == (found < lines.rows.count ? lines.starts[found] : lines.count), "seed \(seed)")
        #expect(ids.prefix(found).elementsEqual(wanted.compactMap { Self.id($0[0]) }), "seed \(seed)")
        let chosen = (0..<UInt32(found)).filter { $0 % 3 != 1 }
        var ends = [UInt32](repeating: 0, count: 64 * (lines.fields + 1) + 64)
        cnb_find_fields(lines.bytes, starts, chosen, chosen.count, 0x2C, fields, &ends)
        for (place, row) in chosen.enumerated() {
            var end = lines.starts[Int(row)] - 1
            let own = ends[(place * (lines.fields + 1))...]
            #expect(own.first == UInt32(truncatingIfNeeded: end), "seed \(seed)")
            for (field, text) in lines.rows[Int(row)].enumerated() {
                end += text.utf8.count + 1
                #expect(own[own.startIndex + field + 1] == UInt32(end), "seed \(seed)")
            }
        }
    }

    @Test func rowsEndBeforeAQuoteAndBeforeOneOfOtherLength() {
        for (text, whole) in [("1,a\n2,b\n3,\"c\"\n", 2), ("1,a\n2\n3,c\n", 1), ("1,a\n2,b,x\n3,c\n", 1), ("1,a\n2,b", 1), ("1,a\n\n2,b\n", 1)] {
            let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 64)
            var (ends, starts, ids, next) = ([UInt32](repeating: 0, count: 200), [UInt32](repeating: 0, count: 200), [Int32](repeating: 0, count: 64), 0)
            #expect(cnb_scan_rows(bytes, 0, text.utf8.count, text.utf8.count, 0x2C, 2, 64, &ends, &next) == whole, "\(text)")
            #expect(cnb_scan_ids(bytes, 0, text.utf8.count, text.utf8.count, 0x2C, 2, 64, &starts, &ids, &next) == whole, "\(text)")
            #expect(next == Array(text.utf8).indices.filter { text.utf8[text.utf8.index(text.startIndex, offsetBy: $0)] == 0x0A }[whole - 1] + 1, "\(text)")
        }
    }
}

/// Takes out of a PDF what differs from one run to the next.
enum PDFDate {
    /// The same PDF without the time it was made and the program that made it; no byte moves, so its cross references hold.
    static func removed(from bytes: [UInt8]) throws(PlotError) -> [UInt8] {
        guard bytes.starts(with: Array("%PDF-".utf8)) else { throw .unreadable(format: "PDF") }
        var bytes = bytes
        for key in ["/CreationDate (", "/ModDate (", "/Producer ("] {
            let wanted = Array(key.utf8)
            // The dictionary stands at the end of the file; what the drawing is made of is compressed before it.
            guard let start = lastPlace(of: wanted, in: bytes) else { continue }
            var depth = 1
            var place = start + wanted.count
            while place < bytes.count, depth > 0 {
                if bytes[place] == UInt8(ascii: "(") { depth += 1 }
                if bytes[place] == UInt8(ascii: ")") { depth -= 1 }
                place += 1
            }
            guard depth == 0 else { throw .unreadable(format: "PDF") }
            for index in start..<place { bytes[index] = UInt8(ascii: " ") }
        }
        return bytes
    }

    private static func lastPlace(of wanted: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= wanted.count else { return nil }
        return (0...(bytes.count - wanted.count)).reversed().first { start in
            bytes[start] == wanted[0] && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}

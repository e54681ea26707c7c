import Runtime

/// How the bytes of a text file stand for letters and line ends, by a look at parts of it.
struct TextEncoding {
    var encoding = DelimitedFormat.Encoding.utf8
    var endsLinesWithCarriageReturns = false

    /// - Throws: `DataError.unknownFormat` where lines end now in one way and now in another.
    init(_ pieces: [[UInt8]], _ path: String) throws(DataError) {
        if Self.isWindows1252(pieces) { encoding = .windows1252 }
        var feeds = 0, returns = 0
        for piece in pieces {
            for (index, byte) in piece.enumerated() {
                if byte == 0x0A { feeds += 1 }
                // A carriage return at the very end may have its line feed beyond it.
                if byte == 0x0D, index + 1 < piece.count, piece[index + 1] != 0x0A { returns += 1 }
            }
        }
        let endsInReturn = pieces.count == 1 && pieces[0].last == 0x0D
        endsLinesWithCarriageReturns = feeds == 0 && (returns > 0 || endsInReturn)
        guard feeds == 0 || returns <= 4 * feeds else {
            throw .unknownFormat(path, what: "some lines end with a carriage return alone and some with a line feed", hint: "write all line ends as line feeds: tr '\\r' '\\n' < FILE > NEW")
        }
    }

    /// Whether bytes that are no UTF-8 are most probably letters of Latin-1: none of the others are UTF-8, and nearly all stand where letters and signs of Europe's languages do.
    private static func isWindows1252(_ pieces: [[UInt8]]) -> Bool {
        var plausible = 0, implausible = 0
        for piece in pieces {
            // A piece may begin and end within a letter of UTF-8.
            var index = piece.prefix(3).prefix { $0 & 0xC0 == 0x80 }.count
            if index == piece.count { index = 0 }
            while index < piece.count {
                let byte = piece[index]
                if byte < 0x80 {
                    index += 1
                    continue
                }
                let length = UTF8Letter.length(piece[index...])
                switch length {
                case .whole: return false
                case .cutOff: index = piece.count
                case .none:
                    isLikely(byte, before: index > 0 ? piece[index - 1] : 0x20, after: index + 1 < piece.count ? piece[index + 1] : 0x20) ? (plausible += 1) : (implausible += 1)
                    index += 1
                }
            }
        }
        return plausible > 0 && plausible >= 9 * implausible
    }

    private static func isLikely(_ byte: UInt8, before: UInt8, after: UInt8) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0xFD, 0x8A, 0x8C, 0x8E, 0x9A, 0x9C, 0x9E, 0x9F: true
            default: false
            }
        }
        switch byte {
        case 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xD7, 0xF7, 0xFE, 0xFF: return false
        case _ where isLetter(byte): return isLetter(before) || isLetter(after)
        // Quotes, dashes, the euro, the degree and the like.
        default: return true
        }
    }

    /// The letters at 0x80...0x9F; where Windows has none, the control characters of Latin-1.
    private static let signs: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]

    /// Appends some bytes of a file to `text` as UTF-8 whose lines end with line feeds.
    func convert(_ bytes: some Sequence<UInt8>, into text: inout [UInt8]) {
        for byte in bytes {
            if byte == 0x0D, endsLinesWithCarriageReturns {
                text.append(0x0A)
            } else if byte < 0x80 || encoding == .utf8 {
                text.append(byte)
            } else {
                let code = byte < 0xA0 ? Self.signs[Int(byte) - 0x80] : UInt16(byte)
                if code < 0x800 {
                    text.append(0xC0 | UInt8(code >> 6))
                } else {
                    text.append(0xE0 | UInt8(code >> 12))
                    text.append(0x80 | UInt8(code >> 6 & 0x3F))
                }
                text.append(0x80 | UInt8(code & 0x3F))
            }
        }
    }

    init(of format: DelimitedFormat) {
        encoding = format.encoding
        endsLinesWithCarriageReturns = format.endsLinesWithCarriageReturns
    }
}

/// One letter of UTF-8 beyond ASCII.
enum UTF8Letter {
    case whole, cutOff, none

    static func length(_ bytes: ArraySlice<UInt8>) -> UTF8Letter {
        guard let first = bytes.first else { return .none }
        let count: Int
        switch first {
        case 0xC2...0xDF: count = 2
        case 0xE0...0xEF: count = 3
        case 0xF0...0xF4: count = 4
        default: return .none
        }
        let rest = bytes.dropFirst().prefix(count - 1)
        guard rest.allSatisfy({ $0 & 0xC0 == 0x80 }) else { return .none }
        guard rest.count == count - 1 else { return .cutOff }
        return String(validating: bytes.prefix(count), as: UTF8.self) == nil ? .none : .whole
    }
}

/// The text of a file from its start on, unpacked and in UTF-8.
final class TextStream {
    private let source: UnpackedStream
    private let encoding: TextEncoding
    private let isConverted: Bool
    private var raw: [UInt8] = []
    private var converted: [UInt8] = []
    private var used = 0

    init(_ file: InputFile, _ format: DelimitedFormat) throws(DataError) {
        source = try UnpackedStream(file)
        encoding = TextEncoding(of: format)
        isConverted = format.isConverted
    }

    /// Bytes of the file that have been read.
    var offset: Int { source.offset }
    func finishDigest() -> Digest { source.finishDigest() }

    /// Fills the buffer and gives the number of bytes: fewer than asked for only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        guard isConverted else { return try source.read(into: buffer) }
        var filled = 0
        while filled < buffer.count {
            if used == converted.count {
                if raw.isEmpty { raw = Array(repeating: 0, count: 1 << 16) }
                let count = try source.fill(&raw)
                guard count > 0 else { break }
                converted.removeAll(keepingCapacity: true)
                encoding.convert(raw[..<count], into: &converted)
                used = 0
            }
            let count = min(converted.count - used, buffer.count - filled)
            converted.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)]).copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[used..<(used + count)])) }
            used += count
            filled += count
        }
        return filled
    }
}

/// A value of a file of JSON or UBJSON (draft 12, whose arrays may have a type and a count), as XGBoost writes models.
///
/// Lists of numbers are held as such. Nothing in a file, however it was spoilt, does more than throw.
indirect enum ModelNode {
    case null
    case number(Double)
    case text(String)
    case list([ModelNode])
    case numbers([Double])
    case object([String: ModelNode])

    /// - Throws: `BoosterError.file`.
    init(_ bytes: [UInt8]) throws(BoosterError) {
        guard bytes.first(where: { !Reader.isBlank($0) }) == UInt8(ascii: "{") else { throw .file(bytes.isEmpty ? "it is empty" : "it begins as no model does") }
        var reader = Reader(bytes)
        // Behind the bracket UBJSON has the length of the first key, which JSON begins with quotes.
        let next = bytes.drop { $0 != UInt8(ascii: "{") }.dropFirst().first
        if let next, "iUIlL$#".utf8.contains(next) { self = try reader.binary(depth: 0) } else {
            self = try reader.text(depth: 0)
            reader.skipBlanks()
            guard reader.isAtEnd else { throw .file("something follows its end") }
        }
    }

    // MARK: What is looked for in it

    func find(_ name: String) -> ModelNode? { if case .object(let members) = self { members[name] } else { nil } }

    func member(_ name: String) throws(BoosterError) -> ModelNode {
        guard let found = find(name) else { throw .file("it has no '\(name)'") }
        return found
    }

    /// In the order of their names.
    func members(_ what: String) throws(BoosterError) -> [(String, ModelNode)] {
        guard case .object(let members) = self else { throw .file("'\(what)' is no object") }
        return members.sorted { $0.key < $1.key }
    }

    func text(_ what: String) throws(BoosterError) -> String {
        guard case .text(let text) = self else { throw .file("\(what) is no text") }
        return text
    }

    func list(_ what: String) throws(BoosterError) -> [ModelNode] {
        switch self {
        case .list(let members): return members
        case .numbers(let values): return values.map { .number($0) }
        default: throw .file("'\(what)' is no list")
        }
    }

    func numbers(_ what: String) throws(BoosterError) -> [Double] {
        switch self {
        case .numbers(let values): return values
        case .list(let members) where members.isEmpty: return []
        default: throw .file("'\(what)' is no list of numbers")
        }
    }

    func wholes(_ what: String, in range: ClosedRange<Int>) throws(BoosterError) -> [Int] {
        try numbers(what).map { value throws(BoosterError) in
            guard let whole = Int(exactly: value), range.contains(whole) else { throw .file("'\(what)' holds \(value)") }
            return whole
        }
    }

    /// A whole number, also where it is written as text.
    func whole(_ what: String, in range: ClosedRange<Int>) throws(BoosterError) -> Int {
        let found: Int? =
            switch self {
            case .number(let value): Int(exactly: value)
            case .text(let text): Int(text)
            default: nil
            }
        guard let found, range.contains(found) else { throw .file("'\(what)' is no whole number in \(range.lowerBound)...\(range.upperBound)") }
        return found
    }

    /// A starting score, or one a class: 0.5, "5E-1" or "[5E-1, 2E-1]".
    func scores() throws(BoosterError) -> [Double] {
        switch self {
        case .number(let value): return [value]
        case .numbers(let values): return values
        case .text(let text):
            let plain = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
            return try plain.split(separator: ",", omittingEmptySubsequences: false).map { part throws(BoosterError) in
                guard let value = Double(part.drop { $0 == " " }) else { throw .file("'base_score' is no number") }
                return value
            }
        default: throw .file("'base_score' is no number")
        }
    }
}

extension ModelNode {
    /// Goes through the bytes of a file.
    private struct Reader {
        private let bytes: [UInt8]
        private var place = 0

        /// Models have seven objects in one another.
        private static let deepest = 32

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { place == bytes.count }

        static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

        mutating func skipBlanks() { while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 } }

        private mutating func byte() throws(BoosterError) -> UInt8 {
            guard place < bytes.count else { throw .file("it is cut off") }
            place += 1
            return bytes[place - 1]
        }

        private func peek() throws(BoosterError) -> UInt8 {
            guard place < bytes.count else { throw .file("it is cut off") }
            return bytes[place]
        }

        private var wrong: BoosterError { .file("byte \(place) is not what should stand there") }

        private static func packed(_ members: [ModelNode]) -> ModelNode {
            var values: [Double] = []
            values.reserveCapacity(members.count)
            for member in members { if case .number(let value) = member { values.append(value) } else { return .list(members) } }
            return members.isEmpty ? .list([]) : .numbers(values)
        }

        // MARK: JSON

        mutating func text(depth: Int) throws(BoosterError) -> ModelNode {
            guard depth < Self.deepest else { throw .file("it lies too deep in itself") }
            skipBlanks()
            switch try peek() {
            case UInt8(ascii: "{"):
                place += 1
                var members: [String: ModelNode] = [:]
                skipBlanks()
                if try peek() == UInt8(ascii: "}") {
                    place += 1
                    return .object(members)
                }
                while true {
                    skipBlanks()
                    let name = try quoted()
                    skipBlanks()
                    guard try byte() == UInt8(ascii: ":") else { throw wrong }
                    guard members.updateValue(try text(depth: depth + 1), forKey: name) == nil else { throw .file("'\(name.prefix(40))' stands in it twice") }
                    if try isLast(UInt8(ascii: "}")) { return .object(members) }
                }
            case UInt8(ascii: "["):
                place += 1
                skipBlanks()
                if try peek() == UInt8(ascii: "]") {
                    place += 1
                    return .list([])
                }
                return try listed(depth)
            case UInt8(ascii: "\""): return .text(try quoted())
            case UInt8(ascii: "t"): return try word("true", .number(1))
            case UInt8(ascii: "f"): return try word("false", .number(0))
            case UInt8(ascii: "n"): return try word("null", .null)
            case UInt8(ascii: "N"): return try word("NaN", .number(.nan))
            default: return .number(try number())
            }
        }

        /// A list's members after its bracket: numbers as long as they are.
        private mutating func listed(_ depth: Int) throws(BoosterError) -> ModelNode {
            var values: [Double] = [], members: [ModelNode] = []
            while true {
                let member = try text(depth: depth + 1)
                if members.isEmpty, case .number(let value) = member { values.append(value) } else {
                    if members.isEmpty { members = values.map { .number($0) } }
                    members.append(member)
                }
                if try isLast(UInt8(ascii: "]")) { return members.isEmpty ? .numbers(values) : .list(members) }
            }
        }

        /// Whether what was read was the last member, and not one with a comma behind it.
        private mutating func isLast(_ end: UInt8) throws(BoosterError) -> Bool {
            skipBlanks()
            let sign = try byte()
            guard sign == end || sign == UInt8(ascii: ",") else { throw wrong }
            return sign == end
        }

        private mutating func word(_ word: String, _ value: ModelNode) throws(BoosterError) -> ModelNode {
            for letter in word.utf8 { guard try byte() == letter else { throw wrong } }
            return value
        }

        private mutating func number() throws(BoosterError) -> Double {
            let start = place
            while place < bytes.count, "0123456789+-.eE".utf8.contains(bytes[place]) { place += 1 }
            guard start < place, let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)) else { throw wrong }
            return value
        }

        private mutating func quoted() throws(BoosterError) -> String {
            guard try byte() == UInt8(ascii: "\"") else { throw wrong }
            var text: [UInt8] = []
            while true {
                switch try byte() {
                case UInt8(ascii: "\""):
                    guard let text = String(validating: text, as: UTF8.self) else { throw .file("a text is not UTF-8") }
                    return text
                case UInt8(ascii: "\\"):
                    switch try byte() {
                    case UInt8(ascii: "n"): text.append(0x0A)
                    case UInt8(ascii: "r"): text.append(0x0D)
                    case UInt8(ascii: "t"): text.append(0x09)
                    case UInt8(ascii: "b"): text.append(0x08)
                    case UInt8(ascii: "f"): text.append(0x0C)
                    case UInt8(ascii: "u"): text += Array(String(try escaped()).utf8)
                    case let sign where "\"\\/".utf8.contains(sign): text.append(sign)
                    default: throw wrong
                    }
                case let plain: text.append(plain)
                }
            }
        }

        /// A letter written as \uXXXX, or as two of them.
        private mutating func escaped() throws(BoosterError) -> Unicode.Scalar {
            let first = try unit()
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard try byte() == UInt8(ascii: "\\"), try byte() == UInt8(ascii: "u") else { throw wrong }
            let second = try unit()
            guard (0xD800..<0xDC00).contains(first), (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) else { throw wrong }
            return scalar
        }

        private mutating func unit() throws(BoosterError) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let digit = Character(Unicode.Scalar(try byte())).hexDigitValue else { throw wrong }
                value = value << 4 | UInt32(digit)
            }
            return value
        }

        // MARK: UBJSON

        mutating func binary(depth: Int) throws(BoosterError) -> ModelNode { try binary(try byte(), depth: depth) }

        private mutating func binary(_ type: UInt8, depth: Int) throws(BoosterError) -> ModelNode {
            guard depth < Self.deepest else { throw .file("it lies too deep in itself") }
            switch type {
            case UInt8(ascii: "Z"): return .null
            case UInt8(ascii: "T"): return .number(1)
            case UInt8(ascii: "F"): return .number(0)
            case UInt8(ascii: "S"): return .text(try counted())
            case UInt8(ascii: "C"): return .text(String(Character(Unicode.Scalar(try byte()))))
            case UInt8(ascii: "{"):
                var members: [String: ModelNode] = [:]
                let (type, count) = try container()
                var read = 0
                while true {
                    if let count { if read == count { return .object(members) } } else if try peek() == UInt8(ascii: "}") {
                        place += 1
                        return .object(members)
                    }
                    let name = try counted()
                    let value = if let type { try binary(type, depth: depth + 1) } else { try binary(depth: depth + 1) }
                    guard members.updateValue(value, forKey: name) == nil else { throw .file("'\(name.prefix(40))' stands in it twice") }
                    read += 1
                }
            case UInt8(ascii: "["):
                let (type, count) = try container()
                if let type, let count, let size = Self.size(type) {
                    guard count <= (bytes.count - place) / size else { throw .file("it is cut off") }
                    var values: [Double] = []
                    values.reserveCapacity(count)
                    for _ in 0..<count { values.append(try number(type)) }
                    return count == 0 ? .list([]) : .numbers(values)
                }
                var members: [ModelNode] = []
                while true {
                    if let count { if members.count == count { return Self.packed(members) } } else if try peek() == UInt8(ascii: "]") {
                        place += 1
                        return Self.packed(members)
                    }
                    // A count of what takes no bytes could be any.
                    guard members.count <= bytes.count else { throw .file("it is cut off") }
                    let member = if let type { try binary(type, depth: depth + 1) } else { try binary(depth: depth + 1) }
                    members.append(member)
                }
            default: return .number(try number(type))
            }
        }

        /// What stands behind a bracket: the type of all members, and how many there are.
        private mutating func container() throws(BoosterError) -> (type: UInt8?, count: Int?) {
            var type: UInt8?
            if try peek() == UInt8(ascii: "$") {
                place += 1
                type = try byte()
                guard try peek() == UInt8(ascii: "#") else { throw wrong }
            }
            guard try peek() == UInt8(ascii: "#") else { return (nil, nil) }
            place += 1
            return (type, try length())
        }

        private mutating func counted() throws(BoosterError) -> String {
            let count = try length()
            guard count <= bytes.count - place else { throw .file("it is cut off") }
            place += count
            guard let text = String(validating: bytes[place - count..<place], as: UTF8.self) else { throw .file("a text is not UTF-8") }
            return text
        }

        private mutating func length() throws(BoosterError) -> Int {
            guard let count = Int(exactly: try number(try byte())), count >= 0 else { throw wrong }
            return count
        }

        /// In bytes, of types of numbers.
        private static func size(_ type: UInt8) -> Int? {
            switch type {
            case UInt8(ascii: "i"), UInt8(ascii: "U"): 1
            case UInt8(ascii: "I"): 2
            case UInt8(ascii: "l"), UInt8(ascii: "d"): 4
            case UInt8(ascii: "L"), UInt8(ascii: "D"): 8
            default: nil
            }
        }

        private mutating func number(_ type: UInt8) throws(BoosterError) -> Double {
            guard let size = Self.size(type) else { throw wrong }
            var bits: UInt64 = 0
            for _ in 0..<size { bits = bits << 8 | UInt64(try byte()) }
            return switch type {
            case UInt8(ascii: "i"): Double(Int8(truncatingIfNeeded: bits))
            case UInt8(ascii: "U"): Double(bits)
            case UInt8(ascii: "I"): Double(Int16(truncatingIfNeeded: bits))
            case UInt8(ascii: "l"): Double(Int32(truncatingIfNeeded: bits))
            case UInt8(ascii: "L"): Double(Int64(truncatingIfNeeded: bits))
            case UInt8(ascii: "d"): Double(Float(bitPattern: UInt32(bits)))
            default: Double(bitPattern: bits)
            }
        }
    }
}

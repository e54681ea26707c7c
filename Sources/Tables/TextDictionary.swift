import Runtime

/// The different texts of a column, each with a number from 0, kept as one run of UTF-8 bytes.
public struct TextDictionary: Sendable {
    let bytes: [UInt8]
    /// Where each text starts in `bytes`; one more than there are texts.
    let starts: [Int]

    init(bytes: [UInt8], starts: [Int]) {
        self.bytes = bytes
        self.starts = starts
    }

    public init(_ names: some Sequence<String> = []) {
        var bytes: [UInt8] = []
        var starts = [0]
        for name in names {
            bytes.append(contentsOf: name.utf8)
            starts.append(bytes.count)
        }
        self.init(bytes: bytes, starts: starts)
    }

    public var count: Int { starts.count - 1 }

    public subscript(code: Int) -> String { String(decoding: bytes[starts[code]..<starts[code + 1]], as: UTF8.self) }

    /// All texts, by code.
    public var names: [String] { (0..<count).map { self[$0] } }

    /// Hands the bytes of a text to `body`, without a copy.
    public func withBytes<Result>(of code: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[starts[code]..<starts[code + 1]])) }
    }

    /// The code of a text, or none if the column never holds it. O(texts).
    public func code(of name: String) -> Int? {
        let wanted = Array(name.utf8)
        return (0..<count).first { code in
            starts[code + 1] - starts[code] == wanted.count && bytes[starts[code]..<starts[code + 1]].elementsEqual(wanted)
        }
    }

    /// Some of the texts, in the order given.
    package func subset(_ codes: [Int32]) -> TextDictionary {
        var kept: [UInt8] = []
        var starts = [0]
        starts.reserveCapacity(codes.count + 1)
        bytes.withUnsafeBufferPointer { bytes in
            for code in codes {
                kept.append(contentsOf: bytes[self.starts[Int(code)]..<self.starts[Int(code) + 1]])
                starts.append(kept.count)
            }
        }
        return TextDictionary(bytes: kept, starts: starts)
    }

    /// Whether the bytes of `a` come before those of `b`, which is the order of Unicode scalars.
    func precedes(_ a: Int, _ b: Int) -> Bool {
        bytes[starts[a]..<starts[a + 1]].lexicographicallyPrecedes(bytes[starts[b]..<starts[b + 1]])
    }
}

extension Column {
    /// The written values as codes, in the order in which they come, -1 for a gap, and the text of each code.
    ///
    /// - Throws: `Cancelled`.
    /// - Complexity: O(rows).
    public func interned(work: Work) throws -> (codes: [Int32], names: [String]) {
        var interning = TextInterning()
        let codes = try work.map(rows: count) { row in text(at: row).map { interning.code(of: $0) } ?? -1 }
        return (codes, interning.names)
    }
}

/// Gives each different text a code, in the order in which they come.
public struct TextInterning {
    private var codes: [String: Int32] = [:]
    /// The texts, by code.
    public private(set) var names: [String] = []

    public init() {}

    public mutating func code(of name: String) -> Int32 {
        if let code = codes[name] { return code }
        let code = Int32(names.count)
        codes[name] = code
        names.append(name)
        return code
    }

    public var dictionary: TextDictionary { TextDictionary(names) }
}

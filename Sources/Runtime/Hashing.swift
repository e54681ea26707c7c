import CXXHash

/// XXH64 of some bytes.
public func xxh64(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 { XXH64(bytes.baseAddress, bytes.count, seed) }

/// XXH64 of the UTF-8 form of a text.
public func xxh64(_ text: String, seed: UInt64 = 0) -> UInt64 {
    var text = text
    return text.withUTF8 { xxh64(UnsafeRawBufferPointer($0), seed: seed) }
}

/// Draws whole users by hash: the draw of a user follows from (seed, purpose, user) alone, whatever the order of rows or the threads.
public struct UserDraw: Sendable {
    private let prefix: [UInt8]

    /// - Parameter purpose: `sample`, `split` or `fold`; part of the hash, so that one draw says nothing of another.
    public init(seed: Int, purpose: String) { prefix = Array("\(seed):\(purpose):".utf8) }

    /// A number in 0..<1, the top 53 bits of XXH64 (seed 42) of `seed:purpose:user`.
    public func position(of user: UnsafeRawBufferPointer) -> Double {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: prefix.count + user.count) { buffer in
            for (offset, byte) in prefix.enumerated() { buffer[offset] = byte }
            for (offset, byte) in user.enumerated() { buffer[prefix.count + offset] = byte }
            return Double(xxh64(UnsafeRawBufferPointer(buffer), seed: 42) >> 11) * 0x1p-53
        }
    }

    public func position(of user: String) -> Double {
        var user = user
        return user.withUTF8 { position(of: UnsafeRawBufferPointer($0)) }
    }
}

/// A 128-bit content digest (XXH3-128), made in one go or piece by piece.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64, low: UInt64

    public init(of bytes: UnsafeRawBufferPointer) {
        let hash = XXH3_128bits(bytes.baseAddress, bytes.count)
        high = hash.high64
        low = hash.low64
    }

    public init(of text: String) {
        var text = text
        self = text.withUTF8 { Digest(of: UnsafeRawBufferPointer($0)) }
    }

    fileprivate init(_ hash: XXH128_hash_t) {
        high = hash.high64
        low = hash.low64
    }

    /// From its 32 hexadecimal digits.
    public init?(_ text: String) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16) else { return nil }
        self.high = high
        self.low = low
    }

    /// 32 hexadecimal digits.
    public var description: String { Self.hex(high) + Self.hex(low) }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Digests a stream of bytes piece by piece.
    public struct Stream: ~Copyable {
        private let state = XXH3_createState()

        public init() { XXH3_128bits_reset(state) }
        deinit { XXH3_freeState(state) }

        public mutating func add(_ bytes: UnsafeRawBufferPointer) { XXH3_128bits_update(state, bytes.baseAddress, bytes.count) }
        public mutating func finish() -> Digest { Digest(XXH3_128bits_digest(state)) }
    }
}

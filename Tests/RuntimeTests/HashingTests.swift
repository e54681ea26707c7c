import Testing

@testable import Runtime

struct HashingTests {
    @Test(arguments: ReferenceValues.hashes)
    func `hashes agree with the reference`(_ text: String, _ plain: UInt64, _ seeded: UInt64, _ digest: String) {
        #expect(xxh64(text) == plain)
        #expect(xxh64(text, seed: 42) == seeded)
        #expect(Digest(of: text).description == digest)
    }

    @Test(arguments: ReferenceValues.users)
    func `a user's draw is the top of the hash of seed, purpose and user`(_ seed: Int, _ purpose: String, _ user: String, _ position: Double) {
        #expect(UserDraw(seed: seed, purpose: purpose).position(of: user) == position)
        var bytes = Array(user.utf8)
        #expect(bytes.withUnsafeMutableBytes { UserDraw(seed: seed, purpose: purpose).position(of: UnsafeRawBufferPointer($0)) } == position)
    }

    @Test
    func `draws are spread evenly, and one purpose says nothing of another`() {
        let sample = UserDraw(seed: 0, purpose: "sample")
        let split = UserDraw(seed: 0, purpose: "split")
        let users = (0..<20_000).map { "user \($0)" }
        let kept = users.filter { sample.position(of: $0) < 0.05 }
        #expect(abs(Double(kept.count) - 1000) < 5 * 31)
        // A tenth of those sampled fall into a tenth by another purpose, not all of them.
        let both = kept.filter { split.position(of: $0) < 0.1 }.count
        #expect(abs(both - kept.count / 10) < 5 * 10)
        #expect(Set(kept).isSubset(of: users.filter { sample.position(of: $0) < 0.1 }))
    }

    @Test(arguments: [1, 7, 64, 240, 241, 1000, 100_000])
    func `a digest made piece by piece is that of the whole`(_ piece: Int) {
        let bytes = (0..<300_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }
        var stream = Digest.Stream()
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + piece)
            bytes[start..<end].withUnsafeBytes { stream.add($0) }
            start = end
        }
        #expect(stream.finish() == bytes.withUnsafeBytes { Digest(of: $0) })
    }

    @Test
    func `nothing has the digest of an empty text, and a digest has 32 digits`() {
        var stream = Digest.Stream()
        #expect(stream.finish() == Digest(of: ""))
        for text in ["", "a", "b", "c"] { #expect(Digest(of: text).description.count == 32) }
    }
}

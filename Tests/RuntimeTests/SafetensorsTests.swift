import Foundation
import Store
import Testing

struct SafetensorsTests {
    private static func temporary() -> String { FileManager.default.temporaryDirectory.appendingPathComponent("cnb-safetensors-\(UUID().uuidString)").path }

    @Test func `what is written is read back`() throws {
        let path = Self.temporary()
        defer { unlink(path) }
        let written = Safetensors(
            metadata: ["kind": "a \"test\" of ü"], entries: [.init("a", shape: [2, 3], [1, -0.0, .greatestFiniteMagnitude, 1e-45, 0.1, 6]), .init("empty", shape: [0, 4], []), .init("z", [7])])
        try written.write(to: path)
        let read = try Safetensors(contentsOf: path)
        #expect(read == written)
        #expect(read["z"] == [7] && read["b"] == nil)
    }

    /// The bytes that the format's description shows, laid out by hand.
    @Test func `bytes of the format are read`() throws {
        let header = #"{"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} "#
        let bytes = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        let read = try Safetensors(bytes)
        #expect(read["w"] == [1, -2] && read.metadata == ["k": "v"])
    }

    @Test(arguments: [
        ("", "shorter"), ("{}", "shorter"), ("\u{FF}", "cut off"), (#"{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, "of type F16"),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,80]}}"#, "cut off"), (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[4,0]}}"#, "cut off"),
        (#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "as large"), (#"{"w":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, "impossible shape"),
        (#"{"w":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}}"#, "impossible shape"), (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,7]}}"#, "as large"),
        (#"{"w":[1]}"#, "JSON"), (#"{"w":"#, "JSON"),
    ])
    func `what is damaged is told`(_ header: String, _ what: String) throws {
        var bytes: [UInt8]
        switch header {
        case "": bytes = []
        case "{}": bytes = Array("{}".utf8)
        case "\u{FF}": bytes = [UInt8](repeating: 0xFF, count: 20)
        default: bytes = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [UInt8](repeating: 0, count: 8)
        }
        let damage = #expect(throws: Safetensors.Damage.self) { try Safetensors(bytes) }
        #expect(damage?.what.contains(what) == true, "\(damage?.what ?? "none")")
    }
}

import Foundation
import Runtime
import Testing

@testable import Store

/// A folder of its own that is gone when the test is.
private final class Folder: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "store-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { path + "/" + name }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

private func reason(_ body: () throws(FileError) -> Void) -> String {
    do throws(FileError) { try body() } catch {
        switch error.reason {
        case .missing: return "missing"
        case .directory: return "directory"
        case .notReadable(let text): return "not readable: \(text)"
        case .notWritable(let text): return "not writable: \(text)"
        }
    }
    return "done"
}

struct WholeFileTests {
    @Test
    func `what is written is read, and nothing else is left in the folder`() throws {
        let folder = try Folder()
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try WholeFile.write(bytes, to: folder.file("a"))
        #expect(try WholeFile.read(folder.file("a")) == bytes)
        try WholeFile.write("new", to: folder.file("a"))
        #expect(try WholeFile.read(folder.file("a")) == Array("new".utf8))
        try WholeFile.write("", to: folder.file("b"))
        #expect(try WholeFile.read(folder.file("b")).isEmpty)
        #expect(folder.names == ["a", "b"])
    }

    @Test
    func `a file of pieces is whole or not there`() throws {
        struct Enough: Error {}
        let folder = try Folder()
        try WholeFile.write(to: folder.file("a")) { file in for piece in ["one ", "", "two"] { try file.append(Array(piece.utf8)[...]) } }
        #expect(try WholeFile.read(folder.file("a")) == Array("one two".utf8))
        #expect(throws: Enough.self) {
            try WholeFile.write(to: folder.file("a")) { file in
                try file.append([1, 2, 3])
                throw Enough()
            }
        }
        #expect(try WholeFile.read(folder.file("a")) == Array("one two".utf8))
        #expect(throws: FileError.self) { try WholeFile.write(to: "/dev/full") { try $0.append([1]) } }
        #expect(folder.names == ["a"])
    }

    // A reader sees an old file or a new one, however many write at once.
    @Test
    func `no reader sees a half`() throws {
        let folder = try Folder()
        let path = folder.file("a")
        try WholeFile.write(String(repeating: "0", count: 50_000), to: path)
        try Workers(threads: 4).forEach(shards: 200) { shard in
            if shard % 2 == 0 {
                try WholeFile.write(String(repeating: "\(shard % 10)", count: 50_000), to: path)
            } else {
                let bytes = try WholeFile.read(path)
                #expect(bytes.count == 50_000 && Set(bytes).count == 1)
            }
        }
        #expect(folder.names == ["a"])
    }

    @Test
    func `a failed write says why and leaves the old file`() throws {
        let folder = try Folder()
        #expect(reason { () throws(FileError) in try WholeFile.write("x", to: folder.path) } == "directory")
        #expect(reason { () throws(FileError) in try WholeFile.write("x", to: folder.file("no/such/folder")) } == "not writable: No such file or directory")
        #expect(reason { () throws(FileError) in try WholeFile.write("x", to: "/dev/full") } == "not writable: No space left on device")
        #expect(reason { () throws(FileError) in try WholeFile.write("x", to: folder.file(String(repeating: "a", count: 300))) } == "not writable: File name too long")
        try WholeFile.write("old", to: folder.file("a"))
        #expect(reason { () throws(FileError) in try WholeFile.write("x", to: folder.file("a/b")) } == "not writable: Not a directory")
        #expect(try WholeFile.read(folder.file("a")) == Array("old".utf8))
        #expect(folder.names == ["a"])
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
    func `a folder that may not be written is told`() throws {
        let folder = try Folder()
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        #expect(reason { () throws(FileError) in try WholeFile.write("x", to: folder.file("a")) } == "not writable: Permission denied")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    }

    @Test
    func `a device is written in place`() throws {
        try WholeFile.write("x", to: "/dev/null")
        #expect(try WholeFile.read("/dev/null").isEmpty)
    }

    @Test
    func `a link stays, and the file that it names is written`() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.file("sub"), withIntermediateDirectories: false)
        try WholeFile.write("old", to: folder.file("sub/file"))
        for (link, target) in [("absolute", folder.file("sub/file")), ("relative", "sub/file"), ("chain", "relative"), ("dangling", "sub/new")] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(link), withDestinationPath: target)
            try WholeFile.write("by \(link)", to: folder.file(link))
            #expect(try WholeFile.read(folder.file(link)) == Array("by \(link)".utf8))
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file(link)) == target)
        }
        #expect(try WholeFile.read(folder.file("sub/file")) == Array("by chain".utf8))
        #expect(try WholeFile.read(folder.file("sub/new")) == Array("by dangling".utf8))
        try FileManager.default.createSymbolicLink(atPath: folder.file("round"), withDestinationPath: "round")
        #expect(reason { () throws(FileError) in try WholeFile.write("x", to: folder.file("round")) } == "not writable: Too many levels of symbolic links")
    }

    @Test
    func `what cannot be read says why`() throws {
        let folder = try Folder()
        #expect(reason { () throws(FileError) in _ = try WholeFile.read(folder.file("none")) } == "missing")
        #expect(reason { () throws(FileError) in _ = try WholeFile.read(folder.path) } == "directory")
        try WholeFile.write("x", to: folder.file("a"))
        #expect(reason { () throws(FileError) in _ = try WholeFile.read(folder.file("a/b")) } == "not readable: Not a directory")
    }
}

struct FileDigestTests {
    @Test(arguments: [0, 1, 1 << 20, 1 << 20 + 1, 3_000_000])
    func `a file has the digest of its bytes`(_ count: Int) throws {
        let folder = try Folder()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131) }
        try WholeFile.write(bytes, to: folder.file("a"))
        #expect(try Digest(ofFileAt: folder.file("a")) == bytes.withUnsafeBytes { Digest(of: $0) })
    }

    @Test
    func `what is no file has no digest`() throws {
        let folder = try Folder()
        #expect(reason { () throws(FileError) in _ = try Digest(ofFileAt: folder.file("none")) } == "missing")
        #expect(reason { () throws(FileError) in _ = try Digest(ofFileAt: folder.path) } == "directory")
    }
}

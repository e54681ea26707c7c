import Foundation
import Testing

@testable import cnb

struct HistoryTests {
    /// A folder of its own for each test, gone at its end.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "cnb-history-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    static func expect(mode: Int, of path: String) throws {
        #expect(try self.mode(path) == mode)
    }

    static func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test(arguments: ["load x", "for k in [1] {\n\tlet x = $k\n}", "a \\n b \\\\ c", "\\", "größe 👍", "cr\r\nlf"])
    func `gives back what was typed, line ends included`(_ entry: String) throws {
        try Self.withFolder { folder in
            let history = History(path: folder + "/deep/er/history")
            #expect(history.append(entry, after: nil) == nil)
            #expect(history.load() == [entry])
        }
    }

    @Test func `is private, and makes its folders`() throws {
        try Self.withFolder { folder in
            let history = History(path: folder + "/state/cnb/history")
            #expect(history.load() == [])
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(history.append("x", after: nil) == nil)
            try Self.expect(mode: 0o600, of: folder + "/state/cnb/history")
            try Self.expect(mode: 0o700, of: folder + "/state/cnb")
            // A file that others could read is closed to them.
            #expect(chmod(history.path, 0o644) == 0)
            #expect(history.append("y", after: "x") == nil)
            try Self.expect(mode: 0o600, of: history.path)
        }
    }

    @Test func `leaves out what is empty or the same as the last`() throws {
        try Self.withFolder { folder in
            let history = History(path: folder + "/history")
            var last: String?
            for entry in ["a", "a", "", "b", "a"] {
                #expect(history.append(entry, after: last) == nil)
                last = entry.isEmpty ? last : entry
            }
            #expect(history.load() == ["a", "b", "a"])
        }
    }

    @Test func `keeps at most 10,000`() throws {
        try Self.withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/history"
            try (1...12_000).map { "entry \($0)" }.joined(separator: "\n").appending("\n").write(toFile: path, atomically: true, encoding: .utf8)
            let history = History(path: path)
            #expect(history.load().count == 10_000)
            #expect(history.append("last", after: "entry 12000") == nil)
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 10_000)
            #expect(lines.first == "entry 2002")
            #expect(lines.last == "last")
            try Self.expect(mode: 0o600, of: path)
        }
    }

    @Test func `survives a damaged file`() throws {
        try Self.withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/history"
            try Data([0x61, 0x0A, 0xFF, 0xFE, 0x0A, 0x0A, 0x62, 0x5C]).write(to: URL(fileURLWithPath: path))
            #expect(History(path: path).load() == ["a", "\u{FFFD}\u{FFFD}", "b"])
        }
    }

    @Test func `says why it cannot be written`() {
        #expect(History(path: "/proc/none/history").append("x", after: nil) != nil)
        #expect(History(path: "/dev/full").append("x", after: nil) == "No space left on device")
    }

    static let places: [([String: String], String?)] = [
        (["CNB_HISTORY": "/x/h", "XDG_STATE_HOME": "/s", "HOME": "/h"], "/x/h"),
        (["CNB_HISTORY": "", "XDG_STATE_HOME": "/s", "HOME": "/h"], nil),
        (["XDG_STATE_HOME": "/s", "HOME": "/h"], "/s/cnb/history"),
        (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/cnb/history"),
        (["XDG_STATE_HOME": "", "HOME": "/h"], "/h/.local/state/cnb/history"),
        ([:], nil),
    ]

    @Test(arguments: places)
    func `lies where the environment says`(_ environment: [String: String], _ path: String?) {
        #expect(History.path(environment: environment) == path)
    }
}

import Foundation
import Testing

/// Data that comes through standard input and pipes, and files that are not what they should be.
struct InputTests {
    static let rows = "user,action,time\na,pv,1511544070\nb,buy,1511544071\na,buy,1511544072\n"

    @Test func `standard input is read once, as files are`() throws {
        let outcome = try ProgramUnderTest.run(["-c", "load - | top action"], input: Self.rows)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("load\n- (67 B): kind=events sep=comma header=yes user=user action=action time=time time-format=s\n3 events of 2 users"))
        let twice = try ProgramUnderTest.run(["-c", "load - as a | load - as b"], input: Self.rows)
        #expect(twice.code == 4 && twice.errors.hasPrefix("error[standard-input]: standard input was read before, and can be read only once"))
        let empty = try ProgramUnderTest.run(["-c", "load -"])
        #expect(empty.code == 4 && empty.errors.hasPrefix("error[empty-file]: standard input is empty"))
    }

    @Test func `standard input that holds the script holds no data`() throws {
        let outcome = try ProgramUnderTest.run(["-"], input: "load -\n")
        #expect(outcome.code == 4 && outcome.errors.hasPrefix("error[standard-input]: standard input holds the statements"))
    }

    /// A folder, and in it a named pipe.
    private func withPipe(_ body: (_ pipe: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-pipe-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try #require(mkfifo("\(folder)/pipe", 0o600) == 0)
        try body("\(folder)/pipe")
    }

    @Test func `a named pipe is read while it is written`() throws {
        try withPipe { pipe in
            let writer = Thread {
                guard let handle = FileHandle(forWritingAtPath: pipe) else { return }
                for part in Self.rows.split(separator: "\n") {
                    handle.write(Data("\(part)\n".utf8))
                    Thread.sleep(forTimeInterval: 0.02)
                }
                handle.closeFile()
            }
            writer.start()
            let outcome = try ProgramUnderTest.run(["-c", "load \(pipe)"])
            #expect(outcome.code == 0 && outcome.output.contains("3 events of 2 users"), "\(outcome.errors)")
        }
    }

    @Test func `waiting for a pipe that nobody writes ends with Ctrl-C`() throws {
        try withPipe { pipe in
            let outcome = try ProgramUnderTest.run(["-c", "load \(pipe)"], interruptAfter: 0.7)
            #expect(outcome.code == 130 && !outcome.wasSignalled)
        }
    }

    @Test func `much that comes through standard input is read by the statement that first asks, and once`() throws {
        let line = "u%,pv,1511544070,\(String(repeating: "x", count: 4000))\n"
        let many = "user,action,time,note\n" + (0..<17_000).map { line.replacing("%", with: "\($0 % 100)") }.joined()
        let outcome = try ProgramUnderTest.run(["-c", "load - | sample 20% | top action"], input: many)
        #expect(outcome.code == 0 && outcome.output.hasPrefix("load\n- (more than 64 MB): kind=events") && outcome.output.contains("of 17,000"), "\(outcome.errors)")
        let again = try ProgramUnderTest.run(["-c", "load - | sample 20% | top action on load"], input: many)
        #expect(again.code == 4 && again.errors.contains("standard input was read before, and can be read only once"))
        let few = try ProgramUnderTest.run(["-c", "load - memory=500KB | top action"], input: many)
        #expect(few.code == 5 && few.errors.hasPrefix("error[over-budget]"))
    }
}

import Foundation
import Testing

/// The built program, which lies beside the tests.
enum ProgramUnderTest {
    static let path: String = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("cnb").path
            if FileManager.default.isExecutableFile(atPath: candidate), !isFolder(candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return "cnb"
    }()

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    struct Outcome {
        let output: String
        let errors: String
        let code: Int32
        let wasSignalled: Bool
    }

    /// An environment in which nothing of the person who runs the tests is found.
    static let environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"]

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - output: where standard output goes; collected when none is given.
    ///   - interruptAfter: seconds after which `signal` is sent.
    static func run(_ arguments: [String], input: String = "", output: FileHandle? = nil, interruptAfter: Double? = nil, signal: Int32 = SIGINT, environment variables: [String: String] = [:]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment.merging(variables) { $1 }
        let files = try (0..<3).map { _ in try scratchFile() }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        try Data(input.utf8).write(to: files[0])
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try output ?? FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        if let interruptAfter {
            Thread.sleep(forTimeInterval: interruptAfter)
            kill(process.processIdentifier, signal)
        }
        process.waitUntilExit()
        return Outcome(
            output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self), errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self),
            code: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal)
    }

    private static func scratchFile() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-test-\(UUID().uuidString)")
        try Data().write(to: url)
        return url
    }
}

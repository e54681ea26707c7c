import Diagnostics
import Dispatch
import Foundation
import Runtime
import Store

/// A PDF could not be made of a page.
public enum PDFError: Error, Diagnosable {
    case missing
    case failed(status: Int32, output: String)
    case tooSlow(seconds: Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .missing:
            Diagnostic("weasyprint-missing", "the program 'weasyprint', which makes the PDF, is not installed", hint: "apt install weasyprint; the HTML report does not need it")
        case .failed(let status, let output):
            Diagnostic("pdf-failed", "weasyprint ended with status \(status)", notes: output.split(separator: "\n").suffix(3).map(String.init), hint: "the HTML report prints well from a browser")
        case .tooSlow(let seconds):
            Diagnostic("pdf-timeout", "weasyprint did not end within \(seconds) seconds", category: .limit, hint: "the HTML report prints well from a browser")
        }
    }
}

/// Makes a PDF of a page with WeasyPrint, as a child process.
///
/// Its dates come from `SOURCE_DATE_EPOCH`, 0 when there is none, and its identifier from the page, so the same page gives the same bytes.
public struct PDFWriter: Sendable {
    public var timeLimit = 300

    public init() {}

    /// Where WeasyPrint is, by `PATH`; none when it is not installed.
    public static func program(path: String? = ProcessInfo.processInfo.environment["PATH"]) -> String? {
        for folder in (path ?? "/usr/bin:/bin").split(separator: ":") {
            let candidate = "\(folder)/weasyprint"
            if FileManager.default.isExecutableFile(atPath: candidate), !WholeFile.isDirectory(candidate) { return candidate }
        }
        return nil
    }

    /// The bytes of the PDF.
    ///
    /// - Throws: `PDFError`, `FileError` for the scratch folder, or `Cancelled`; no child is left behind.
    public func pdf(of html: String, cancellation: Cancellation = Cancellation(), program: String? = PDFWriter.program()) throws -> [UInt8] {
        guard let program else { throw PDFError.missing }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-\(UUID().uuidString)", isDirectory: true)
        do { try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]) } catch {
            throw FileError(scratch.path, .notWritable("\(error.localizedDescription)"))
        }
        defer { try? FileManager.default.removeItem(at: scratch) }
        let page = scratch.appendingPathComponent("page.html")
        let result = scratch.appendingPathComponent("page.pdf")
        let messages = scratch.appendingPathComponent("messages")
        try WholeFile.write(html, to: page.path)
        try WholeFile.write("", to: messages.path)

        // Files stand for the child's streams: a pipe whose reader dies would end this program too.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--quiet", "--encoding", "utf-8", "--base-url", "", "--pdf-identifier", Digest(of: html).description, "-", result.path]
        process.environment = Self.environment()
        process.currentDirectoryURL = scratch
        let input = try FileHandle(forReadingFrom: page)
        let log = try FileHandle(forWritingTo: messages)
        process.standardInput = input
        process.standardOutput = log
        process.standardError = log
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do { try process.run() } catch { throw PDFError.failed(status: -1, output: "\(error.localizedDescription)") }
        defer {
            try? input.close()
            try? log.close()
        }
        let deadline = DispatchTime.now() + .seconds(timeLimit)
        while ended.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            guard cancellation.isCancelled || DispatchTime.now() > deadline else { continue }
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
            throw cancellation.isCancelled ? Cancelled() : PDFError.tooSlow(seconds: timeLimit)
        }
        guard process.terminationStatus == 0 else {
            throw PDFError.failed(status: process.terminationStatus, output: String(decoding: (try? WholeFile.read(messages.path)) ?? [], as: UTF8.self))
        }
        return try WholeFile.read(result.path)
    }

    private static func environment() -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        if (environment["SOURCE_DATE_EPOCH"].flatMap { Int($0) } ?? -1) < 0 { environment["SOURCE_DATE_EPOCH"] = "0" }
        environment["LC_ALL"] = "C.UTF-8"
        environment["TZ"] = "UTC"
        environment["PYTHONHASHSEED"] = "0"
        return environment
    }
}

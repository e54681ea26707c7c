import Diagnostics
import Foundation
import Language
import Runtime

@testable import Commands

/// Runs scripts as the program does: all mistakes first, then statement by statement.
enum Running {
    static func results(_ script: String, directory: String = ".", threads: Int = 2) throws -> [StatementResult] {
        let session = Session(catalogue: standardCatalogue, directory: directory, threads: threads)
        session.isInteractive = true
        return try results(script, in: session)
    }

    static func results(_ script: String, in session: Session) throws -> [StatementResult] {
        let parsed = Parser.parse(SourceFile(name: "<test>", text: script), catalogue: session.catalogue)
        if let first = session.mistakes(in: parsed).first { throw first }
        var results: [StatementResult] = []
        try session.run(parsed.program) { results.append($0) }
        return results
    }

    /// What is found before anything runs.
    static func mistakes(_ script: String, directory: String = ".") -> [Diagnostic] {
        let session = Session(catalogue: standardCatalogue, directory: directory, threads: 1)
        return session.mistakes(in: Parser.parse(SourceFile(name: "<test>", text: script), catalogue: session.catalogue))
    }

    /// The diagnostic that a script ends in, and none if it runs.
    static func failure(_ script: String, directory: String = ".") -> Diagnostic? {
        do {
            _ = try results(script, directory: directory)
            return nil
        } catch { return error as? Diagnostic }
    }

    /// All that a script shows, as plain text.
    static func text(_ script: String, directory: String = ".", threads: Int = 2) throws -> String {
        try results(script, directory: directory, threads: threads).flatMap(\.blocks).map(text).joined(separator: "\n")
    }

    static func text(_ block: Block) -> String {
        switch block {
        case .text(let text): return text
        case .table(let table):
            let lines = [table.title ?? "", table.columns.map(\.title).joined(separator: " ")] + table.rows.map { $0.map(\.text).joined(separator: " ") } + table.notes
            return lines.joined(separator: "\n")
        case .figure(let figure): return figure.alternativeText
        }
    }

    /// A new folder that is removed when `body` is done.
    static func inFolder<T>(_ body: (String) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(at: folder) } catch { print("left behind: \(folder.path): \(error)") } }
        return try body(folder.path)
    }

    /// The root of the project, found from this file.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}

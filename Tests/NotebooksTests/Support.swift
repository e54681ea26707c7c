import Diagnostics
import Foundation
import Language
import Notebooks
import Reports
import TestSupport
import Testing

/// A text in which `‹` and `›` stand around the words that a mistake must point at.
struct Marked {
    let text: String
    let words: String
    let offset: Int

    init(_ marked: String) {
        let start = marked.range(of: "‹")
        let end = marked.range(of: "›")
        text = marked.replacing("‹", with: "").replacing("›", with: "")
        guard let start, let end else {
            (words, offset) = ("", -1)
            return
        }
        words = String(marked[start.upperBound..<end.lowerBound])
        offset = marked[..<start.lowerBound].utf8.count
    }

    func expect(_ diagnostic: Diagnostic?, code: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(diagnostic?.code == code, "\(diagnostic?.rendered() ?? "no mistake")", sourceLocation: sourceLocation)
        guard offset >= 0 else { return }
        #expect(diagnostic?.span?.text == words, "\(diagnostic?.rendered() ?? "")", sourceLocation: sourceLocation)
        #expect(diagnostic?.span?.range.lowerBound == offset, "\(diagnostic?.rendered() ?? "")", sourceLocation: sourceLocation)
    }
}

func parsed(_ text: String, name: String = "test.cnb") throws -> Notebook { try Notebook(parsing: SourceFile(name: name, text: text)) }

/// Prepares and runs a notebook's text.
func executed(_ text: String, threads: Int = 1, flags: [String] = [], directory: String = ".") throws -> ExecutedNotebook {
    let session = testSession(directory, threads: threads)
    let flags = try flags.map { try ParameterAssignment(parsing: $0) }
    let (prepared, diagnostics) = PreparedNotebook.prepare(try parsed(text), name: "test.cnb", session: session, flags: flags)
    #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered() })")
    return Executor(try #require(prepared), in: session, facts: testFacts).run()
}

/// The mistakes that preparing finds.
func mistakes(_ text: String, flags: [String] = [], directory: String = ".") throws -> [Diagnostic] {
    let (notebook, diagnostics) = Notebook.parse(SourceFile(name: "test.cnb", text: text))
    guard diagnostics.isEmpty else { return diagnostics }
    return PreparedNotebook.prepare(notebook, name: "test.cnb", session: testSession(directory), flags: try flags.map { try ParameterAssignment(parsing: $0) }).diagnostics
}

func rendered(_ text: String, flags: [String] = []) throws -> String { HTMLRenderer().render(try executed(text, flags: flags)).html }

/// The part of a page between its header and its end: all but the style sheet.
func body(_ html: String) -> String { html.range(of: "<body>").map { String(html[$0.lowerBound...]) } ?? html }

/// A folder that is removed when the test ends.
struct Folder: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file(name))) }
    func read(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

/// Notebooks that a reviewer reads, with what is made of them beside.
enum Golden {
    static let folder = Recording.root + "/Tests/NotebooksTests/Fixtures/Notebooks"

    static let notebooks: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".cnb") }.map { String($0.dropLast(4)) }.sorted()

    static func text(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
}

import Diagnostics
import Foundation
import Language
import Runtime
import Testing

@testable import cnb

/// Every example of every help page, run as the program runs it, against a transcript that a reviewer can read.
///
/// CNB_RECORD=1 writes the transcripts anew; that run fails, so that nobody takes it for a test.
struct TranscriptTests {
    struct Page: CustomTestStringConvertible, Sendable {
        let verb: String
        let examples: [Example]
        var testDescription: String { verb }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Transcripts"
    static let isRecording = ProcessInfo.processInfo.environment["CNB_RECORD"] == "1"

    static let pages = programCatalogue.commands.map { command in
        let signature = command.signature
        return Page(verb: signature.verb, examples: signature.examples + signature.variants.flatMap(\.examples))
    }

    @Test(arguments: pages)
    func `the examples of each verb print what is recorded`(_ page: Page) throws {
        let transcripts = try page.examples.map { example in
            let text = try Self.transcript(of: example.script)
            // What help quotes is a piece of it.
            #expect(text.contains(example.prints), "'\(example.script)' is said to print '\(example.prints)'")
            return text
        }
        let text = transcripts.joined(separator: "\n")
        let path = "\(Self.folder)/\(page.verb).txt"
        if Self.isRecording {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            Issue.record("recorded \(page.verb).txt")
            return
        }
        guard let recorded = FileManager.default.contents(atPath: path) else {
            Issue.record("there is no \(page.verb).txt: CNB_RECORD=1 records it")
            return
        }
        #expect(text == String(decoding: recorded, as: UTF8.self))
    }

    @Test func `each transcript is that of a verb`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }
        #expect(Set(names).isSubset(of: programCatalogue.verbs), "left over: \(Set(names).subtracting(programCatalogue.verbs).sorted())")
    }

    /// 'quit' was run. The toys of these tests have a verb of the name that the program's own error bears.
    private struct Left: Error {}

    /// What a person sees who types the statements of a script one after the other, 80 columns wide and without colours; remarks stand where they are made.
    static func transcript(of script: String) throws -> String {
        let path = NSTemporaryDirectory() + "cnb-transcript-\(UUID().uuidString)"
        let descriptor = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        let session = Session(catalogue: programCatalogue, directory: root, threads: 2)
        let presenter = Presenter(form: .text, options: CommonSettings(), output: Output(descriptor: descriptor), errors: ErrorStream(descriptor: descriptor))
        let parsed = Parser.parse(SourceFile(name: "<input>", text: script), catalogue: programCatalogue)
        let mistakes = session.mistakes(in: parsed)
        try #require(mistakes.isEmpty, "\(mistakes.map { $0.rendered() }.joined(separator: "\n"))")
        for (index, statement) in parsed.program.statements.enumerated() {
            try presenter.say("\(index == 0 ? "" : "\n")cnb> \(statement.span.text)")
            presenter.beginInput()
            do {
                try session.run(statement) { result in
                    try presenter.show(result)
                    if result.effects.contains(where: \.isQuit) { throw Left() }
                }
            } catch is Left { break }
        }
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}

import Foundation
import Language
import TestSupport
import Testing

@testable import Commands
@testable import cnb

/// Every example of every help page, run as the program runs it, against a transcript that a reviewer can read.
///
/// CNB_RECORD=1 writes the transcripts anew; that run fails, so that nobody takes it for a test.
struct TranscriptTests {
    struct Page: CustomTestStringConvertible, Sendable {
        /// Of its file: the verb, or `topic-` and the topic.
        let name: String
        let examples: [Example]
        var testDescription: String { name }
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Transcripts"

    static let pages =
        programCatalogue.commands.map { command in
            let signature = command.signature
            return Page(name: signature.verb, examples: signature.examples + signature.variants.flatMap(\.examples))
        }
        + HelpTopic.all.map { Page(name: "topic-\($0.word)", examples: examples(of: $0)) }.filter { !$0.examples.isEmpty }

    private static func examples(of topic: HelpTopic) -> [Example] {
        topic.page.sections.flatMap { section -> [Example] in if case .examples(let examples) = section.content { examples } else { [] } }
    }

    @Test(arguments: pages)
    func `the examples of each page print what is recorded`(_ page: Page) throws {
        let transcripts = try page.examples.map { example in
            let entries = try Transcript.entries(of: example.script, directory: Recording.root, threads: 2)
            #expect(entries.contains { $0.output.contains(example.prints) }, "'\(example.script)' is said to print '\(example.prints)'")
            return entries.map { entry in
                let isTimed = entry.verb.flatMap(programCatalogue.signature)?.isTimed == true
                return "cnb> \(entry.statement)\n\(isTimed ? "(measured, and so another each time)" : entry.output)\n"
            }.joined(separator: "\n")
        }
        #expect(try Recording.mismatch(transcripts.joined(separator: "\n"), at: "\(Self.folder)/\(page.name).txt") == nil)
    }

    @Test func `each transcript is that of a page`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }
        #expect(Set(names).isSubset(of: Self.pages.map(\.name)), "left over: \(Set(names).subtracting(Self.pages.map(\.name)).sorted())")
    }
}

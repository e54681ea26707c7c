import Foundation
import TestSupport
import Testing

@testable import Commands
@testable import cnb

/// The manual in docs/manual is what the program writes: `cnb help --markdown --to docs/manual` from the project's root.
struct ManualTests {
    private static let folder = Recording.root + "/docs/manual"
    private static let manual = ManualArguments.manual(directory: Recording.root)

    @Test func `the pages of docs are those that the program writes`() throws {
        let pages = [("README", Self.manual.index)] + Self.manual.pages.map { ($0.name, $0.markdown) }
        for (name, text) in pages { #expect(try Recording.mismatch(text, at: "\(Self.folder)/\(name).md") == nil) }
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".md") }
        #expect(Set(found) == Set(pages.map { "\($0.0).md" }))
    }

    @Test func `the program writes a page for each verb and topic into a folder`() throws {
        let folder = NSTemporaryDirectory() + "cnb-manual-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let outcome = try ProgramUnderTest.run(["help", "--markdown", "--to", folder])
        #expect(outcome.code == 0 && outcome.output == "" && outcome.errors == "")
        let found = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(Set(found).isSuperset(of: programCatalogue.verbs.map { "\($0).md" } + HelpTopic.all.map { "topic-\($0.word).md" } + ["README.md", "program.md"]))
    }

    @Test func `links of the index lead to pages, and to headings of the whole`() throws {
        let names = Set(Self.manual.pages.map { "\($0.name).md" })
        let links = Self.manual.index.matches(of: /\]\(([^)]+)\)/).map { String($0.1) }
        #expect(links.count == names.count && links.allSatisfy { names.contains($0) })
        let whole = Self.manual.whole
        let headings = whole.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3).filter { $0 != "`" }.lowercased().replacing(" ", with: "-") }
        for link in whole.matches(of: /\]\(#([^)]+)\)/) { #expect(headings.contains(String(link.1)), "\(link.1)") }
    }

    @Test func `a folder that cannot be made is told`() throws {
        let outcome = try ProgramUnderTest.run(["help", "--markdown", "--to", "/dev/null/manual"])
        #expect(outcome.code == 1 && outcome.errors.hasPrefix("error[unwritable-output]"))
        #expect(try ProgramUnderTest.run(["help", "--to", "x"]).code == 2)
    }
}

import Diagnostics
import Foundation
import Language
import Testing

@testable import Commands

/// The pages of help: that they say what they must, fit their lines, and are true where that can be asked.
struct HelpTests {
    static let help = Help(catalogue: standardCatalogue)
    static let signatures = standardCatalogue.commands.map { $0.signature }

    @Test(arguments: help.pages.map(\.topic), [80, 120])
    func `no page is wider than the terminal`(_ topic: String, _ width: Int) throws {
        let page = try #require(Self.help.pages.first { $0.topic == topic })
        // Lines that stand as they are were written for 80 columns.
        let verbatim = page.sections.flatMap { section -> [String] in
            if case .verbatim(let text) = section.content { text.split(separator: "\n").map { "  " + $0 } } else { [] }
        }
        for line in page.text(width: width).split(separator: "\n").map(String.init) where TextWidth.columns(line) > width {
            let isOnlyWord = line.split(separator: " ").count == 1
            #expect(isOnlyWord || (verbatim.contains(line) && TextWidth.columns(line) <= 80) || line.contains("=") && line.split(separator: " ").count <= 2, "\(line)")
        }
    }

    @Test(arguments: signatures.map(\.verb))
    func `a verb that works on data says its memory, its seed and what it prints`(_ verb: String) throws {
        let signature = try #require(standardCatalogue.signature(verb))
        let forms: [Signature.Variant?] = signature.variants.isEmpty ? [nil] : signature.variants
        for form in forms {
            let page = HelpPage(signature, form)
            let reads = form?.reads ?? signature.reads
            let gives = form?.gives ?? signature.gives
            let memory = form?.memory ?? signature.memory
            let draws = form?.draws ?? signature.draws
            let takesSeed = signature.parameters(variant: form?.word).contains { $0.name == "seed" }
            // Charts print their own words, and 'plot' defines them form by form.
            let isDefined = !signature.prints.isEmpty || !(form?.prints ?? []).isEmpty || !(form?.details ?? "").isEmpty
            guard !reads.isEmpty || !gives.isEmpty else { continue }
            #expect(memory != "", "\(page.topic) says nothing of memory")
            #expect(isDefined, "\(page.topic) does not define what it prints")
            #expect(!takesSeed || draws != "", "\(page.topic) takes a seed and does not say what is drawn")
        }
        if signature.hasSideEffects { #expect(!signature.writes.isEmpty, "\(verb) does not say what it writes") }
    }

    @Test func `every code of a diagnostic in the sources is explained`() throws {
        var used = Set(Self.signatures.flatMap { $0.parameters }.filter(\.isVariantSlot).map { "unknown-\($0.name)" })
        let sources = URL(fileURLWithPath: Running.root + "/Sources")
        // The first argument of what makes a diagnostic, or either of two.
        let call = /(?:Diagnostic|error|fail)\(\s*(?:[A-Za-z]+ \? )?"([a-z]+(?:-[a-z]+)*)"(?: : "([a-z]+(?:-[a-z]+)*)")?,/
        let made = /\.init\(\s*"([a-z]+(?:-[a-z]+)*)",\s*"/
        for case let file as URL in try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)) where file.pathExtension == "swift" {
            guard !file.path.hasSuffix("/Help/DiagnosticCode.swift") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: call) {
                used.insert(String(match.1))
                if let other = match.2 { used.insert(String(other)) }
            }
            // Errors of the library say their diagnostics by type.
            if file.lastPathComponent.hasSuffix("Error.swift") { for match in text.matches(of: made) { used.insert(String(match.1)) } }
        }
        #expect(used.count > 100)
        let known = Set(DiagnosticCode.all.map(\.code))
        #expect(used.subtracting(known).isEmpty, "not explained: \(used.subtracting(known).sorted())")
        #expect(known.subtracting(used).isEmpty, "explained and not used: \(known.subtracting(used).sorted())")
        #expect(known.count == DiagnosticCode.all.count)
    }

    @Test func `each code has a page of its own`() throws {
        for code in DiagnosticCode.all where standardCatalogue.signature(code.code) == nil && HelpTopic.named(code.code) == nil {
            #expect(try Running.text("help \(code.code)").replacing("\n", with: " ").contains(code.meaning.prefix(30)))
        }
    }

    @Test(arguments: HelpTopic.valueForms.map { ($0.name, $0.example) })
    func `each value of the page is what the page says`(_ name: String, _ example: String) throws {
        #expect(try Parser.value(SourceFile(name: "help", text: example)).typeName == name)
    }

    @Test(arguments: HelpTopic.patternForms.map(\.example))
    func `each pattern of the page is one`(_ pattern: String) {
        let parsed = Parser.parse(SourceFile(name: "help", text: "filter has(\(pattern)) per=user"), catalogue: standardCatalogue)
        #expect(parsed.diagnostics.map { $0.rendered() } == [])
    }

    @Test func `the page of kinds names each kind`() throws {
        let text = try Running.text("help kinds")
        for kind in standardCatalogue.kinds { #expect(text.contains("  \(kind.name) ")) }
    }

    @Test(arguments: [
        ("fit lstm", "fit lstm"), ("lstm", "fit lstm"), ("roc", "plot roc"), ("kmeans", "kmeans"), ("let", "statements"), ("functions", "expressions"), ("wrong-value", "wrong-value"), ("keys", "keys"),
    ])
    func `a page is found by its words`(_ words: String, _ topic: String) throws {
        let span = SourceSpan(SourceFile(name: "help", text: words), 0..<1)
        #expect(try Self.help.page(words.split(separator: " ").map(String.init), at: span).topic == topic)
    }

    @Test(arguments: [
        ("help nonsense", "unknown-topic", "'help' lists the verbs, 'help search nonsense' looks into all pages"), ("help smaple", "unknown-topic", "did you mean 'sample'?"),
        ("help fit lstn", "unknown-form", "did you mean 'lstm'?"), ("help sample lstm", "unknown-form", "'help sample' says all of it"), ("help search", "missing-argument", "help search clusters"),
    ])
    func `what help does not know is told`(_ script: String, _ code: String, _ hint: String) {
        let failure = Running.failure(script)
        #expect(failure?.code == code && failure?.hint == hint)
    }

    @Test(arguments: [
        ("number of clusters", ["help kmeans", "help elbow", "help fit kmeans"]), ("conversion", ["help eda"]), ("within", ["help patterns"]), ("Kneedle", ["help elbow"]), ("bars graphs pies", []),
    ])
    func `search finds pages by the words in their texts`(_ words: String, _ pages: [String]) throws {
        let found = try Running.text("help search \(words)")
        for page in pages { #expect(found.contains("  \(page) ")) }
        if pages.isEmpty { #expect(found.hasPrefix("No page of help holds")) }
    }

    @Test func `the page on adding a verb shows the code as it is`() throws {
        let page = try String(contentsOfFile: Running.root + "/Sources/Commands/README.md", encoding: .utf8)
        let shown = page.matches(of: /```swift\n((?:.|\n)*?)\n```/).map { String($0.1) }
        let files = try ["Commands/SampleCommand.swift", "Commands/Catalogue.swift", "Models/Segments/KMeans.swift"].map { try String(contentsOfFile: "\(Running.root)/Sources/\($0)", encoding: .utf8) }
        #expect(shown.count == files.count)
        for (code, file) in zip(shown, files) { #expect(file.contains(code), "\(code)") }
        #expect(shown.first.map { files[0] == $0 + "\n" } == true)
    }
}

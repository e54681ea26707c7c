import Language
import Testing

@testable import Commands

struct ExampleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let verb: String, script: String, prints: String
        var testDescription: String { script }
    }

    static let cases = standardCatalogue.commands.flatMap { command in
        command.signature.examples.map { Case(verb: command.signature.verb, script: $0.script, prints: $0.prints) }
    }

    @Test(arguments: cases)
    func `each example of each help page prints what it says`(_ c: Case) throws {
        let text = try Running.text(c.script, directory: Running.root)
        #expect(text.contains(c.prints), "\(text)")
    }

    @Test(arguments: standardCatalogue.commands.map { $0.signature.verb })
    func `each verb has an example and a page`(_ verb: String) throws {
        let signature = try #require(standardCatalogue.signature(verb))
        #expect(!signature.examples.isEmpty)
        #expect(try Running.text("help \(verb)").contains(signature.usage()))
        for variant in signature.variants { #expect(try Running.text("help \(verb) \(variant.word)").contains(variant.summary)) }
    }

    @Test func `the overview names every verb`() throws {
        let text = try Running.text("help")
        for verb in standardCatalogue.verbs { #expect(text.contains("  \(verb) ")) }
    }
}

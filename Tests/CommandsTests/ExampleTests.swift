import Language
import Testing

@testable import Commands

struct ExampleTests {
    @Test(arguments: standardCatalogue.commands.map { $0.signature.verb })
    func `each verb and each form has an example and a page`(_ verb: String) throws {
        let signature = try #require(standardCatalogue.signature(verb))
        #expect(!signature.examples.isEmpty)
        #expect(try Running.text("help \(verb)").contains("usage\n  \(verb)"))
        for variant in signature.variants {
            #expect(!variant.examples.isEmpty, "\(verb) \(variant.word)")
            #expect(try Running.text("help \(verb) \(variant.word)").contains("usage\n  \(verb) \(variant.word)"))
        }
    }

    @Test func `the overview names every verb`() throws {
        let text = try Running.text("help")
        for verb in standardCatalogue.verbs { #expect(text.contains("  \(verb) ")) }
    }
}

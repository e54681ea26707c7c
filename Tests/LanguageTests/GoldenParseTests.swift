import Diagnostics
import Testing

@testable import Language

/// A source and its tree.
struct Form: Sendable, CustomTestStringConvertible {
    let source: String
    let tree: String
    init(_ source: String, _ tree: String) {
        self.source = source
        self.tree = tree
    }
    var testDescription: String { source }
}

struct GoldenParseTests {
    static let page = PageForms.scripts + PageForms.data + PageForms.look + PageForms.segments + PageForms.predict + PageForms.plot + PageForms.keep
    static let all = page + ValueForms.values + ExpressionForms.expressions + ExpressionForms.patterns + LayoutForms.layout

    @Test(arguments: all)
    func `parses as recorded`(_ form: Form) {
        let parsed = parse(form.source)
        #expect(parsed.diagnostics.map { $0.rendered() } == [])
        #expect(Dump().text(parsed.program) == form.tree)
    }

    @Test(arguments: all)
    func `what is printed reads back to the same tree, and prints the same again`(_ form: Form) {
        let printed = parse(form.source).program.description
        let again = parse(printed)
        #expect(again.diagnostics.map { $0.rendered() } == [], "\(printed)")
        #expect(Dump().text(again.program) == form.tree, "\(printed)")
        #expect(again.program.description == printed)
    }

    @Test
    func `every verb of the page is among the forms`() {
        let verbs = Set(Self.page.map { String($0.source.prefix { $0.isLetter || $0 == "?" }) })
        for verb in PageCatalogue.catalogue.verbs { #expect(verbs.contains(verb), "\(verb)") }
    }
}

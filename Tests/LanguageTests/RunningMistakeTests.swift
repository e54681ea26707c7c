import Diagnostics
import Testing

@testable import Language

struct RunningMistakeTests {
    // What the check would find by itself, and cannot where an earlier statement has dropped a value.
    @Test(arguments: [
        ("‹kmeans› k=3", "nothing-to-read"), ("describe on ‹gone›", "unknown-name"), ("kmeans k=‹$k›", "unknown-parameter"), ("let a = ‹$b›", "unknown-parameter"),
        ("for a in [‹$b›] { list }", "unknown-parameter"), ("let v = 1 | kmeans k=3 on ‹v›", "wrong-kind"),
    ])
    func `a mistake that only the run meets is a statement that failed`(_ script: String, _ code: String) throws {
        let marked = MarkedScript(script)
        let parsed = parse(marked.source)
        #expect(parsed.diagnostics.map { $0.rendered() } == [])
        let session = Session(catalogue: PageCatalogue.catalogue, threads: 1)
        let mistake = #expect(throws: Diagnostic.self) { try session.run(parsed.program) { _ in } }
        #expect(mistake?.code == code && mistake?.category == .failure && mistake?.category.exitCode == 1, "\(mistake?.rendered() ?? "")")
        #expect(mistake?.span?.range == marked.marks.first, "\(mistake?.rendered() ?? "")")
    }
}

import Diagnostics
import Foundation
import Language
import Notebooks
import Reports
import Testing

@testable import Commands

struct ShippedNotebookTests {
    static let folder = Running.root + "/notebooks"
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".cnb") }.sorted()

    @Test func `the notebooks that the README names are there`() {
        #expect(Set(Self.names).isSuperset(of: ["quickstart.cnb", "userbehavior.cnb", "purchase-intent.cnb", "sequence-or-features.cnb", "customer-journeys.cnb"]))
    }

    @Test(arguments: names)
    func `each shipped notebook checks without a mistake`(_ name: String) {
        let runner = NotebookRunner(facts: EngineFacts(version: "test", instructionSet: "test"), environment: [:]) {
            Session(catalogue: standardCatalogue, directory: $0, threads: 1)
        }
        let found = runner.check(path: "\(Self.folder)/\(name)")
        #expect(found.isEmpty, "\(found.map { $0.rendered() }.joined(separator: "\n"))")
    }

    @Test(arguments: names)
    func `each shipped notebook is printed byte for byte as it was read`(_ name: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name)"))
        let notebook = try Notebook(parsing: SourceFile(name: name, text: String(decoding: bytes, as: UTF8.self)))
        #expect(Data(notebook.text.utf8) == bytes)
        #expect(!notebook.cells.isEmpty)
    }
}

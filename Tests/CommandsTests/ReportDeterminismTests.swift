import Diagnostics
import Foundation
import Language
import Notebooks
import Reports
import Testing

@testable import Commands

/// The same notebook, data and seed give the same bytes, on any number of threads and in any folder.
struct ReportDeterminismTests {
    private static func report(threads: Int, pdf: Bool) throws -> [Data] {
        try Running.inFolder { folder in
            let notebook = "\(folder)/quickstart.cnb"
            try FileManager.default.copyItem(atPath: "\(Running.root)/notebooks/quickstart.cnb", toPath: notebook)
            let runner = NotebookRunner(facts: EngineFacts(version: "test", instructionSet: "test")) { Session(catalogue: standardCatalogue, directory: $0, threads: threads) }
            var request = NotebookRequest(path: notebook)
            request.parameters = try ["data=\"\(Running.root)/datasets/shop.csv\"", "share=2%"].map { try ParameterAssignment(parsing: $0) }
            if pdf { request.pdf = "\(folder)/quickstart.pdf" }
            let outcome = runner.run(request)
            try #require(outcome.exitCode == 0, "\(outcome.diagnostics.map { $0.rendered() })")
            return try outcome.written.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        }
    }

    private static let hasWeasyPrint = PDFWriter.program() != nil

    @Test(.enabled(if: !hasWeasyPrint, "the PDF is compared where weasyprint is installed"))
    func `the page is the same with one thread and with two`() throws {
        #expect(try Self.report(threads: 1, pdf: false) == Self.report(threads: 2, pdf: false))
    }

    @Test(.enabled(if: hasWeasyPrint, "weasyprint is not installed: only the page is compared"))
    func `page and PDF are the same with one thread and with two`() throws {
        let one = try Self.report(threads: 1, pdf: true)
        let two = try Self.report(threads: 2, pdf: true)
        #expect(one.count == 2 && one == two)
    }
}

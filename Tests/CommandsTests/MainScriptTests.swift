import Language
import Runtime
import Testing

@testable import Commands

struct MainScriptTests {
    static let script = """
        load datasets/shop.csv
        sample 5%
        rfm
        kmeans k=5
        plot clusters
        fit lstm seq=10
        plot roc
        """

    @Test func `the script at the top of the language page works as it stands`() throws {
        let results = try Running.results(Self.script, directory: Running.root)
        #expect(results.map(\.verb) == ["load", "sample", "rfm", "kmeans", "plot", "fit", "plot"])
        #expect(results.map { $0.value?.kind.name } == ["events", "events", "table", "segments", "figure", "model", "figure"])
        #expect(results.map(\.name) == ["load", "sample", "rfm", "kmeans", "plot", "lstm", "plot"])
        #expect(results.map(\.input) == [nil, "load", "sample", "rfm", "kmeans", "sample", "lstm"])
    }

    @Test func `one line gives the same as many`() throws {
        let lines = try Running.results("load datasets/shop.csv\nsample 20%\nrfm\nkmeans k=4", directory: Running.root)
        let line = try Running.results("load datasets/shop.csv | sample 20% | rfm | kmeans k=4", directory: Running.root)
        #expect(lines.map { $0.value?.json.text } == line.map { $0.value?.json.text })
    }

    @Test func `results are the same at any number of threads`() throws {
        let results = try [1, 2, 3].map { try Running.results(Self.script + "\nevaluate lstm\nprofile", directory: Running.root, threads: $0).map { $0.value?.json.text } }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test func `a statement added between changes no other result`() throws {
        let plain = try Running.results("load datasets/shop.csv | sample 20% | rfm | kmeans k=4", directory: Running.root)
        let more = try Running.results("load datasets/shop.csv | top category | sample 20% | eda | rfm | elbow k=2..4 | kmeans k=4", directory: Running.root)
        #expect(plain.last?.value?.json == more.last?.value?.json)
    }
}

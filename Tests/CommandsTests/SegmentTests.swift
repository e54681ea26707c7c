import Diagnostics
import Foundation
import Language
import Runtime
import Testing

@testable import Commands

/// Segments as values: what clusterings read of a table, and what is made of segments.
struct SegmentTests {
    private static let shop = "simulate shop users=200 days=20 seed=1"

    /// 12 rows in two clear groups, with codes that look like numbers, and words.
    private static let goods = """
        id,price,weight,region,colour
        a,1,10,1,red
        b,1.1,11,1,red
        c,1.2,10,2,red
        d,0.9,12,1,blue
        e,1,11,2,red
        f,1.1,10,1,red
        g,9,50,3,green
        h,9.2,52,3,green
        i,8.8,51,3,blue
        j,9.1,50,3,green
        k,9,53,3,green
        l,8.9,50,3,green

        """

    /// What a script gives in a folder that holds some files.
    private static func results(_ script: String, _ files: [String: String] = ["goods.csv": goods]) throws -> [StatementResult] {
        try Running.inFolder { folder in
            for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
            return try Running.results(script, directory: folder)
        }
    }

    private static func segments(_ script: String) throws -> SegmentsValue {
        try #require(try results("load goods.csv kind=table | \(script)").last?.value as? SegmentsValue)
    }

    @Test func `what is read and what is not is printed`() throws {
        #expect(try Self.segments("kmeans k=2 inputs=[price, weight]").blocks.map(Running.text).joined().contains("not read") == false)
        #expect(try Self.segments("kmeans k=2").blocks.map(Running.text).joined().contains("not read: colour (categories; 'kprototypes' reads both sorts)"))
    }

    @Test func `columns are taken as they are where scale is no`() throws {
        let plain = try Self.segments("kmeans k=2 inputs=[price, weight] scale=no")
        #expect(plain.sizes == [6, 6])
        // By hand: squared distances to the means of each six rows.
        let columns = [[1, 1.1, 1.2, 0.9, 1, 1.1], [9, 9.2, 8.8, 9.1, 9, 8.9], [10, 11, 10, 12, 11, 10], [50, 52, 51, 50, 53, 50]]
        let inertia = columns.reduce(0.0) { sum, values in
            let mean = values.reduce(0, +) / 6
            return sum + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        #expect(abs(plain.found.measures[0].value - inertia) < 1e-9)
    }

    @Test func `the values of a column are segments with their names`() throws {
        let found = try Self.segments("segments by=colour")
        #expect(found.names == ["red", "green", "blue"] && found.sizes == [5, 5, 2] && found.noise == 0)
        #expect(found.columns.numbers == ["price", "weight", "region"])
    }

    @Test func `segments assign their own rows as they were found, and new ones to the nearest`() throws {
        let results = try Self.results("load goods.csv kind=table as goods | kmeans k=2 inputs=[price, weight] | assign kmeans on goods | filter segment == 1 | show n=all")
        let kept = try #require(results.last?.value?.json["rows"])
        #expect(kept == .integer(6))
        let files = ["old.csv": "id,x,y\na,1,1\nb,1.1,0.9\nc,0.9,1\nd,5,5\ne,5.1,5\n", "new.csv": "id,x,y\np,1,1.05\nq,4.9,5\nr,40,50\n"]
        let table = try #require(
            try Self.results("load old.csv kind=table as old | kmeans k=2 log=no | load new.csv kind=table as new | assign kmeans on new", files).last?.value as? TableValue)
        #expect(table.table.column(named: "segment")?.numbers == [1, 2, 2])
        #expect(!table.featureColumns.contains("segment"))
    }

    @Test func `a category that was not seen is in no segment of a column`() throws {
        let files = ["old.csv": "id,c\na,x\nb,x\nc,y\n", "new.csv": "id,c\np,y\nq,z\nr,\n"]
        let table = try #require(
            try Self.results("load old.csv kind=table as old | segments by=c | load new.csv kind=table as new | assign segments on new", files).last?.value as? TableValue)
        let column = try #require(table.table.column(named: "segment"))
        #expect((0..<3).map { column.text(at: $0) } == ["y", nil, nil])
    }

    @Test func `a model predicts segments by the word or by their name`() throws {
        let session = try Running.results("\(Self.shop) | rfm | kmeans k=2 | fit tree predict=segments depth=2")
        let model = try #require(session.last?.value as? ModelValue)
        #expect(model.fitted.targets[0].name == "segments" && model.fitted.classes.sorted() == ["1", "2"])
        let events = try Running.results("\(Self.shop) | rfm | kmeans k=2 as kinds | fit markov predict=kinds on simulate")
        #expect((events.last?.value as? ModelValue)?.fitted.classes.sorted() == ["1", "2"])
    }

    @Test func `a model that reads what segments were found by is told so`() throws {
        let results = try Running.results("\(Self.shop) | rfm | kmeans k=2 | fit tree predict=segments depth=2")
        #expect(results.last?.notes.contains { $0.message.contains("it learns where their borders run") } == true)
    }

    @Test func `a missing number stops the clustering unless it is to count as the mean`() throws {
        let files = ["gaps.csv": "id,x,y\na,1,1\nb,,1.2\nc,1.2,1\nd,9,9\ne,9.1,\nf,9,9.2\n"]
        #expect(throws: Diagnostic.self) { try Self.results("load gaps.csv kind=table | kmeans k=2", files) }
        let found = try #require(try Self.results("load gaps.csv kind=table | kmeans k=2 missing=mean", files).last?.value as? SegmentsValue)
        #expect(found.blocks.map(Running.text).joined().contains("1 missing as the mean") && found.sizes.reduce(0, +) == 6)
        // The table shows means of what is known.
        #expect(found.table.table.column(named: "x")?.numbers?.filter { !$0.isNaN }.count == 5)
    }

    @Test func `rows without names are learnt beside their segments only where they are the same rows`() throws {
        let model = try #require(try Self.results("load goods.csv kind=table | select except id | kmeans k=2 inputs=[price, weight] | fit tree predict=segments inputs=[region] depth=1 on select").last?.value as? ModelValue)
        #expect(model.fitted.classes.sorted() == ["1", "2"])
        let failure = #expect(throws: Diagnostic.self) {
            try Self.results("load goods.csv kind=table | select except id | kmeans k=2 inputs=[price, weight] | derive price = price + 1 | filter price > 0 | fit tree predict=segments inputs=[region]")
        }
        #expect(failure?.code == "no-key")
    }

    @Test func `the groups of rfm describe nothing that its numbers do not`() throws {
        let model = try #require(try Running.results("\(Self.shop) | rfm | derive big = frequency > 3 | fit tree predict=big depth=2").last?.value as? ModelValue)
        #expect(!model.task.inputs.contains("group"))
    }
}

import Diagnostics
import Foundation
import Language
import Runtime
import Testing

@testable import Commands

/// `kmodes` and `kprototypes` as a person writes them.
struct MixedSegmentTests {
    /// Rows in two clear groups by numbers and words; a gap, and codes that look like numbers.
    private static let goods = """
        id,price,region,colour,sold
        a,1,1,red,yes
        b,1.1,1,red,yes
        c,1.2,2,red,yes
        d,0.9,1,,yes
        e,1,1,red,no
        f,9,3,green,no
        g,9.2,3,green,no
        h,8.8,3,blue,no
        i,9.1,3,green,no

        """

    private static func segments(_ script: String, _ text: String = goods) throws -> SegmentsValue {
        try Running.inFolder { folder in
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/goods.csv"))
            return try #require(try Running.results("load goods.csv kind=table as goods | \(script)", directory: folder).last?.value as? SegmentsValue)
        }
    }

    private static func text(_ value: SegmentsValue) -> String { value.blocks.map(Running.text).joined(separator: "\n") }

    @Test func `kmodes reads categories and says what it left`() throws {
        let found = try Self.segments("kmodes k=2 categorical=[region]")
        #expect(found.sizes == [5, 4] && found.found.labels == [0, 0, 0, 0, 0, 1, 1, 1, 1] && found.found.measures[0].value == 4)
        let text = Self.text(found)
        #expect(text.contains("categorical: region (3 values), colour (4 values), sold (2 values)") && text.contains("cost 4, the best of 10 restarts") && text.contains("red 80.0 %"))
        #expect(Self.text(try Self.segments("kmodes k=2")).contains("not read: price, region (numbers; categorical= says which are codes; 'kprototypes' reads both sorts)"))
        #expect(Self.text(try Self.segments("kmodes k=2 init=cao")).contains("one run"))
    }

    @Test func `all numbers may be told to be codes`() throws {
        let found = try Self.segments("kmodes k=2 categorical=all")
        #expect(found.columns.categories == ["price", "region", "colour", "sold"])
        #expect(try Self.segments("kmodes k=2 categorical=all inputs=[region, sold]").columns.categories == ["region", "sold"])
        let failure = #expect(throws: Diagnostic.self) { try Self.segments("kprototypes k=2 categorical=all") }
        #expect(failure?.code == "no-numeric-columns")
    }

    @Test func `kprototypes reads both sorts and tells gamma`() throws {
        let found = try Self.segments("kprototypes k=2 categorical=[region]")
        #expect(found.sizes == [5, 4] && found.columns.numbers == ["price"] && Set(found.columns.categories) == ["region", "colour", "sold"])
        let text = Self.text(found)
        #expect(text.contains("numeric: price") && text.contains("region (3 values)") && text.contains("gamma 0.5, estimated") && text.contains("scaled: "))
        #expect(Self.text(try Self.segments("kprototypes k=2 gamma=2")).contains("gamma 2, as given"))
        // As they are, half the deviation of the prices.
        let plain = try Self.segments("kprototypes k=2 scale=no log=no inputs=[price, colour]")
        #expect(Self.text(plain).contains("gamma \(NumberText.short(0.5 * Self.deviation([1, 1.1, 1.2, 0.9, 1, 9, 9.2, 8.8, 9.1])))"))
    }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    @Test func `without categories it is refused with what helps`() throws {
        let failure = #expect(throws: Diagnostic.self) { try Self.segments("kprototypes k=2 inputs=[price, region]") }
        #expect(failure?.code == "no-categorical-columns" && failure?.hint?.contains("categorical=[") == true && failure?.hint?.contains("types={") == true)
        let numbers = #expect(throws: Diagnostic.self) { try Self.segments("kprototypes k=2 inputs=[colour, sold]") }
        #expect(numbers?.code == "no-numeric-columns" && numbers?.hint?.contains("kmodes") == true)
    }

    @Test func `the longer form gives the same, and the seed decides`() throws {
        let short = try Self.segments("kprototypes k=3 seed=4"), long = try Self.segments("fit kprototypes k=3 seed=4")
        #expect(short.found.labels == long.found.labels && short.found.measures[0].value == long.found.measures[0].value)
        let cost = short.property("cost", Work())
        #expect(cost != nil)
    }

    @Test func `new rows go to the nearest, and unknown values match nothing`() throws {
        try Running.inFolder { folder in
            try Data(Self.goods.utf8).write(to: URL(fileURLWithPath: "\(folder)/goods.csv"))
            try Data("id,price,region,colour,sold\np,1,1,pink,yes\nq,9,3,green,no\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/new.csv"))
            for verb in ["kmodes k=2 categorical=[region]", "kprototypes k=2"] {
                let script = "load goods.csv kind=table as goods | \(verb) as found | load new.csv kind=table as new | assign found on new"
                let table = try #require(try Running.results(script, directory: folder).last?.value as? TableValue)
                #expect(table.table.column(named: "segment")?.numbers == [1, 2], "\(verb)")
            }
        }
    }

    @Test func `more columns than a wide table holds get a table of modes`() throws {
        let header = "id," + (0..<14).map { "c\($0)" }.joined(separator: ",")
        let rows = (0..<8).map { row in "r\(row)," + (0..<14).map { $0 == row ? "z" : row < 4 ? "x" : "y" }.joined(separator: ",") }
        let found = try Self.segments("kmodes k=2", ([header] + rows).joined(separator: "\n") + "\n")
        #expect(Self.text(found).contains("Modes, with the share") && found.found.tables[0].rows.count == 14)
    }

    @Test(arguments: [("kmodes k=‹10›", "too-few-rows"), ("kprototypes k=‹10›", "too-few-rows"), ("kmodes k=‹9› inputs=[sold]", "too-few-distinct-rows")])
    func `too large a k is marked`(_ script: String, _ code: String) throws {
        let failure = #expect(throws: Diagnostic.self) { try Self.segments(script.filter { $0 != "‹" && $0 != "›" }) }
        #expect(failure?.code == code && failure?.span.map { script.contains("‹\($0.text)›") } == true && failure?.hint?.contains("at most") == true)
    }
}

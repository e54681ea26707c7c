import Foundation
import Testing

@testable import Runtime

struct NumberTextTests {
    @Test(arguments: ReferenceValues.decimals)
    func `decimals agree with Python's`(_ value: Double, _ decimals: Int, _ text: String) {
        #expect(NumberText.decimal(value, decimals) == text)
    }

    @Test(arguments: [(0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (84475, "84,475"), (-1_234_567, "-1,234,567"), (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808")])
    func `thousands are set apart`(_ value: Int, _ text: String) { #expect(NumberText.grouped(value) == text) }

    @Test(arguments: [
        (0.0, "0"), (5.0, "5"), (0.5, "0.5000"), (1.2345, "1.234"), (12.345, "12.35"), (123.456, "123.5"), (1234.56, "1,235"), (-0.08219, "-0.0822"), (0.00012, "0.0001"), (0.000012, "1.20e-05"),
        (-3.5e-9, "-3.50e-09"), (1e15, "1,000,000,000,000,000"), (1e20, "1.00e+20"), (.nan, "–"), (.infinity, "∞"), (-.infinity, "-∞"), (123_456_789, "123,456,789"),
    ])
    func `short numbers show about four digits`(_ value: Double, _ text: String) { #expect(NumberText.short(value) == text) }

    @Test
    func `shares, rates, spans and sizes read as people write them`() {
        #expect(NumberText.percent(0.082) == "8.2 %")
        #expect(NumberText.percent(1, 0) == "100 %")
        #expect(NumberText.rate(412, of: 5000) == "412 of 5,000 (8.2 %)")
        #expect(NumberText.rate(0, of: 0) == "0 of 0 (–)")
        #expect(NumberText.rate(3, of: 10_000) == "3 of 10,000 (0.03 %)" && NumberText.rate(9_997, of: 10_000) == "9,997 of 10,000 (99.97 %)")
        #expect(NumberText.rate(1, of: 1_000_000) == "1 of 1,000,000 (<0.001 %)" && NumberText.rate(999_999, of: 1_000_000) == "999,999 of 1,000,000 (>99.999 %)")
        #expect(NumberText.rate(0, of: 9) == "0 of 9 (0.0 %)" && NumberText.rate(9, of: 9) == "9 of 9 (100.0 %)")
        let spans: [(Double, String)] = [
            (0, "0.0s"), (9.94, "9.9s"), (9.96, "10s"), (45, "45s"), (59.7, "1m"), (90, "1m 30s"), (3600, "1h"), (5400, "1h 30m"), (86_400, "1d"), (183_600, "2d 3h"), (8.64e9, "100,000d"), (-90, "-1m 30s"),
            (.nan, "–"), (.infinity, "–"),
        ]
        for (seconds, text) in spans { #expect(NumberText.duration(seconds) == text, "\(seconds)") }
        let sizes = [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (4_900_000, "4.9 MB"), (9_960, "10 kB"), (999_400, "999 kB"), (999_600, "1.0 MB"), (12_345_678_901, "12 GB"), (Int.max, "9,223,372 TB")]
        for (bytes, text) in sizes { #expect(NumberText.bytes(bytes) == text, "\(bytes)") }
    }

    @Test
    func `any number of decimals is printed whole`() {
        #expect(NumberText.fixed(1e308, 2).count == 312)
        #expect(NumberText.fixed(0.1, 500).count == 502)
        #expect(NumberText.fixed(0.5, -3) == "0" || NumberText.fixed(0.5, -3) == "1")
        #expect(NumberText.short(-1.25e300) == "-1.25e+300" && NumberText.short(12_345_678_901_234_568) == "12,345,678,901,234,568")
        #expect(NumberText.decimal(-1e300, 100).hasPrefix("-1,000,000,000,000,000,052,"))
    }
}

struct JSONTests {
    @Test
    func `members keep their order, and texts are escaped`() {
        let value: JSON = ["b": 1, "a": [true, nil, 0.5, "x\"y\\z\n\r\t\u{1}\u{7F}é🎉\u{2028}"], "": ["n": .number(.nan), "i": .number(.infinity)]]
        #expect(value.text == #"{"b": 1, "a": [true, null, 0.5, "x\"y\\z\n\r\t\u0001\u007fé🎉"# + "\u{2028}" + #""], "": {"n": null, "i": null}}"#)
        #expect(value["a"] == [true, nil, 0.5, "x\"y\\z\n\r\t\u{1}\u{7F}é🎉\u{2028}"])
        #expect(value["c"] == nil)
        #expect(JSON.array([]).text == "[]" && JSON.object([]).text == "{}")
    }

    // Bit for bit, sign of zero included, by an independent reader.
    @Test
    func `each double reads back to the same double`() throws {
        var stream = RandomStream(seed: 5, name: "tests", purpose: "doubles")
        var doubles: [Double] = [0, -0.0, 1, -1, 0.1, 1e15, 1e15 + 2, 999_999_999_999_999, 1e16, 1e22, 1e23, 123456789.125, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi]
        while doubles.count < 2000 {
            let double = Double(bitPattern: stream.next())
            if double.isFinite { doubles.append(double) }
        }
        for double in doubles {
            #expect(Double(JSON.number(double).text)?.bitPattern == double.bitPattern, "\(double)")
            #expect(JSON.number(double).text.allSatisfy { "0123456789+-.eE".contains($0) })
        }
        #expect(JSON.number(3).text == "3" && JSON.integer(.max).text == "9223372036854775807")
    }

    @Test
    func `another reader understands it`() throws {
        let text = (["a": ["x", 1.5, nil, true], "é\n\u{0}": .integer(-7)] as JSON).text
        let read = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(read.keys.sorted() == ["a", "é\n\u{0}"])
        #expect((read["a"] as? [Any])?.count == 4)
        #expect(read["é\n\u{0}"] as? Int == -7)
    }
}

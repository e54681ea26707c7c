import Testing
import Runtime

@testable import Tables

struct TimeFormatTests {
    static let times: [(text: String, format: TimeFormat, microseconds: Int64?)] = [
        ("1511544070", .epochSeconds, 1_511_544_070_000_000), ("1396860669.277", .epochSeconds, 1_396_860_669_277_000), ("-1.5", .epochSeconds, -1_500_000),
        ("0.1234567", .epochSeconds, 123_456), ("1511544070123", .epochMilliseconds, 1_511_544_070_123_000), ("1511544070123456", .epochMicroseconds, 1_511_544_070_123_456),
        ("1.", .epochSeconds, nil), ("x", .epochSeconds, nil), ("", .epochSeconds, nil), ("99999999999999999999", .epochSeconds, nil),
        ("19970101", .compactDate, 852_076_800_000_000), ("19970229", .compactDate, nil), ("19961301", .compactDate, nil), ("1997010", .compactDate, nil),
        ("2019-11-01 17:59:13.273932", .iso, 1_572_631_153_273_932), ("2019-11-01T17:59:13Z", .iso, 1_572_631_153_000_000),
        ("2019-11-01T17:59:13+02:00", .iso, 1_572_623_953_000_000), ("2019-11-01T17:59:13-0230", .iso, 1_572_640_153_000_000), ("2019-11-01 17", .iso, 1_572_627_600_000_000),
        ("2019-11-01", .iso, 1_572_566_400_000_000), ("2019-11-01 17:59:13 UTC", .iso, 1_572_631_153_000_000), ("2019-02-29", .iso, nil), ("2020-02-29", .iso, 1_582_934_400_000_000),
        ("2019-11-01 25:00", .iso, nil), ("2019-11-01x", .iso, nil),
        ("17/May/2015:10:05:03 +0000", .combinedLog, 1_431_857_103_000_000), ("[17/May/2015:10:05:03 +0200]", .combinedLog, 1_431_849_903_000_000),
        ("17/May/2015:10:05:03.25 -0030", .combinedLog, 1_431_858_903_250_000), ("17/May/2015:10:05:03", .combinedLog, 1_431_857_103_000_000),
        ("31/Feb/2015:10:05:03 +0000", .combinedLog, nil), ("17/Mai/2015:10:05:03 +0000", .combinedLog, nil), ("17/May/2015:10:05:03 +00", .combinedLog, nil), ("1969-12-31T23:59:59.999999Z", .iso, -1),
    ]

    @Test(arguments: times.indices)
    func `reads times exactly`(index: Int) {
        let c = Self.times[index]
        #expect(c.format.parse(c.text) == c.microseconds, "\(c.text)")
    }

    static let written: [(text: String, format: TimeFormat)] = [
        ("1511544070", .epochSeconds), ("1396860669.277", .epochSeconds), ("-1.5", .epochSeconds), ("1511544070123", .epochMilliseconds), ("7", .epochMicroseconds), ("19970101", .compactDate),
        ("2019-11-01 17:59:13.273900", .calendar(.init(separator: .space, fractionDigits: 6))), ("2019-11-01T17:59:13Z", .iso), ("2019-11-01", .calendar(.init(hasTime: false))),
        ("17/May/2015:10:05:03 +0000", .combinedLog), ("07/Jan/1969:00:00:03.5 +0000", .combinedLog),
    ]

    @Test(arguments: written.indices)
    func `writes times as they were read`(index: Int) throws {
        let c = Self.written[index]
        #expect(c.format.text(try #require(c.format.parse(c.text))) == c.text)
    }

    @Test func `the calendar holds over leap years and before 1970`() {
        // Python: datetime.date.fromordinal(719163 + n).
        for (days, text) in [(0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (-25_509, "1900-02-28"), (-25_508, "1900-03-01"), (47_540, "2100-02-28"), (47_541, "2100-03-01")] {
            #expect(Gregorian.text(days) == text)
            let date = Gregorian.date(days)
            #expect(Gregorian.number(year: date.year, month: date.month, day: date.day) == days)
        }
        #expect(CivilTime.weekday(of: 0) == 4)
        #expect(CivilTime.weekday(of: -1) == 3)
        #expect(CivilTime.hour(of: -1) == 23)
    }
}

struct FieldTextTests {
    @Test(arguments: ["0.1", "1e-300", "123456789.123456789", "5e-324", "1.7976931348623157e308", "00.5", "-2.5", "9007199254740993", "+7", "1E5", ".5", "3."])
    func `reads the nearest double`(text: String) throws {
        var copy = text
        let value = copy.withUTF8 { FieldText.number($0) }
        let wanted = try #require(Double(text.hasSuffix(".") ? text + "0" : text.hasPrefix(".") ? "0" + text : text))
        #expect(value == wanted)
    }

    @Test(arguments: ["", "-", ".", "abc", "1e", "1x", "inf", "nan", "0x10", "1e999", "--1", "1.2.3"])
    func `refuses what is not a number`(text: String) {
        var copy = text
        #expect(copy.withUTF8 { FieldText.number($0) } == nil)
    }

    @Test(arguments: ["007", "-0", "+1", "9223372036854775808", "-9223372036854775809", "1.0", "", "-"])
    func `a whole number has one plain form`(text: String) {
        var copy = text
        #expect(copy.withUTF8 { FieldText.integer($0) } == nil)
    }

    @Test func `doubles are written so that they read back`() {
        for value in [0.1, 1.0 / 3, 1e15, 1e-7, -2.5, 12, 1e300, -0.0, 123456.789] {
            let text = FieldText.text(value)
            #expect(Double(text)?.bitPattern == value.bitPattern)
        }
        #expect(FieldText.text(12) == "12")
    }
}

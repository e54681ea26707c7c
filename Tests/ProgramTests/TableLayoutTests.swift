import Diagnostics
import Language
import Runtime
import Testing

@testable import cnb

struct TableLayoutTests {
    static func lines(_ table: DisplayTable, width: Int) -> String {
        var lines: [String] = []
        TableLayout(width: width, paint: Paint(isOn: false)).forEachLine(of: table, check: {}) { lines.append($0) }
        return lines.joined(separator: "\n")
    }

    static let small = DisplayTable(
        title: "Actions", columns: [.init("action"), .init("events", .right), .init("share", .right)],
        rows: [["pv", .count(84_475), .percent(0.895)], ["購入", .count(312), .percent(0.0033)], ["cafe\u{301} 👍🏽", .count(9), .undefined]], totalRows: 12,
        notes: ["shares are of all events"])

    @Test func `aligns numbers at the right and wide characters by their width`() {
        #expect(
            Self.lines(Self.small, width: 80) == """
                Actions
                action   events   share
                ───────  ──────  ──────
                pv       84,475  89.5 %
                購入        312   0.3 %
                cafe\u{301} 👍🏽       9       –
                … 3 of 12 rows
                shares are of all events
                """)
    }

    @Test func `shows units and types below titles, and where rows are left out`() {
        let table = DisplayTable(
            columns: [.init("day"), .init("recency", .right, unit: "days"), .init("n", .right)], rows: [["Mon", .number(1.5), .count(12)], ["Sun", .number(22.25), .count(1)]],
            totalRows: 7, gap: 1, more: "show n=all")
        #expect(
            Self.lines(table, width: 80) == """
                day  recency   n
                        days
                ───  ───────  ──
                Mon    1.500  12
                …          …   …
                Sun    22.25   1
                … 2 of 7 rows; show n=all
                """)
    }

    static let wide = DisplayTable(
        columns: (1...9).map { .init("column \($0)", $0 == 1 ? .left : .right) }, rows: [(1...9).map { .number(Double($0) * 1000.5, 1) }])

    @Test func `elides columns in the middle`() {
        #expect(
            Self.lines(Self.wide, width: 50) == """
                column 1  column 2  …  column 8  column 9
                ────────  ────────  ─  ────────  ────────
                1,000.5    2,001.0  …   8,004.0   9,004.5
                … 5 of 9 columns hidden; a wider terminal, --plain
                or --json shows them
                """)
    }

    @Test func `cuts long texts before it hides columns, and never numbers`() {
        let long = String(repeating: "lorem ipsum ", count: 6)
        let table = DisplayTable(columns: [.init("text"), .init("a rather long title", .right)], rows: [[.init(long), .count(123_456_789)]])
        #expect(
            Self.lines(table, width: 40) == """
                text                 a rather long title
                ───────────────────  ───────────────────
                lorem ipsum lorem …          123,456,789
                """)
        #expect(
            Self.lines(table, width: 26) == """
                text           a rat…title
                ─────────────  ───────────
                lorem ipsum …  123,456,789
                """)
    }

    @Test(arguments: 20...120)
    func `is never wider than the terminal`(_ width: Int) {
        let long = String(repeating: "長い text ", count: 30)
        let tables = [
            Self.small, Self.wide, DisplayTable(columns: [.init(long), .init("n", .right)], rows: [[.init(long), .count(.max)]]),
            DisplayTable(columns: [.init("n", .right)], rows: [[.init(String(repeating: "9", count: 200), .null)]]),
        ]
        for table in tables {
            for line in Self.lines(table, width: width).split(separator: "\n") { #expect(DisplayWidth.of(String(line)) <= width, "\(line)") }
        }
    }

    @Test func `shows titles without rows, and nothing without columns`() {
        #expect(Self.lines(DisplayTable(columns: [.init("a"), .init("b", .right)], rows: []), width: 80) == "a  b\n─  ─")
        #expect(Self.lines(DisplayTable(columns: [], rows: []), width: 80) == "")
    }

    @Test func `keeps control characters of data from the terminal`() {
        let table = DisplayTable(columns: [.init("a\u{1B}[2J")], rows: [["x\u{07}\ny"]])
        let text = Self.lines(table, width: 80)
        #expect(!text.contains("\u{1B}") && !text.contains("\u{07}"))
        #expect(text.split(separator: "\n").count == 3)
    }

    static let widths: [(String, Int)] = [
        ("abc", 3), ("größe", 5), ("e\u{301}", 1), ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("한국", 4), ("\u{200B}", 0), ("…", 1), ("─", 1),
    ]

    @Test(arguments: widths)
    func `knows the width of characters`(_ text: String, _ width: Int) { #expect(DisplayWidth.of(text) == width) }

    @Test func `cuts titles inside, so that their ends still tell them apart`() {
        #expect(DisplayWidth.cutInside("recency median", to: 9) == "rece…dian")
        #expect(DisplayWidth.cutInside("日本語の列", to: 6) == "日…列")
        #expect((0...3).map { DisplayWidth.cutInside("abcdef", to: $0) } == ["", "…", "a…", "a…f"])
    }

    @Test func `cuts between characters, never within one`() {
        #expect(DisplayWidth.cut("日本語", to: 6) == "日本語")
        #expect(DisplayWidth.cut("日本語", to: 5) == "日本…")
        #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
        #expect(DisplayWidth.cut("abc", to: 0) == "")
    }

    @Test func `wraps notes at blanks`() {
        #expect(TextFlow.wrapped("one two three four", to: 9) == ["one two", "three", "four"])
        #expect(TextFlow.wrapped("unbreakable", to: 4) == ["unbreakable"])
        #expect(TextFlow.wrapped("", to: 4) == [""])
        #expect(TextFlow.wrapped("one two three", to: 7, hanging: 2) == ["one two", "  three"])
    }
}

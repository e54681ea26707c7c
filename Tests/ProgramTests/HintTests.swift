import Testing

@testable import cnb

/// What a second Tab says of the place of the cursor, marked by `^`.
struct HintTests {
    static func hint(_ marked: String, width: Int = 200) -> String? {
        let parts = marked.split(separator: "^", maxSplits: 1, omittingEmptySubsequences: false)
        return Hint.line(parts.joined(), cursor: parts[0].utf8.count, session: CompleterTests.session, width: width)
    }

    static let cases: [(String, String?)] = [
        ("^", "VERB words options [on NAME] [as NAME] · 'help' lists the verbs, 'help VERB' explains one"),
        ("sample 5% | sa^", "VERB words options [on NAME] [as NAME] · 'help' lists the verbs, 'help VERB' explains one"),
        ("sample ^", "sample SHARE [seed=N] · share: share such as 5% or 0.05, required: share of users to keep"),
        ("sample 5^", "sample SHARE [seed=N] · share: share such as 5% or 0.05, required: share of users to keep"),
        ("sample 5% ^", "sample SHARE [seed=N] · Keep some users."),
        ("sample 5% seed=^", "sample SHARE [seed=N] · seed: whole number, default 0: seed of the draw"),
        ("sample 5% seed=1^", "sample SHARE [seed=N] · seed: whole number, default 0: seed of the draw"),
        ("sample 5% on ^", "on NAME · events to read, the newest unless named: 'load'"),
        ("sample 5% as x^", "as NAME · a name for the result, 'sample' unless given"),
        ("fit lstm as ^", "as NAME · a name for the result, 'fit' unless given"),
        ("fit kmeans on ^", "on NAME · a table to read, the newest unless named: 'rfm'"),
        ("fit kmeans k=^", "fit kmeans [k=N] · k: whole number in 1...1024, default 8: number of clusters"),
        ("plot roc of ^", "plot roc [of NAME...] [to=FILE] · names: names, optional: what is drawn"),
        ("top user n=^ ", "top COLUMN [n=N] · n: whole number in 1...1000, default 10: how many"),
        ("select ^", "select [except] COLUMNS... · except: this word, optional: drop instead of keep"),
        ("load x.csv bad-rows=^", "load PATH... [user=COLUMN] [bad-rows=skip|stop] [header=yes|no] · bad-rows: one of skip, stop, optional: what to do with bad rows"),
        ("filter hour(^", "hour(time) -> number · hour of the day, 0 to 23"),
        ("filter hour(user) > ^", "filter CONDITION [per=event|session|user] · condition: expression, required: what to keep"),
        ("filter round(abs(am^", "abs(number) -> number · absolute value"),
        ("filter round(abs(amount), ^", "round(number[, number]) -> number · rounded, to some decimals"),
        ("filter min(^", "min(value) -> value · least value of the group"),
        ("filter count((amount > ^", "count([boolean]) -> number · number of events, or of those that fulfil the condition"),
        ("filter has(pv -> ^", "has(PATTERN) -> boolean · whether the events of the group hold a path, such as pv -> cart within 7d"),
        ("let x = ^", "let NAME = VALUE"),
        ("for k in ^", "for NAME in LIST { STATEMENTS }"),
        ("for k in [1, 2] { sample 5% seed=^", "sample SHARE [seed=N] · seed: whole number, default 0: seed of the draw"),
        ("plan sample 5% seed=^", "sample SHARE [seed=N] · seed: whole number, default 0: seed of the draw"),
        ("unknown ^", nil),
        ("sample 5% # no^", nil),
    ]

    @Test(arguments: cases)
    func `says what the cursor stands in`(_ line: String, _ hint: String?) { #expect(Self.hint(line) == hint) }

    static let narrow: [(Int, String)] = [
        (70, "sample [seed=N] ... · seed: whole number, default 0: seed of the draw"),
        (60, "sample [seed=N] ... · seed: whole number, default 0: seed o…"),
        (10, "sample [s…"),
    ]

    @Test(arguments: narrow)
    func `gives way in steps where the terminal is narrow`(_ width: Int, _ hint: String) { #expect(Self.hint("sample 5% seed=^", width: width) == hint) }

    @Test func `never says more than fits`() {
        let script = "load \"a b.csv\" user=`x y` | filter matches(user, /a[b\\/]c/i) and hour(amount) in [1, 2] per=user on load as big;\nfor k in {1, 2} { fit kmeans k=$k }\nplot roc of a, b to=~/x.svg"
        for count in 0...script.utf8.count {
            for width in [1, 20, 80] {
                let hint = Hint.line(script, cursor: count, session: CompleterTests.session, width: width)
                #expect(DisplayWidth.of(hint ?? "") <= width)
            }
        }
    }

    @Test func `lists candidates down columns, and says how many it leaves out`() {
        func lines(_ texts: [String], _ width: Int) -> [String] { CandidateList.lines(texts.map { .init(text: $0, ending: .blank) }, width: width) }
        #expect(lines(["a", "b", "c", "d", "e"], 7) == ["a  c  e", "b  d"])
        #expect(lines(["größe", "b"], 3) == ["gr…", "b"])
        #expect(lines(["data/a.csv", "data/b/"], 80) == ["a.csv  b/"])
        #expect(lines(["data/", "data/b/"], 80) == ["data/    data/b/"])
        let many = lines((0..<30).map { "word\($0)" }, 10)
        #expect(many.count == 11)
        #expect(many.last == "… 20 more")
        #expect(lines([], 80) == [])
    }
}

import Diagnostics
import Expressions
import Runtime
import Testing

@testable import Tables

struct CompiledExpressionTests {
    /// Four rows, the last all gaps but its user.
    static let table = Table([
        Column("user", text: ["a", "a", "b", "b"]),
        Column("s", text: ["Ab", "héllo", "x\"y", nil]),
        Column("i", .integer([3, -7, 9_007_199_254_740_993, 0], present: Mask([true, true, true, false]))),
        Column("x", numbers: [0.5, -2.5, 1e10, nil]),
        Column("b", .boolean([true, false, true, false], present: Mask([true, true, true, false]))),
        // 2017-11-25T08:30 (a Saturday), 1969-12-31T23:59:59, 2020-02-29T00:00
        Column("t", .time([1_511_598_600_000_000, -1_000_000, 1_582_934_400_000_000, 0], present: Mask([true, true, true, false]), format: .iso)),
        Column("u", text: ["https://Shop.Example:8080/p/1?q=a+b&n=%C3%A9#top", "/c/2?q", "http://h", nil]),
        Column("action", text: ["pv", "buy", "pv", nil]),
        Column("time", times: [0, 60_000_000, 0, 10_000_000]),
    ])
    static let groups = Groups(offsets: [0, 2, 4])

    static func values(_ expression: Expressions.Expression, grouped: Bool = false) throws -> [String?] {
        let compiled = try CompiledExpression(expression, schema: table.schema(), grouped: grouped)
        let column =
            grouped ? try compiled.column(named: "v", over: table, groups: groups, work: Work()) : try compiled.column(named: "v", over: table, work: Work())
        return (0..<column.count).map { column.text(at: $0) }
    }

    /// Each function of the language over the rows above; aggregates over the users `a` and `b`.
    static let functions: [(name: String, arguments: [Expressions.Expression], values: [String?])] = [
        ("hour", [X.column("t")], ["8", "23", "0", nil]),
        ("weekday", [X.column("t")], ["6", "3", "6", nil]),
        ("day", [X.column("t")], ["25", "31", "29", nil]),
        ("month", [X.column("t")], ["11", "12", "2", nil]),
        ("log1p", [X.column("x")], ["0.4054651081081644", nil, "23.025850930040455", nil]),
        ("abs", [X.column("x")], ["0.5", "2.5", "10000000000", nil]),
        ("abs", [X.column("i")], ["3", "7", "9007199254740993", nil]),
        ("round", [X.column("x")], ["1", "-3", "10000000000", nil]),
        ("round", [X.number(2.71828), X.integer(2)], ["2.72", "2.72", "2.72", "2.72"]),
        ("round", [X.integer(1234), X.integer(-2)], ["1200", "1200", "1200", "1200"]),
        ("mod", [X.column("i"), X.integer(5)], ["3", "3", "3", nil]),
        ("mod", [X.column("i"), X.integer(-5)], ["-2", "-2", "-2", nil]),
        ("mod", [X.column("x"), X.integer(0)], [nil, nil, nil, nil]),
        ("mod", [X.column("x"), X.number(2)], ["0.5", "1.5", "0", nil]),
        ("lower", [X.column("s")], ["ab", "héllo", "x\"y", nil]),
        ("length", [X.column("s")], ["2", "5", "3", nil]),
        ("matches", [X.column("s"), X.regex("^[a-z]b$", ignoresCase: true)], ["true", "false", "false", nil]),
        ("matches", [X.column("s"), X.regex("l+")], ["false", "true", "false", nil]),
        ("host", [X.column("u")], ["shop.example", nil, "h", nil]),
        ("path", [X.column("u")], ["/p/1", "/c/2", "/", nil]),
        ("query", [X.column("u"), X.text("q")], ["a b", "", nil, nil]),
        ("query", [X.column("u"), X.text("n")], ["é", nil, nil, nil]),
        ("any", [X.column("b")], ["true", "true"]),
        ("any", [X.binary(X.column("x"), .less, X.integer(0))], ["true", "false"]),
        ("all", [X.column("b")], ["false", "false"]),
        ("all", [X.binary(X.column("time"), .greaterOrEqual, X.time(0))], ["true", "true"]),
        ("count", [], ["2", "2"]),
        ("count", [X.column("b")], ["1", "1"]),
        ("sum", [X.column("x")], ["-2", "10000000000"]),
        ("mean", [X.column("x")], ["-1", "10000000000"]),
        ("min", [X.column("i")], ["-7", "9007199254740993"]),
        ("max", [X.column("i")], ["3", "9007199254740993"]),
        ("min", [X.column("s")], ["Ab", "x\"y"]),
        ("max", [X.column("t")], ["2017-11-25T08:30:00Z", "2020-02-29T00:00:00Z"]),
        ("first", [X.column("s")], ["Ab", "x\"y"]),
        ("last", [X.column("s")], ["héllo", nil]),
        ("distinct", [X.column("s")], ["2", "1"]),
        ("distinct", [X.column("user")], ["1", "1"]),
    ]

    @Test(arguments: functions.indices)
    func `gives the value that its help promises`(index: Int) throws {
        let c = Self.functions[index]
        let function = try #require(ExpressionFunction.named(c.name))
        #expect(try Self.values(X.make(.call(c.name, c.arguments)), grouped: function.isAggregate) == c.values, "\(c.name) \(index)")
    }

    @Test func `every function of the language is under test`() {
        #expect(Set(ExpressionFunction.all.map(\.name)) == Set(Self.functions.map(\.name)))
    }

    static let operators: [(name: String, expression: Expressions.Expression, values: [String?])] = [
        ("whole numbers stay whole", X.binary(X.column("i"), .add, X.integer(1)), ["4", "-6", "9007199254740994", nil]),
        ("beyond 64 bits is missing", X.binary(X.column("i"), .multiply, X.integer(4096)), ["12288", "-28672", nil, nil]),
        ("division", X.binary(X.column("i"), .divide, X.integer(2)), ["1.5", "-3.5", "4503599627370496.0", nil]),
        ("division by nothing", X.binary(X.column("i"), .divide, X.integer(0)), [nil, nil, nil, nil]),
        ("64-bit ids compare exactly", X.binary(X.column("i"), .equal, X.integer(9_007_199_254_740_992)), ["false", "false", "false", nil]),
        ("minus", X.negated(X.column("x")), ["-0.5", "2.5", "-10000000000", nil]),
        ("text equality", X.binary(X.column("action"), .equal, X.text("pv")), ["true", "false", "true", nil]),
        ("text order is by scalars", X.binary(X.column("s"), .less, X.text("a")), ["true", "false", "false", nil]),
        ("two columns of text", X.binary(X.column("user"), .less, X.column("s")), ["false", "true", "true", nil]),
        ("time minus time", X.binary(X.binary(X.column("t"), .subtract, X.time(-1)), .divide, X.duration(60)), ["25193310.016666666", "0", "26382240.016666666", nil]),
        ("time plus duration", X.binary(X.column("t"), .add, X.duration(1)), ["2017-11-25T08:30:01Z", "1970-01-01T00:00:00Z", "2020-02-29T00:00:01Z", nil]),
        ("false and missing", X.binary(X.column("b"), .and, X.binary(X.missing, .equal, X.column("b"))), ["false", "false", "false", nil]),
        ("and", X.binary(X.column("b"), .and, X.binary(X.column("x"), .greater, X.integer(0))), ["true", "false", "true", nil]),
        ("true or missing", X.binary(X.truth(true), .or, X.column("b")), ["true", "true", "true", "true"]),
        ("not missing", X.not(X.column("b")), ["false", "true", "false", nil]),
        ("asks for a value", X.binary(X.column("x"), .equal, X.missing), ["false", "false", "false", "true"]),
        ("asks for no gap", X.binary(X.column("s"), .notEqual, X.missing), ["true", "true", "true", "false"]),
        ("in", X.among(X.column("s"), [X.text("Ab"), X.text("q")]), ["true", "false", "false", nil]),
        ("not in", X.among(X.column("i"), [X.integer(3)], isNegated: true), ["false", "true", "true", nil]),
        ("in with missing", X.among(X.column("x"), [X.missing, X.number(0.5)]), ["true", "false", "false", "true"]),
        ("both ends", X.within(X.column("x"), X.number(-2.5), X.number(0.5)), ["true", "true", "false", nil]),
        ("if", X.choose(X.column("b"), X.column("s"), X.text("no")), ["Ab", "no", "x\"y", nil]),
        ("if with missing", X.choose(X.binary(X.column("x"), .greater, X.integer(0)), X.column("i"), X.missing), ["3", nil, "9007199254740993", nil]),
    ]

    @Test(arguments: operators.indices)
    func `operators follow three-valued logic and keep digits`(index: Int) throws {
        let c = Self.operators[index]
        #expect(try Self.values(c.expression) == c.values, "\(c.name)")
    }

    @Test func `a column outside an aggregate is refused, for which of the group's rows would be a guess`() {
        let mixed = X.binary(X.column("i"), .add, X.call("count"))
        #expect(#expect(throws: Diagnostic.self) { try CompiledExpression(mixed, schema: Self.table.schema(), grouped: true) }?.code == "ungrouped-column")
    }

    @Test func `a filter keeps only what is true`() throws {
        let compiled = try CompiledExpression(X.column("b"), schema: Self.table.schema())
        #expect(try compiled.truths(over: Self.table, work: Work()) == [true, false, true, false])
    }

    @Test func `roles stand for their columns`() throws {
        let schema = Self.table.schema(roles: ["value": "x"])
        let compiled = try CompiledExpression(X.binary(X.column("value"), .greater, X.integer(0)), schema: schema)
        #expect(compiled.columns == ["x"])
        #expect(try compiled.truths(over: Self.table, work: Work()) == [true, false, true, false])
    }

    @Test func `many rows and threads give what one gives`() throws {
        var stream = RandomStream(seed: 1, name: "test", purpose: "rows")
        let rows = 200_000
        let table = Table([Column("x", numbers: (0..<rows).map { _ in stream.uniform() }), Column("k", integers: (0..<rows).map { Int64($0 / 7) })])
        let offsets = Array(stride(from: 0, to: rows, by: 7)) + [rows]
        let compiled = try CompiledExpression(X.call("sum", X.column("x")), schema: table.schema(), grouped: true)
        let one = try compiled.column(named: "v", over: table, groups: Groups(offsets: offsets), work: Work(threads: 1)).numbers
        let three = try compiled.column(named: "v", over: table, groups: Groups(offsets: offsets), work: Work(threads: 3)).numbers
        #expect(one == three)
        #expect(one?.count == offsets.count - 1)
    }

    @Test(arguments: ["^(a+)+$|^(a+)+!$", "(a+a+)+y", "(.*)(.*)(.*)(.*)y"])
    func `a search that is given up is an error and no answer`(_ pattern: String) throws {
        let table = Table([Column("s", text: [String(repeating: "a", count: 200) + "!", "b"])])
        let compiled = try CompiledExpression(X.call("matches", X.column("s"), X.regex(pattern)), schema: table.schema())
        #expect(#expect(throws: Diagnostic.self) { try compiled.truths(over: table, work: Work()) }?.code == "costly-regex")
    }

    @Test func `long texts are searched to their end`() throws {
        let table = Table([Column("s", text: [String(repeating: "/page/abc?x=1&", count: 2_000) + "product/7", String(repeating: "ab", count: 1_000)])])
        for (pattern, found) in [("/product/[0-9]+", [false, false]), ("product/[0-9]+$", [true, false]), ("(?:x|y)+=[0-9]+&product", [true, false]), ("^(ab)+$", [false, true])] {
            let compiled = try CompiledExpression(X.call("matches", X.column("s"), X.regex(pattern)), schema: table.schema())
            #expect(try compiled.truths(over: table, work: Work()) == found, "\(pattern)")
        }
    }

    @Test func `mistakes are found when the expression is compiled`() {
        let wrong: [(Expressions.Expression, String)] = [
            (X.column("none"), "unknown-column"), (X.call("sum", X.column("x")), "group-needed"), (X.binary(X.column("s"), .add, X.integer(1)), "type-mismatch"),
            (X.call("matches", X.column("s"), X.regex("(")), "bad-regex"),
        ]
        for (expression, code) in wrong {
            #expect(#expect(throws: Diagnostic.self) { try CompiledExpression(expression, schema: Self.table.schema()) }?.code == code)
        }
        let noActions = Table([Column("user", text: ["a"])]).schema()
        #expect(#expect(throws: Diagnostic.self) { try CompiledExpression(X.has([["a"]], []), schema: noActions, grouped: true) }?.code == "unknown-column")
    }
}

struct PatternMatcherTests {
    /// All ways to choose events for the steps, one by one.
    static func slow(_ pattern: Pattern, _ codes: [Int], _ times: [Int64]) -> Bool {
        func fits(_ step: Int, _ row: Int) -> Bool {
            switch pattern.steps[step].matcher {
            case .any: true
            case .oneOf(let names): codes[row] >= 0 && names.contains(["a", "b", "c"][codes[row]])
            }
        }
        func extend(_ step: Int, _ row: Int, _ first: Int) -> Bool {
            if let window = pattern.window, Double(times[row] - times[first]) > window.seconds * 1e6 { return false }
            if step == pattern.steps.count - 1 { return true }
            for next in (row + 1)..<max(row + 1, codes.count) where fits(step + 1, next) {
                switch pattern.links[step] {
                case .next: if next == row + 1, extend(step + 1, next, first) { return true }
                case .later(let excluded):
                    let between = ((row + 1)..<next).contains { codes[$0] >= 0 && excluded.contains(["a", "b", "c"][codes[$0]]) }
                    if !between, extend(step + 1, next, first) { return true }
                }
            }
            return false
        }
        return codes.indices.contains { fits(0, $0) && extend(0, $0, $0) }
    }

    @Test(arguments: 0..<40)
    func `finds what a search of all choices finds`(seed: Int) {
        var stream = RandomStream(seed: seed, name: "test", purpose: "patterns")
        let names = ["a", "b", "c"]
        for _ in 0..<100 {
            let steps = (0...stream.below(4)).map { _ in stream.below(4) == 0 ? [] : stream.below(4) == 0 ? ["a", "c"] : [names[stream.below(3)]] }
            let links: [Pattern.Link] = steps.dropFirst().map { _ in
                stream.below(3) == 0 ? .next : .later(excluding: stream.below(2) == 0 ? [] : [names[stream.below(3)]])
            }
            let pattern = X.pattern(steps, links, within: stream.below(2) == 0 ? nil : Double(stream.below(6)))
            let codes = (0..<(1 + stream.below(9))).map { _ in stream.below(4) - 1 }
            var time: Int64 = 0
            let times = codes.map { _ -> Int64 in
                time += Int64(stream.below(3)) * 1_000_000
                return time
            }
            let fast = PatternMatcher(pattern, actions: names).matches(codes.map(Int32.init), times, rows: 0..<codes.count)
            #expect(fast == Self.slow(pattern, codes, times), "seed \(seed): \(pattern) over \(codes) at \(times)")
        }
    }

    @Test func `has looks at each group alone`() throws {
        let table = CompiledExpressionTests.table
        func has(_ expression: Expressions.Expression) throws -> [Bool] {
            try CompiledExpression(expression, schema: table.schema(), grouped: true).truths(over: table, groups: CompiledExpressionTests.groups, work: Work())
        }
        #expect(try has(X.has([["pv"], ["buy"]], [.later(excluding: [])])) == [true, false])
        #expect(try has(X.has([["pv"], ["buy"]], [.later(excluding: [])], within: 59)) == [false, false])
        #expect(try has(X.has([["pv"], ["buy"]], [.next], within: 60)) == [true, false])
        #expect(try has(X.has([["pv"], []], [.next])) == [true, true])
    }
}

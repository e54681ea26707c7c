import Diagnostics
import Expressions
import Testing

@testable import Language

struct ExpressionTypeTests {
    static let schema = ExpressionSchema(
        columns: [
            .init("who", .text), .init("item", .number), .init("behavior", .text), .init("at", .time), .init("price", .number), .init("title", .text), .init("seen", .boolean),
            .init("stay", .duration), .init("page 1", .text), .init("url", .text),
        ],
        roles: ["user": "who", "action": "behavior", "time": "at"])

    private func expression(_ text: String) throws(Diagnostic) -> Expression {
        let parsed = parse("filter \(text)")
        #expect(parsed.diagnostics.map { $0.rendered() } == [])
        guard case .call(let call)? = parsed.program.statements.first?.node, case .expression(let expression)? = call.argument("condition")?.content else {
            throw Diagnostic("no-expression", text)
        }
        return expression
    }

    @Test(arguments: [
        ("price", ExpressionType.number), ("title", .text), ("seen", .boolean), ("at", .time), ("stay", .duration), ("user", .text), ("action", .text), ("time", .time), ("`page 1`", .text),
        ("5", .number), ("0.5", .number), ("5%", .number), ("\"a\"", .text), ("true", .boolean), ("2017-11-25", .time), ("7d", .duration), ("missing", .missing),
        ("-price", .number), ("-stay", .duration), ("not seen", .boolean), ("price + item", .number), ("price - 1", .number), ("price * 2", .number), ("price / item", .number),
        ("at - time", .duration), ("at + 7d", .time), ("7d + at", .time), ("at - 7d", .time), ("stay + 7d", .duration), ("stay - 7d", .duration), ("stay * 2", .duration),
        ("2 * stay", .duration), ("stay / 2", .duration), ("stay / 1h", .number), ("price == 1", .boolean), ("title != \"a\"", .boolean), ("title < \"b\"", .boolean), ("at >= 2017-11-25", .boolean),
        ("stay > 30s", .boolean), ("seen == true", .boolean), ("price == missing", .boolean), ("missing != title", .boolean), ("seen and seen or not seen", .boolean),
        ("price in [1, 2]", .boolean), ("title not in [\"a\", missing]", .boolean), ("price in 1..item", .boolean), ("at in 2017-11-25..2017-12-01", .boolean), ("stay not in 1h..2h", .boolean),
        ("price in []", .boolean), ("if seen then 1 else 2", .number), ("if seen then missing else title", .text), ("if seen then stay else missing", .duration), ("price + missing", .number), ("at + missing", .time),
        ("hour(time)", .number), ("weekday(at)", .number), ("day(at)", .number), ("month(at)", .number), ("log1p(price)", .number), ("abs(price)", .number), ("round(price)", .number),
        ("round(price, 2)", .number), ("mod(item, 2)", .number), ("lower(title)", .text), ("length(title)", .number), ("matches(url, /a/)", .boolean), ("host(url)", .text),
        ("path(url)", .text), ("query(url, \"q\")", .text), ("hour(missing)", .number),
    ])
    func `an expression over rows has a type`(_ text: String, _ type: ExpressionType) throws {
        #expect(try expression(text).type(in: Self.schema) == type)
    }

    @Test(arguments: [
        ("any(action == \"buy\")", ExpressionType.boolean), ("all(seen)", .boolean), ("count()", .number), ("count(price > 1)", .number), ("sum(price)", .number), ("mean(price)", .number),
        ("min(price)", .number), ("max(at)", .time), ("first(action)", .text), ("last(stay)", .duration), ("distinct(item)", .number), ("has(pv -> cart)", .boolean),
        ("count() > 3 and not has(buy)", .boolean), ("round(mean(price), 1) + abs(sum(price))", .number), ("max(at) - min(at) > 7d", .boolean), ("first(lower(title))", .text),
        ("hour(first(at)) in 9..17", .boolean), ("user == \"7\" and count() > 1", .boolean), ("who in [\"a\"]", .boolean), ("if any(seen) then first(title) else \"-\"", .text), ("5", .number),
        ("sum(if action == \"buy\" then price else 0)", .number),
    ])
    func `an expression over a group has a type`(_ text: String, _ type: ExpressionType) throws {
        #expect(try expression(text).type(in: Self.schema, aggregates: true) == type)
    }

    static let mistaken: [(String, Bool, String, String)] = [
        ("‹pricee› > 1", false, "unknown-column", "no column is named 'pricee'"),
        ("title == ‹buy›", false, "unknown-column", "no column is named 'buy'"),
        ("price + ‹title›", false, "type-mismatch", "expected a number, found a text"),
        ("‹title› * 2", false, "type-mismatch", "expected a number, found a text"),
        ("‹at› + time", false, "type-mismatch", "expected a number, found a time"),
        ("‹7d› - at", false, "type-mismatch", "expected a number, found a duration"),
        ("1 / ‹stay›", false, "type-mismatch", "expected a number, found a duration"),
        ("-‹title›", false, "type-mismatch", "expected a number, found a text"),
        ("-‹at›", false, "type-mismatch", "expected a number, found a time"),
        ("not ‹price›", false, "type-mismatch", "expected a condition, found a number"),
        ("seen and ‹price›", false, "type-mismatch", "expected a condition, found a number"),
        ("‹title› or seen", false, "type-mismatch", "expected a condition, found a text"),
        ("price == ‹\"1\"›", false, "type-mismatch", "expected number, as on the left, found a text"),
        ("at > ‹7d›", false, "type-mismatch", "expected time, as on the left, found a duration"),
        ("‹seen› < true", false, "type-mismatch", "expected a number, text or time, found a boolean"),
        ("price in [1, ‹\"2\"›]", false, "type-mismatch", "expected a number, found a text"),
        ("‹title› in \"a\"..\"b\"", false, "type-mismatch", "expected a number or time, found a text"),
        ("price in 1..‹7d›", false, "type-mismatch", "expected a number, found a duration"),
        ("if ‹price› then 1 else 2", false, "type-mismatch", "expected a condition, found a number"),
        ("if seen then 1 else ‹\"2\"›", false, "type-mismatch", "expected a number, found a text"),
        ("‹hours(time)› > 1", false, "unknown-function", "no function is named 'hours'"),
        ("hour(‹price›)", false, "type-mismatch", "expected a time, found a number"),
        ("‹hour()›", false, "argument-count", "'hour' takes 1 argument, not 0"),
        ("‹round(1, 2, 3)›", false, "argument-count", "'round' takes 1 to 2 arguments, not 3"),
        ("matches(url, ‹\"a\"›)", false, "type-mismatch", "expected a regular expression /.../"),
        ("length(‹/a/›)", false, "misplaced-regex", "a regular expression stands only as an argument of a function"),
        ("‹/a/›", false, "misplaced-regex", "a regular expression stands only as an argument of a function"),
        ("‹count()› > 1", false, "group-needed", "'count' looks at the events of a group, and here each event stands alone"),
        ("‹has(pv)›", false, "group-needed", "'has' looks at the events of a group, and here each event stands alone"),
        ("‹count(1, 2)›", true, "argument-count", "'count' takes 0 to 1 argument, not 2"),
        ("any(‹price›)", true, "type-mismatch", "expected a condition, found a number"),
        ("sum(‹count()›)", true, "nested-group", "'count' looks at the events of a group, and stands inside a function that looks at each of them alone"),
        ("any(‹has(pv)›)", true, "nested-group", "'has' looks at the events of a group, and stands inside a function that looks at each of them alone"),
        ("‹price› > 1", true, "ungrouped-column", "a group has many values of 'price'"),
        ("count() > ‹price›", true, "ungrouped-column", "a group has many values of 'price'"),
        ("‹$x› > 1", false, "unknown-parameter", "'$x' has no value here"),
    ]

    @Test(arguments: mistaken)
    func `what does not fit is pointed at`(_ marked: String, _ isGrouped: Bool, _ code: String, _ message: String) throws {
        let script = MarkedScript("filter " + marked)
        let expression = try expression(String(script.source.dropFirst(7)))
        do throws(Diagnostic) {
            _ = try expression.type(in: Self.schema, aggregates: isGrouped)
            Issue.record("no mistake was found")
        } catch {
            #expect(error.code == code)
            #expect(error.message == message)
            #expect(error.span?.range == script.marks.first, "points at '\(error.span?.text ?? "nothing")'")
            // Which columns there are, the data says.
            #expect(error.category == (code == "unknown-column" ? .data : .syntax))
        }
    }

    @Test
    func `hints name what was meant`() throws {
        func hint(_ text: String, _ aggregates: Bool = false) throws -> String? {
            do throws(Diagnostic) { _ = try expression(text).type(in: Self.schema, aggregates: aggregates) } catch { return error.hint }
            return nil
        }
        #expect(try hint("pricee > 1") == "did you mean 'price'? for the text write \"pricee\"")
        #expect(try hint("action == buy") == "columns are who, item, behavior, at, price, title, seen, stay, page 1, url, action, time, user; for the text write \"buy\"")
        #expect(try hint("lenght(title) > 1") == "did you mean 'length'?")
        #expect(try hint("count() > 1") == "add per=user or per=session")
        #expect(try hint("price > 1", true) == "any(price == ...), first(price) and the like make one of them")
    }

    // The page: a clash of a role and a column is an error that names `rename`.
    @Test
    func `a column that bears the name of another one's role is an error`() throws {
        let clashing = ExpressionSchema(columns: [.init("action", .text), .init("behavior", .text)], roles: ["action": "behavior"])
        do throws(Diagnostic) {
            _ = try expression("action == \"buy\"").type(in: clashing)
            Issue.record("no mistake was found")
        } catch {
            #expect(error.code == "ambiguous-column")
            #expect(error.hint?.hasPrefix("rename one of them: rename action=action_2") == true)
        }
        let own = ExpressionSchema(columns: [.init("action", .text)], roles: ["action": "action"])
        #expect(try expression("action == \"buy\"").type(in: own) == .boolean)
        #expect(own.column(named: "action")?.name == "action")
        #expect(Self.schema.column(named: "action")?.name == "behavior")
        #expect(Self.schema.column(named: "nothing") == nil)
    }

    @Test
    func `a pattern needs a column of actions`() throws {
        let plain = ExpressionSchema(columns: [.init("a", .number)])
        #expect(throws: Diagnostic.self) { try expression("has(pv)").type(in: plain, aggregates: true) }
        let numbered = ExpressionSchema(columns: [.init("a", .number)], roles: ["action": "a"])
        #expect(throws: Diagnostic.self) { try expression("has(pv)").type(in: numbered, aggregates: true) }
    }

    @Test
    func `parameters are replaced everywhere`() throws {
        let written = try expression("if $a in [$b, 1] then -$a else abs($b) + 1 > $a and price in $a..$b or not $c")
        let values: [String: Literal] = ["a": .integer(1), "b": .number(2.5), "c": .boolean(true)]
        let replaced = try written.substituting { (name, _) throws(Diagnostic) in values[name] ?? .missing }
        #expect(replaced.description == "if 1 in [2.5, 1] then -1 else abs(2.5) + 1 > 1 and price in 1..2.5 or not true")
        #expect(written.columnNames == ["price"])
    }

    @Test
    func `names of columns are found in every part`() throws {
        let names = try expression("if a > b then c in [d, 1] else f(g, -h) == 1 or i in j..k or not has(pv) or `l m`").columnNames
        #expect(names == ["a", "b", "c", "d", "g", "h", "i", "j", "k", "action", "time", "l m"])
    }

    @Test
    func `each function of the page is there, and no two bear one name`() {
        let page = "hour weekday day month log1p abs round lower length matches host path query any all count sum mean min max first last distinct mod".split(separator: " ").map(String.init)
        #expect(Set(page) == Set(ExpressionFunction.all.map(\.name)))
        #expect(ExpressionFunction.all.count == page.count)
        for function in ExpressionFunction.all { #expect(function.required <= function.parameters.count && !function.help.isEmpty) }
    }
}

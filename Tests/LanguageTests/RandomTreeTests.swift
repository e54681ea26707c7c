import Diagnostics
import Expressions
import Runtime
import Testing

@testable import Language

/// Random trees of every sort of node, to hold the printer against the parser.
private struct TreeMaker {
    var stream: RandomStream
    private let place = SourceFile(name: "made", text: "").wholeSpan

    init(_ stream: RandomStream) { self.stream = stream }

    private static let names = ["a", "price", "page 1", "in", "größe", "x`y", "has", "count", "missing", "5x", "日本", "not", "a-b", "e\u{301}"]
    private static let texts = ["", "buy", "a\"b", "\\", "$x ${y}", "line\nbreak\t\r\0", "🎉", "|;#(", "'"]
    private static let actions = ["pv", "add to cart", "or", "a-b", "\"", "日本", "within", "5"]
    private static let regexes = ["a|b", "[/|\"]+", "\\/x", "\\d{4}", "", "[^\\]]"]

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[stream.below(elements.count)] }
    private mutating func many(_ most: Int, _ depth: Int) -> [Expression] { (0..<stream.below(most + 1)).map { _ in expression(depth) } }

    mutating func expression(_ depth: Int) -> Expression {
        Expression(depth <= 0 ? leaf() : node(depth - 1), at: place)
    }

    private mutating func leaf() -> Expression.Node {
        switch stream.below(10) {
        case 0: .literal(.integer(stream.below(1000)))
        case 1: .literal(.number(pick([0.5, 1e21, .leastNonzeroMagnitude, 0.1, 100, 1.7976931348623157e308])))
        case 2: .literal(.text(pick(Self.texts)))
        case 3: .literal(.boolean(stream.below(2) == 0))
        case 4: .literal(.time(seconds: 1_511_568_000, written: "2017-11-25"))
        case 5: .literal(.duration(seconds: 5400, written: "1h30m"))
        case 6: .literal(.missing)
        case 7: .parameter(pick(["x", "y1"]))
        case 8: .regex(pick(Self.regexes), ignoresCase: stream.below(2) == 0)
        default: .column(pick(Self.names))
        }
    }

    private mutating func node(_ depth: Int) -> Expression.Node {
        switch stream.below(9) {
        case 0: .negated(expression(depth))
        case 1: .not(expression(depth))
        case 2: .membership(expression(depth), many(3, depth), isNegated: stream.below(2) == 0)
        case 3: .within(expression(depth), expression(depth), expression(depth), isNegated: stream.below(2) == 0)
        case 4: .conditional(condition: expression(depth), then: expression(depth), otherwise: expression(depth))
        case 5: .call(pick(["f", "count", "hour", "größe"]), many(3, depth))
        case 6: .has(pattern())
        default: .binary(pick(BinaryOperator.allCases), expression(depth), expression(depth))
        }
    }

    mutating func pattern() -> Pattern {
        let steps = (0...stream.below(4)).map { _ in Pattern.Step(stream.below(4) == 0 ? .any : .oneOf(actions()), at: place) }
        let links = steps.dropFirst().map { _ in stream.below(3) == 0 ? Pattern.Link.next : .later(excluding: stream.below(2) == 0 ? [] : actions()) }
        return Pattern(steps: steps, links: links, window: stream.below(2) == 0 ? nil : (604_800, "7d"), at: place)
    }

    private mutating func actions() -> [String] { (0...stream.below(3)).map { _ in pick(Self.actions) } }

    mutating func value(_ depth: Int) -> Value {
        switch stream.below(depth > 0 ? 13 : 9) {
        case 0: .integer(stream.below(2) == 0 ? -stream.below(1000) : stream.below(1000))
        case 1: .number((stream.uniform() - 0.5) * 1e6)
        case 2: .share(Double(stream.below(100_000)) / 1000 / 100)
        case 3: .share(stream.uniform())
        case 4: .text(pick(Self.texts))
        case 5: .word(pick(Self.names + ["5-core", "2.x", "..", "a.", "-", "1e5", "5%", "7d", "2017-11-25", "a/b:c"]))
        case 6: .duration(seconds: 5400, written: "1h30m")
        case 7: .size(bytes: 512_000_000, written: "512MB")
        case 8: .time(seconds: 1_511_568_000, written: "2017-11-25")
        case 9: .range(-stream.below(5), stream.below(5))
        case 10: .choices((0..<stream.below(4)).map { _ in value(depth - 1) })
        case 11: .map((0...stream.below(3)).map { Value.Entry("\(pick(Self.names))\($0)", value(depth - 1)) })
        default: .list((0..<stream.below(4)).map { _ in value(depth - 1) })
        }
    }
}

struct RandomTreeTests {
    @Test
    func `a printed expression reads back to the same tree`() throws {
        var maker = TreeMaker(RandomStream(seed: 1, name: "tests", purpose: "expressions"))
        for _ in 0..<4000 {
            let made = maker.expression(4)
            let parsed = parse("filter \(made) per=user")
            guard case .call(let call)? = parsed.program.statements.first?.node, case .expression(let read)? = call.argument("condition")?.content else {
                Issue.record("\(made)\n\(parsed.diagnostics.map { $0.rendered() })")
                return
            }
            #expect(parsed.diagnostics.isEmpty)
            #expect(Dump().text(read) == Dump().text(made), "\(made)")
            #expect(read.description == made.description)
        }
    }

    @Test
    func `a printed pattern reads back to the same pattern`() throws {
        var maker = TreeMaker(RandomStream(seed: 2, name: "tests", purpose: "patterns"))
        for _ in 0..<2000 {
            let made = maker.pattern()
            let parsed = parse("funnel \(made) by=c")
            guard case .call(let call)? = parsed.program.statements.first?.node, case .pattern(let read)? = call.argument("steps")?.content else {
                Issue.record("\(made)\n\(parsed.diagnostics.map { $0.rendered() })")
                return
            }
            #expect(Dump().text(read) == Dump().text(made), "\(made)")
        }
    }

    @Test
    func `a printed value reads back to the same value`() throws {
        var maker = TreeMaker(RandomStream(seed: 3, name: "tests", purpose: "values"))
        for _ in 0..<4000 {
            let made = maker.value(3)
            #expect(try Parser.value(SourceFile(name: "value", text: made.description)) == made, "\(made)")
        }
    }
}

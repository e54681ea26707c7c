import Diagnostics
import Expressions
import Runtime
import Testing

@testable import Language

/// A verb with a parameter of each type, which shows what it was given.
struct ProbeVerb: Command {
    static let whole = Parameter<Int>.named("whole", default: 7, in: 0...9, "a whole number")
    static let seed = Parameter<Int>.named("seed", default: 0, in: 0...Int.max, "a seed")
    static let number = Parameter<Double>.named("number", default: 0.5, "a number")
    static let flag = Parameter<Bool>.named("flag", default: false, "yes or no")
    static let text = Parameter<String?>.optional("text", "a text")
    static let share = Parameter<Fraction>.named("share", default: Fraction(0.25), "a share")
    static let gap = Parameter<Seconds>.named("gap", default: Seconds(1800, written: "30m"), "a duration")
    static let range = Parameter<WholeNumbers>.named("range", default: WholeNumbers([2, 3, 4]), "a range")
    static let list = Parameter<[Int]>.named("list", default: [1], "a list")
    static let rows = Parameter<RowLimit>.named("rows", default: .rows(20), "rows")
    static let size = Parameter<PixelSize?>.optional("size", "a size")
    static let at = Parameter<Moment?>.optional("at", "a date")
    static let memory = Parameter<ByteCount?>.optional("memory", "a size in memory")
    static let label = Parameter<Label?>.optional("label", "a label")
    static let choices = Parameter<Choices<[Int]>?>.optional("choices", "a set")
    static let types = Parameter<NamedValues<ColumnType>?>.optional("types", "a map")
    static let per = Parameter<Grouping>.named("per", default: .event, "what for")
    static let column = Parameter<String?>.column("column", "a column")
    static let path = Parameter<String?>.path("path", "a file")
    static let pattern = Parameter<Pattern?>.optionalPattern("pattern", "a pattern")
    static let condition = Parameter<Expression?>.optionalExpression("condition", "a condition")
    static let few = Parameter<Int?>.optional("few", "at most three", check: { (few: Int) in few > 3 ? "whole number of at most 3" : nil })

    static let signature = Signature("probe", group: .look, summary: "Show what was given.", examples: []) {
        whole
        seed
        number
        flag
        text
        share
        gap
        range
        list
        rows
        size
        at
        memory
        label
        choices
        types
        per
        column
        path
        pattern
        condition
        few
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var lines = ["whole \(try call[Self.whole])", "seed \(try call[Self.seed])", "number \(try call[Self.number])", "flag \(try call[Self.flag])"]
        lines += ["text \(try call[Self.text] ?? "-")", "share \(try call[Self.share].value)", "gap \(try call[Self.gap].seconds)", "range \(try call[Self.range].values)"]
        lines += ["list \(try call[Self.list])", "rows \(try call[Self.rows].valueText)", "size \(try call[Self.size]?.valueText ?? "-")", "at \(try call[Self.at]?.seconds ?? -1)"]
        lines += ["memory \(try call[Self.memory]?.bytes ?? -1)", "label \(try call[Self.label]?.text ?? "-")", "choices \(try call[Self.choices]?.values ?? [])"]
        lines += ["types \(try call[Self.types]?.valueText ?? "-")", "per \(try call[Self.per])", "column \(try call[Self.column] ?? "-")", "path \(try call[Self.path] ?? "-")"]
        lines += ["pattern \(try call[Self.pattern]?.description ?? "-")", "condition \(try call[Self.condition]?.description ?? "-")", "few \(try call[Self.few] ?? -1)"]
        return .shown([.text(lines.joined(separator: "\n"))])
    }
}

struct ParameterTests {
    static let catalogue = Catalogue(commands: [ProbeVerb.self], kinds: [])

    /// The line that `probe` shows for the parameter that a script gives.
    private func shown(_ script: String, _ name: String) throws -> String? {
        let parsed = parse(script, catalogue: Self.catalogue)
        #expect(parsed.diagnostics.map { $0.rendered() } == [])
        let session = Session(catalogue: Self.catalogue, threads: 1)
        var text = ""
        try session.run(parsed.program) { result in
            for block in result.blocks { if case .text(let shown) = block { text = shown } }
        }
        return text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }

    @Test(arguments: [
        ("probe", "whole", "7"), ("probe whole=3", "whole", "3"), ("let a = 4 | probe whole=$a", "whole", "4"), ("probe number=3", "number", "3.0"),
        ("probe number=5%", "number", "0.05"), ("probe number=-1e-3", "number", "-0.001"), ("probe flag=yes", "flag", "true"), ("probe flag=on", "flag", "true"),
        ("probe flag=false", "flag", "false"), ("probe text=time-user", "text", "time-user"), ("probe text=\"a b\"", "text", "a b"), ("let a = x | probe text=\"$a ${a}\"", "text", "$a x"),
        ("probe", "text", "-"), ("probe share=5%", "share", "0.05"), ("probe share=1", "share", "1.0"), ("probe share=0.5", "share", "0.5"), ("probe share=100%", "share", "1.0"),
        ("probe gap=1h30m", "gap", "5400.0"), ("probe gap=0s", "gap", "0.0"), ("probe range=2..5", "range", "[2, 3, 4, 5]"), ("probe range=[7, 3]", "range", "[7, 3]"),
        ("probe range=3", "range", "[3]"), ("probe list=40", "list", "[40]"), ("probe list=[40, 50]", "list", "[40, 50]"), ("probe list=[]", "list", "[]"), ("probe rows=all", "rows", "all"),
        ("probe rows=0", "rows", "0"), ("probe size=720x440", "size", "720x440"), ("probe size=\"100x4000\"", "size", "100x4000"), ("probe at=2017-11-25T08:00", "at", "1511596800.0"),
        ("probe memory=512MB", "memory", "512000000"), ("probe label=12345", "label", "12345"), ("probe label=u-7", "label", "u-7"), ("probe label=\"7\"", "label", "7"),
        ("probe choices={32, [40, 80]}", "choices", "[[32], [40, 80]]"), ("probe choices=32", "choices", "[[32]]"), ("probe types={b: text, a: number}", "types", "{b: text, a: number}"),
        ("probe per=user", "per", "user"), ("probe", "per", "event"), ("probe column=`a b`", "column", "a b"), ("probe column=c-1", "column", "c-1"), ("probe path=a/b.svg", "path", "a/b.svg"),
        ("let d = out | probe path=${d}/x-$d.svg", "path", "out/x-out.svg"), ("probe pattern=pv->cart", "pattern", "pv -> cart"), ("let n = 5 | probe condition=a>$n", "condition", "a > 5"),
        ("let n = yes | probe condition=a==$n", "condition", "a == true"), ("let n = word | probe condition=a==\"${n}\"", "condition", "a == \"word\""), ("probe few=3", "few", "3"),
        ("for k in [1, 2] { probe whole=$k }", "whole", "2"), ("let a = [1, 2] | probe list=$a", "list", "[1, 2]"), ("let a = 3 | probe list=[1, $a]", "list", "[1, 3]"),
        ("let a = 3 | probe range=1..$a", "range", "[1, 2, 3]"),
    ])
    func `a verb is given what was written`(_ script: String, _ name: String, _ value: String) throws {
        #expect(try shown(script, name) == value)
    }

    @Test(arguments: [
        ("probe whole=10", "whole number in 0...9"), ("probe whole=x", "whole number in 0...9"), ("probe seed=-1", "whole number from 0"), ("probe few=4", "whole number of at most 3"),
        ("let a = 99 | probe whole=$a", "whole number in 0...9"), ("probe list=[1, 2.5]", "whole number or a list of them"), ("probe per=group", "one of event, session, user"),
    ])
    func `what does not fit is refused before the verb runs`(_ script: String, _ expected: String) {
        let session = Session(catalogue: Self.catalogue, threads: 1)
        let parsed = parse(script, catalogue: Self.catalogue)
        #expect(throws: Diagnostic.self) { try session.run(parsed.program) { _ in } }
        var checker = Checker(catalogue: Self.catalogue)
        let found = checker.check(parsed.program)
        #expect(found.map(\.code) == ["wrong-value"])
        #expect(found.first?.message.contains(expected) == true, "\(found.first?.message ?? "")")
    }

    // Help shows defaults as they can be typed.
    @Test
    func `each default reads back as itself`() throws {
        for parameter in ProbeVerb.signature.parameters {
            guard let text = parameter.defaultText else { continue }
            let value = try Parser.value(SourceFile(name: "default", text: text))
            #expect(parameter.mismatch(value) == nil, "\(parameter.name)=\(text)")
        }
        #expect(ProbeVerb.signature.usage().hasPrefix("probe [whole=N] [seed=N] [number=NUMBER] [flag=yes|no] [text=TEXT] [share=SHARE] [gap=DURATION] [range=RANGE]"))
    }

    @Test(arguments: [
        ("5", Value.integer(5)), (" 5% ", .share(0.05)), ("\"a b\"", .text("a b")), ("[1, a]", .list([.integer(1), .word("a")])),
        ("$x", .integer(1)), ("${x}..3", .range(1, 3)), ("\"n ${x}\"", .text("n 1")), ("{a: 1}", .map([.init("a", .integer(1))])), ("[1,\n2]", .list([.integer(1), .integer(2)])),
    ])
    func `a value is read from a text of its own`(_ text: String, _ value: Value) throws {
        #expect(try Parser.value(SourceFile(name: "-P", text: text), parameters: ["x": .integer(1)]) == value)
    }

    @Test(arguments: [("5 6", "expected"), ("word # note", "expected"), ("", "expected"), ("[1", "unclosed"), ("$y", "unknown-parameter"), ("rfm | x", "expected"), ("2017-99-99", "wrong-date")])
    func `what is no value is refused`(_ text: String, _ code: String) {
        #expect(throws: Diagnostic.self) { try Parser.value(SourceFile(name: "-P", text: text)) }
        do { _ = try Parser.value(SourceFile(name: "-P", text: text)) } catch { #expect(error.code == code) }
    }

    // A value in the language's own words reads back to the same value: live numbers, `let` and cache keys rest on it.
    @Test(arguments: [
        Value.integer(.min), .integer(.max), .number(0.1), .number(1e300), .number(-0.0), .number(1e21), .number(.leastNonzeroMagnitude), .share(0.05), .share(0.333), .share(1 / 3), .share(0.07),
        .share(1e-9), .share(12.5), .text("a\"b\\c\n\t\r\0$x ${y}"), .text(""), .word("a"), .word("a b"), .word("5"), .word("5%"), .word("2017-11-25"), .word("2017-13-99"), .word("a.."), .word("a."),
        .word("-"), .word("`"), .word("a-[b"), .word("x->y"), .word("#a"), .word("5-core"), .word("größe"), .word("🎉"), .word("1e999"), .list([.word("a]"), .list([])]),
        .choices([.integer(1), .word("two words")]), .map([.init("a b", .word("in")), .init("in", .share(0.5))]), .range(-3, 4), .word("on"), .word("true"),
    ])
    func `a printed value reads back`(_ value: Value) throws {
        #expect(try Parser.value(SourceFile(name: "value", text: value.description)) == value, "\(value)")
    }
}

import Diagnostics
import Foundation
import Runtime
import Testing

@testable import Language

struct FuzzTests {
    private static let tokens = [
        "load", "sample", "filter", "kmeans", "fit", "plot", "users", "funnel", "label", "rename", "select", "derive", "let", "for", "in", "include", "plan", "help", "on", "as", "of", "except",
        "lstm", "roc", "k", "=", "==", "!=", "<", ">", "<=", ">=", "->", "=>", "-[^", "]->", "(", ")", "[", "]", "{", "}", "|", ";", "\n", "\\\n", "\\", "#", "\"", "`", "'", "$", "${", "$x",
        "/", "/a|b/", "%", "5%", "5", "0.5", "1e3", "1e999", "-", "+", "*", "..", ".", ",", ":", "2017-11-25", "2017-99-99", "1h30m", "512MB", "5-core", "x.csv", "\"text\"", "`col umn`",
        "and", "or", "not", "if", "then", "else", "within", "has(", "count()", "true", "missing", "\t", " ", "  ", "\r\n", "é", "日本", "🎉", "\u{0}", "\u{7F}", "\u{FEFF}", "\u{A0}", "“", "seq=",
        "k=", "per=user", "for k in [1, 2] {", "action == \"buy\"", "pv -> cart", "?", "??",
    ]

    /// What must hold for any text: it ends, its places lie within it, and what it prints reads back.
    private func hold(_ text: String) {
        let file = SourceFile(name: "fuzz", text: text)
        let parsed = Parser.parse(file, catalogue: PageCatalogue.catalogue)
        for diagnostic in parsed.diagnostics {
            guard let range = diagnostic.span?.range, range.lowerBound >= 0, range.upperBound <= file.bytes.count else {
                Issue.record("a place outside of the text: \(diagnostic.code) in \(text.debugDescription)")
                continue
            }
            if diagnostic.rendered().isEmpty { Issue.record("nothing to show: \(text.debugDescription)") }
        }
        var checker = Checker(catalogue: PageCatalogue.catalogue)
        _ = checker.check(parsed.program)
        let printed = parsed.program.description
        let again = parse(printed)
        if !again.diagnostics.isEmpty || again.wantsMore || again.program.description != printed || Dump().text(again.program) != Dump().text(parsed.program) {
            Issue.record("does not print back: \(text.debugDescription) as \(printed.debugDescription) \(again.diagnostics.map { $0.rendered() })")
        }
        // Only an open bracket, an open body or a continued line wants more; what is asked for is also a mistake, or ends in `\`.
        if parsed.wantsMore, parsed.diagnostics.isEmpty, !text.contains("\\") { Issue.record("wants more for no reason: \(text.debugDescription)") }
    }

    @Test
    func `soups of tokens neither crash nor hang, and print back`() {
        var stream = RandomStream(seed: 1, name: "tests", purpose: "tokens")
        for _ in 0..<4000 {
            var text = ""
            for _ in 0..<1 + stream.below(14) {
                text += Self.tokens[stream.below(Self.tokens.count)]
                if stream.below(3) > 0 { text += " " }
            }
            hold(text)
        }
    }

    @Test
    func `changed scripts neither crash nor hang, and print back`() {
        var stream = RandomStream(seed: 2, name: "tests", purpose: "changes")
        let scripts = GoldenParseTests.all.map { Array($0.source.utf8) }
        for _ in 0..<3000 {
            var bytes = scripts[stream.below(scripts.count)]
            for _ in 0..<1 + stream.below(3) where !bytes.isEmpty {
                let place = stream.below(bytes.count)
                switch stream.below(4) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(UInt8(stream.below(256)), at: place)
                case 2: bytes.insert(contentsOf: Self.tokens[stream.below(Self.tokens.count)].utf8, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + stream.below(12)))
                }
            }
            hold(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test
    func `bytes neither crash nor hang`() {
        var stream = RandomStream(seed: 3, name: "tests", purpose: "bytes")
        for _ in 0..<1500 { hold(String(decoding: (0..<stream.below(40)).map { _ in UInt8(stream.below(256)) }, as: UTF8.self)) }
    }

    // A notebook's cell may be cut out anywhere; then characters are cut in two as well.
    @Test
    func `any range of a text can be read`() {
        let text = "for k in [1, 2] { kmeans k=$k as größe | filter `日本` == \"é🎉\" per=user }\nplot roc of größe # 🎉"
        let file = SourceFile(name: "cut", text: text)
        for low in 0...file.bytes.count {
            for high in stride(from: low, through: file.bytes.count, by: 3) {
                let parsed = Parser.parse(file, range: low..<high, catalogue: PageCatalogue.catalogue)
                for diagnostic in parsed.diagnostics { #expect(diagnostic.span.map { $0.range.upperBound <= file.bytes.count } == true) }
            }
        }
    }

    // Text that a program wrote must not exhaust the stack, not even of a small thread.
    static let deep = [
        "filter " + String(repeating: "(", count: 30_000), "filter " + String(repeating: "(", count: 15_000) + "a" + String(repeating: ")", count: 15_000),
        "filter " + String(repeating: "not ", count: 30_000) + "a", "filter " + String(repeating: "- ", count: 30_000) + "a", "filter " + String(repeating: "-", count: 30_000) + "a",
        "filter a" + String(repeating: " + a", count: 30_000), "filter a" + String(repeating: " and a == 1", count: 30_000), "filter a" + String(repeating: " or b", count: 30_000),
        "filter " + String(repeating: "if a then b else ", count: 15_000) + "c", "filter " + String(repeating: "f(", count: 15_000), "filter a in " + String(repeating: "[b in ", count: 15_000),
        "let x = " + String(repeating: "[", count: 30_000), "let x = " + String(repeating: "{", count: 30_000), "let x = " + String(repeating: "{a: ", count: 15_000),
        String(repeating: "for k in [1] { ", count: 20_000), String(repeating: "for k in [1] { ", count: 20_000) + String(repeating: "}", count: 20_000), String(repeating: "plan ", count: 30_000) + "list",
        "filter " + String(repeating: "a * (b + (c == ", count: 20_000), String(repeating: "}", count: 15_000), String(repeating: ";|\n", count: 15_000),
        "funnel a" + String(repeating: " -> b", count: 15_000), String(repeating: "x", count: 100_000) + " y", "load " + String(repeating: "a ", count: 15_000),
        String(repeating: "filter (\n", count: 3_000), String(repeating: "let x = [1,\n", count: 3_000), String(repeating: "\"", count: 15_000), String(repeating: "`\n", count: 10_000),
        "filter a in [" + String(repeating: "1, ", count: 15_000) + "2]",
    ]

    @Test(arguments: deep.indices)
    func `no text exhausts a stack of 512 KB`(_ index: Int) throws {
        let text = Self.deep[index]
        // What is allowed is walked as deep as it goes: printed, checked, typed by the tests that follow.
        try onSmallStack {
            let parsed = parse(text)
            var checker = Checker(catalogue: PageCatalogue.catalogue)
            _ = checker.check(parsed.program)
            _ = parsed.program.description
            for diagnostic in parsed.diagnostics.prefix(3) { _ = diagnostic.rendered() }
        }
    }

    // The greatest trees that are allowed, on the smallest thread: each walk of them must fit.
    static let greatest = [
        "filter a" + String(repeating: " or a", count: Parser.greatestHeight - 1), "filter " + String(repeating: "-", count: Parser.greatestHeight - 1) + "a",
        "filter " + String(repeating: "(", count: Parser.greatestDepth - 1) + "a" + String(repeating: ")", count: Parser.greatestDepth - 1),
        "filter " + String(repeating: "f(not a + ", count: Parser.greatestDepth / 2 - 1) + "b" + String(repeating: ")", count: Parser.greatestDepth / 2 - 1),
        "filter " + String(repeating: "a in [1, ", count: Parser.greatestDepth - 1) + "b" + String(repeating: "]", count: Parser.greatestDepth - 1),
        "filter " + String(repeating: "if a then b else ", count: Parser.greatestDepth - 1) + "c",
        "let x = " + String(repeating: "[", count: Parser.greatestDepth) + String(repeating: "]", count: Parser.greatestDepth),
        String(repeating: "for k in [1] { ", count: Parser.greatestDepth / Parser.loopCost - 1) + "let y = 1"
            + String(repeating: "}", count: Parser.greatestDepth / Parser.loopCost - 1),
        String(repeating: "plan ", count: Parser.greatestDepth / Parser.statementCost) + "list",
    ]

    @Test(arguments: greatest.indices)
    func `what is allowed fits a stack of 512 KB`(_ index: Int) throws {
        let text = Self.greatest[index]
        try onSmallStack {
            let parsed = parse(text)
            #expect(parsed.diagnostics.map { $0.rendered() } == [])
            let printed = parsed.program.description
            #expect(parse(printed).program.description == printed)
            #expect(!Dump().text(parsed.program).isEmpty)
            var checker = Checker(catalogue: PageCatalogue.catalogue)
            _ = checker.check(parsed.program)
            if case .call(let call)? = parsed.program.statements.first?.node, case .expression(let expression)? = call.argument("condition")?.content {
                _ = try? expression.type(in: ExpressionTypeTests.schema)
                _ = expression.columnNames
            }
            let session = Session(catalogue: PageCatalogue.catalogue, threads: 1)
            try? session.run(parsed.program) { _ in }
        }
    }

    @Test(arguments: [
        ("filter " + String(repeating: "(", count: 60) + "a" + String(repeating: ")", count: 60), "too-deep"), ("filter a" + String(repeating: " or a", count: 300), "too-deep"),
        ("let x = " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60), "too-deep"), (String(repeating: "plan ", count: 60) + "list", "too-deep"),
        ("filter " + String(repeating: "not ", count: 60) + "a", "too-deep"), ("filter " + String(repeating: "-", count: 300) + "a", "too-deep"),
    ])
    func `what lies too deep is one mistake`(_ text: String, _ code: String) {
        #expect(parse(text).diagnostics.map(\.code) == [code])
    }

    private func onSmallStack(_ body: @escaping @Sendable () throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let failure = Failure()
        let thread = Thread {
            do { try body() } catch { failure.error = error }
            done.signal()
        }
        thread.stackSize = 512 * 1024
        thread.start()
        done.wait()
        if let error = failure.error { throw error }
    }

    /// Handed from one thread to another by the semaphore.
    private final class Failure: @unchecked Sendable { var error: (any Error)? }
}

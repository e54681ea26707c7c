import Diagnostics
import Testing

@testable import Language

/// A script in which the words that a diagnostic must point at stand between `‹` and `›`.
struct MarkedScript {
    let source: String
    let marks: [Range<Int>]

    init(_ marked: String) {
        var bytes: [UInt8] = []
        var opened: [Int] = []
        var marks: [Range<Int>] = []
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "‹": opened.append(bytes.count)
            case "›": marks.append((opened.popLast() ?? bytes.count)..<bytes.count)
            default: bytes += Array(String(scalar).utf8)
            }
        }
        source = String(decoding: bytes, as: UTF8.self)
        self.marks = marks.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }
}

/// A script with mistakes, and the code and a piece of the hint of each, in the order of their places.
struct Mistake: Sendable, CustomTestStringConvertible {
    let script: String
    let code: String
    let message: String
    let hint: String?
    init(_ script: String, _ code: String, _ message: String, hint: String?) {
        self.script = script
        self.code = code
        self.message = message
        self.hint = hint
    }
    var testDescription: String { script }
}

/// The mistakes that parser and check find in a script, after other statements that have none.
func mistakes(in source: String, after prelude: String = "") -> [Diagnostic] {
    var checker = Checker(catalogue: PageCatalogue.catalogue)
    let before = parse(prelude)
    let earlier = before.diagnostics + checker.check(before.program)
    #expect(earlier.map { $0.rendered() } == [])
    let parsed = parse(source)
    return parsed.diagnostics + checker.check(parsed.program)
}

/// Events, a table, segments, a model and scores, so that each verb has something to read.
let everything = "load x.csv | rfm | kmeans k=3 | fit lstm | evaluate"

func expectMistake(_ mistake: Mistake, after prelude: String) {
    let marked = MarkedScript(mistake.script)
    let found = mistakes(in: marked.source, after: prelude)
    #expect(found.count == 1, "\(found.map { $0.rendered() })")
    guard let diagnostic = found.first else { return }
    #expect(diagnostic.code == mistake.code)
    #expect(diagnostic.message == mistake.message)
    #expect(diagnostic.category == .syntax)
    #expect(diagnostic.span.map(\.range) == marked.marks.first, "points at '\(diagnostic.span?.text ?? "nothing")'")
    #expect(diagnostic.hint == mistake.hint)
}

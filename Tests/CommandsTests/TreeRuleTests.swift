import Diagnostics
import Foundation
import Language
import Models
import Runtime
import Testing

@testable import Commands

/// `fit tree` and `fit forest` at the prompt: their rules are filters, their charts are drawn, and odd tables are told of.
struct TreeRuleTests {
    /// A table with names and texts that need quoting, gaps, truth values and whole numbers.
    private static func table(_ folder: String, rows: Int = 400) throws -> String {
        var stream = RandomStream(seed: 3, name: "test", purpose: "rules")
        let months = ["Nov", "Dec", "it's \"may\"", "a\\b", "$x", ""]
        var text = "Page Values,in,Month,weekend,visits,label\n"
        for _ in 0..<rows {
            let value = stream.normal() * 3, month = stream.choose(weights: [4, 3, 2, 1, 1, 1]), weekend = stream.below(3), visits = stream.below(9), other = stream.uniform()
            let score = value + (month == 1 || month == 5 ? 2 : 0) + (weekend == 0 ? 1.5 : 0) - Double(visits) * 0.3 + stream.normal()
            let shown = ["true", "false", ""][weekend], quoted = "\"" + months[month].replacing("\"", with: "\"\"") + "\""
            text += "\(stream.below(6) == 0 ? "" : "\(value)"),\(other),\(month == 5 ? "" : quoted),\(shown),\(visits),\(score > 0 ? "yes" : "no")\n"
        }
        try text.write(toFile: folder + "/t.csv", atomically: true, encoding: .utf8)
        return "load t.csv as t | split by=none as s | "
    }

    @Test(arguments: ["onehot", "ordinal", "target"], [1, 7])
    func `each rule of a tree filters the rows of its leaf`(_ encoding: String, _ seed: Int) throws {
        try Running.inFolder { folder in
            let session = Session(catalogue: standardCatalogue, directory: folder, threads: 2)
            let fitted = try Running.results(try Self.table(folder) + "fit tree predict=label depth=5 encode=\(encoding) seed=\(seed) on s", in: session)
            let model = try #require(fitted.last?.value as? ModelValue), rows = try #require(model.fitted as? RowModel), rules = try #require(rows.rules)
            #expect(rules.count > 8 && rules.reduce(0) { $0 + $1.rows } == 400)
            let shown = try Running.results("describe tree", in: session).flatMap(\.blocks).map(Running.text).joined(separator: "\n")
            var found = 0
            for rule in rules {
                let counts: [Int]
                do {
                    let kept = try #require(try Running.results("filter \(rule.condition) on t as leaf", in: session).last?.value as? TableValue)
                    let labels = try #require(kept.table.column(named: "label"))
                    counts = rows.classes.map { name in (0..<kept.table.rowCount).count { labels.text(at: $0) == name } }
                } catch let error as Diagnostic where error.code == "no-rows" { counts = [0, 0] }
                found += counts.reduce(0, +)
                // A target encoding shows a training row what other rows say of its category, so that it may have stood in another leaf then.
                if encoding != "target" { #expect(counts == rule.counts, "\(rule.condition)") }
            }
            #expect(found == 400)
            #expect(shown.contains("Rules") && shown.contains(rules.max { $0.rows < $1.rows }?.condition ?? "-") && shown.contains("Pruning") && shown.contains("Importance of columns: impurity"))
        }
    }

    @Test func `charts of trees, forests and logistic regressions are drawn, and refused where there is nothing to draw`() throws {
        try Running.inFolder { folder in
            let session = Session(catalogue: standardCatalogue, directory: folder, threads: 2)
            session.isInteractive = true
            func text(_ script: String) throws -> String { try Running.results(script, in: session).flatMap(\.blocks).map(Running.text).joined(separator: "\n") }
            _ = try text(try Self.table(folder) + "fit tree predict=label on t | fit forest predict=label trees=15 on t | fit logistic predict=label on t")
            #expect(try text("plot tree of tree").contains("Tree of "))
            #expect(try text("plot importance of tree").contains("impurity") && text("plot importance of forest by=permutation").contains("permutation"))
            #expect(try text("plot importance of tree forest").contains("(impurity)") && text("plot importance of tree logistic").contains("share of the sum"))
            #expect(try text("describe forest").contains("out of bag"))
            func code(_ script: String) -> String? {
                do { _ = try text(script) } catch { return (error as? Diagnostic)?.code }
                return nil
            }
            #expect(code("plot importance of logistic by=permutation") == "wrong-value" && code("plot tree of forest") == "no-tree" && code("plot tree of tree forest") == "too-many-names")
            _ = try text("fit gru predict=label epochs=1 hidden=4 on t")
            #expect(code("plot importance of gru") == "no-importance")
        }
    }

    @Test func `odd tables work, or are told of by name`() throws {
        try Running.inFolder { folder in
            func load(_ header: String, _ rows: (Int) -> String, count: Int = 60) throws {
                try (([header] + (0..<count).map(rows)).joined(separator: "\n") + "\n").write(toFile: folder + "/o.csv", atomically: true, encoding: .utf8)
            }
            for model in ["tree", "forest trees=5"] {
                let fit = "load o.csv kind=table | fit \(model) predict=y"
                try load("k,m,x,y") { "1,,\($0 % 7),\($0 % 7 < 3 ? "a" : "b")" }
                #expect(try Running.text(fit, directory: folder).contains("y from "))
                try load((0..<70).map { "c\($0)" }.joined(separator: ",") + ",y", { row in (0..<70).map { "\((row * ($0 + 3)) % 11)" }.joined(separator: ",") + ",\(row % 2 == 0 ? "a" : "b")" }, count: 30)
                #expect(try Running.text(fit, directory: folder).contains("y from 70 columns"))
                try load("x,y") { "\($0),a" }
                #expect(Running.failure(fit, directory: folder)?.code == "one-class")
                try load("x,y") { "\($0),\($0 % 4 == 0 ? "" : $0 < 30 ? "a" : "b")" }
                #expect(try Running.text(fit, directory: folder).contains("y from "))
                try load("word,x,y", { "w\($0),\($0 % 9),\($0 % 9 < 4 ? "a" : "b")" }, count: 3000)
                #expect(try Running.text(fit + " | describe \(model.split(separator: " ")[0])", directory: folder).contains("200 commonest of "))
            }
        }
    }
}

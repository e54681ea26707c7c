import Diagnostics
import Language
import Testing

@testable import Commands

/// Models of sequences that are not trained in epochs.
struct CountedModelTests {
    private static let shop = "simulate shop users=150 days=20 seed=1"
    private static let labelled = "simulate shop users=300 days=20 seed=1 | label buyer = any(action == \"buy\") at=2025-09-10 for=7d"

    @Test(arguments: ["markov order=1", "esn seq=4 hidden=20"]) func `nothing is said of epochs`(_ model: String) throws {
        let name = String(model.prefix { $0 != " " })
        let text = try Running.text("\(Self.shop) | fit \(model) ; describe \(name) ; plan fit \(model) on simulate")
        #expect(!text.contains("epoch") && !text.contains("pass"), "\(text)")
        let value = try #require(try Running.results("\(Self.shop) | fit \(model)").last?.value as? ModelValue)
        #expect(value.json.text.replacing(" ", with: "").contains("\"epochs\":null"), "\(value.json.text)")
        #expect(!value.propertyNames.contains("epochs") && value.propertyNames.contains("auc"), "\(value.propertyNames)")
        for chart in ["loss", "accuracy"] {
            let failure = try #require(Running.failure("\(Self.shop) | fit \(model) | plot \(chart)"))
            #expect(failure.code == "no-epochs" && failure.message.contains("'\(name)'") && failure.hint?.contains("plot roc") == true)
        }
    }

    @Test func `a label has a chain a class, what comes next one chain`() throws {
        let label = try Running.text("\(Self.labelled) | fit markov predict=buyer inputs=[action, weekday] ; describe markov")
        #expect(label.contains("markov: buyer of a user") && label.contains("in 2 chains, one a class"), "\(label)")
        let next = try Running.text("\(Self.shop) | fit markov inputs=[action, weekday] ; describe markov")
        #expect(next.contains("next action from the last 10 values of action, weekday") && !next.contains("chains"), "\(next)")
    }

    @Test func `a reservoir learns a label too`() throws {
        let text = try Running.text("\(Self.labelled) | fit esn predict=buyer hidden=30")
        #expect(text.contains("esn: buyer of a user from the last 10") && text.contains("63 parameters"), "\(text)")
    }

    @Test func `numbers that would be counted are refused where they stand`() throws {
        let failure = try #require(Running.failure("\(Self.shop) | derive size = 1.5 | fit markov predict=action inputs=[action, size]"))
        #expect(failure.code == "number-input" && failure.message.contains("'size' is a number") && failure.span?.text == "[action, size]", "\(failure.rendered())")
    }
}

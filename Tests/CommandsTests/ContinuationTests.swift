import Diagnostics
import Language
import Testing

@testable import Commands

/// `fit seq2seq`: several steps ahead.
struct ContinuationTests {
    private static let shop = "simulate shop users=150 days=20 seed=1"

    private static func model(_ script: String) throws -> ModelValue { try #require(try Running.results(script).last?.value as? ModelValue) }

    @Test func `steps are scored beside the commonest of each, and all together`() throws {
        let model = try Self.model("\(Self.shop) | fit seq2seq seq=5 ahead=3 epochs=1 hidden=8 embedding=4 beam=2")
        #expect(model.summary.hasPrefix("seq2seq: action of the next 3 events from the last 5, "))
        let scores = try model.heldBack.get(), continuation = try #require(scores.continuation), classes = try #require(scores.classification)
        #expect(continuation.steps.count == 3 && continuation.steps[0].rows == classes.rows)
        // Towards the end of the held-back part fewer steps are known, and all of them where the last is.
        #expect(continuation.steps[2].rows < continuation.steps[1].rows && continuation.whole.rows == continuation.steps[2].rows)
        #expect(continuation.steps[0].baseline == classes.baseline.accuracy)
        let json = model.json.text.replacing(" ", with: "")
        #expect(json.contains("\"steps\":[{\"step\":1,\"n\":\(classes.rows),") && json.contains("\"sequence\":{\"n\":\(continuation.whole.rows),"), "\(json)")
        #expect(model.propertyNames.contains("sequence_accuracy"))
        #expect(!(try Self.model("\(Self.shop) | fit gru epochs=1 hidden=4")).propertyNames.contains("sequence_accuracy"))
    }

    @Test func `the greedy first step is the class that the scores take`() throws {
        let scores = try Self.model("\(Self.shop) | fit seq2seq ahead=2 epochs=1 hidden=8").heldBack.get()
        #expect(scores.continuation?.steps[0].accuracy == scores.classification?.accuracy)
    }

    @Test func `sizes are described, and the steps stand in evaluate`() throws {
        let text = try Running.text("\(Self.shop) | fit seq2seq ahead=2 epochs=1 hidden=8 attention=no ; describe seq2seq ; evaluate seq2seq")
        #expect(text.contains("the action of the next 2 events: ") && text.contains("steps ahead") && text.contains("likeliest at each step"), "\(text)")
        #expect(text.matches(of: /Accuracy by step/).count == 2 && text.contains("all 2"), "\(text)")
    }

    @Test func `compare sets the next action beside other models`() throws {
        let text = try Running.text("\(Self.shop) | fit seq2seq seq=5 ahead=2 epochs=1 hidden=8 | fit gru seq=5 epochs=1 hidden=8 | compare")
        #expect(text.contains("always 'pv'"), "\(text)")
    }

    @Test func `labels, tables and options of others are refused where they stand`() throws {
        let label = try #require(Running.failure("\(Self.shop) | sessions | label bought = any(action == \"buy\") per=session | fit seq2seq predict=bought"))
        #expect(label.code == "wrong-target" && label.span?.text == "bought" && label.hint == "fit gru predict=bought", "\(label.rendered())")
        let table = try #require(Running.failure("\(Self.shop) | rfm | fit seq2seq predict=group on rfm"))
        #expect(table.code == "wrong-kind" && table.span?.text == "rfm", "\(table.rendered())")
        let option = try #require(Running.failure("\(Self.shop) | fit seq2seq ahead=0"))
        #expect(option.code == "wrong-value" && option.span?.text == "0", "\(option.rendered())")
    }

    @Test func `a plan is made for it too`() throws {
        #expect(try Running.text("\(Self.shop) | plan fit seq2seq epochs=2 hidden=8").contains("train seq2seq"))
    }
}

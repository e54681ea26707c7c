import Features
import Layers
import Testing

@testable import Commands

/// What `fit` learns, and from what.
struct FitTests {
    static let shop = "simulate shop users=120 days=20 seed=1"

    private static func model(_ script: String) throws -> ModelValue { try #require(try Running.results(script).last?.value as? ModelValue) }

    @Test func `a label of sessions is learnt from the events before its cut-off, one window each`() throws {
        let script = Self.shop + " | sessions | label bought = any(action == \"buy\") per=session | fit gru predict=bought seq=6 epochs=1 hidden=4"
        let model = try Self.model(script)
        guard case .label(let label) = model.task.target else { throw Missing() }
        #expect(label.name == "bought" && label.unit == .session && model.task.inputs == ["action"] && model.fitted.classes == ["false", "true"])
        // What is bought is not among what is seen.
        #expect(!(model.fitted.variables.first?.vocabulary.contains("buy") ?? true))
        #expect(model.summary.hasPrefix("gru: bought of a session from the last 6, "))
    }

    private struct Missing: Error {}

    @Test func `a label of users holds back users, unless a split was chosen`() throws {
        func text(_ split: String) throws -> String {
            try Running.text(Self.shop + " | label bought = any(action == \"buy\") per=user | \(split)fit rnn predict=bought epochs=1 hidden=2")
        }
        #expect(try text("").contains("split by user, seed 0\n120 windows: "))
        #expect(try text("split by=random | ").contains("split by random, seed 0\n120 windows: "))
    }

    @Test func `several variables and numbers are read together`() throws {
        let script = Self.shop + " | derive long = length(item) | fit lstm inputs=[action, category, hour, long] seq=4 epochs=1 hidden=4 embedding=3"
        let model = try Self.model(script)
        #expect(model.fitted.variables.map(\.name) == ["action", "category", "hour"] && model.fitted.numbers == ["long"])
        let words = model.fitted.variables.reduce(0) { $0 + $1.vocabulary.count }
        // Embeddings; one layer of four gates on 3 · 3 + 1 inputs and 4 states; the head.
        #expect(model.fitted.parameterCount == 3 * words + 16 * (10 + 4 + 1) + 5 * model.fitted.classes.count)
        let text = try Running.text(script + " | describe lstm")
        #expect(text.contains("24 values of hour") && text.contains("long as a number"))
        #expect(model.summary.contains("next action from the last 4 values of action, category, hour, long"))
    }

    @Test func `the options of training reach it`() throws {
        func losses(_ options: String) throws -> [Double] { try Self.model(Self.shop + " | fit rnn seq=3 epochs=2 hidden=4 \(options)").history.epochs.map(\.trainingLoss) }
        let plain = try losses("")
        let others = [
            "optimizer=adamw weight-decay=0.5", "weight-decay=0.5", "optimizer=sgd", "schedule=cosine", "schedule=step", "warm-up=0.5", "class-weights=balanced", "smoothing=0.2", "rate=0.001", "clip=0.01",
        ]
        #expect(try Set(others.map(losses) + [plain]).count == others.count + 1)
        #expect(try losses("optimizer=adam schedule=constant warm-up=0 weight-decay=0 class-weights=none smoothing=0") == plain)
    }

    static let rows = shop + " | label bought = any(action == \"buy\") per=user | features | "

    @Test func `the rows of a table that is named are sequences of one step`() throws {
        let results = try Running.results(Self.rows + "fit gru epochs=2 hidden=4 on features")
        let model = try #require(results.last?.value as? ModelValue)
        guard case .column("bought") = model.task.target else { throw Missing() }
        #expect(model.fitted.length == 1 && model.fitted.classes == ["false", "true"] && !model.task.inputs.contains("bought") && !model.task.inputs.contains("user"))
        let text = try Running.text(Self.rows + "fit gru epochs=2 hidden=4 on features | describe gru")
        #expect(text.contains("split by random, seed 0\n120 users: ") && text.contains("stratified by bought") && text.contains("gru: bought from "))
        // Events are what it reads unless told otherwise.
        let next = try #require(try Running.results(Self.rows + "fit gru epochs=1 hidden=4").last?.value as? ModelValue)
        #expect(next.task.target == .next("action"))
    }

    @Test func `one column learns from a few others, and rows without a target are left out`() throws {
        let script = Self.rows + "derive many = if events > 40 then \"yes\" else missing | fit lstm predict=last_1 inputs=[events, last_2] epochs=1 hidden=2 on derive"
        let model = try Self.model(script)
        #expect(model.fitted.numbers == ["events"] && model.fitted.variables.map(\.name) == ["last_2"])
        #expect(Running.failure(Self.rows + "derive many = if events > 40 then \"yes\" else missing | fit lstm predict=many epochs=1 on derive")?.code == "one-class")
    }

    @Test(arguments: [
        ("fit lstm predict=‹nope› on features", "unknown-column"), ("fit lstm predict=bought inputs=‹[bought]› on features", "wrong-column"), ("fit lstm predict=bought seq=‹4› on features", "wrong-value"),
        ("fit lstm predict=last_1 inputs=‹[bought]› epochs=1 on features", "wrong-column"), ("fit lstm predict=bought inputs=‹[nope]› on features", "unknown-column"), ("fit lstm on ‹bought›", "unknown-name"),
    ])
    func `what cannot be learnt from a table says why`(_ marked: String, _ code: String) throws {
        let failure = try #require(Running.failure(Self.rows + marked.filter { !"‹›".contains($0) }))
        let wanted = String(marked.split(separator: "‹", omittingEmptySubsequences: false)[1].split(separator: "›")[0])
        #expect(failure.code == code && failure.span?.text == wanted, "\(failure.rendered())")
    }

    @Test func `nothing is found in a label that chance drew`() throws {
        // Whether the last letter of the first item's name is even tells nothing about what is done next.
        let text = Self.shop.replacing("120", with: "600") + " | derive luck = hour(time) > 11 | label lucky = last(luck) per=user at=2025-09-15 | fit gru predict=lucky seq=10 epochs=4 hidden=8"
        let model = try Self.model(text)
        let auc = try #require(model.property("auc", .init())?.asDouble)
        #expect(abs(auc - 0.5) < 0.15)
    }

    @Test func `what never changes in a user is learnt as a label, and nothing else`() throws {
        let joined = "\(Self.shop); features; kmeans k=2 restarts=1; join kmeans by=user on simulate"
        let failure = try #require(Running.failure(joined + "; fit gru predict=segment epochs=1 on join"))
        #expect(failure.code == "wrong-target" && failure.hint?.contains("first(segment) per=user") == true, "\(failure.message)")
        let model = try Self.model(joined + "; label cluster = first(segment) per=user; fit gru predict=cluster epochs=1 hidden=4 on label")
        #expect(model.summary.hasPrefix("gru: cluster of a user from the last 10, ") && model.fitted.classes.count == 2)
    }
}

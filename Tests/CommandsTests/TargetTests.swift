import Diagnostics
import Events
import Features
import Foundation
import Language
import Runtime
import Scoring
import Testing

@testable import Commands

/// What `fit` predicts: numbers, several targets, very many classes; and what it reads beside the events.
struct TargetTests {
    static let shop = "simulate shop users=120 days=20 seed=1 prices=yes"
    static let labelled = shop + " | label bought = any(action == \"buy\") per=user"

    private static func model(_ script: String) throws -> ModelValue { try #require(try Running.results(script).last?.value as? ModelValue) }

    // MARK: Numbers

    @Test func `the next number is predicted in its own units, beside the mean of the training part`() throws {
        let model = try Self.model(Self.shop + " | fit lstm predict=price inputs=[action, price] epochs=2 hidden=8")
        #expect(model.summary.hasPrefix("lstm: next price (a number) from the last 10 values of action, price, "))
        let scores = try #require(try model.heldBack.get().targets.first?.scores as? RegressionScores)
        guard case .number(let mean, _) = model.fitted.targets[0].kind else { return }
        #expect(abs(scores.baselineValue - mean) < 1e-9 && scores.errors.rmse < scores.baseline.rmse)
        let json = model.json.text
        for member in ["\"rmse\"", "\"mae\"", "\"median_error\"", "\"r2\"", "\"baseline\""] { #expect(json.contains(member)) }
        #expect(model.property("rmse", Work())?.asDouble == scores.errors.rmse && model.propertyNames.contains("r2"))
    }

    @Test func `a number of sessions and a column of a table are predicted, and plotted as far as they can be`() throws {
        let sessions = Self.shop + " | sessions | label spent = sum(price) per=session before=cart | fit gru predict=spent epochs=1 hidden=4"
        #expect(try Self.model(Self.shop + " | fit esn predict=price inputs=[action, price] hidden=40").summary.hasPrefix("esn: next price (a number)"))
        #expect(try Self.model(sessions).summary.contains("spent (a number) of a session from the last 10"))
        let rows = Self.shop + " | features | fit gru predict=events epochs=3 hidden=8 on features"
        let text = try Running.text(rows + " | evaluate | describe gru | plot loss")
        #expect(text.contains("gru: events (a number) from ") && text.contains("RMSE") && text.contains("a number, mean "))
        for (plot, code) in [("roc", "no-classes"), ("confusion", "no-classes"), ("accuracy", "no-classes")] { #expect(Running.failure(rows + " | plot \(plot) to=x.svg")?.code == code) }
        #expect(Running.failure(rows + " as a | fit gru predict=last_1 epochs=1 hidden=4 on features as b | compare a b")?.code == "different-targets")
        let compared = try Running.text(rows + " as a | fit rnn predict=events epochs=1 hidden=4 on features as b | compare a b")
        #expect(compared.contains("measure a b always") && compared.contains("median error") && compared.contains("Best by RMSE: "))
    }

    @Test func `as= says what a target is where its values would be taken for something else`() throws {
        let script = Self.shop + " | sessions | label carts = count(action == \"cart\") per=session before=cart | fit rnn predict=carts epochs=1 hidden=2"
        #expect(!(try Self.model(script).fitted.classes.isEmpty))
        #expect(try Self.model(script + " as=number").fitted.classes.isEmpty)
        #expect(try Self.model(script + " as=number as numbers").fitted.classes.isEmpty)
    }

    // MARK: Several targets

    /// The windows of the targets together and of each alone.
    private static func windows(_ names: [String]) throws -> EventWindows {
        let events = try #require(try Running.results(labelled).last?.value as? EventsValue)
        let log = try events.log(Work()), labels = log.report.labels
        let targets = names.map { name in labels.label(named: name).map { SequenceTask.Target.label($0) } ?? .next(name) }
        return try EventWindows(of: log.visible(), SequenceTask(targets, kinds: targets.map { _ in nil }, inputs: ["action"], length: 5))
    }

    @Test func `each of several targets has the windows that it has alone`() throws {
        let both = try Self.windows(["bought", "action"]).windows
        for (index, name) in ["bought", "action"].enumerated() {
            let alone = try Self.windows([name]).windows
            let rows = try both.outputs[index].known()
            let part = try both.subset(rows)
            #expect(rows.count == alone.count && part.outputs[index] == alone.outputs[0] && part.groups == alone.groups)
            #expect((0..<alone.count).allSatisfy { part[$0] == alone[$0] })
        }
        // No window has both: the label is asked after all that may be seen.
        #expect(try Set(both.outputs[0].known()).isDisjoint(with: both.outputs[1].known()))
        #expect(!both.vocabulary.contains("buy"))
    }

    @Test func `several targets are scored one after the other, users staying on one side`() throws {
        let script = Self.labelled + " | fit lstm predict=[bought, action, price] target-weights=[1, 0.5, 0.5] class-weights=balanced epochs=2 hidden=8"
        let model = try Self.model(script)
        #expect(model.summary.hasPrefix("lstm: bought of a user, next action and next price (a number) from the last 10, "))
        #expect(model.fitted.variables.map(\.name) == ["action"] && model.fitted.numbers == ["price"])
        let scores = try model.heldBack.get()
        #expect(scores.targets.map(\.name) == ["bought", "action", "price"] && scores.splitLines[0] == "split by user, seed 0")
        #expect(scores.targets[0].scores.rows < scores.targets[1].scores.rows)
        let alone = try Self.model(Self.labelled + " | fit lstm predict=bought epochs=1 hidden=2")
        #expect(try alone.heldBack.get().targets[0].scores.rows == scores.targets[0].scores.rows)
        #expect(model.property("accuracy", Work())?.asDouble == scores.classification?.accuracy)
        #expect(model.property("price_rmse", Work())?.asDouble == (scores.targets[2].scores as? RegressionScores)?.errors.rmse)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(scores.json.text.utf8)) as? [String: Any])
        #expect(Set((json["targets"] as? [String: Any] ?? [:]).keys) == ["action", "price"])
        let text = try Running.text(script + " | evaluate")
        for title in ["Scores of lstm for bought on", "Scores of lstm for action on", "Scores of lstm for price on"] { #expect(text.contains(title)) }
    }

    @Test func `windows of sessions and of users are told apart, and a split with users on both sides is noted`() throws {
        let text = try Running.text(Self.shop + " | sessions | label bought = any(action == \"buy\") per=session | fit gru predict=[bought, action] epochs=1 hidden=2 | describe gru")
        #expect(text.contains("the last 10 events of a session, or of a user"))
        func notes(_ split: String) throws -> [String] {
            try Running.results(Self.labelled + " | split by=\(split) | fit gru predict=[bought, action] epochs=1 hidden=2").last?.notes.map(\.message) ?? []
        }
        #expect(try notes("random").contains { $0.contains("on both sides") } && !notes("user").contains { $0.contains("on both sides") })
    }

    // MARK: Beside the events

    @Test func `what is known of a user is named, and counted in the head`() throws {
        let script = Self.shop + " | derive early = hour(time) < 12 | fit gru context=[early, price] epochs=1 hidden=4 embedding=2"
        let model = try Self.model(script)
        let plain = try Self.model(Self.shop + " | fit gru epochs=1 hidden=4 embedding=2")
        // Two truth values and a number, each for four classes.
        #expect(model.fitted.parameterCount == plain.fitted.parameterCount + 3 * model.fitted.classes.count)
        #expect(model.summary.contains(", beside early, price, ") && model.fitted.context == ["early", "price"])
        #expect(try Running.text(script + " | describe gru").contains("early, price, as in the last event"))
        let rows = try Self.model(Self.labelled + " | features | fit gru predict=bought inputs=[events] context=[distinct_items] epochs=1 hidden=4 on features")
        #expect(rows.fitted.context == ["distinct_items"] && rows.fitted.numbers == ["events"])
    }

    // MARK: Classes

    @Test func `the positive class is the one that is named`() throws {
        func scores(_ options: String) throws -> ScoresValue { try Self.model(Self.labelled + " | fit rnn predict=bought epochs=1 hidden=2 \(options)").heldBack.get() }
        #expect(try scores("").classification?.positive == 1 && scores("positive=FALSE").classification?.positive == 0)
        #expect(try Running.text(Self.labelled + " | fit rnn predict=bought epochs=1 hidden=2 positive=false").contains("Positive class: false."))
    }

    @Test func `many classes are ranked, and those that training never saw are misses`() throws {
        let script = Self.shop + " | fit gru predict=item inputs=[item] epochs=1 hidden=8"
        let model = try Self.model(script)
        #expect(model.fitted.classes.count > 1000)
        let scores = try #require(try model.heldBack.get().targets[0].scores as? RankingScores)
        #expect(scores.classes == model.fitted.classes.count && scores.unseen > 0 && scores.measures.mrr > 0)
        let json = model.json.text
        for member in ["\"hr@1\"", "\"hr@10\"", "\"ndcg@10\"", "\"mrr\"", "\"unseen\"", "\"baseline\""] { #expect(json.contains(member)) }
        let text = try Running.text(script + " | fit markov predict=item order=1 | compare gru markov")
        #expect(text.contains("they count as misses") && text.contains("measure gru markov the commonest first") && text.contains("\nndcg@10 "))
        #expect(Running.failure(script + " | plot confusion to=x.svg")?.code == "no-classes")
        #expect(Running.failure(Self.shop + " | fit esn predict=item")?.code == "too-many-classes")
    }

    // MARK: Mistakes

    @Test(arguments: [
        ("fit markov ‹predict›=[action, category]", "unsupported-target"), ("fit markov predict=price as=‹number›", "unsupported-target"), ("fit markov predict=‹price› inputs=[action]", "unsupported-target"),
        ("fit lstm predict=action as=‹number›", "wrong-value"), ("fit lstm predict=[action, price] as=‹[class, number, class]›", "wrong-value"), ("fit lstm predict=price as=‹numbers›", "wrong-value"),
        ("fit lstm predict=[action, price] target-weights=‹[1]›", "wrong-value"), ("fit lstm target-weights=‹[0]›", "wrong-value"), ("fit lstm predict=‹[action, action]›", "wrong-value"),
        ("fit lstm predict=‹[action, nope]›", "unknown-column"), ("fit lstm context=‹[nope]›", "unknown-column"), ("fit lstm context=‹[user]›", "wrong-column"), ("fit lstm context=‹[item]› epochs=1", "too-many-values"),
        ("fit transformer hidden=30 heads=‹4›", "bad-heads"), ("fit transformer hidden=‹30›", "bad-heads"), ("fit gru hidden=‹[8, 4]› layers=3", "bad-layers"), ("fit lstm positive=‹buy›", "wrong-value"),
        ("fit lstm predict=price positive=‹yes›", "wrong-value"), ("label bought = any(action == \"buy\") | fit lstm predict=bought positive=‹maybe›", "wrong-value"),
        ("label bought = any(action == \"buy\") | fit lstm context=‹[bought]›", "wrong-column"),
    ])
    func `what cannot be predicted says why, at its place`(_ marked: String, _ code: String) throws {
        let failure = try #require(Running.failure(Self.shop + " | " + marked.filter { !"‹›".contains($0) }))
        #expect(failure.code == code, "\(failure.rendered())")
        let wanted = String(marked.split(separator: "‹", omittingEmptySubsequences: false)[1].split(separator: "›")[0])
        if wanted != "predict" { #expect(failure.span?.text == wanted, "\(failure.rendered())") }
    }

    @Test(arguments: ["fit transformer hidden=30 heads=4", "fit gru hidden=[8, 4] layers=3", "fit lstm predict=action as=number", "fit lstm predict=[action, price] target-weights=[1]", "fit markov predict=[action, category]"])
    func `it is found before anything runs`(_ statement: String) {
        #expect(Running.mistakes(Self.shop + " | " + statement).count == 1)
    }
}

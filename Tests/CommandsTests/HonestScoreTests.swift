import Diagnostics
import Foundation
import Language
import Scoring
import Testing

@testable import Commands

/// Comparisons, cross-validation, tuning, consensus, and the guard against scores that are too good.
struct HonestScoreTests {
    private static let rows = "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features"
    private static let pair = rows + " | fit logistic predict=bought | fit logistic predict=bought penalty=l1 c=0.02 as sparse"

    private static func value<T>(_ script: String, as type: T.Type = T.self) throws -> T { try #require(try Running.results(script).last?.value as? T) }

    /// A table in a file, from its lines.
    private static func load<T>(_ lines: [String], _ body: (String) throws -> T) throws -> T {
        try Running.inFolder { folder in
            try lines.joined(separator: "\n").write(toFile: folder + "/rows.csv", atomically: true, encoding: .utf8)
            return try body("load \(folder)/rows.csv kind=table")
        }
    }

    private static func notes(_ script: String) throws -> [Diagnostic] { try Running.results(script).flatMap(\.notes) }

    // MARK: Evaluate and compare

    @Test func `evaluate has a bound on each measure, and thresholds that the validation part chose`() throws {
        let scores: ScoresValue = try Self.value(Self.pair + " | evaluate logistic")
        let bounds = try #require(scores.intervals)
        let classes = try #require(scores.classification)
        for measure in scores.targets[0].scores.list {
            let kind = try #require(measure.ofClasses)
            let (low, high) = (try #require(bounds[kind]).lowerBound, try #require(bounds[kind]).upperBound)
            // The calibration error of samples is biased upwards.
            #expect(low <= (measure.value ?? .nan) + 1e-12 || kind == .calibrationError)
            #expect((measure.value ?? .nan) <= high + 1e-12 && low < high, "\(kind) \(low) \(high)")
        }
        let thresholds = try #require(scores.thresholds)
        #expect(thresholds.lines.map(\.choice.aim) == [.f1, .balanced] && thresholds.lines[0].scores.confusion.rows == classes.rows)
        let json = scores.json.text
        for member in ["calibration_error", "mcc", "intervals", "thresholds", "chosen_for"] { #expect(json.contains("\"\(member)\""), "\(member)") }
        #expect(scores.property("threshold_f1", .init()) != nil && scores.propertyNames.contains("mcc"))
    }

    @Test func `no threshold is chosen without a validation part, or of three classes`() throws {
        let none: ScoresValue = try Self.value(Self.rows.replacing("| features", with: "| features | split valid=0%") + " | fit logistic predict=bought | evaluate")
        #expect(none.thresholds == nil && none.intervals != nil)
        let more: ScoresValue = try Self.value("simulate shop users=200 days=20 seed=1 | fit markov order=1 | evaluate")
        #expect(more.thresholds == nil && more.intervals?[.f1Macro] != nil && more.intervals?[.f1] == nil)
    }

    @Test func `compare holds the best two against each other, and shows seconds only when asked`() throws {
        let text = try Running.text(Self.pair + " | compare")
        #expect(text.contains("'logistic' against 'sparse': a log loss lower by") || text.contains("'sparse' against 'logistic': a log loss lower by"), "\(text)")
        #expect(text.contains("Best by log loss") && text.contains("always 'true'") && text.contains("95 % bounds") && !text.contains("seconds"))
        let timed = try Running.text(Self.pair + " | compare timings=yes")
        #expect(timed.contains("seconds to fit") && timed.contains("seconds to score"))
        let table: TableValue = try Self.value(Self.pair + " | compare")
        for name in ["model", "auc", "auc_from", "auc_to", "pr_auc", "log_loss", "calibration_error", "mcc", "parameters"] { #expect(table.table.column(named: name) != nil, "\(name)") }
        #expect(table.table.rowCount == 3 && table.property("p", .init()) != nil)
        #expect(table.table.column(named: "fit_seconds") == nil)
    }

    @Test func `a model is scored on another table, with categories that it does not know`() throws {
        var lines = ["colour,size,bought"]
        for row in 0..<200 { lines.append("\(row % 3 == 0 ? "red" : "blue"),\((row * 37) % 101),\((row * 37) % 101 > 50 || row % 7 == 0 ? "yes" : "no")") }
        try Self.load(lines) { load in
            let first = load + " as all | filter size < 90 on all as some | fit logistic predict=bought on some"
            let other = " | derive colour2 = if size > 95 then \"green\" else colour on all | select except colour | rename colour2=colour as other"
            let scores: ScoresValue = try Self.value(first + other + " | evaluate logistic on other")
            #expect(scores.targets[0].scores.rows == 200 && scores.rowsName == "rows of 'other'" && scores.division.isEmpty)
            let notes = try Self.notes(first + other + " | evaluate logistic on other")
            #expect(notes.contains { $0.message.contains("'colour' has 1 value that the model has not seen, such as 'green'") }, "\(notes.map(\.message))")
            let own = try Self.notes(first + " | evaluate logistic on some")
            #expect(own.contains { $0.message.contains("has learnt from, so these scores are too good") })
            let missing = try #require(Running.failure(first + " | select size bought on all as less | evaluate logistic on less"))
            #expect(missing.code == "unknown-column" && missing.message.contains("colour"))
            let mixed = try #require(Running.failure(first + " | derive size2 = colour on all | select except size | rename size2=size as odd | evaluate logistic on odd"))
            #expect(mixed.code == "wrong-column" && mixed.message.contains("'size' of 'odd' holds texts"), "\(mixed.rendered())")
            // A network reads no category that it has no weights for.
            let network = try #require(Running.failure(load + " as all | filter size < 90 on all as some | fit rnn predict=bought epochs=1 hidden=4 on some" + other + " | evaluate rnn on other"))
            #expect(network.code == "unknown-category", "\(network.rendered())")
        }
        let events = try #require(Running.failure(Self.rows + " | fit markov order=1 | evaluate markov on features"))
        #expect(events.code == "wrong-kind" && events.message.contains("'markov' does not predict a class from the rows of a table"))
    }

    // MARK: Cross-validation and tuning

    @Test(arguments: ["by=random", "by=user", "by=random stratified=no"]) func `folds take turns, and their mean is told`(_ how: String) throws {
        let table: TableValue = try Self.value(Self.rows + " | cv logistic predict=bought folds=4 \(how)")
        let auc = try #require(table.table.column(named: "auc")?.numbers)
        #expect(auc.count == 7 && abs(auc[..<4].reduce(0, +) / 4 - auc[4]) < 1e-12)
        let rows = try #require(table.table.column(named: "rows")?.numbers)
        #expect(rows[..<4].reduce(0, +) == 300)
        #expect(table.property("auc", .init()) == .number(auc[4]) && table.property("folds", .init()) == .integer(4))
    }

    @Test func `each fold is scored by a model that has not seen it`() throws {
        // The name tells the label in each row, and no name comes twice: known by heart it would be told, else not at all.
        var lines = ["name,noise,bought"]
        for row in 0..<240 { lines.append("n\(row),\((row * 7919) % 997),\((row * 31 + row / 7) % 2 == 0 ? "yes" : "no")") }
        try Self.load(lines) { load in
            for encode in ["onehot", "target"] {
                let table: TableValue = try Self.value(load + " | cv logistic predict=bought encode=\(encode)")
                guard case .number(let auc) = table.property("auc", .init()) else { throw Diagnostic("test", "no AUC") }
                #expect((0.3...0.7).contains(auc), "\(encode) \(auc)")
            }
        }
    }

    @Test func `events are dealt by user, by time and with several threads alike`() throws {
        for how in ["", "by=time", "by=random"] {
            let script = "simulate shop users=80 days=10 seed=1 | cv markov order=1 folds=3 \(how)"
            let one = try Running.text(script, threads: 1), two = try Running.text(script, threads: 2)
            #expect(one.contains("3 folds by \(how.isEmpty ? "user" : String(how.dropFirst(3)))") && one == two, "\(one)")
        }
        let network = try Running.text("simulate shop users=60 days=10 seed=1 | cv rnn seq=3 epochs=1 hidden=4 folds=2")
        #expect(network.contains("rnn, fold by fold") && network.contains("windows of"))
    }

    @Test func `folds that cannot be are refused`() throws {
        #expect(Running.failure(Self.rows + " | cv logistic predict=bought folds=1")?.code == "wrong-value")
        #expect(Running.failure(Self.rows + " | cv logistic predict=bought by=user stratified=yes")?.message.contains("only random folds") == true)
        try Self.load(["a,b", "1,x", "2,y", "3,x"]) { load in
            let failure = try #require(Running.failure(load + " | cv logistic predict=b folds=9"))
            #expect(failure.message == "3 rows cannot be dealt to 9 folds" && failure.span?.text.contains("9") == true, "\(failure.rendered())")
            let user = try #require(Running.failure(load + " | cv logistic predict=b folds=2 by=user"))
            #expect(user.code == "missing-role", "\(user.rendered())")
        }
    }

    @Test func `tune takes sets and ranges, and its model is that of fit with the best`() throws {
        let results = try Running.results(Self.rows + " | tune logistic predict=bought c={0.001, 1} penalty={l1, l2}")
        let tuned = try #require(results.last?.value as? ModelValue)
        let text = results.flatMap(\.blocks).map(Running.text).joined(separator: "\n")
        #expect(text.contains("4 combinations, judged by the validation part") && text.contains("(best)"), "\(text)")
        let line = try #require(text.split(separator: "\n").first { $0.contains("(best)") }).split(separator: " ")
        let again: ModelValue = try Self.value(Self.rows + " | fit logistic predict=bought penalty=\(line[0]) c=\(line[2])")
        #expect(tuned.json == again.json)
        let folds = try Running.text(Self.rows + " | tune logistic predict=bought c={0.001, 1} folds=3 aim=auc")
        #expect(folds.contains("the mean of 3 folds") && folds.contains("Best by AUC"))
        let events = try Running.text("simulate shop users=80 days=10 seed=1 | tune markov order=1..3 trials=2")
        #expect(events.contains("2 combinations"), "\(events)")
    }

    @Test func `what cannot be tuned is told where it stands`() throws {
        #expect(Running.failure(Self.rows + " | tune logistic predict=bought c=1")?.message.contains("no option is one") == true)
        let wrong = try #require(Running.mistakes(Self.rows + " | tune logistic predict=bought c={1, many}").first)
        #expect(wrong.code == "wrong-value" && wrong.message.contains("'c' of 'tune'"), "\(wrong.rendered())")
        #expect(Running.mistakes(Self.rows + " | fit logistic predict=bought c={1, 2}").first?.code == "wrong-value")
        #expect(Running.failure(Self.rows + " | split valid=0% | tune logistic predict=bought c={1, 2}")?.code == "no-validation-rows")
        #expect(Running.failure(Self.rows + " | tune logistic predict=bought c={1, 2} aim=rmse")?.message.contains("no measure 'rmse'") == true)
    }

    // MARK: Consensus

    @Test(arguments: ["mean", "vote", "stack"]) func `a consensus is scored and compared as any model`(_ by: String) throws {
        let text = try Running.text(Self.pair + " | consensus logistic sparse by=\(by) | describe consensus | compare")
        #expect(text.contains("consensus of logistic, sparse: bought") && text.contains("all agree on") && text.contains("members logistic, sparse"), "\(text)")
        let model: ModelValue = try Self.value(Self.pair + " | consensus logistic sparse by=\(by)")
        let members = model.members.compactMap(\.model.predictions)
        let held = try #require(model.predictions)
        if by == "mean" {
            for place in [0, 7, 20] { #expect(abs(held.test.probabilities[place] - (members[0].test.probabilities[place] + members[1].test.probabilities[place]) / 2) < 1e-15) }
        }
        for row in 0..<held.test.rows { #expect(abs(held.test.probabilities[row * 2] + held.test.probabilities[row * 2 + 1] - 1) < 1e-6) }
    }

    @Test func `a consensus scores another table as its members together do`() throws {
        let script = Self.pair + " | consensus logistic sparse by=mean | simulate shop users=200 days=20 seed=2 | label bought = any(action == \"buy\") | features as new | evaluate consensus on new"
        let scores: ScoresValue = try Self.value(script)
        #expect(scores.targets[0].scores.rows == 200)
    }

    @Test func `models that do not go together make no consensus`() throws {
        #expect(Running.failure(Self.pair + " | consensus logistic")?.message == "a consensus is of at least two models or clusterings")
        let other = try #require(Running.failure(Self.pair + " | fit logistic predict=bought seed=3 as third | consensus logistic third"))
        #expect(other.code == "different-rows", "\(other.rendered())")
        #expect(Running.failure(Self.rows + " | split valid=0% | fit logistic predict=bought | fit logistic predict=bought c=3 as b | consensus by=stack")?.code == "no-validation-rows")
    }

    // MARK: Columns

    @Test func `columns that say nothing, texts that look like numbers and very many categories are told of`() throws {
        let lines = ["a,same,gap,many,y"] + (0..<600).map { row in "\(row == 7 ? "inf" : String(row * 7 % 601)),5,,c\(row * 31 % 597),\(row % 3 == 0 ? "yes" : "no")" }
        try Self.load(lines) { load in
            let notes = try Self.notes(load + " | fit tree predict=y").map(\.message)
            #expect(notes.contains { $0.hasPrefix("'same', 'gap' say nothing") } || notes.contains { $0.hasPrefix("'gap', 'same' say nothing") }, "\(notes)")
            #expect(notes.contains { $0.hasPrefix("'a' is read as text, for 1 value of") && $0.contains("such as 'inf'; 'load ... types={a: number}'") }, "\(notes)")
            #expect(notes.contains { $0.hasPrefix("'many' has") && $0.contains("200 commonest have a column each") }, "\(notes)")
            let target = try Self.notes(load + " | fit tree predict=y encode=target").map(\.message)
            #expect(!target.contains { $0.contains("commonest") })
        }
    }

    // MARK: The guard

    @Test func `a column that tells the target, rows and users in both parts are named`() throws {
        var lines = ["user,score,reason,sizes,left"]
        for row in 0..<300 {
            let left = (row * 7919) % 10 < 3
            lines.append("u\(row % 61),\((row * 37) % 211),\(left ? "moved" : "none"),\(Double((row * 7) % 50) + (left ? 100.5 : 0)),\(left ? "yes" : "no")")
        }
        try Self.load(lines) { load in
            let notes = try Self.notes(load + " | fit logistic predict=left")
            #expect(notes.filter { $0.code == "leaking-column" }.map { String($0.message.prefix { $0 != " " }) }.sorted() == ["'reason'", "'sizes'"], "\(notes.map(\.message))")
            #expect(notes.allSatisfy { $0.severity != .error } && notes.contains { $0.code == "shared-users" && $0.message.contains("such as 'u") })
            let apart = try Self.notes(load + " | split by=user | fit logistic predict=left inputs=[score]")
            #expect(!apart.contains { ["leaking-column", "shared-users"].contains($0.code) }, "\(apart.map(\.message))")
        }
        let copies = ["a,b,left"] + (0..<200).map { row in "\(row % 100 * 13),\(row % 100 * 7 % 31),\(row % 100 % 3 == 0 ? "yes" : "no")" }
        try Self.load(copies) { load in
            let notes = try Self.notes(load + " | fit logistic predict=left")
            #expect(notes.contains { $0.code == "copied-rows" })
        }
        // Where a few values make up all rows, equal ones are no copies.
        let few = ["a,left"] + (0..<200).map { row in "\(row % 5),\(row % 3 == 0 ? "yes" : "no")" }
        try Self.load(few) { load in
            let notes = try Self.notes(load + " | fit logistic predict=left")
            #expect(notes.isEmpty, "\(notes.map(\.message))")
        }
    }

    @Test func `a rare class that a number tells is found, and noise is not`() {
        var rows: [(Int, Int)] = []
        for row in 0..<1000 { rows.append((row / 10, row >= 980 ? 1 : 0)) }
        #expect(LeakageGuard.tells(rows.map(\.0), rows.map(\.1), classes: 2))
        // Each value once: nothing is known of the other rows.
        #expect(!LeakageGuard.tells(Array(0..<1000), rows.map(\.1), classes: 2))
        #expect(!LeakageGuard.tells((0..<1000).map { $0 * 7 % 13 }, rows.map(\.1), classes: 2))
    }

    @Test func `what is joined after a label, made of all events, is told of`() throws {
        let late = "simulate shop users=100 days=20 seed=1 | rfm | label bought = any(action == \"buy\") at=2025-09-10 for=7d on simulate | features | select user monetary on rfm as money | join money by=user on features"
        #expect(try Self.notes(late).contains { $0.code == "made-too-late" && $0.message.hasPrefix("'money' was made from all events") })
        let early = "simulate shop users=100 days=20 seed=1 | label bought = any(action == \"buy\") at=2025-09-10 for=7d | rfm | features on label | select user monetary on rfm as money | join money by=user on features"
        #expect(try !Self.notes(early).contains { $0.code == "made-too-late" })
    }
}

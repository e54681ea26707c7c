import Algebra
import Foundation
import Layers
import Runtime
import Testing

@testable import Features
@testable import Models

private func esn(_ adjust: (inout EchoState) -> Void = { _ in }) -> EchoState {
    var esn = EchoState()
    esn.hidden = 60
    adjust(&esn)
    return esn
}

private func accuracy(_ model: EchoStateModel, on windows: SequenceWindows) throws -> Double {
    let chances = try model.predict(windows, work: Work(threads: 2))
    return Double((0..<windows.count).count { chances.row($0).max() == chances[$0, Int(windows.targets[$0])] }) / Double(windows.count)
}

private func logLoss(_ chances: Matrix, _ targets: [Int32]) -> Double {
    -targets.indices.reduce(0) { $0 + Foundation.log(Double(chances[$1, Int(targets[$1])])) } / Double(targets.count)
}

struct EchoStateTests {
    @Test func `learns a chain of second order to near the best there is`() throws {
        let training = chain(6000, seed: 1).windows, validation = chain(1000, seed: 2).windows
        let (test, best) = chain(4000, seed: 3)
        let model = try esn().fitReadout(training, validation: validation, seed: 1)
        #expect(try accuracy(model, on: test) > best - 0.03)
        // The entropy of the chain is 0.639 nats.
        #expect(logLoss(try model.predict(test), test.targets) < 0.72)
    }

    @Test func `finds nothing in shuffled targets`() throws {
        let training = chain(4000, seed: 4, shuffled: true).windows, test = chain(4000, seed: 6, shuffled: true).windows
        let model = try esn().fitReadout(training, validation: chain(1000, seed: 5, shuffled: true).windows, seed: 1)
        let commonest = Double((0..<3).map { code in test.targets.count { $0 == code } }.max() ?? 0) / 4000
        #expect(try accuracy(model, on: test) < commonest + 0.024)
        #expect(logLoss(try model.predict(test), test.targets) > 1.07)
    }

    @Test func `states follow their formula, and the read-out is that of least squares`() throws {
        let windows = chain(200, seed: 8).windows
        let options = esn { $0.hidden = 23; $0.leak = 0.7; $0.density = 0.2; $0.ridge = 0.5 }
        let model = try options.fitReadout(windows, seed: 3)
        let reservoir = model.reservoir, matrix = reservoir.connections
        #expect(abs(try #require(matrix.spectralRadius()) - 0.9) < 1e-5)
        #expect((0...23).allSatisfy { matrix.starts[$0] == Int32($0 * 5) })
        // Plain loops in double precision.
        let states = (0..<200).map { row -> [Double] in
            var x = [Double](repeating: 0, count: 23)
            for event in windows[row] where event >= 0 {
                let before = x
                for unit in 0..<23 {
                    var sum = Double(reservoir.embeddings[Int(event) * 23 + unit])
                    for place in Int(matrix.starts[unit])..<Int(matrix.starts[unit + 1]) { sum += Double(matrix.values[place]) * before[Int(matrix.columns[place])] }
                    x[unit] = 0.3 * before[unit] + 0.7 * Foundation.tanh(sum)
                }
            }
            return x + [1]
        }
        let events = try Reservoir.Events(windows, work: Work())
        var found = [Float](repeating: 0, count: 200 * 24)
        reservoir.states(events.order[...], of: events, room: Reservoir.Room(reservoir), into: &found)
        for (place, row) in events.order.enumerated() {
            let gaps: [Double] = (0..<24).map { abs(Double(found[place * 24 + $0]) - states[Int(row)][$0]) }
            #expect(gaps.allSatisfy { $0 < 3e-6 })
        }
        // At the least sum the slope is 0: Xᵀ(Xw - y) + ridge · w, without ridge for the constant.
        for label in 0..<3 {
            let w: [Double] = (0..<24).map { Double(model.weights[label * 24 + $0]) }
            var slope: [Double] = w.map { 0.5 * $0 }
            slope[23] = 0
            for row in 0..<200 {
                var gap: Double = windows.targets[row] == label ? -1 : 0
                for unit in 0..<24 { gap += states[row][unit] * w[unit] }
                for unit in 0..<24 { slope[unit] += gap * states[row][unit] }
            }
            #expect(slope.allSatisfy { abs($0) < 1e-3 }, "\(slope)")
        }
    }

    @Test func `the temperature is that of least log loss on the validation part`() throws {
        let training = chain(1000, seed: 1).windows, validation = chain(500, seed: 2).windows
        for judge in [validation, nil] {
            let model = try esn().fitReadout(training, validation: judge, seed: 1)
            let rows = judge ?? training
            func loss(_ factor: Double) throws -> Double {
                var other = model
                other.temperature *= factor
                return logLoss(try other.predict(rows), rows.targets)
            }
            let least = try loss(1)
            #expect(try least < loss(1.05))
            #expect(try least < loss(0.95))
        }
    }

    @Test func `the same bits on any number of threads and in any batch, whatever the padding`() throws {
        let windows = chain(3000, seed: 7).windows
        let models = try [1, 2, 3, 8].map { try esn().fitReadout(windows, validation: windows.subset(Array(0..<500)), seed: 5, work: Work(threads: $0)) }
        let whole = try models[0].predict(windows)
        for (model, threads) in zip(models, [1, 2, 3, 8]) {
            #expect(model.weights == models[0].weights && model.temperature == models[0].temperature)
            #expect(try model.predict(windows, work: Work(threads: threads)) == whole)
        }
        let part = try models[0].predict(windows.subset([2999, 5, 1500]))
        for (place, row) in [2999, 5, 1500].enumerated() { #expect(Array(whole.row(row)) == Array(part.row(place))) }
        for row in 0..<3000 {
            let sum: Float = whole.row(row).reduce(0, +)
            #expect(abs(sum - 1) < 1e-5)
        }
        // Longer padding sorts the windows alike and changes nothing.
        let padded = SequenceWindows(
            length: 11, codes: (0..<3000).flatMap { [-1, -1, -1] + windows[$0] }, targets: windows.targets, groups: windows.groups, vocabulary: windows.vocabulary, classes: windows.classes)
        #expect(try esn().fitReadout(padded, validation: padded.subset(Array(0..<500)), seed: 5).predict(padded) == whole)
    }

    @Test func `several variables and numbers, with gaps`() throws {
        var stream = RandomStream(seed: 2, name: "test", purpose: "inputs")
        let count = 2000
        let codes = (0..<count).flatMap { _ in [Int32(stream.below(2)), Int32(stream.below(3))] }
        let values = (0..<count).map { _ in stream.uniform() < 0.1 ? Double.nan : 1e4 + 50 * stream.normal() }
        // The target is whether the last number is high: nothing else tells it.
        let rows = (0..<count / 2).map { Int32($0 * 2 + 2) }
        let targets = rows.map { Int32(values[Int($0) - 1] > 1e4 ? 1 : 0) }
        func made(_ values: [Double], variables: Bool) -> SequenceWindows {
            SequenceWindows(
                length: 2, events: (0..<count).map { Int32($0) }, ends: rows, known: rows.map { _ in 2 },
                outputs: [WindowTarget(name: "price", goal: .nextEvent, .classes(targets, names: ["low", "high"]))], groups: rows,
                inputs: SequenceInputs(
                    variables: variables ? [.init("kind", vocabulary: ["p", "q"]), .init("hour", vocabulary: ["1", "2", "3"])] : [], numbers: ["price"], count: count,
                    codes: variables ? codes : [], values: values))
        }
        for variables in [false, true] {
            let windows = made(values, variables: variables)
            #expect(try accuracy(esn().fitReadout(windows, seed: 1), on: windows) > 0.9)
        }
        var infinite = values
        infinite[7] = .infinity
        #expect(throws: SequenceModelError.notFinite(row: 7, column: 0, isOfEvents: true)) { try esn().fitReadout(made(infinite, variables: true), seed: 1) }
    }

    @Test func `one unit, no echo, full connections and sparse ones all work`() throws {
        let windows = chain(300, seed: 9).windows
        for options in [esn { $0.hidden = 1 }, esn { $0.radius = 0 }, esn { $0.density = 1 }, esn { $0.density = 0 }, esn { $0.leak = 1; $0.ridge = 1e-9 }] {
            let model = try options.fitReadout(windows, seed: 1)
            #expect(model.weights.allSatisfy(\.isFinite) && model.parameterCount == 3 * (options.hidden + 1) + 1)
            #expect(try model.predict(windows).values.allSatisfy(\.isFinite))
        }
    }

    @Test func `what cannot be fitted says why and what to try`() throws {
        func code(_ windows: SequenceWindows, _ adjust: (inout EchoState) -> Void = { _ in }) -> String? {
            do {
                _ = try esn(adjust).fit(windows, validation: nil, seed: 1, work: Work())
                return nil
            } catch { return (error as? SequenceModelError)?.diagnostic.code }
        }
        let good = chain(50, seed: 9).windows
        #expect(code(good) == nil)
        #expect(try code(good.subset([])) == "no-windows")
        func remade(_ codes: [Int32], _ targets: [Int32]) -> SequenceWindows {
            SequenceWindows(length: 8, codes: codes, targets: targets, groups: good.groups, vocabulary: good.vocabulary, classes: good.classes)
        }
        #expect(code(remade(good.events, Array(repeating: 1, count: 50))) == "one-class")
        #expect(code(remade(good.events.dropLast() + [9], good.targets)) == "bad-code")
        let mistakes: [(inout EchoState) -> Void] = [
            { $0.hidden = 0 }, { $0.radius = -1 }, { $0.leak = 0 }, { $0.density = 1.5 }, { $0.ridge = 0 }, { $0.inputScale = .nan },
        ]
        for mistake in mistakes { #expect(code(good, mistake) == "bad-value") }
        #expect(SequenceModelError.singular.diagnostic.hint?.contains("ridge=") == true)
        let (model, history) = try esn().fit(good, validation: nil, seed: 1, work: Work())
        #expect(history == TrainingHistory() && model.settings.map(\.name).last == "temperature")
    }
}

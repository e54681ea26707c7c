import Algebra
import Layers
import Models
import Runtime
import Testing

@testable import Features

/// Windows of `length` events, one a row, with -1 for padding.
private func windows(
    _ rows: [[Int32]], _ targets: [Int32], vocabulary: [String] = ["a", "b", "c"], classes: [String] = ["a", "b"], goal: SequenceWindows.Goal = .nextEvent
) -> SequenceWindows {
    SequenceWindows(
        goal: goal, length: rows[0].count, codes: rows.flatMap { $0 }, targets: targets, groups: targets.indices.map { Int32($0) }, vocabulary: vocabulary, classes: classes)
}

private func markov(_ order: Int, _ smoothing: Double = 1) -> Markov {
    var markov = Markov()
    markov.order = order
    markov.smoothing = smoothing
    return markov
}

/// The formula of interpolated back-off, written with dictionaries over whole contexts; `nil` is the beginning.
private struct Reference {
    var counts: [[Int32?]: [Int32: Double]] = [:]
    let order: Int, smoothing: Double, followers: Double

    static func contexts(_ history: [Int32], begins: Bool, order: Int) -> [[Int32?]] {
        let whole: [Int32?] = (begins ? [nil] : []) + history.map { Optional($0) }
        return (0...order).filter { $0 <= whole.count }.map { Array(whole.suffix($0)) }
    }

    mutating func add(_ follower: Int32, _ history: [Int32], begins: Bool) {
        for context in Self.contexts(history, begins: begins, order: order) { counts[context, default: [:]][follower, default: 0] += 1 }
    }

    func chance(_ follower: Int32, _ history: [Int32], begins: Bool) -> Double {
        var chance = 1 / followers
        for context in Self.contexts(history, begins: begins, order: order) {
            guard let found = counts[context] else { continue }
            let total = found.values.reduce(0, +), held = smoothing * Double(found.count)
            chance = ((found[follower] ?? 0) + held * chance) / (total + held)
        }
        return chance
    }
}

private func close(_ a: some Sequence<Float>, _ b: [Double], _ tolerance: Double = 1e-6) -> Bool { zip(a, b).allSatisfy { abs(Double($0) - $1) < tolerance } }

private func accuracy(_ model: some SequenceModel, on windows: SequenceWindows) throws -> Double {
    let chances = try model.predict(windows, work: Work(threads: 2))
    return Double((0..<windows.count).count { chances.row($0).max() == chances[$0, Int(windows.targets[$0])] }) / Double(windows.count)
}

struct MarkovTests {
    @Test func `counts and back-off by hand`() throws {
        let model = try markov(1).fitChain(windows([[0], [0], [0], [0], [1]], [1, 1, 1, 0, 0]))
        // Of all: 3/7 and 4/7. After a, which four followed in two kinds: (1 + 2 · 3/7) / 6. After b, one of one kind: (1 + 3/7) / 2. c was never seen: as of all.
        let chances = try model.predict(windows([[0], [1], [2]], [0, 0, 0]))
        let parts: [(Double, Double)] = [(13, 42), (29, 42), (5, 7), (2, 7), (3, 7), (4, 7)]
        #expect(close(chances.values, parts.map { $0.0 / $0.1 }))
        #expect(model.parameterCount == 5)
        #expect(model.settings.map(\.value) == ["1", "1", "3"])
    }

    @Test func `order 0 gives the shares of the training part, whatever came before`() throws {
        let rows = (0..<1000).map { [Int32($0 % 3)] }, targets = (0..<1000).map { Int32($0 < 700 ? 0 : 1) }
        let chances = try markov(0).fitChain(windows(rows, targets)).predict(windows([[0], [2]], [0, 0]))
        let parts: [Double] = [701, 301, 701, 301]
        #expect(close(chances.values, parts.map { $0 / 1002 }))
    }

    @Test func `a chain a class by hand`() throws {
        let training = windows([[0, 0], [0, 1], [1, 1]], [0, 0, 1], vocabulary: ["a", "b"], classes: ["x", "y"], goal: .label)
        let model = try markov(1).fitChain(training)
        // Shares 3/5 and 2/5. Chain x: a 11/18, b after a 7/18. Chain y: a 1/9, b after a, which it never saw, 7/9.
        let x: Double = 3 * 11 * 7 / (5 * 18 * 18), y: Double = 2 * 1 * 7 / (5 * 9 * 9)
        let wanted: [Double] = [x / (x + y), y / (x + y)]
        let chances = try model.predict(windows([[0, 1]], [0], vocabulary: ["a", "b"], classes: ["x", "y"], goal: .label))
        #expect(close(chances.values, wanted))
        #expect(model.parameterCount == 6)
    }

    @Test(arguments: [0, 1, 2, 4], [0.25, 1.0])
    func `follows a plain reference`(_ order: Int, _ smoothing: Double) throws {
        let training = chain(300, seed: 20, length: 5).windows, test = chain(100, seed: 21, length: 5).windows
        let model = try markov(order, smoothing).fitChain(training)
        var reference = Reference(order: order, smoothing: smoothing, followers: 3)
        func history(_ windows: SequenceWindows, _ row: Int) -> (events: [Int32], begins: Bool) {
            let events = windows[row].filter { $0 >= 0 }
            return (events, events.count < 5)
        }
        for row in 0..<training.count {
            let (events, begins) = history(training, row)
            reference.add(training.targets[row], events, begins: begins)
        }
        let chances = try model.predict(test)
        for row in 0..<test.count {
            let (events, begins) = history(test, row)
            let wanted: [Double] = (0..<3).map { reference.chance(Int32($0), events, begins: begins) }
            #expect(close(chances.row(row), wanted))
            let sum: Float = chances.row(row).reduce(0, +)
            #expect(abs(sum - 1) < 1e-6)
        }
        #expect(model.parameterCount == reference.counts.values.reduce(0) { $0 + $1.count })
    }

    @Test(arguments: [0, 2]) func `a chain a class follows a plain reference`(_ order: Int) throws {
        func labelled(_ count: Int, seed: Int) -> SequenceWindows {
            let of = chain(count, seed: seed, length: 6).windows
            return SequenceWindows(goal: .label, length: 6, codes: of.events, targets: of.targets, groups: of.groups, vocabulary: of.vocabulary, classes: of.classes)
        }
        let training = labelled(300, seed: 22), test = labelled(50, seed: 23)
        let chances = try markov(order).fitChain(training).predict(test)
        var references = [Reference](repeating: Reference(order: order, smoothing: 1, followers: 4), count: 3)
        var shares = Reference(order: 0, smoothing: 1, followers: 3)
        func events(_ windows: SequenceWindows, _ row: Int) -> [Int32] { windows[row].filter { $0 >= 0 } }
        for row in 0..<training.count {
            let events = events(training, row), target = training.targets[row]
            shares.add(target, [], begins: false)
            for place in events.indices { references[Int(target)].add(events[place], Array(events[..<place]), begins: events.count < 6) }
        }
        for row in 0..<test.count {
            let events = events(test, row)
            let products = (0..<3).map { label -> Double in
                var product = shares.chance(Int32(label), [], begins: false)
                for place in events.indices { product *= references[label].chance(events[place], Array(events[..<place]), begins: events.count < 6) }
                return product
            }
            let sum: Double = products.reduce(0, +)
            #expect(close(chances.row(row), products.map { $0 / sum }))
        }
    }

    @Test func `long windows do not run out of small numbers`() throws {
        var stream = RandomStream(seed: 1, name: "test", purpose: "long")
        let rows = (0..<40).map { row in (0..<1000).map { _ in Int32(row % 2 == 0 ? stream.below(3) : min(1, stream.below(3))) } }
        let training = windows(rows, (0..<40).map { Int32($0 % 2) }, classes: ["x", "y"], goal: .label)
        let chances = try markov(2).fitChain(training).predict(training)
        #expect(chances.values.allSatisfy { $0.isFinite })
        #expect((0..<40).allSatisfy { chances[$0, $0 % 2] > 0.99 })
    }

    @Test func `a window with room left shows where its history begins`() throws {
        // After a at the beginning comes b, after a later a.
        let training = windows([[-1, -1, 0], [-1, 1, 0], [-1, -1, 0], [-1, 1, 0]], [1, 0, 1, 0])
        let chances = try markov(2).fitChain(training).predict(windows([[-1, -1, 0], [-1, 1, 0]], [0, 0]))
        #expect(chances[0, 1] > 0.7 && chances[1, 0] > 0.7)
    }

    @Test func `learns a chain of second order to near the best there is`() throws {
        let training = chain(6000, seed: 1).windows
        let (test, best) = chain(4000, seed: 3)
        #expect(try accuracy(markov(2).fitChain(training), on: test) > best - 0.03)
        #expect(try accuracy(markov(1).fitChain(training), on: test) < best - 0.1)
    }

    @Test func `finds nothing in shuffled targets`() throws {
        let training = chain(4000, seed: 4, shuffled: true).windows, test = chain(4000, seed: 6, shuffled: true).windows
        let commonest = Double((0..<3).map { code in test.targets.count { $0 == code } }.max() ?? 0) / 4000
        #expect(try accuracy(markov(2).fitChain(training), on: test) < commonest + 0.024)
    }

    @Test func `digits depend neither on the batch nor on threads, nor on the places of events in a log`() throws {
        let all = chain(3000, seed: 7).windows
        let model = try markov(3).fitChain(all, work: Work(threads: 1)), again = try markov(3).fitChain(all, work: Work(threads: 8))
        let whole = try model.predict(all)
        for threads in [2, 3, 8] { #expect(try again.predict(all, work: Work(threads: threads)) == whole) }
        let part = try model.predict(all.subset([2999, 5, 1500]))
        for (place, row) in [2999, 5, 1500].enumerated() { #expect(Array(whole.row(row)) == Array(part.row(place))) }

        // Two variables; the second log has the same events in the other order.
        let variables = [SequenceInputs.Variable("kind", vocabulary: ["p", "q"]), .init("hour", vocabulary: ["1", "2"])]
        let pairs: [[Int32]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
        func coded(_ order: [Int]) -> SequenceWindows {
            let places = (0..<400).map { Int32(order.firstIndex(of: ($0 * $0 + $0 / 7) % 4)!) }
            let targets = (0..<100).map { Int32(($0 * $0 + $0 / 7) % 2) }
            return SequenceWindows(
                length: 3, events: places, ends: (0..<100).map { Int32($0 * 4 + 3) }, known: Array(repeating: 3, count: 100),
                outputs: [WindowTarget(name: "answer", goal: .nextEvent, .classes(targets, names: ["no", "yes"]))], groups: (0..<100).map { Int32($0) },
                inputs: SequenceInputs(variables: variables, numbers: [], count: 4, codes: order.flatMap { pairs[$0] }, values: []))
        }
        let two = try markov(2).fitChain(coded([0, 1, 2, 3]))
        #expect(try two.predict(coded([0, 1, 2, 3])) == two.predict(coded([3, 1, 0, 2])))
    }

    @Test func `what cannot be fitted says why and what to try`() throws {
        func code(_ windows: SequenceWindows, _ markov: Markov = Markov()) -> String? {
            do {
                _ = try markov.fit(windows, validation: nil, seed: 1)
                return nil
            } catch { return (error as? SequenceModelError)?.diagnostic.code }
        }
        let good = chain(50, seed: 9).windows
        #expect(code(good) == nil)
        #expect(try code(good.subset([])) == "no-windows")
        #expect(code(windows([[0], [1]], [1, 1])) == "one-class")
        #expect(code(windows([[0], [7]], [1, 0])) == "bad-code")
        #expect(code(windows([[0, 1], [1, -1]], [1, 0])) == "bad-code")
        #expect(code(windows([[0], [1]], [1, 5])) == "bad-target")
        for bad in [markov(11), markov(-1), markov(1, 0), markov(1, .nan)] { #expect(code(good, bad) == "bad-value") }
        let numbers = SequenceWindows(
            length: 1, events: [0, 1], ends: [1, 2], known: [1, 1], outputs: [WindowTarget(name: "answer", goal: .nextEvent, .classes([0, 1], names: ["no", "yes"]))], groups: [0, 1],
            inputs: SequenceInputs(variables: [], numbers: ["price", "sum"], count: 2, codes: [], values: [1, 2, 3, 4]))
        do {
            _ = try Markov().fitChain(numbers)
            Issue.record("numbers were taken")
        } catch let error as SequenceModelError {
            #expect(error.diagnostic.code == "number-input" && error.diagnostic.message.contains("'price', 'sum'"))
        }
        #expect(throws: SequenceModelError.length(expected: 8, found: 1)) { try Markov().fitChain(good).predict(SequenceWindows(length: 1, codes: [0], targets: [0], groups: [0], vocabulary: good.vocabulary, classes: good.classes)) }
    }

    @Test func `it has no epochs`() throws {
        let (model, history) = try Markov().fit(chain(50, seed: 9).windows, validation: nil, seed: 1)
        #expect(history == TrainingHistory() && model.settings.map(\.name) == ["order", "smoothing", "contexts"])
    }
}

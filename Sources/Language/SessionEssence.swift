import Expressions

/// The statements of a session that mattered, in an order and form in which they give the same values again.
///
/// What matters: statements whose value is alive, whose result was looked at, or that changed a file; and what those read. A value that was made anew
/// under its name before anything that matters read it does not, nor does a look that was taken again. Seeds are set where statements asked for one.
public struct SessionEssence: Sendable {
    public enum Step: Sendable {
        case statement(SessionEntry)
        case seed(Int)
        /// Values that were forgotten, where the statements that made them are in.
        case drop([String])
    }

    /// The seed to begin with, where it is not 0.
    public let seed: Int?
    public let steps: [Step]
    /// Names of parameters that came from outside, from a notebook or the command line, and were read.
    public let outerParameters: [String]

    /// - Parameters:
    ///   - log: all of a session's entries up to now.
    ///   - values: what is alive by now.
    public init(of log: [SessionEntry], values: [Input]) {
        let replay = Replay(log: log, alive: values)
        // A statement left out may have hidden a value that is newest without it; then nothing that ran is left out.
        let steps = replay.steps(collapsing: true) ?? replay.steps(collapsing: false) ?? replay.allSteps
        var outer: [String] = []
        for case .statement(let entry) in steps {
            for (name, origin) in entry.parameters where origin == nil && !outer.contains(name) { outer.append(name) }
        }
        outerParameters = outer.sorted()
        (seed, self.steps) = Self.settingSeeds(steps)
    }

    /// Puts the seed where it changes from what the statements before have left.
    private static func settingSeeds(_ steps: [Step]) -> (seed: Int?, steps: [Step]) {
        var first: Int?
        var current = 0
        var result: [Step] = []
        for step in steps {
            if case .statement(let entry) = step {
                if let seed = entry.seed, seed != current {
                    if first == nil { first = seed } else { result.append(.seed(seed)) }
                    current = seed
                }
                if entry.seed != nil, first == nil { first = current }
                for case .seed(let seed) in entry.changes {
                    if first == nil { first = 0 }
                    current = seed
                }
            }
            result.append(step)
        }
        return (first == 0 ? nil : first, result)
    }
}

/// Chooses entries, and runs their reading and naming over to see that each finds what it found.
private struct Replay {
    let log: [SessionEntry]
    let alive: [Input]

    /// Without the statements about the session itself.
    private var candidates: [SessionEntry] {
        log.filter { entry in
            if entry.failure != nil { return entry.changes.contains { if case .made = $0 { true } else { false } } }
            return entry.showsResult || entry.hasSideEffects || !entry.changes.isEmpty
        }
    }

    /// Everything that made or showed something.
    var allSteps: [SessionEssence.Step] { steps(of: candidates.filter { !$0.onlyDrops && !$0.onlySetsSeed }, sameAs: [:], isChecked: false) ?? [] }

    /// What mattered; none if that, run alone, would read other values than it did.
    ///
    /// - Parameter collapsing: whether a statement that repeats an earlier one on the same values is left out, and its value taken for the earlier.
    func steps(collapsing: Bool) -> [SessionEssence.Step]? {
        let candidates = candidates.filter { !$0.onlyDrops && !$0.onlySetsSeed }
        let (repetitions, superseded) = repetitions(candidates)
        let sameAs = collapsing ? repetitions : [:]
        func original(_ number: Int) -> Int { sameAs[number] ?? number }
        var wanted: Set<Int> = []
        for input in alive { if let entry = input.entry { wanted.insert(original(entry)) } }
        for entry in candidates where entry.failure == nil && (entry.showsResult && !superseded.contains(entry.number) || entry.hasSideEffects) { wanted.insert(original(entry.number)) }
        for entry in candidates.reversed() where wanted.contains(entry.number) {
            for read in entry.lookups.flatMap(\.entries) { wanted.insert(original(read)) }
            for case let read? in entry.parameters.values { wanted.insert(original(read)) }
            // A loop that forgets a value can run only where that value is.
            for case .dropped(_, let dropped) in entry.changes { wanted.insert(original(dropped)) }
        }
        return steps(of: candidates.filter { wanted.contains($0.number) }, sameAs: sameAs, isChecked: true)
    }

    /// What repeats an earlier entry: the same words on the same values, parameters and seed, with no file written in between.
    ///
    /// - Returns: the entries that make an earlier one's value again, with that one, and the looks that were taken again later.
    private func repetitions(_ candidates: [SessionEntry]) -> (sameAs: [Int: Int], superseded: Set<Int>) {
        var sameAs: [Int: Int] = [:]
        var superseded: Set<Int> = []
        var seen: [String: Int] = [:]
        for entry in candidates {
            guard !entry.hasSideEffects else {
                seen = [:]
                continue
            }
            guard entry.failure == nil, case .call = entry.statement.node else { continue }
            let reads = entry.lookups.flatMap(\.entries).map { sameAs[$0] ?? $0 }
            let parameters = entry.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.map { sameAs[$0] ?? $0 } ?? 0)" }
            let key = "\(entry.statement) <- \(reads) \(parameters) \(entry.seed.map(String.init) ?? "")"
            if entry.showsResult {
                if let earlier = seen[key] { superseded.insert(earlier) }
                seen[key] = entry.number
            } else if let first = seen[key] {
                sameAs[entry.number] = first
            } else {
                seen[key] = entry.number
            }
        }
        return (sameAs, superseded)
    }

    private struct Known {
        let name: String
        let kind: Kind
        let entry: Int
    }

    /// The entries with the droppings between them; none if one would read something else, or if a value that is alive would not be there.
    private func steps(of kept: [SessionEntry], sameAs: [Int: Int], isChecked: Bool) -> [SessionEssence.Step]? {
        func original(_ number: Int) -> Int { sameAs[number] ?? number }
        var steps: [SessionEssence.Step] = []
        var known: [Known] = []
        let numbers = Set(kept.map(\.number))
        for entry in log where numbers.contains(entry.number) || entry.onlyDrops {
            if entry.onlyDrops {
                let dropped = entry.changes.compactMap { change -> String? in
                    guard case .dropped(let name, let entry) = change, known.contains(where: { $0.name == name && $0.entry == original(entry) }) else { return nil }
                    return name
                }
                // A value that stands for a repetition too is forgotten only when it is not alive by another name or making.
                let isAlive = alive.contains { input in dropped.contains(input.name) && input.entry.map { sameAs[$0] != nil } == true }
                guard !dropped.isEmpty, !isAlive else { continue }
                known.removeAll { dropped.contains($0.name) }
                steps.append(.drop(dropped))
                continue
            }
            if isChecked { for lookup in entry.lookups where !finds(lookup, by: entry.number, in: known, original) { return nil } }
            for change in entry.changes {
                switch change {
                case .made(let name, let kind):
                    known.removeAll { $0.name == name }
                    known.append(Known(name: name, kind: kind, entry: entry.number))
                case .dropped(let name, _): known.removeAll { $0.name == name }
                case .seed: break
                }
            }
            steps.append(.statement(entry))
        }
        guard isChecked else { return steps }
        for input in alive {
            guard let entry = input.entry else { continue }
            guard known.contains(where: { $0.name == input.name && $0.entry == original(entry) }) else { return nil }
        }
        return steps
    }

    /// Whether a look finds the value that it found in the session.
    private func finds(_ lookup: SessionEntry.Lookup, by number: Int, in known: [Known], _ original: (Int) -> Int) -> Bool {
        let others = lookup.entries.filter { $0 != number }
        guard !others.isEmpty else { return true }
        switch lookup {
        case .newest(let kinds, let names, let entry): return known.last { (kinds.isEmpty || kinds.contains($0.kind)) && !names.contains($0.name) }?.entry == original(entry)
        case .all(let kinds, let entries):
            // In a loop some of them are its own.
            return known.filter { kinds.contains($0.kind) }.map(\.entry) == entries.filter { $0 != number }.map(original)
        case .named(let name, let entry): return known.last { $0.name == name }?.entry == original(entry)
        case .chosen(let entry): return known.contains { $0.entry == original(entry) }
        }
    }
}

extension SessionEntry {
    fileprivate var onlyDrops: Bool {
        guard case .call = statement.node, !changes.isEmpty else { return false }
        return changes.allSatisfy { if case .dropped = $0 { true } else { false } }
    }

    fileprivate var onlySetsSeed: Bool {
        guard case .call = statement.node, !changes.isEmpty else { return false }
        return changes.allSatisfy { if case .seed = $0 { true } else { false } }
    }
}

import Diagnostics
import Features
import Language
import Models
import Runtime
import Scoring

/// Looks for what makes scores better than they will be: a column that tells the target, rows that stand in both parts, users who do.
struct LeakageGuard {
    /// A column that alone takes away so much of the error of always guessing the commonest class, or ranks two classes so well, is told of.
    static let leastGain = 0.98, leastArea = 0.995
    /// More rows than this say nothing more.
    private static let mostRows = 20_000
    private static let bins = 64

    private let lesson: Lesson, split: Split, work: Work

    init(_ lesson: Lesson, _ split: Split, work: Work) {
        self.lesson = lesson
        self.split = split
        self.work = work
    }

    /// - Throws: `Cancelled`.
    func warnings() throws -> [Diagnostic] { try tellingColumns() + copiedRows() + sharedUsers() }

    // MARK: Columns that tell the target

    private func tellingColumns() throws -> [Diagnostic] {
        let windows = lesson.windows, target = windows.outputs[0]
        guard case .column = lesson.task.target, !target.classes.isEmpty else { return [] }
        let all = split.training.filter { windows.targets[$0] >= 0 }
        let step = max(1, all.count / Self.mostRows)
        let rows = stride(from: 0, to: all.count, by: step).map { all[$0] }
        guard rows.count >= 20 else { return [] }
        let labels = rows.map { Int(windows.targets[$0]) }
        let table = try RowPlaces(windows), numbers = windows.inputs.numbers.count
        let names = windows.inputs.numbers + windows.inputs.variables.map(\.name)
        let telling = try work.workers.map(shards: names.count) { column -> Bool in
            try work.check()
            if column < numbers {
                let values = rows.map { table.number($0, column) }
                if Self.tells(Self.binned(values), labels, classes: target.classes.count) { return true }
                return target.classes.count == 2 ? try Self.ranks(values, labels) : false
            }
            return Self.tells(rows.map { Int(table.code($0, column - numbers)) }, labels, classes: target.classes.count)
        }
        return names.indices.filter { telling[$0] }.map { column in
            Diagnostic(
                "leaking-column", "'\(names[column])' alone tells '\(target.name)' almost without a mistake, so the scores may be of something that is not known in time", category: .data, severity: .warning,
                hint: "if it is only known afterwards, leave it out: inputs=[...], or 'select except' before; if it is known, a rule does")
        }
    }

    /// Whether guessing the commonest class among the other rows of the same value takes nearly all of the error away.
    static func tells(_ values: [Int], _ labels: [Int], classes: Int) -> Bool {
        var counts: [Int: [Int]] = [:]
        var totals = [Int](repeating: 0, count: classes)
        for (value, label) in zip(values, labels) {
            counts[value, default: Array(repeating: 0, count: classes)][label] += 1
            totals[label] += 1
        }
        let commonest = totals.indices.max { (totals[$0], $1) < (totals[$1], $0) } ?? 0
        let base = labels.count - totals[commonest]
        guard base > 0, counts.count > 1 else { return false }
        var wrong = 0
        for (value, label) in zip(values, labels) {
            // Without the row itself: a value that no other row has says nothing.
            var others = counts[value] ?? []
            others[label] -= 1
            var guess = commonest
            for one in others.indices where others[one] > others[guess] || others[guess] == 0 && others[one] > 0 { guess = one }
            if guess != label { wrong += 1 }
        }
        return Double(wrong) <= (1 - leastGain) * Double(base)
    }

    /// Whether a number ranks the rows of one class above those of the other, or below.
    private static func ranks(_ values: [Double], _ labels: [Int]) throws(ScoringError) -> Bool {
        let known = values.indices.filter { !values[$0].isNaN }, isSecond = known.map { labels[$0] == 1 }
        // Where most rows have no value an order among the others is not the whole story.
        guard known.count * 2 >= values.count, isSecond.contains(true), isSecond.contains(false) else { return false }
        let area = try areaUnderROC(isPositive: isSecond, scores: known.map { values[$0] })
        return max(area, 1 - area) >= leastArea
    }

    /// Numbers as places among at most `bins` quantiles; a gap is a value of its own.
    private static func binned(_ values: [Double]) -> [Int] {
        let known = values.filter { !$0.isNaN }.sorted()
        guard !known.isEmpty else { return values.map { _ in -1 } }
        var cuts: [Double] = []
        for bin in 1..<bins {
            let cut = known[bin * (known.count - 1) / bins]
            if cuts.last.map({ $0 < cut }) ?? true { cuts.append(cut) }
        }
        return values.map { value in
            guard !value.isNaN else { return -1 }
            var low = 0, high = cuts.count
            while low < high {
                let middle = (low + high) / 2
                if cuts[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    // MARK: Rows and users in both parts

    private func copiedRows() throws -> [Diagnostic] {
        let windows = lesson.windows
        guard case .column = lesson.task.target, !split.test.isEmpty else { return [] }
        let table = try RowPlaces(windows), numbers = windows.inputs.numbers.indices, variables = windows.inputs.variables.indices
        func hash(_ row: Int) -> Int {
            var hasher = Hasher()
            for number in numbers { hasher.combine(table.number(row, number).bitPattern) }
            for variable in variables { hasher.combine(table.code(row, variable)) }
            for target in windows.outputs {
                switch target.values {
                case .classes(let codes, _): hasher.combine(codes[row])
                case .numbers(let values): hasher.combine(values[row].bitPattern)
                }
            }
            return hasher.finalize()
        }
        var learnt = Set<Int>()
        try work.forEachStretch(of: split.training.count) { for place in $0 { learnt.insert(hash(split.training[place])) } }
        // Where a few values make up all rows, equal ones are no copies.
        guard learnt.count * 2 > split.training.count else { return [] }
        var copies = 0
        try work.forEachStretch(of: split.test.count) { for place in $0 where learnt.contains(hash(split.test[place])) { copies += 1 } }
        guard copies > 0 else { return [] }
        return [
            Diagnostic(
                "copied-rows", "\(NumberText.rate(copies, of: split.test.count)) test \(lesson.rowNoun) stand in the training part too, with the same values and the same '\(windows.outputs[0].name)'", category: .data, severity: .warning,
                hint: "if they are copies, drop them before" + (lesson.users != nil && split.kind == .random ? "; if they are of the same users, split by=user keeps these apart" : ""))
        ]
    }

    private func sharedUsers() throws -> [Diagnostic] {
        // By time and by the last event the same users are meant to stand on both sides.
        guard let users = lesson.users, split.kind == .random else { return [] }
        var isLearnt = [Bool](repeating: false, count: users.count), isTested = isLearnt
        try work.forEachStretch(of: split.training.count) { for place in $0 { isLearnt[Int(lesson.windows.groups[split.training[place]])] = true } }
        try work.forEachStretch(of: split.test.count) { for place in $0 { isTested[Int(lesson.windows.groups[split.test[place]])] = true } }
        let tested = users.indices.filter { isTested[$0] }, shared = tested.filter { isLearnt[$0] }
        guard let first = shared.first else { return [] }
        return [
            Diagnostic(
                "shared-users", "\(NumberText.rate(shared.count, of: tested.count)) users of the test part have \(lesson.rowNoun) in the training part too, such as '\(users[first])'", category: .data, severity: .warning,
                hint: "split by=user keeps users apart")
        ]
    }
}

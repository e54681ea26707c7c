import Events
import Features
import Language
import Runtime

/// How a model's rows are to be divided.
struct SplitPlan: Sendable {
    var kind: Split.Kind
    var test = 0.2
    var validation = 0.1
    /// Of a split that was chosen: the seed of its draws, and where it divides by time. A model takes its own seed and finds the time in its rows otherwise.
    var seed: Int?
    var borders: Split.Borders?

    /// The windows of a log, divided.
    func divide(_ windows: EventWindows, seed: Int, work: Work) throws -> Split {
        try windows.split(kind, test: test, validation: validation, at: borders, seed: self.seed ?? seed, work: work)
    }

    /// The default: held-back users and their later time; of sequences without times, the last event of each user.
    init(for events: EventSource) { kind = events.isTimed ? .timeUser : .last }

    /// The default of rows: some at random, of each value of the label alike.
    static let ofRows = SplitPlan(kind: .random)
    /// The default where users are what is labelled: some of them.
    static let ofUsers = SplitPlan(kind: .user)

    private init(kind: Split.Kind) { self.kind = kind }

    /// As it is typed.
    var text: String {
        let shares = [("test", test), ("valid", validation)].filter { kind == .last ? $0.1 == 0 : kind != .none }
        return (["split by=\(kind.rawValue)"] + shares.map { "\($0.0)=\(Value.share($0.1))" }).joined(separator: " ")
    }

    /// The split and its sizes, what was drawn and what fell out: stands above every score.
    ///
    /// - Parameter hasUsers: whether the rows are of users, who are counted then.
    static func lines(_ split: Split, of noun: String = "windows", hasUsers: Bool = true) -> [String] {
        let total = split.training.count + split.validation.count + split.test.count + split.left
        func part(_ name: String, _ rows: [Int], _ users: Int) -> String {
            "\(name) \(NumberText.grouped(rows.count)) (\(NumberText.share(rows.count, of: total)))" + (hasUsers ? " from \(NumberText.counted(users, "users"))" : "")
        }
        var how = "split by \(split.kind.rawValue)"
        if let cutoff = split.cutoffText { how += ", cut-off \(cutoff)" }
        if [.timeUser, .user, .random].contains(split.kind) { how += ", seed \(split.seed)" }
        var lines = [how, "\(NumberText.counted(total, noun)): \(part("training", split.training, split.trainingUsers)), \(part("validation", split.validation, split.validationUsers)), \(part("test", split.test, split.testUsers))"]
        if split.left > 0 {
            lines.append("\(NumberText.rate(split.left, of: total)) \(noun) fell out" + (split.kind == .timeUser ? ": those of test users before the cut-off and of the others after it" : ""))
        }
        return lines
    }
}

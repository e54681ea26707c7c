import Language
import Models
import Runtime

extension ModelValue {
    private static let mostRules = 20, mostClasses = 4

    /// The leaves of a tree as rules, a line each, those of most rows first; none of another model. They stand as text, for a table would cut what is to be pasted.
    var rules: [Block] {
        guard let model = fitted as? RowModel, let rules = model.rules else { return [] }
        let order = rules.indices.sorted { rules[$0].rows != rules[$1].rows ? rules[$0].rows > rules[$1].rows : $0 < $1 }
        let lines = order.prefix(Self.mostRules).map { index in
            let rule = rules[index], likeliest = rule.shares.indices.max { (rule.shares[$0], $1) < (rule.shares[$1], $0) } ?? 0
            let told = model.classes.count <= Self.mostClasses ? Array(rule.shares.indices) : [likeliest]
            return "\(NumberText.counted(rule.rows, "rows")), \(told.map { "\(model.classes[$0]) \(NumberText.percent(rule.shares[$0]))" }.joined(separator: ", ")): filter \(rule.condition)"
        }
        let rest = order.dropFirst(Self.mostRules), left = rest.reduce(0) { $0 + rules[$1].rows }
        let more = rest.isEmpty ? [] : ["\(NumberText.grouped(rest.count)) more \(rest.count == 1 ? "leaf" : "leaves") with \(NumberText.counted(left, "rows")) together."]
        return [.text((["Rules, by the training rows that each holds for"] + lines + more).joined(separator: "\n"))]
    }
}

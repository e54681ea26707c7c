import Diagnostics
import Expressions
import Runtime
import Tables

/// A target for models to learn: what is asked of each event, session or user, and what may be seen by whoever predicts it. Checked against the columns of a log.
public struct LabelRule: Sendable {
    public let name: String
    public let unit: FilterUnit
    let value: CompiledExpression
    let before: Pattern?
    /// Microseconds, as the clocks of the log's zone show them: the label is asked of events from `at` on and before `at + length`, to the end of the log without a length.
    let at: Int64?
    let length: Int64?
    /// What ends the events that may be seen where neither a pattern nor a time says so; none if the label's value does not say it.
    let targets: [Target]?

    /// What a label's value looks for in the events of a group; before the first of them the value cannot be told.
    enum Target: Sendable {
        case event(CompiledExpression)
        case match(Pattern)
    }

    /// - Parameters:
    ///   - value: of each event; over the events of the group for sessions and users.
    ///   - before: only events before its first match in the group may be seen.
    ///   - at: microseconds since 1970, as the clocks of the log's zone show them; only events before it may be seen, and the value is asked of those from then on.
    ///   - length: microseconds for which it is asked.
    /// - Throws: a `Diagnostic` at the words that do not fit the columns or each other.
    public init(_ name: String, _ value: Expression, per unit: FilterUnit, before: Pattern? = nil, at: Int64? = nil, length: Int64? = nil, schema: ExpressionSchema) throws(Diagnostic) {
        let compiled = try CompiledExpression(value, schema: schema, grouped: unit != .event)
        guard compiled.type != .missing || schema.isOpen else {
            throw Diagnostic("type-mismatch", "a label needs values, and this is missing everywhere", category: .syntax, at: value.span, label: "no value", hint: "any(action == \"buy\")")
        }
        guard unit != .event || (before == nil && at == nil && length == nil) else {
            throw Diagnostic("wrong-value", "a label of single events has no events before a cut-off", category: .syntax, hint: "per=user or per=session")
        }
        guard length == nil || at != nil else { throw Diagnostic("wrong-value", "'for' says how long after 'at' the label is asked, and 'at' is not given", category: .syntax, hint: "at=2017-12-01 for=7d") }
        guard length.map({ $0 > 0 }) ?? true else { throw DataError.badOption(name: "for=", value: "0s", wanted: "a time above 0, such as 7d").diagnostic }
        if unit == .session, !schema.isOpen, schema.roles[Role.session.rawValue] == nil { throw EventStep.needsSessions("label per=session").diagnostic }
        if before != nil, schema.column(named: Role.action.rawValue) == nil {
            throw DataError.missingRole("action", use: "a pattern", hint: "action=COLUMN of load says which column it is").diagnostic
        }
        self.name = name
        self.unit = unit
        self.before = before
        self.at = at
        self.length = length
        self.value = compiled
        targets = unit == .event ? [] : try Self.targets(of: value, schema)
    }

    /// The columns of a log once it carries the label.
    ///
    /// - Throws: `DataError.nameTaken`.
    public static func schema(_ schema: ExpressionSchema, labelling rule: LabelRule) throws(DataError) -> ExpressionSchema {
        if schema.columns.contains(where: { $0.name == rule.name }) { throw .nameTaken(rule.name, by: "a column") }
        if let player = schema.roles[rule.name] { throw .nameTaken(rule.name, by: "the role of '\(player)'") }
        if rule.name == EventLabels.seenColumn { throw .nameTaken(rule.name, by: "what features may see of a label") }
        let labelled = schema.adding(rule.name, rule.value.type.inColumn)
        guard rule.unit != .event else { return labelled }
        if let seen = schema.columns.first(where: { $0.name == EventLabels.seenColumn }), seen.type != .boolean { throw .nameTaken(EventLabels.seenColumn, by: "a column") }
        return labelled.adding(EventLabels.seenColumn, .boolean)
    }

    /// What the value looks for, if it is made of `any`, `count` and `has` alone: it cannot be told from the events before the first of these.
    private static func targets(of value: Expression, _ schema: ExpressionSchema) throws(Diagnostic) -> [Target]? {
        switch value.node {
        case .literal: return []
        case .has(let pattern): return [.match(pattern)]
        case .call(let name, let arguments) where (name == "any" || name == "count") && arguments.count == 1:
            return [.event(try CompiledExpression.condition(arguments[0], of: name, schema: schema))]
        case .call(let name, _) where ExpressionFunction.named(name)?.isAggregate == true: return nil
        case .column, .parameter, .regex: return nil
        case .negated, .not, .binary, .membership, .within, .conditional, .call:
            var found: [Target] = []
            for part in value.children {
                guard let targets = try targets(of: part, schema) else { return nil }
                found += targets
            }
            return found
        }
    }

    /// As it is typed.
    var text: String {
        var text = "label \(Expression.quotedName(name)) = \(value.expression) per=\(unit.rawValue)"
        if let before { text += " before=\(before)" }
        if let at { text += " at=\(CivilTime.text(at))" }
        if let length { text += " for=\(EventStep.duration(length))" }
        return text
    }
}

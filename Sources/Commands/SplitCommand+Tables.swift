import Diagnostics
import Events
import Expressions
import Features
import Language
import Runtime
import Tables

// Of a table the default is random, and what users and times are its columns' names say.

extension SplitCommand {
    /// Divides the rows of a table.
    func run(_ call: Call, on value: TableValue) throws -> Outcome {
        let plan = try Self.plan(call, .ofRows)
        guard plan.kind != .none else { return Outcome(value.splitting(plan), blocks: [.text(Self.noSplit)]) }
        let facts = try RowFacts(value, plan.kind, call)
        let (settled, split) = try Self.divided(call, plan) { try facts.split(plan, seed: call.context.seed, work: call.context.work) }
        // Nobody knows yet what is to be learnt.
        let later = plan.kind == .random && value.labels.isEmpty ? ["where a model predicts a column of few values, its rows are drawn so that each part has the same share of each"] : []
        return Outcome(value.splitting(settled), blocks: [.text((facts.lines(split, of: value.rowNoun) + later).joined(separator: "\n"))])
    }

    /// What the rows of a table say of their users, times and classes, as far as a split needs it.
    struct RowFacts {
        let users: (codes: [Int32], names: [String])?
        /// The label of which a random split takes the same shares of each value.
        private let stratum: String?
        private let time: Column?
        /// The value of that label in each row.
        let strata: [Int32]?
        private let count: Int

        /// - Parameter wanted: what is to be learnt; a table's first label unless given.
        /// - Throws: a `Diagnostic` for columns that the split needs and that are not there, or have gaps.
        init(_ value: TableValue, _ kind: Split.Kind, _ call: Call, stratum wanted: String? = nil) throws {
            let (table, work) = (value.table, call.context.work)
            let roles = try RowRoles(kind, table.schema(), call)
            func known(_ name: String?, isNeeded: Bool) throws -> Column? {
                guard let column = name.flatMap(table.column(named:)) else { return nil }
                guard column.missingCount == 0 else {
                    guard isNeeded else { return nil }
                    throw Diagnostic(
                        "missing-values", "'\(column.name)' is missing in \(NumberText.rate(column.missingCount, of: column.count)) \(value.rowNoun), and split by=\(kind.rawValue) needs it",
                        category: .data, at: call.span(named: "by"), hint: "filter not (\(Expression.quotedName(column.name)) == missing)")
                }
                return column
            }
            count = table.rowCount
            // Where whole users are not held back, they are only counted.
            users = try known(roles.user, isNeeded: kind.needsUsers).map { try SplitCommand.codes(of: $0, work) }
            time = try known(roles.time, isNeeded: kind.needsTimes || kind == .last)
            let label = kind == .random ? wanted ?? value.labels.first : nil
            strata = try label.flatMap(table.column(named:)).flatMap { try TargetKind.strata(of: $0, work: work) }
            stratum = strata == nil ? nil : label
        }

        /// Microseconds since 1970 of each row, where the split needs them.
        func times(_ work: Work) throws -> [Int64]? { try time.flatMap(TimeValues.init).map { times in try work.map(rows: count) { times[$0] } } }

        func split(_ plan: SplitPlan, seed: Int, work: Work) throws -> Split {
            try Split(
                plan.kind, groups: users?.codes ?? Array(repeating: 0, count: count), users: users?.names ?? [""], times: try times(work), zone: time?.zone, test: plan.test, validation: plan.validation,
                at: plan.borders, strata: strata, seed: plan.seed ?? seed, work: work)
        }

        /// The split and its sizes, and what was stratified.
        func lines(_ split: Split, of noun: String) -> [String] {
            SplitPlan.lines(split, of: noun, hasUsers: users != nil) + (stratum.map { ["stratified by \($0)"] } ?? [])
        }
    }

    /// The columns of a table by which its rows are divided.
    struct RowRoles {
        let user: String?, time: String?

        /// - Throws: `missing-role` where the kind of split needs a column that is surely not there.
        init(_ kind: Split.Kind, _ schema: ExpressionSchema, _ call: Call) throws(Diagnostic) {
            user = schema.columns.first { $0.name == Role.user.rawValue && $0.type != .time }?.name
            let times = schema.columns.filter { $0.type == .time }.map(\.name)
            time = times.first { $0 == Role.time.rawValue } ?? (times.count == 1 ? times[0] : nil)
            guard !schema.isOpen else { return }
            if user == nil, kind.needsUsers {
                throw DataError.missingRole("user", use: "split by=\(kind.rawValue)", hint: "'rename COLUMN=user' says whose rows they are; by=random needs none").diagnostic.placed(at: call.span(of: SplitCommand.by))
            }
            if time == nil, kind.needsTimes {
                let hint = times.isEmpty ? "'types={COLUMN: time}' of load says that a column holds times; by=random needs none" : "'rename \(Expression.quotedName(times[0]))=time' says which of \(times.joined(separator: ", ")) it is"
                throw DataError.missingRole("time", use: "split by=\(kind.rawValue)", hint: hint).diagnostic.placed(at: call.span(of: SplitCommand.by))
            }
        }
    }

    /// The values of a column without gaps as codes of their texts.
    static func codes(of column: Column, _ work: Work) throws -> (codes: [Int32], names: [String]) {
        if let texts = TextCodes(try column.compacted(check: work.check)) { return (try work.map(rows: column.count) { texts[$0] }, texts.dictionary.names) }
        var interning = TextInterning()
        let codes = try work.map(rows: column.count) { interning.code(of: column.text(at: $0) ?? "") }
        return (codes, interning.names)
    }
}

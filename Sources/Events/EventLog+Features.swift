import Expressions
import Runtime
import Tables

extension EventLog {
    /// What the events of each user or session are like, of those that features may see: a row for each that has such an event, in the order of the log.
    ///
    /// - Throws: `DataError.missingRole` for sessions where the log has none; `badOption` for a number of columns outside 0...100; `nameTaken` where a label or an action makes two
    ///   columns of one name; `Cancelled`.
    /// - Complexity: O(events · log(events of a group)) over `work`'s threads; memory for the table, and for each event a code of its action, item and the like.
    public func features(per unit: FilterUnit = .user, _ options: EventFeatures.Options = .init(), work: Work = Work()) throws -> EventFeatures {
        precondition(unit != .event, "features are of users or sessions")
        for (name, value) in [("last=", options.last), ("first=", options.first)] where !(0...100).contains(value) {
            throw DataError.badOption(name: name, value: "\(value)", wanted: "a number from 0 to 100")
        }
        let visible = try visible(work: work)
        let end = report.labels.cutoff ?? (report.labels.followsEvents ? nil : report.lastTime)
        let maker = try FeatureMaker(visible, per: unit, options, end: end, work)
        var made = FeatureList(identifiers: maker.identifiers, notes: maker.notes)
        let (columns, list) = try maker.measured(work)
        for (column, unit) in list { try made.add(column, unit: unit) }
        for column in try maker.sequences(columns, work) { try made.add(column) }
        try made.add(constants: maker.constants(work))
        if end == nil { made.notes.append("no recency: where the events of a \(unit.rawValue) end follows from the label itself") }
        for label in report.labels.all {
            if label.unit == .user || label.unit == unit { try made.add(label: maker.label(label, work)) } else {
                made.notes.append("no column for '\(label.name)', which labels \(label.unit.rawValue)s")
            }
        }
        return EventFeatures(
            unit: unit, table: Table(made.columns), identifiers: maker.identifiers.map(\.name), numbers: made.numbers, categories: made.categories, labels: made.labels, units: made.units,
            notes: made.notes, seen: Proportion(visible.count, of: count), end: end)
    }
}

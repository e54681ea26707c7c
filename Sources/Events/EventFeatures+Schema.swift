import Expressions
import Tables

extension EventFeatures {
    /// The columns that a table of features surely has, before the events are read; further ones follow from what the events hold, such as a count for each other action.
    ///
    /// - Parameters:
    ///   - events: the columns of the log; one that tells a label may leave out a column that is promised here.
    ///   - actions: some that are surely in the log.
    public static func schema(of events: ExpressionSchema, actions: [String] = [], per unit: FilterUnit, _ options: Options = .init()) -> ExpressionSchema {
        func isPlayed(_ role: Role) -> Bool { events.roles[role.rawValue] != nil }
        var columns: [ExpressionSchema.Column] = []
        func add(_ type: ExpressionType, _ names: [String]) { columns += names.map { .init($0, type) } }
        if unit == .session, let session = events.roles[Role.session.rawValue], let column = events.column(named: session) { add(column.type, ["session"]) }
        add(.text, ["user"])
        add(.number, ["events"])
        if unit == .user, isPlayed(.session) { add(.number, ["sessions"]) }
        if isPlayed(.item) { add(.number, ["distinct_items"]) }
        if isPlayed(.category) { add(.number, ["distinct_categories"]) }
        add(.number, ["duration", "gap_mean", "gap_median", "gap_max"])
        // Where a label's cut-off follows from the events, none is told.
        if !events.columns.contains(where: { $0.name == EventLabels.seenColumn }) { add(.number, ["recency"]) }
        if isPlayed(.action) { add(.number, ["action_entropy"]) }
        // Of more, those that are counted one by one are the commonest of the log.
        if actions.count < mostActions { add(.number, actions.map { "count_\($0)" } + actions.map { "share_\($0)" }) }
        add(.number, (0..<24).map { "hour_\($0)" } + (1...7).map { "weekday_\($0)" })
        if isPlayed(.action), options.last > 0 { add(.text, (1...options.last).map { "last_\($0)" }) }
        return ExpressionSchema(columns: columns, isOpen: true)
    }
}

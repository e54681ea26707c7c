import Tables

/// What is known of a log: what reading found, and what the steps since have kept.
public struct EventReport: Sendable {
    /// What reading the files found; empty for a log that was made in memory.
    public var read: ReadReport
    /// Rows whose time lay before that of the user's row above it in the file.
    public var outOfOrder = 0
    /// Rows that repeat an earlier one in every column, as they were read.
    public var exactDuplicates = 0
    /// Events at the same user and time as the one before, as they were read.
    public var tiedTimes = 0
    public var events = 0
    public var users = 0
    /// Microseconds since 1970; none of an empty log.
    public var firstTime: Int64?, lastTime: Int64?
    public var samples: [SampleReport] = []
    public var filters: [FilterReport] = []
    public var cleanings: [CleaningReport] = []
    public var joins: [JoinReport] = []
    public var labels = EventLabels()
    public var mappings: [AddressMapping] = []
    /// Of the sessions that were made last.
    public var sessionEnds: SessionEnds?
    /// What the steps have to say.
    public var notes: [String] = []

    public init(read: ReadReport = ReadReport()) { self.read = read }
}

/// What a sample of users kept.
public struct SampleReport: Sendable, Hashable {
    /// Of the source: the least share, if the same draw was made before.
    public let share: Double
    public let seed: Int
    /// Users kept of those seen; its interval holds `share` in 95 of 100 draws.
    public let users: Proportion
    public let events: Proportion
}

/// What a filter kept.
public struct FilterReport: Sendable, Hashable {
    public let unit: FilterUnit
    public let users: Proportion
    public let events: Proportion
}

/// What a join found.
public struct JoinReport: Sendable, Hashable {
    public let table: String
    /// Events with a row of the table, of all.
    public let events: Proportion
}

/// What cleaning dropped, rule by rule.
public struct CleaningReport: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        public let what: String
        public let rule: String
        /// Events dropped, of those that were there when the rule's turn came.
        public let events: Proportion
        /// Users who lost an event by it.
        public let users: Int
    }
    public let rows: [Row]
    public let eventsBefore: Int, eventsAfter: Int
    public let usersBefore: Int, usersAfter: Int
}

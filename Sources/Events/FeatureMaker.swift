import Expressions
import Runtime
import Tables

#if canImport(Glibc)
    import Glibc
#endif

/// Measures the events of each user or session.
struct FeatureMaker: Sendable {
    let identifiers: [Column]
    /// What is left out for want of a role.
    let notes: [String]
    private let log: EventLog
    private let unit: FilterUnit
    private let options: EventFeatures.Options
    private let end: Int64?
    /// The events with those of a group as neighbours.
    private let table: Table
    private let groups: Groups
    private let times: TimeValues
    private let zone: Zone?
    /// By the log's rows.
    private let ranked: RankedActions?
    /// Where the events are those of sessions that overlap, the log's row at each place.
    private let rows: [Int32]?
    private let items: Column?, categories: Column?
    /// Of the column of URLs, or that of their categories.
    private let addresses: (name: String, codes: TextCodes, prefix: String)?
    /// Sessions of each user.
    private let sessions: [Int]?

    /// - Parameters:
    ///   - log: only of events that features may see.
    ///   - end: to when recency is told.
    init(_ log: EventLog, per unit: FilterUnit, _ options: EventFeatures.Options, end: Int64?, _ work: Work) throws {
        (self.log, self.unit, self.options, self.end) = (log, unit, options, end)
        let (table, groups, rows) = try log.grouping(per: unit, for: "features per=session", work: work)
        (self.table, self.groups) = (table, groups)
        func player(_ role: Role) -> Column? { log.roles[role].flatMap { log.report.labels.isHidden($0) ? nil : table.column(named: $0) } }
        guard let times = player(.time).flatMap(TimeValues.init) else { throw DataError.missingRole("time", use: "features", hint: "time=COLUMN of load says which column it is") }
        (self.times, self.rows, zone) = (times, rows, log.zone)
        ranked = player(.action) == nil ? nil : try log.rankedActions(work: work)
        (items, categories) = (player(.item), player(.category))
        let mapped = log.report.mappings.last { $0.column == log.roles[.url] }.flatMap { log.report.labels.isHidden($0.name) ? nil : table.column(named: $0.name) }
        addresses = (mapped ?? player(.url)).flatMap { column in TextCodes(column).map { (column.name, $0, mapped == nil ? "url" : "page") } }
        if unit == .user, let made = try log.sessionGroups(work: work)?.groups {
            var counts = [Int](repeating: 0, count: log.userCount)
            var user = 0
            for session in 0..<made.count {
                if session & 0xFFFF == 0 { try work.check() }
                while made.offsets[session] >= log.userOffsets[user + 1] { user += 1 }
                counts[user] += 1
            }
            sessions = counts
        } else {
            sessions = nil
        }
        let firsts = try work.map(rows: groups.count) { Int32(groups[$0].lowerBound) }
        identifiers = try (unit == .session ? [(Role.session, "session"), (.user, "user")] : [(.user, "user")]).compactMap { role, name in
            try log.roles[role].flatMap(table.column(named:))?.subset(rows: firsts, check: work.check).renamed(name)
        }
        var wants: [String] = []
        if items == nil { wants.append("distinct_items (item)") }
        if categories == nil { wants.append("distinct_categories (category)") }
        if ranked == nil { wants.append("counts, shares, action_entropy and the last actions (action)") }
        if unit == .user, sessions == nil { wants.append("sessions (session: 'sessions' makes them)") }
        if addresses == nil, options.first > 0 { wants.append("url0 and the like (url)") }
        notes = wants.isEmpty ? [] : ["left out, as no column plays the role: \(wants.joined(separator: ", "))"]
    }

    // MARK: Numbers

    private var actions: [String] { ranked?.actions ?? [] }
    private var countedActions: Int { min(actions.count, EventFeatures.mostActions) }

    private var measures: [FeatureColumns.Measure] {
        var measures: [FeatureColumns.Measure] = [.events]
        if sessions != nil { measures.append(.sessions) }
        if items != nil { measures.append(.items) }
        if categories != nil { measures.append(.categories) }
        measures += [.duration, .gapMean, .gapMedian, .gapMax]
        if end != nil { measures.append(.recency) }
        if !actions.isEmpty {
            measures.append(.entropy)
            let places = 0..<(countedActions + (actions.count > countedActions ? 1 : 0))
            measures += places.map { .count($0) } + places.map { .share($0) }
        }
        return measures + (0..<24).map { .hour($0) } + (1...7).map { .weekday($0) }
    }

    /// What a measure's column is called, its unit, and whether it holds whole numbers.
    private func heading(_ measure: FeatureColumns.Measure) -> (name: String, unit: String?, isWhole: Bool) {
        func action(_ place: Int) -> String { place < countedActions ? actions[place] : "other" }
        return switch measure {
        case .events: ("events", "events", true)
        case .sessions: ("sessions", "sessions", true)
        case .items: ("distinct_items", "items", true)
        case .categories: ("distinct_categories", "categories", true)
        case .duration: ("duration", "s", false)
        case .gapMean: ("gap_mean", "s", false)
        case .gapMedian: ("gap_median", "s", false)
        case .gapMax: ("gap_max", "s", false)
        case .recency: ("recency", "days", false)
        case .entropy: ("action_entropy", "bits", false)
        case .count(let place): ("count_\(action(place))", "events", true)
        case .share(let place): ("share_\(action(place))", "share", false)
        case .hour(let hour): ("hour_\(hour)", "share", false)
        case .weekday(let day): ("weekday_\(day)", "share", false)
        }
    }

    /// All that is measured, before it is made into columns.
    func measured(_ work: Work) throws -> (columns: FeatureColumns, list: [(column: Column, unit: String?)]) {
        let measures = measures
        let last = actions.isEmpty ? 0 : options.last
        let first = addresses == nil || options.first == 0 ? 0 : options.first + 1
        let shards = EventLog.shards(of: groups)
        let parts = try work.workers.map(shards: shards.count) { shard in
            var columns = FeatureColumns(measures, last: last, addresses: first)
            var scratch = Scratch(actions: actions.count)
            var rest = 0
            for group in shards[shard] {
                if rest <= 0 {
                    try work.check()
                    rest = 1 << 14
                }
                rest -= groups[group].count
                measure(group, &columns, &scratch)
            }
            return columns
        }
        var columns = FeatureColumns(measures, last: last, addresses: first)
        for part in parts { columns.append(part) }
        let list = zip(measures, columns.values).map { measure, values in
            let (name, unit, isWhole) = heading(measure)
            return (isWhole ? Column(name, integers: values.map { Int64($0) }) : Column(name, numbers: values.map { $0.isNaN ? nil : $0 }), unit)
        }
        return (columns, list)
    }

    /// What is reused from group to group.
    private struct Scratch {
        var keys: [Int64] = []
        var gaps: [Int64] = []
        var counts: [Int]
        var hours = [Int](repeating: 0, count: 24)
        var days = [Int](repeating: 0, count: 8)

        init(actions: Int) { counts = Array(repeating: 0, count: actions) }

        /// How many different values are there among those of some places.
        mutating func distinct(_ column: Column, _ places: Range<Int>) -> Int {
            keys.removeAll(keepingCapacity: true)
            for place in places where !column.isMissing(place) { keys.append(column.key(at: place)) }
            keys.sort()
            return keys.indices.reduce(0) { $0 + ($1 == 0 || keys[$1] != keys[$1 - 1] ? 1 : 0) }
        }
    }

    /// The place of an event's action among `actions`, -1 without one.
    private func rank(_ place: Int) -> Int32 { ranked?[rows.map { Int($0[place]) } ?? place] ?? -1 }

    private func measure(_ group: Int, _ columns: inout FeatureColumns, _ scratch: inout Scratch) {
        let places = groups[group]
        let events = Double(places.count)
        let span = Double(times[places.upperBound - 1] &- times[places.lowerBound]) / 1e6
        scratch.gaps.removeAll(keepingCapacity: true)
        for place in places.dropFirst() { scratch.gaps.append(times[place] &- times[place - 1]) }
        scratch.gaps.sort()
        for hour in 0..<24 { scratch.hours[hour] = 0 }
        for day in 1...7 { scratch.days[day] = 0 }
        for place in places {
            let local = zone?.local(times[place]) ?? times[place]
            scratch.hours[CivilTime.hour(of: local)] += 1
            scratch.days[CivilTime.weekday(of: local)] += 1
        }
        var acted = 0
        if !actions.isEmpty {
            for action in scratch.counts.indices { scratch.counts[action] = 0 }
            for place in places {
                let rank = rank(place)
                guard rank >= 0 else { continue }
                scratch.counts[Int(rank)] += 1
                acted += 1
            }
        }
        let (different, kinds) = (items.map { scratch.distinct($0, places) } ?? 0, categories.map { scratch.distinct($0, places) } ?? 0)
        let (gaps, counts) = (scratch.gaps, scratch.counts)
        func count(_ place: Int) -> Int { place < countedActions ? counts[place] : counts[countedActions...].reduce(0, +) }
        columns.add { measure in
            switch measure {
            case .events: events
            case .sessions: Double(sessions?[group] ?? 0)
            case .items: Double(different)
            case .categories: Double(kinds)
            case .duration: span
            case .gapMean: gaps.isEmpty ? .nan : span / Double(gaps.count)
            case .gapMedian: gaps.isEmpty ? .nan : (Double(gaps[(gaps.count - 1) / 2]) + Double(gaps[gaps.count / 2])) / 2e6
            case .gapMax: gaps.last.map { Double($0) / 1e6 } ?? .nan
            case .recency: Double((end ?? 0) &- times[places.upperBound - 1]) / Double(CivilTime.microsecondsPerDay)
            case .entropy: acted == 0 ? .nan : Self.entropy(counts, acted)
            case .count(let place): Double(count(place))
            case .share(let place): acted == 0 ? .nan : Double(count(place)) / Double(acted)
            case .hour(let hour): Double(scratch.hours[hour]) / events
            case .weekday(let day): Double(scratch.days[day]) / events
            }
        }
        if !columns.lastActions.isEmpty { columns.add(lastActions: Array(places.reversed().lazy.map(rank).filter { $0 >= 0 }.prefix(options.last))) }
        if let codes = addresses?.codes, !columns.addresses.isEmpty {
            columns.add(firstAddresses: Array(places.lazy.map { codes[$0] }.filter { $0 >= 0 }.prefix(options.first)), last: places.last { codes[$0] >= 0 }.map { codes[$0] } ?? -1)
        }
    }

    /// In bits.
    private static func entropy(_ counts: [Int], _ total: Int) -> Double {
        counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / Double(total)
            return sum - share * log2(share)
        }
    }

    // MARK: Texts

    /// The last actions and the first and last URLs.
    func sequences(_ columns: FeatureColumns, _ work: Work) throws -> [Column] {
        let dictionary = TextDictionary(actions)
        var made = try columns.lastActions.enumerated().map { index, codes in
            try Column("last_\(index + 1)", .text(codes: codes, dictionary: dictionary)).compacted(check: work.check)
        }
        guard let (_, texts, prefix) = addresses else { return made }
        for (index, codes) in columns.addresses.enumerated() {
            let name = index == columns.addresses.count - 1 ? "\(prefix)_last" : "\(prefix)\(index)"
            made.append(try Column(name, .text(codes: codes, dictionary: texts.dictionary)).compacted(check: work.check))
        }
        return made
    }

    /// Columns that play no role and hold the same in all events of each group, and what is said of the others.
    func constants(_ work: Work) throws -> (columns: [Column], notes: [String]) {
        let players = Set(log.roles.values)
        var (columns, changing, named, times): ([Column], [String], [String], [String]) = ([], [], [], [])
        for column in table.columns where !players.contains(column.name) && !log.report.labels.isHidden(column.name) && column.name != addresses?.name {
            guard let rows = try constantRows(column, work) else {
                changing.append(column.name)
                continue
            }
            let values = try column.gathered(rows, check: work.check).compacted(check: work.check)
            if case .time = values.storage { times.append(column.name) } else if case .text(let codes, let dictionary) = values.storage, codes.count >= 10, dictionary.count == codes.count {
                named.append(column.name)
            } else { columns.append(values) }
        }
        var notes: [String] = []
        if !changing.isEmpty { notes.append("no feature, as it changes from event to event of a \(unit.rawValue): \(changing.joined(separator: ", "))") }
        if !named.isEmpty { notes.append("no feature, as no two \(unit.rawValue)s have the same: \(named.joined(separator: ", "))") }
        if !times.isEmpty { notes.append("no feature, as it holds times: \(times.joined(separator: ", "))") }
        return (columns, notes)
    }

    /// For each group the first row that has a value, or -1; nothing if some group has two values.
    private func constantRows(_ column: Column, _ work: Work) throws -> [Int32]? {
        let shards = EventLog.shards(of: groups)
        let parts: [[Int32]?] = try work.workers.map(shards: shards.count) { shard in
            var rows: [Int32] = []
            for group in shards[shard] {
                if group & 0x3F == 0 { try work.check() }
                let first = groups[group].first { !column.isMissing($0) }
                rows.append(Int32(first ?? -1))
                guard let first else { continue }
                for place in first..<groups[group].upperBound where !column.isMissing(place) && !column.isSame(first, place) { return nil }
            }
            return rows
        }
        return parts.contains { $0 == nil } ? nil : parts.flatMap { $0 ?? [] }
    }

    /// The label of each group.
    ///
    /// - Throws: `DataError.badOption` for a label of sessions that were made anew since.
    func label(_ label: EventLabel, _ work: Work) throws -> Column {
        guard let column = table.column(named: label.name) else { throw DataError.unknownColumn(label.name, known: table.names) }
        if label.unit == .session, try !log.isConstant(label.name, table, groups, work) {
            throw DataError.badOption(name: "per=", value: "session", wanted: "the sessions that '\(label.name)' labels, and these were made anew since")
        }
        return try column.subset(rows: work.map(rows: groups.count) { Int32(groups[$0].lowerBound) }, check: work.check)
    }
}

/// The columns of a feature table as they come together.
struct FeatureList {
    private(set) var columns: [Column]
    private(set) var numbers: [String] = [], categories: [String] = [], labels: [String] = []
    private(set) var units: [String: String] = [:]
    var notes: [String]

    init(identifiers: [Column], notes: [String]) {
        columns = identifiers
        self.notes = notes
    }

    private func isTaken(_ name: String) -> Bool { columns.contains { $0.name == name } }

    /// - Throws: `DataError.nameTaken`, as where an action is called `other`.
    mutating func add(_ column: Column, unit: String? = nil) throws(DataError) {
        guard !isTaken(column.name) else { throw .nameTaken(column.name, by: "a feature") }
        columns.append(column)
        if let unit { units[column.name] = unit }
        if column.kind == .integer || column.kind == .number { numbers.append(column.name) } else { categories.append(column.name) }
    }

    mutating func add(constants: (columns: [Column], notes: [String])) throws(DataError) {
        let taken = constants.columns.map(\.name).filter(isTaken)
        for column in constants.columns where !isTaken(column.name) { try add(column) }
        notes += constants.notes
        if !taken.isEmpty { notes.append("no feature, as another one has the name: \(taken.joined(separator: ", ")); 'rename' gives it another") }
    }

    mutating func add(label: Column) throws(DataError) {
        guard !isTaken(label.name) else { throw .nameTaken(label.name, by: "a feature, and so no name for a label of it") }
        columns.append(label)
        labels.append(label.name)
    }
}

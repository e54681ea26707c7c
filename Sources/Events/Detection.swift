import Expressions
import Tables

/// What a look at a file found: its format, who plays which role, and of what type each column is.
public struct Detection: Sendable {
    public let format: DelimitedFormat
    public let roles: [Role: String]
    public let plans: [ColumnPlan]
    public let kind: LoadOptions.Kind
    /// How the time is written, if there is one.
    public let timeFormat: TimeFormat?
    /// In which local times are read, and days and hours counted.
    public let zone: Zone?
    /// What should be known about the choice, in words.
    public let notes: [String]
    /// Actions that stand in several rows of what was looked at, in the order of the alphabet.
    public let actions: [String]
    private let options: LoadOptions

    /// The finding as options of `load`: pasted back, they give the same.
    public var line: String {
        var words = options.schema.map { ["schema=\($0.rawValue)"] } ?? []
        words.append("kind=\(kind.rawValue)")
        if options.schema == nil, format.layout == .delimited { words += ["sep=\(Self.written(format.separator.word))", "header=\(format.hasHeader ? "yes" : "no")"] }
        if let columns = options.columns { words.append("columns=[\(columns.map(Self.written).joined(separator: ", "))]") }
        for role in Role.allCases { if let column = roles[role] { words.append("\(role.rawValue)=\(Self.written(column))") } }
        if let timeFormat { words.append("time-format=\(timeFormat.word)") }
        if let zone { words.append("zone=\(zone.name.first == "+" || zone.name.first == "-" ? Literal.quoted(zone.name) : zone.name)") }
        if !options.types.isEmpty {
            let types = options.types.sorted { $0.key < $1.key }.map { "\(Expression.quotedName($0.key)): \($0.value.rawValue)" }
            words.append("types={\(types.joined(separator: ", "))}")
        }
        return words.joined(separator: " ")
    }

    private static func written(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.unicodeScalars.allSatisfy { $0 == "_" || $0 == "-" || ($0.isASCII && $0.properties.isAlphabetic) || ("0"..."9").contains($0) }
        return isPlain ? word : Literal.quoted(word)
    }

    /// - Throws: `DataError.unknownColumn`, `.twoRoles` or `.badOption` where an option does not fit the file, `.missingRole` if events were asked for and
    ///   no user or time is there.
    public init(_ sample: FileSample, _ options: LoadOptions) throws(DataError) {
        let names = sample.format.names
        let guesses = sample.guesses
        try Self.checkNames(options, names)
        var found = RoleSearch(names: names, guesses: guesses, rows: sample.rows, hasHeader: sample.format.layout == .jsonLines || sample.format.hasHeader, options: options)
        // A schema says who plays which role.
        if options.schema == nil { found.search() }
        for (role, name) in found.roles.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let type = options.types[name], !role.fits(type.expressionType) else { continue }
            throw .badOption(name: "types=", value: "\(name): \(type.rawValue)", wanted: "another type for '\(name)', which plays the role \(role.rawValue)")
        }
        let kind: LoadOptions.Kind = options.kind ?? (found.roles[.user] != nil && found.roles[.time] != nil ? .events : .table)
        if kind == .events {
            // The lines of sequences have an order in the place of times.
            let isOrdered = if case .sequences = sample.format.layout { true } else { false }
            for role in isOrdered ? [Role.user] : [.user, .time] where found.roles[role] == nil {
                throw .missingRole(role.rawValue, use: "kind=events", hint: "\(role.rawValue)=COLUMN says which column it is: \(names.joined(separator: ", "))")
            }
        }
        self.kind = kind
        format = sample.format
        roles = kind == .events ? found.roles : [:]
        notes = sample.notes + (kind == .events ? options.schemaNotes + found.notes : [])
        zone = options.zone
        actions = Self.actions(in: sample, roles[.action])
        self.options = options
        let timeColumn = roles[.time]
        var timeFormat: TimeFormat?
        var plans: [ColumnPlan] = []
        for (field, name) in names.enumerated() {
            let guess = guesses[field]
            if name == timeColumn {
                guard let format = options.timeFormat.map({ Self.styled($0, guess) }) ?? guess.time else {
                    throw .badOption(name: "time=", value: name, wanted: "a column of times; time-format=\(TimeFormat.words.joined(separator: "|")) says how they are written")
                }
                timeFormat = format
                plans.append(ColumnPlan(name, field: field, .time(format), required: "no time"))
                continue
            }
            let role = roles.first { $0.value == name }?.key
            switch (options.types[name], role) {
            case (.text?, _): plans.append(ColumnPlan(name, field: field, .text, required: role == .user ? "no user" : nil))
            case (_, .user?): plans.append(ColumnPlan(name, field: field, .text, required: "no user"))
            case (.number?, .session?): plans.append(ColumnPlan(name, field: field, guess.isWhole ? .integer : .number))
            case (_, .item?), (_, .category?), (_, .action?), (_, .session?), (_, .url?): plans.append(ColumnPlan(name, field: field, .text))
            // A sum of money is a number even where the sample has whole ones only.
            case (.number?, _), (_, .value?): plans.append(ColumnPlan(name, field: field, guess.isWhole && role != .value ? .integer : .number))
            case (.time?, _):
                guard let format = options.timeFormat.map({ Self.styled($0, guess) }) ?? guess.time else {
                    throw .badOption(name: "types=", value: "\(name): time", wanted: "a column of times, which '\(name)' is not; time-format= says how they are written")
                }
                plans.append(ColumnPlan(name, field: field, .time(format)))
            default: plans.append(ColumnPlan(name, field: field, guess.kind))
            }
        }
        self.timeFormat = timeFormat
        self.plans = plans.map { plan in
            guard case .time(let format) = plan.kind else { return plan }
            return ColumnPlan(plan.name, field: plan.field, .time(format.inZone(options.zone)), required: plan.required)
        }
    }

    /// An action of a single row may be that of a row which cannot be used.
    private static func actions(in sample: FileSample, _ column: String?) -> [String] {
        guard let place = column.flatMap(sample.format.names.firstIndex) else { return [] }
        var counts: [String: Int] = [:]
        for row in sample.rows where !row[place].isEmpty { counts[row[place], default: 0] += 1 }
        return counts.filter { $0.value > 2 }.keys.sorted()
    }

    /// The format asked for, in the style that the file shows.
    private static func styled(_ asked: TimeFormat, _ guess: ColumnGuess) -> TimeFormat {
        if case .calendar = asked, case .calendar? = guess.time { return guess.time ?? asked }
        return asked
    }

    private static func checkNames(_ options: LoadOptions, _ names: [String]) throws(DataError) {
        var players: [String: Role] = [:]
        for role in Role.allCases {
            guard let column = options.roles[role] else { continue }
            guard names.contains(column) else { throw .unknownColumn(column, known: names) }
            if let other = players[column] { throw .twoRoles(column: column, first: other.rawValue, second: role.rawValue) }
            players[column] = role
        }
        for name in options.types.keys.sorted() where !names.contains(name) { throw .unknownColumn(name, known: names) }
    }

    /// What an expression may name.
    public var schema: ExpressionSchema {
        ExpressionSchema(
            columns: plans.map { .init($0.name, $0.kind.columnKind.expressionType) },
            roles: Dictionary(uniqueKeysWithValues: roles.map { ($0.key.rawValue, $0.value) }))
    }
}

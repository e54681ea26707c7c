import Diagnostics
import Expressions
import Runtime
import Synchronization
import Tables

/// Events that have not been read yet: files, what was found in their head, and a recipe of steps.
///
/// Making one looks at the head and middle of the first file only. `collect` reads in one pass, with leading samples and the choice of columns pushed into the
/// reader, and keeps the result, from which sources made later go on.
public struct EventSource: Sendable {
    private let node: Node
    public let detection: Detection?
    /// What an expression may name after all steps.
    public let schema: ExpressionSchema
    public let roles: [Role: String]
    /// Each file and its size in bytes; empty for events made in memory.
    public let files: [(name: String, bytes: Int)]
    private let options: LoadOptions
    /// The pipe that the events come from: what the first reading leaves out is gone.
    private let pipe: FileSample?
    /// The shop whose events these are, if they were not made in advance.
    let simulation: SimulatedEvents?

    /// One link of the recipe, and the log up to there if somebody asked for it.
    private final class Node: Sendable {
        let parent: Node?
        let step: EventStep?
        let memo: Mutex<EventLog?>

        init(_ parent: Node?, _ step: EventStep?, log: EventLog? = nil) {
            self.parent = parent
            self.step = step
            memo = Mutex(log)
        }
    }

    /// A source over files, from what was found in them.
    init(files: [(name: String, bytes: Int)], detection: Detection, options: LoadOptions) {
        self.init(node: Node(nil, nil), detection: detection, schema: detection.schema, roles: detection.roles, files: files, options: options)
    }

    /// A source over a pipe, which can be read only once; its size is not known.
    init(pipe: FileSample, detection: Detection, options: LoadOptions) {
        self.init(node: Node(nil, nil), detection: detection, schema: detection.schema, roles: detection.roles, files: [(pipe.path, 0)], options: options, pipe: pipe)
    }

    /// A source over events that are in memory.
    public init(_ log: EventLog) {
        self.init(node: Node(nil, nil, log: log), detection: nil, schema: log.schema, roles: log.roles, files: [], options: LoadOptions())
    }

    /// A source over the events of a shop, made when they are asked for.
    init(_ simulation: SimulatedEvents) {
        let schema = simulation.schema
        self.init(node: Node(nil, nil), detection: nil, schema: schema, roles: Self.roles(schema), files: [], options: LoadOptions(), simulation: simulation)
    }

    private init(
        node: Node, detection: Detection?, schema: ExpressionSchema, roles: [Role: String], files: [(name: String, bytes: Int)], options: LoadOptions,
        pipe: FileSample? = nil, simulation: SimulatedEvents? = nil
    ) {
        self.node = node
        self.pipe = pipe
        self.simulation = simulation
        self.detection = detection
        self.schema = schema
        self.roles = roles
        self.files = files
        self.options = options
    }

    /// Whether the files, or what comes of the pipe, are no larger than so many bytes; waits for as many of a pipe.
    ///
    /// - Throws: `DataError` if the pipe cannot be read.
    public func holds(atMost bytes: Int) throws(DataError) -> Bool { try pipe?.pipeHolds(atMost: bytes) ?? (files.reduce(0) { $0 + $1.bytes } <= bytes) }

    /// Whether events have times, and not an order only.
    public var isTimed: Bool { roles[.time] != nil }

    /// The events after all steps, if they are in memory.
    public var remembered: EventLog? { node.memo.withLock { $0 } }

    /// Whether some of the way to the events is in memory already.
    var isBegun: Bool { path.contains { $0.memo.withLock { $0 != nil } } }

    /// The recipe, first step first.
    public var steps: [EventStep] { path.compactMap(\.step) }

    private var path: [Node] {
        var links: [Node] = []
        var link: Node? = node
        while let current = link {
            links.append(current)
            link = current.parent
        }
        return links.reversed()
    }

    // MARK: Steps

    func adding(_ step: EventStep, schema: ExpressionSchema? = nil, roles: [Role: String]? = nil) -> EventSource {
        EventSource(
            node: Node(node, step), detection: detection, schema: schema ?? self.schema, roles: roles ?? self.roles, files: files, options: options, pipe: pipe, simulation: simulation)
    }

    /// Keeps a share of the users of the source, drawn by hash, each with all of their events.
    ///
    /// - Parameter share: above 0 and at most 1.
    /// - Throws: `DataError.badOption` for any other share.
    public func sampling(share: Double, seed: Int) throws(DataError) -> EventSource {
        guard share > 0, share <= 1 else { throw .badOption(name: "sample", value: EventStep.percent(share.isFinite ? share : 0), wanted: "a share above 0% and up to 100%") }
        return adding(.sample(share, seed: seed))
    }

    /// Keeps the events, sessions or users for which the condition is true.
    ///
    /// - Throws: a `Diagnostic` at the words that do not fit the columns.
    public func filtering(_ condition: Expression, per unit: FilterUnit = .event) throws -> EventSource {
        adding(.filter(try Self.compiled(condition, per: unit, schema: schema), per: unit))
    }

    /// The condition of a filter, if it can be asked of events with some columns.
    ///
    /// - Throws: as `filtering`.
    public static func compiled(_ condition: Expression, per unit: FilterUnit, schema: ExpressionSchema) throws(Diagnostic) -> CompiledExpression {
        let compiled = try CompiledExpression.condition(condition, of: "filter", schema: schema, grouped: unit != .event)
        if unit == .session, !schema.isOpen, schema.roles[Role.session.rawValue] == nil { throw EventStep.needsSessions("filter per=session").diagnostic }
        return compiled
    }

    public func cleaning(_ options: CleaningOptions = CleaningOptions()) -> EventSource { adding(.clean(options)) }

    /// Keeps some columns (or, with `except`, all others), in the order of the file; user and time always stay.
    ///
    /// - Parameter names: columns by name or role.
    /// - Throws: `DataError.unknownColumn`.
    public func selecting(_ names: [String], except: Bool = false) throws(DataError) -> EventSource {
        let schema = try Self.schema(schema, selecting: names, except: except)
        return adding(.select(schema.columns.map(\.name)), schema: schema, roles: Self.roles(schema))
    }

    /// The columns of a log once some are chosen.
    ///
    /// - Throws: as `selecting`.
    public static func schema(_ schema: ExpressionSchema, selecting names: [String], except: Bool) throws(DataError) -> ExpressionSchema {
        let chosen = Set(try schema.ownNames(names))
        let always = [Role.user, .time].compactMap { schema.roles[$0.rawValue] }
        let kept = schema.columns.filter { always.contains($0.name) || chosen.contains($0.name) != except }
        return ExpressionSchema(columns: kept, roles: schema.roles.filter { role in kept.contains { $0.name == role.value } }, isOpen: schema.isOpen)
    }

    /// Gives columns other names, all at once; their roles follow. A column that gets the name of a role that none plays, plays it from then on if its type fits.
    ///
    /// - Parameter pairs: columns by name or role, and their new names.
    /// - Throws: `DataError.unknownColumn`, or `nameTaken` where two columns would answer to one name.
    public func renaming(_ pairs: [(from: String, to: String)]) throws(DataError) -> EventSource {
        let names = try schema.newNames(pairs)
        let schema = Self.schema(schema, renaming: names)
        return adding(.rename(names, roles: Self.roles(schema)), schema: schema, roles: Self.roles(schema))
    }

    /// The columns of a log once they bear new names, as `ExpressionSchema.newNames` gives them.
    public static func schema(_ schema: ExpressionSchema, renaming names: [String: String]) -> ExpressionSchema {
        let renamed = schema.renaming(names)
        return names.values.sorted().reduce(renamed) { $0.takingRole(named: $1) }
    }

    /// Adds a column that is worked out event by event, or puts it in the place of the one of its name. A column that gets the name of a role that none plays, plays it
    /// from then on if its type fits. Where the user or the time is replaced, the events are sorted anew.
    ///
    /// - Throws: a `Diagnostic` at the words that do not fit the columns; it has no place where the name is the role of another column.
    public func deriving(_ name: String, _ expression: Expression) throws(Diagnostic) -> EventSource {
        let compiled = try CompiledExpression(expression, schema: schema)
        let schema = try Self.schema(schema, deriving: name, compiled)
        return adding(.derive(name, compiled, roles: Self.roles(schema)), schema: schema, roles: Self.roles(schema))
    }

    /// The columns of a log once one is derived.
    ///
    /// - Throws: as `deriving`.
    public static func schema(_ schema: ExpressionSchema, deriving name: String, _ compiled: CompiledExpression) throws(Diagnostic) -> ExpressionSchema {
        let known = schema.columns.first { $0.name == name }
        if known == nil, let player = schema.roles[name] { throw DataError.nameTaken(name, by: "the role of '\(player)'").diagnostic }
        let type = compiled.type.inColumn
        if let role = schema.roles.first(where: { $0.value == name })?.key, let known, type != known.type {
            throw Diagnostic(
                "type-mismatch", "'\(name)' plays the role \(role) and holds \(known.type.plural), so it cannot hold \(type.plural)", category: .syntax, at: compiled.expression.span,
                label: "this is a \(type.rawValue)", hint: "give the new column a name of its own")
        }
        return schema.adding(name, type).takingRole(named: name)
    }

    /// Puts the columns of a table beside the events that hold the same key. Columns that bear the name of a role that none plays, play it if their type fits.
    ///
    /// - Parameters:
    ///   - name: what the table is called, for the recipe.
    ///   - key: the column by which its rows are found, or its role.
    ///   - hidden: columns of the table that tell a label, and are never features.
    /// - Throws: `DataError` as `ExpressionSchema.joining`; a repeated key is found when the events are read.
    public func joining(_ other: Table, named name: String, by key: String, hiding hidden: Set<String> = []) throws(DataError) -> EventSource {
        let (schema, mine, theirs) = try Self.schema(schema, joining: other.schema(), by: key)
        return adding(.join(other, name: name, by: mine, theirs, roles: Self.roles(schema), hiding: hidden.subtracting([theirs])), schema: schema, roles: Self.roles(schema))
    }

    /// The columns of a log once a table is joined, and the key's names.
    ///
    /// - Throws: as `joining`.
    public static func schema(_ schema: ExpressionSchema, joining other: ExpressionSchema, by key: String) throws(DataError) -> (schema: ExpressionSchema, key: String, otherKey: String) {
        let (joined, mine, theirs) = try schema.joining(other, by: key)
        return (other.columns.reduce(joined) { $1.name == theirs ? $0 : $0.takingRole(named: $1.name) }, mine, theirs)
    }

    /// Numbers the sessions: a new one begins where a user did nothing for longer than the gap, and where the conditions of the rule say so.
    ///
    /// - Parameters:
    ///   - gap: seconds, above 0.
    ///   - start, end: conditions over an event, true of the first and of the last event of a session.
    /// - Throws: `DataError.badOption` for a gap of no length; a `Diagnostic` at the words that do not fit the columns.
    public func sessions(gap: Double, start: Expression? = nil, end: Expression? = nil) throws -> EventSource {
        let rule = try SessionRule(gap: gap, start: start, end: end, schema: schema)
        var roles = self.roles.filter { $0.value != EventLog.sessionColumn }
        roles[.session] = EventLog.sessionColumn
        return adding(.sessions(rule), schema: Self.schemaWithSessions(schema), roles: roles)
    }

    /// Gives each event, session or user a label for models to learn.
    ///
    /// - Throws: `DataError.nameTaken` where the label bears the name of a column.
    public func labelling(_ rule: LabelRule) throws(DataError) -> EventSource { adding(.label(rule), schema: try LabelRule.schema(schema, labelling: rule)) }

    /// The columns of a log once its sessions are numbered.
    public static func schemaWithSessions(_ schema: ExpressionSchema) -> ExpressionSchema {
        var roles = schema.roles.filter { $0.value != EventLog.sessionColumn }
        roles[Role.session.rawValue] = EventLog.sessionColumn
        return ExpressionSchema(columns: schema.columns.filter { $0.name != EventLog.sessionColumn } + [.init(EventLog.sessionColumn, .number)], roles: roles)
    }

    private static func roles(_ schema: ExpressionSchema) -> [Role: String] {
        Dictionary(uniqueKeysWithValues: schema.roles.compactMap { role, name in Role(rawValue: role).map { ($0, name) } })
    }

    // MARK: Reading

    /// The events after all steps; read once, then remembered.
    ///
    /// - Throws: `DataError`, `Diagnostic` or `Cancelled`; an empty result is `DataError.noRowsLeft`.
    public func collect(_ work: Work) throws -> EventLog {
        if let log = node.memo.withLock({ $0 }) { return log }
        let path = path
        var log: EventLog
        var next: Int
        if let known = path.lastIndex(where: { $0.memo.withLock { $0 != nil } }), let remembered = path[known].memo.withLock({ $0 }) {
            log = remembered
            next = known + 1
        } else if let simulation {
            let (made, done) = try simulation.collect(path.compactMap(\.step), work)
            (log, next) = (made, 1 + done)
        } else {
            (log, next) = try read(path, work)
        }
        while next < path.count {
            if let step = path[next].step {
                let before = log.count
                log = try step.run(on: log, work)
                if log.count == 0 { throw DataError.noRowsLeft("no events are left of \(NumberText.grouped(before)) after '\(step.text)'") }
            }
            next += 1
        }
        let made = log
        return node.memo.withLock { memo in
            // Somebody else may have been faster; both have the same.
            if let memo { return memo }
            memo = made
            return made
        }
    }

    /// Reads the files with the leading samples, selections and new names pushed down.
    ///
    /// - Returns: the log and the place of the first step that is still to do.
    private func read(_ path: [Node], _ work: Work) throws -> (EventLog, Int) {
        guard let detection, let userColumn = detection.roles[.user] else { throw DataError.noRowsLeft("there is no file to read") }
        var shares: [(seed: Int, share: Double)] = []
        var notes = detection.notes
        var plans = detection.plans
        var next = 1
        // What the columns of the file are called by the time.
        var names: [String: String] = [:]
        var renamedRoles: [Role: String]?
        steps: while next < path.count, let step = path[next].step {
            switch step.action {
            case .sample(let share, let seed):
                if let index = shares.firstIndex(where: { $0.seed == seed }) {
                    notes.append(EventLog.smallerShareNote(share, shares[index].share, seed))
                    shares[index].share = min(share, shares[index].share)
                } else {
                    shares.append((seed, share))
                }
            case .select(let columns): plans = plans.filter { columns.contains(names[$0.name] ?? $0.name) }
            case .rename(let new, let roles):
                for plan in plans { if let name = new[names[plan.name] ?? plan.name] { names[plan.name] = name } }
                renamedRoles = roles
            default: break steps
            }
            next += 1
        }
        let cache = EventCache(options.cache, files: files, detection: detection, plans: plans, draws: shares)
        var log: EventLog
        if let known = try cache?.log(detection, work) {
            log = known
        } else if next > 1, var whole = try EventCache(options.cache, files: files, detection: detection, plans: detection.plans, draws: [])?.log(detection, work) {
            // All of the file is at hand, so the steps are taken one by one.
            whole.report.notes += detection.notes
            return (whole, 1)
        } else {
            log = try read(plans, userColumn, shares, detection, work)
            if let failure = cache?.keep(log) { notes.append(failure) }
        }
        let seen = log.report.read
        if let renamedRoles { log = try log.renaming(names, roles: renamedRoles, work: work) }
        log.report.notes += notes
        for (seed, share) in shares {
            log.report.samples.append(
                SampleReport(share: share, seed: seed, users: Proportion(log.userCount, of: seen.usersSeen), events: Proportion(log.count, of: seen.rows - seen.badRows)))
        }
        return (log, next)
    }

    /// Reads some columns of the files, and sorts the events.
    private func read(
        _ plans: [ColumnPlan], _ userColumn: String, _ shares: [(seed: Int, share: Double)], _ detection: Detection, _ work: Work
    ) throws -> EventLog {
        let reader = DelimitedReader(
            paths: files.map(\.name), format: detection.format, plans: plans, badRows: options.badRows,
            sample: shares.isEmpty ? nil : (userColumn, shares.map { (UserDraw(seed: $0.seed, purpose: "sample"), $0.share) }), memory: options.memory)
        let (table, read) = try reader.read(work, goingOnFrom: pipe)
        if table.rowCount == 0 {
            let why = read.badRowReasons.first.map { ": of \(read.rows) rows \(read.badRows) are bad, most for '\($0.reason)'" } ?? ""
            throw DataError.noRowsLeft(shares.isEmpty || read.rows == read.badRows ? "no usable row is in '\(files.first?.name ?? "")'\(why)" : "the sample keeps none of the \(read.usersSeen) users")
        }
        var log = try EventLog(read: table, roles: detection.roles.filter { role in plans.contains { $0.name == role.value } }, read, work: work)
        if shares.isEmpty { log.report.read.usersSeen = log.userCount }
        log.report.read.usersKept = log.userCount
        return log
    }
}

/// What a file turned out to be.
public enum Loaded: Sendable {
    case events(EventSource)
    case table(Table, ReadReport, Detection)

    /// Looks at the head and the middle of the first file, and at the size of it.
    ///
    /// - Throws: `DataError` where the file cannot be used or an option does not fit it.
    public static func detect(_ paths: [String], _ options: LoadOptions) throws(DataError) -> (path: String, bytes: Int, detection: Detection) {
        guard let first = paths.first else { throw .badOption(name: "load", value: "", wanted: "the path of a file") }
        let (sample, options) = try options.sampled(first) { separator, hasHeader, columns, layout, user throws(DataError) in
            try FileSample(first, separator: separator, hasHeader: hasHeader, columns: columns, layout: layout, user: user, knownNames: Role.isKnown)
        }
        return (first, sample.bytes, try Detection(sample, options))
    }

    /// Looks at the head of a pipe, which is read on from the sample.
    static func detect(_ pipe: InputPipe, _ options: LoadOptions) throws(DataError) -> (sample: FileSample, detection: Detection) {
        let (sample, options) = try options.sampled(pipe.path) { separator, hasHeader, columns, layout, user throws(DataError) in
            try FileSample(pipe, separator: separator, hasHeader: hasHeader, columns: columns, layout: layout, user: user, knownNames: Role.isKnown)
        }
        return (sample, try Detection(sample, options))
    }

    /// Looks at the first file or the pipe, and reads it if it is a table; events are read later.
    ///
    /// - Parameter paths: at least one; all with the same columns.
    /// - Throws: `DataError` or `Cancelled`.
    public init(paths: [String], options: LoadOptions = LoadOptions(), work: Work) throws {
        if let path = paths.first(where: InputPipe.isPipe) {
            guard paths.count == 1 else { throw DataError.badOption(name: "load", value: path, wanted: "files, or one pipe alone") }
            do {
                try self.init(pipe: InputPipe(path) { work.cancellation.isCancelled }, options, work)
            } catch {
                // What a pipe says when waiting for it was ended is of no interest.
                try work.check()
                throw error
            }
            return
        }
        let (first, bytes, detection) = try Self.detect(paths, options)
        if detection.kind == .events {
            var files = [(name: first, bytes: bytes)]
            for path in paths.dropFirst() { files.append((path, try FileSample.bytes(path))) }
            self = .events(EventSource(files: files, detection: detection, options: options))
            return
        }
        self = try Self.table(paths, detection, options, work)
    }

    private init(pipe: InputPipe, _ options: LoadOptions, _ work: Work) throws {
        let (sample, detection) = try Self.detect(pipe, options)
        if detection.kind == .events {
            self = .events(EventSource(pipe: sample, detection: detection, options: options))
        } else {
            self = try Self.table([pipe.path], detection, options, work, goingOnFrom: sample)
        }
    }

    private static func table(_ paths: [String], _ detection: Detection, _ options: LoadOptions, _ work: Work, goingOnFrom sample: FileSample? = nil) throws -> Loaded {
        let (table, report) = try DelimitedReader(paths: paths, format: detection.format, plans: detection.plans, badRows: options.badRows, memory: options.memory).read(work, goingOnFrom: sample)
        if table.rowCount == 0 {
            let why = report.badRowReasons.first.map { ": of \(report.rows) rows \(report.badRows) are bad, most for '\($0.reason)'" } ?? ""
            throw DataError.noRowsLeft("no usable row is in '\(paths[0])'\(why)")
        }
        return .table(table, report, detection)
    }
}

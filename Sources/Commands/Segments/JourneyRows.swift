import Diagnostics
import Events
import Expressions
import Features
import Language
import Models
import Runtime
import Tables

/// The journeys of a log as a clustering reads them, and a table with a row for each.
struct JourneyRows: Sendable {
    static let of = Parameter<String?>.column("of", "the column whose words are the steps of a journey; the action, or where there is none the item, unless given")
    static let unit = Parameter<String>.named("per", default: FilterUnit.user.rawValue, "whose journeys: those of users or of sessions", oneOf: [FilterUnit.user, .session].map(\.rawValue))
    static let options = [of.description, unit.description]

    let journeys: Journeys
    let unit: FilterUnit
    /// How each begins and ends.
    let categories: CategoryColumns

    /// What the table tells of each journey.
    static let numbers = ["steps", "different"], texts = ["first", "last"]

    /// - Throws: a `Diagnostic` where a named column tells a label, is not there or has no words, or there are no sessions.
    static func read(_ events: EventsValue, _ call: Call) throws -> (rows: JourneyRows, notes: [Diagnostic]) {
        let named = try call[of]
        let (log, notes) = try events.visible(call, reading: [named].compactMap { $0 }, at: "of")
        return (try JourneyRows(log, column: named, per: FilterUnit(rawValue: try call[unit]) ?? .user, call), notes)
    }

    private init(_ log: EventLog, column: String?, per unit: FilterUnit, _ call: Call) throws {
        let work = call.context.work
        let journeys: Journeys
        do { journeys = try Journeys(of: log, column: column, per: unit, for: call.signature.verb, work: work) } catch let error as DataError {
            let span = switch error {
            case .missingRole: call.isGiven("per") ? call.span(of: Self.unit) : call.span
            case .noRowsLeft: call.span
            default: call.span(of: Self.of)
            }
            throw error.diagnostic.placed(at: span)
        }
        (self.journeys, self.unit) = (journeys, unit)
        let ends = try [0, 1].map { end in try work.map(rows: journeys.count) { journeys.level(at: end == 0 ? journeys.offsets[$0] : journeys.offsets[$0 + 1] - 1) } }
        categories = CategoryColumns(names: Self.texts, levels: [journeys.vocabulary, journeys.vocabulary], codes: ends, rows: journeys.count)
    }

    /// The same of other events, whatever they are given per.
    func replayed(on events: EventsValue, _ call: Call) throws -> (rows: JourneyRows, notes: [Diagnostic]) {
        let (log, notes) = try events.visible(call, reading: [journeys.column], at: "segments")
        guard log.column(named: journeys.column) != nil else { throw DataError.unknownColumn(journeys.column, known: log.knownNames).diagnostic.placed(at: call.span) }
        return (try JourneyRows(log, column: journeys.column, per: unit, call), notes)
    }

    /// Who, how many steps, how many different ones, the first and the last.
    ///
    /// - Throws: `Cancelled`.
    func table(_ work: Work) throws -> TableValue {
        var seen: Set<Int32> = []
        let different = try work.map(rows: journeys.count) { journey in
            seen.removeAll(keepingCapacity: true)
            for place in journeys.offsets[journey]..<journeys.offsets[journey + 1] { seen.insert(journeys.level(at: place)) }
            return Int64(seen.count)
        }
        let texts = try zip(Self.texts, categories.codes).map { name, codes in Column(name, text: try work.map(rows: codes.count) { journeys.vocabulary[Int(codes[$0])] }) }
        let name = unit.rawValue
        let who = [Column(name, text: journeys.names)] + (journeys.users.map { [Column("user", text: $0)] } ?? [])
        return TableValue(
            Table(who + [Column(Self.numbers[0], integers: try work.map(rows: journeys.count) { Int64(journeys.length($0)) }), Column(Self.numbers[1], integers: different)] + texts),
            title: "Journeys by \(name)", rowNoun: journeys.unit, identifier: name, featureColumns: Self.numbers, hidden: unit == .session ? ["user"] : [],
            units: [Self.numbers[0]: "events", Self.numbers[1]: journeys.column])
    }

    /// Holds what is named against what is known of the events before the statement runs.
    static func check(_ call: Call, _ input: Outline?) throws(Diagnostic) {
        guard let schema = input?.schema, !schema.isOpen else { return }
        if let named = try call[of] {
            guard let column = schema.column(named: named) else { throw DataError.unknownColumn(named, known: schema.names).diagnostic.placed(at: call.span(of: of)) }
            if column.type == .time { throw DataError.badOption(name: "of=", value: named, wanted: "a column of texts, truth values or whole numbers").diagnostic.placed(at: call.span(of: of)) }
        }
        if try call[unit] == FilterUnit.session.rawValue, schema.roles[Role.session.rawValue] == nil {
            throw DataError.missingRole("session", use: "\(call.signature.verb) per=session", hint: "sessions gap=30m makes them").diagnostic.placed(at: call.span(of: unit))
        }
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        try check(call, input)
        return SegmentsValue.outline(features: numbers, rowNoun: try call[unit] + "s")
    }

    /// The definitions of what clusterings of journeys print.
    static let terms: [Signature.Term] = [
        .init("steps, different", "events of a journey, and how many different words are among them; the mean over the segment"),
        .init("first, last", "the commonest first and last word of the segment, with its share"),
        .init("typical journey", "the one that differs least from the others of its segment by edit distance (of at most 200, drawn); a run of one word is written once, with its length"),
    ]
}

extension SegmentsValue {
    /// Segments that were found in journeys.
    init(method: String, sourceName: String, journeys: JourneyRows, found: Segmentation, seed: Int, work: Work) throws {
        self.init(method: method, sourceName: sourceName, table: try journeys.table(work), reading: .journeys(journeys), found: found, seed: seed)
    }
}

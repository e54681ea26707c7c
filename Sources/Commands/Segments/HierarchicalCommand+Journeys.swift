import Diagnostics
import Language
import Models
import Runtime

// 'hierarchical' of events: their journeys, by edit distance.

extension HierarchicalCommand {
    static let length = Parameter<Int>.named("length", default: EditDistances().length, in: 1...10_000, "of events: how many of the last steps of a journey count")

    static var options: [ParameterDescription] { ownOptions + JourneyRows.options + [length.description] }

    /// Options that say something of one of the two inputs alone.
    private static let ofEvents = ["of", "per", "length"], ofTables = ["inputs", "log", "scale", "missing"]

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        guard let input else { return try outlineOnRows(call, input) }
        let readsEvents = input.kinds == [.events]
        if readsEvents || input.kinds == [.table] { try refuse(readsEvents ? ofTables : ofEvents, of: readsEvents ? "tables" : "events", call) }
        guard readsEvents else { return try outlineOnRows(call, input) }
        try checkLinkage(call)
        return try JourneyRows.outline(call, on: input)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input, let events = input.value as? EventsValue else {
            try Self.refuse(Self.ofEvents, of: "events", call)
            return try runOnRows(call, input)
        }
        try Self.refuse(Self.ofTables, of: "tables", call)
        try Self.checkLinkage(call)
        let given = try Hierarchical.schema.estimator(for: call)
        var hierarchy = JourneyHierarchy()
        hierarchy.clusterCount = given.clusterCount
        if call.isGiven("linkage") { hierarchy.linkage = given.linkage }
        if call.isGiven("sample") { hierarchy.sampleCount = given.sampleRows }
        hierarchy.distances.length = try call[Self.length]
        hierarchy.seed = try call[ClusteringOptions.seed] ?? call.context.seed
        let (rows, notes) = try JourneyRows.read(events, call)
        let found: Segmentation
        do { found = try hierarchy.segmentation(of: rows.journeys, work: call.context.work) } catch let error as ClusteringError { throw error.diagnostic.placed(at: error.span(call)) }
        return Outcome(
            try SegmentsValue(method: Self.signature.verb, sourceName: input.name, journeys: rows, found: found, seed: hierarchy.seed, work: call.context.work), notes: notes)
    }

    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        guard input?.value is EventsValue else { return try planOnTables(call, on: input) }
        return try planOverEvents("compare journeys", call, input, remark: "of at most sample= users or sessions all pairs are compared, which grows with their square")
    }

    private static func refuse(_ options: [String], of kind: String, _ call: Call) throws(Diagnostic) {
        for option in options { try call.refuse([option], because: "'\(option)' says how \(kind) are read, and these are none", hint: "leave it out, or name the input by 'on'") }
    }

    private static func checkLinkage(_ call: Call) throws(Diagnostic) {
        guard let given = call.value(named: "linkage"), given.value == .word(Linkage.Method.ward.rawValue) else { return }
        throw Diagnostic(
            "wrong-value", "Ward's linkage is of means of numbers, and journeys have none", category: .syntax, at: given.span, label: "not for journeys", hint: "linkage=average, or complete")
    }
}

import Diagnostics
import Language
import Models
import Runtime

/// Groups users or sessions by how they go on from step to step.
struct ChainsCommand: Command {
    static let seed = ClusteringOptions.seed

    static let signature = Signature(
        "chains", group: .segments, summary: "Group users or sessions by their journeys: a mixture of Markov chains.",
        details: """
            A journey is what a user (or, with per=session, a session) did, one step after the other, in the order of the log: the words of one column, each event a step. A chain says
            which step comes first, which follows which, and after which a journey ends, so that length counts too unless ends=no. The mixture is found by expectation and maximisation; a
            journey belongs to the chain that most likely made it. No chance is ever 0, as 'prior' is added to the count of each transition that could be. A missing word is a step '(none)'.
            Compare k by BIC: the least is the best, and it weighs the fit against the number of parameters, which grows with the square of the number of words. Items by the thousand say
            little: take categories, or 'map' URLs to pages first.
            """,
        prints: [
            .init("BIC", "-2 log likelihood + parameters times the logarithm of the number of journeys; of several k the least is the best"),
            .init("one chain for everybody", "the BIC of k=1: where that is less, the journeys do not fall into groups that BIC can tell"),
            .init("log likelihood", "of all journeys in the mixture, without the part of the prior"),
            .init("parameters", "shares of the chains, and of each chain the chances of each first word, of each word after each, and of ending"),
            .init("belong with a chance of", "the mean over the journeys of the posterior chance of their own chain: near 1 the segments are apart"),
        ] + JourneyRows.terms + [
            .init("share %, everybody %, lift", "how often the segment makes a transition, of all of its own, beginning and ending among them; the same of everybody; the one over the other"),
        ],
        memory: "the different transitions of each different journey twice, and a chance for each chain and different journey",
        draws: "the journeys from which each start's chains are made",
        reads: [.events], gives: [.segments],
        examples: [
            Example("simulate shop users=100 days=10 seed=1 | chains k=2 restarts=2", prints: "BIC"),
            Example("simulate shop users=40 days=6 seed=1 | sessions | chains k=2 per=session of=action restarts=2", prints: "lift"),
        ]
    ) { options }

    private static let options = Chains.schema.options + JourneyRows.options + [seed.description]

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { try JourneyRows.outline(call, on: input) }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        var chains = try Chains.schema.estimator(for: call)
        chains.seed = try call[Self.seed] ?? call.context.seed
        let (rows, notes) = try JourneyRows.read(events, call)
        let found: Segmentation
        do { found = try chains.segmentation(of: rows.journeys, work: call.context.work) } catch let error as ClusteringError { throw error.diagnostic.placed(at: error.span(call)) }
        return Outcome(
            try SegmentsValue(method: Self.signature.verb, sourceName: input?.name ?? "", journeys: rows, found: found, seed: chains.seed, work: call.context.work), notes: notes)
    }

    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        try planOverEvents("find chains", call, input, remark: "iterations until they settle are taken to be as many as on some of the users")
    }
}

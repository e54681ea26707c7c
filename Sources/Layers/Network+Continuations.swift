import Algebra
import Runtime

/// What a decoder predicts of each sequence: the codes that come next, and how likely each is after those before it.
public struct Continuations: Sendable, Hashable {
    public let count: Int, steps: Int
    /// `[count, steps]` each, row after row in the set's own order.
    public let codes: [Int32], probabilities: [Float]

    /// The codes of a row.
    public subscript(row: Int) -> ArraySlice<Int32> { codes[row * steps..<(row + 1) * steps] }
}

extension Network {
    /// The continuation of each sequence by beam search; a beam of 1 takes the likeliest code at each step.
    ///
    /// The digits of a row follow from that row alone: any batch, any number of threads.
    ///
    /// - Precondition: the head is a decoder, the beam above 0, and the set without targets.
    /// - Complexity: O(count · steps · beam) passes of the units.
    public func continuations(_ set: SequenceSet, beam: Int = 1, work: Work = Work()) throws -> Continuations {
        guard case .decoder(let decoder) = configuration.head else { preconditionFailure("continuations are those of a decoder") }
        precondition(set.targets.isEmpty && beam > 0, "continuations are found without targets, by a beam above 0")
        let steps = decoder.steps, codes = Workspace<Int32>(parts: [set.count * steps]), chances = Workspace<Float>(parts: [set.count * steps])
        nonisolated(unsafe) let into = (codes: codes.next(), chances: chances.next())
        try NetworkScorer(weights, beam: beam).run(set, work) { tree, rows, head, _ in
            guard let search = (head as? DecoderShard)?.search(tree) else { return }
            for (place, row) in rows.enumerated() {
                search.write(Int(tree.endOfSequence[place]), codes: into.codes.baseAddress! + Int(row) * steps, chances: into.chances.baseAddress! + Int(row) * steps)
            }
        }
        return withExtendedLifetime((codes, chances)) { Continuations(count: set.count, steps: steps, codes: Array(into.codes), probabilities: Array(into.chances)) }
    }
}

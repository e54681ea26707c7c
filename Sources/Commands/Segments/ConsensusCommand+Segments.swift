import Diagnostics
import Language
import Models
import Runtime

// Consensus of segments.

extension ConsensusCommand {
    /// One set of segments of several.
    func segments(_ inputs: [Input], _ call: Call) throws -> Outcome {
        let span = call.span(of: Self.models), work = call.context.work
        if call.isGiven(Self.by.description.name) {
            throw Diagnostic("wrong-value", "'by' says how models make up one answer, and these are segments", category: .syntax, at: call.span(of: Self.by), label: "not of segments", hint: "leave it out")
        }
        if let twice = inputs.first(where: { one in inputs.count { $0.name == one.name } > 1 }) {
            throw Diagnostic("repeated-option", "'\(twice.name)' is named twice", category: .syntax, at: span, label: "once is enough", hint: "each once")
        }
        guard inputs.count > 1, let first = inputs[0].value as? SegmentsValue else { throw Self.single(call) }
        var clusterings: [[Int]] = [], numbers: [String] = [], names: [String] = []
        for input in inputs {
            let own = try input.segments(for: call)
            clusterings.append(try own.labels(ofRowsIn: first, inputs[0].name, input.name, at: span, work))
            numbers += own.columns.numbers.filter { !numbers.contains($0) && first.table.table.column(named: $0)?.numbers != nil }
            names += own.columns.categories.filter { !names.contains($0) && first.table.table.column(named: $0) != nil }
        }
        let consensus: CoAssociation
        do { consensus = try CoAssociation(clusterings, k: try call[Self.count], work: work) } catch let error as CoAssociationError {
            throw error.diagnostic.placed(at: call.isGiven("k") ? call.span(of: Self.count) : span)
        }
        var remarks = ["of \(inputs.map(\.name).joined(separator: ", ")), whose labels make \(NumberText.counted(consensus.tuples, "different combinations"))"]
        if let lifetime = consensus.lifetime { remarks.append("as many segments as last longest: lifetime \(NumberText.decimal(lifetime, 3)) of 1") }
        if consensus.linkedTuples < consensus.tuples { remarks.append("the \(NumberText.grouped(consensus.linkedTuples)) commonest combinations are linked, the others go to the segment that they share most with") }
        let found = Segmentation(
            model: ConsensusSegments(count: consensus.sizes.count), labels: consensus.labels, sizes: consensus.sizes, measures: [], remarks: remarks,
            tables: [Self.agreement(consensus, inputs.map(\.name))])
        let value = SegmentsValue(
            method: Self.signature.verb, sourceName: first.sourceName, table: first.table, reading: .segments(numbers: numbers, categories: try first.table.categories(of: names, work: work)), found: found,
            seed: call.context.seed)
        return Outcome(value, input: inputs[0])
    }

    /// Adjusted Rand, and normalised mutual information in brackets.
    private static func agreement(_ consensus: CoAssociation, _ names: [String]) -> ModelTable {
        func text(_ agreement: CoAssociation.Agreement?) -> ModelTable.Cell {
            .text(agreement.map { "\(NumberText.decimal($0.adjustedRand, 3)) (\(NumberText.decimal($0.mutualInformation, 3)))" } ?? "–")
        }
        let isWhole = (consensus.agreements.joined() + consensus.withConsensus).allSatisfy { $0 != nil }
        return ModelTable(
            "How far they agree", columns: ["agreement"] + names + ["consensus"],
            rows: names.indices.map { row in [.text(names[row])] + names.indices.map { row == $0 ? .text("1") : text(consensus.agreements[row][$0]) } + [text(consensus.withConsensus[row])] },
            notes: ["Adjusted Rand index (normalised mutual information)\(isWhole ? "" : "; – of segments too many to be held against each other")."])
    }
}

extension SegmentsValue {
    /// The segment of each row of other segments, by who it is about, else by its place; -1 where these do not have it.
    ///
    /// - Throws: `different-rows` where rows cannot be found, or none is.
    func labels(ofRowsIn other: SegmentsValue, _ otherName: String, _ name: String, at span: SourceSpan, _ work: Work) throws -> [Int] {
        guard let mine = try table.rowNames(work), let theirs = try other.table.rowNames(work) else {
            guard rows == other.rows else { throw Self.differentRows(otherName, name, at: span) }
            return found.labels
        }
        if mine == theirs { return found.labels }
        var places: [String: Int] = [:]
        for (row, who) in mine.enumerated() { places[who] = row }
        let labels = try work.map(rows: theirs.count) { places[theirs[$0]].map { found.labels[$0] } ?? -1 }
        guard theirs.contains(where: { places[$0] != nil }) else { throw Self.differentRows(otherName, name, at: span) }
        return labels
    }

    private static func differentRows(_ first: String, _ second: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("different-rows", "'\(first)' and '\(second)' are segments of different rows", category: .data, at: span, label: "cannot be put together", hint: "segments of the same users")
    }
}

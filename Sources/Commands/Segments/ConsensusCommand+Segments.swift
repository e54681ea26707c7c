import Diagnostics
import Language
import Models
import Runtime

// Consensus of segments.

extension ConsensusCommand {
    /// The segments of the session that are of the same rows as the newest, but for what is a consensus itself.
    static func alike(_ call: Call, _ newest: Input?) throws -> [Input] {
        guard let newest = newest?.value as? SegmentsValue else { return [] }
        let work = call.context.work, who = try newest.table.rowNames(work)
        return try call.context.all(of: [.segments]).filter { input in
            guard let segments = input.value as? SegmentsValue, segments.unit == newest.unit, segments.rows == newest.rows, segments.method != signature.verb else { return false }
            return try segments.table.rowNames(work) == who
        }
    }

    /// One set of segments of several.
    func segments(_ inputs: [Input], _ call: Call) throws -> Outcome {
        let span = call.span(of: Self.models), work = call.context.work
        guard inputs.count > 1, let first = inputs[0].value as? SegmentsValue else { throw Self.single(call) }
        var clusterings: [[Int]] = [], numbers: [String] = [], names: [String] = [], gaps: [String] = []
        for input in inputs {
            let own = try input.segments(for: call)
            let (labels, absent, others) = try own.labels(ofRowsIn: first, inputs[0].name, input.name, at: span, work)
            clusterings.append(labels)
            if absent > 0 { gaps.append("'\(input.name)' does not have \(NumberText.rate(absent, of: labels.count)) \(first.rowNoun) of '\(inputs[0].name)', which share no segment there") }
            if !others.isEmpty { gaps.append("\(NumberText.rate(others.count, of: own.rows)) \(own.rowNoun) of '\(input.name)' are not among those of '\(inputs[0].name)', and take no part") }
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
        remarks += gaps
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
    /// - Returns: the segments, how many of the other rows are not here, and the segments of the rows here that the others do not have.
    /// - Throws: `different-rows` where rows cannot be found, or none is.
    func labels(ofRowsIn other: SegmentsValue, _ otherName: String, _ name: String, at span: SourceSpan, _ work: Work) throws -> (labels: [Int], absent: Int, others: [Int]) {
        guard unit == other.unit else { throw Self.differentRows(otherName, name, at: span) }
        guard let mine = try table.rowNames(work), let theirs = try other.table.rowNames(work) else {
            guard rows == other.rows else { throw Self.differentRows(otherName, name, at: span) }
            return (found.labels, 0, [])
        }
        if mine == theirs { return (found.labels, 0, []) }
        var places: [String: Int] = [:]
        for (row, who) in mine.enumerated() { places[who] = row }
        var absent = 0
        let labels = try work.map(rows: theirs.count) { row -> Int in
            guard let place = places[theirs[row]] else {
                absent += 1
                return -1
            }
            return found.labels[place]
        }
        guard absent < theirs.count else { throw Self.differentRows(otherName, name, at: span) }
        let known = Set(theirs)
        return (labels, absent, mine.indices.filter { !known.contains(mine[$0]) }.map { found.labels[$0] })
    }

    private static func differentRows(_ first: String, _ second: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic("different-rows", "'\(first)' and '\(second)' are segments of different rows", category: .data, at: span, label: "cannot be put together", hint: "segments of the same users or rows")
    }
}

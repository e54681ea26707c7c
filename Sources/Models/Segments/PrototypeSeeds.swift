import Algebra
import Runtime

/// How the first prototypes are found.
public enum PrototypeStart: String, Sendable, Hashable, Codable, CaseIterable {
    /// Levels drawn by how common they are, numbers from a normal distribution of the column's mean and deviation; then the nearest row that is not one yet (Huang 1998).
    case huang
    /// The row of the commonest levels, then again and again the one whose density times distance to the nearest so far is greatest (Cao 2009); nothing is drawn.
    case cao
}

/// The first prototypes of a run, which are different rows.
struct PrototypeSeeds: Sendable {
    let rows: MixedRows
    /// The categories of `rows`.
    let categories: CategoryColumns
    /// All rows, where `rows` are those that differ; levels are drawn and counted here.
    let all: CategoryColumns
    /// Of each column of numbers.
    let means: [Double], deviations: [Double]

    /// - Throws: `ClusteringError.tooFewDistinctRows`, `Cancelled`.
    func huang(_ count: Int, from stream: inout RandomStream, work: Work) throws -> [Prototype] {
        var chosen: [Prototype] = []
        var distances = [Double](repeating: 0, count: rows.count), taken = [Bool](repeating: false, count: rows.count)
        for _ in 0..<count {
            let modes = rows.order.map { all.codes[$0][stream.below(all.rows)] }
            try measure(Prototype(means: zip(means, deviations).map { $0 + $1 * stream.normal() }, modes: modes), &distances, work)
            var best = -1
            for row in distances.indices where !taken[row] && (best < 0 || distances[row] < distances[best]) { best = row }
            guard best >= 0 else { throw ClusteringError.tooFewDistinctRows(needed: count, found: chosen.count) }
            let prototype = rows.prototype(at: best)
            chosen.append(prototype)
            // Rows that are equal to it are prototypes already.
            try measure(prototype, &distances, work)
            for row in distances.indices where distances[row] == 0 { taken[row] = true }
            taken[best] = true
        }
        return chosen
    }

    /// - Throws: as `huang`.
    func cao(_ count: Int, work: Work) throws -> [Prototype] {
        let densities = densities
        var farthest = densities.indices.reduce(0) { densities[$1] > densities[$0] ? $1 : $0 }
        var chosen = [rows.prototype(at: farthest)]
        var closest = [Double](repeating: .infinity, count: rows.count), distances = closest
        while chosen.count < count {
            try measure(rows.prototype(at: farthest), &distances, work)
            for row in distances.indices { closest[row] = min(closest[row], distances[row] * densities[row]) }
            farthest = closest.indices.reduce(0) { closest[$1] > closest[$0] ? $1 : $0 }
            guard closest[farthest] > 0 else { throw ClusteringError.tooFewDistinctRows(needed: count, found: chosen.count) }
            chosen.append(rows.prototype(at: farthest))
        }
        return chosen
    }

    /// Of each row the mean share of the rows that have its levels.
    private var densities: [Double] {
        var densities = [Double](repeating: 0, count: rows.count)
        for column in all.names.indices {
            var counts = [Int](repeating: 0, count: all.levels[column].count)
            for code in all.codes[column] where code >= 0 { counts[Int(code)] += 1 }
            for (row, code) in categories.codes[column].enumerated() where code >= 0 { densities[row] += Double(counts[Int(code)]) / Double(all.rows) / Double(all.names.count) }
        }
        return densities
    }

    private func measure(_ prototype: Prototype, _ distances: inout [Double], _ work: Work) throws {
        _ = try distances.withUnsafeMutableBufferPointer { try PrototypeDistances.nearest(rows, [prototype], distances: $0.baseAddress, work) }
    }
}

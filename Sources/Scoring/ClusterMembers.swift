/// Which rows each cluster holds. Rows of none, -1, are noise.
struct ClusterMembers {
    /// The rows of each cluster, rising.
    let members: [[Int]]
    let labels: [Int]
    /// Rows that some cluster holds.
    let held: Int

    var sizes: [Int] { members.map(\.count) }
    /// Clusters that hold rows.
    var found: Int { members.count { !$0.isEmpty } }

    /// - Parameter clusters: how many there are, empty ones included; one more than the largest label when not given.
    /// - Throws: `ScoringError.noRows`, `wrongCount`, `labelOutOfRange`; `clusterCount` unless 2 to (held rows − 1) clusters hold rows.
    init(_ labels: [Int], clusters: Int?, rows: Int) throws(ScoringError) {
        guard rows > 0 else { throw .noRows }
        guard labels.count == rows else { throw .wrongCount(of: "labels", expected: rows, found: labels.count) }
        let clusters = clusters ?? max(0, labels.max() ?? 0) + 1
        var members = [[Int]](repeating: [], count: clusters)
        for (row, label) in labels.enumerated() {
            guard label >= -1, label < clusters else { throw .labelOutOfRange(row: row, label: label, classes: clusters) }
            if label >= 0 { members[label].append(row) }
        }
        self.members = members
        self.labels = labels
        held = members.reduce(0) { $0 + $1.count }
        guard found >= 2, found < held else { throw .clusterCount(found: found, rows: held) }
    }
}

import Features

extension FeatureMatrix {
    /// - Throws: `ClusteringError.noRows`, `noColumns`, `notFinite`.
    func checkClusterable() throws(ClusteringError) {
        guard rows > 0 else { throw .noRows }
        guard !columns.isEmpty else { throw .noColumns }
        try checkFinite()
    }

    /// - Parameter known: the columns that the clusters were found by.
    /// - Throws: `ClusteringError.otherColumnNames`, `notFinite`.
    func checkAssignable(by known: [String]) throws(ClusteringError) {
        guard columns == known else { throw .otherColumnNames(expected: known, found: columns) }
        try checkFinite()
    }

    func checkFinite() throws(ClusteringError) {
        if let place = values.firstUnusable { throw .notFinite(column: columns[place.column], user: users[place.row]) }
    }
}

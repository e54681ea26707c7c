import Diagnostics
import Language
import Models
import Runtime
import Scoring

/// How well the rows of segments lie in them, and by which distances.
struct MeasuredSilhouette {
    let silhouette: Silhouette
    /// Of numbers alone.
    let spread: ClusterSpread?
    /// What distances are, where that is not the usual thing.
    let measure: String?
    /// Whether the segments were not found in the numbers of their rows, so that a figure must say what distances are.
    let isOwnMeasure: Bool
}

extension SegmentsValue {
    /// By the distances that the clustering goes by; where it goes by none, by Euclidean ones between the numbers of the rows.
    ///
    /// - Throws: `no-distances` where there are neither; `ScoringError.clusterCount` unless 2 to rows − 1 clusters hold rows; `FeatureError.tooLarge`; `Cancelled`.
    func silhouette(at span: SourceSpan, work: Work) throws -> MeasuredSilhouette {
        let labels = found.labels, clusters = sizes.count
        if case .journeys(let known) = reading, let tree = found.model as? JourneyHierarchy.Fitted {
            let distances = try tree.distances.distances(of: known.journeys.selecting(tree.rows, work: work), work: work)
            let silhouette = try Silhouette(condensed: distances.values, labels: tree.rows.map { labels[$0] }, clusters: clusters, work: work)
            let among = tree.rows.count < rows ? " between those in the tree" : ""
            return MeasuredSilhouette(silhouette: silhouette, spread: nil, measure: "Distances are edit distances\(among).", isOwnMeasure: true)
        }
        guard let read = try measuredRows(work) else { throw withoutDistances(at: span) }
        let (numbers, categories) = (read.rows.numbers, read.rows.categories)
        if case .mixed(let gamma) = found.model.dissimilarity, !read.isLearnt {
            let silhouette = try Silhouette(numbers: numbers.values, categories: categories.codes, gamma: gamma, labels: labels, clusters: clusters, work: work)
            let measure = numbers.columns.isEmpty
                ? "Distances count the categories in which two \(rowNoun) differ." : "Distances are squared Euclidean, and gamma \(NumberText.short(gamma)) for each category that differs."
            return MeasuredSilhouette(silhouette: silhouette, spread: nil, measure: measure, isOwnMeasure: false)
        }
        guard categories.names.isEmpty else { throw withoutDistances(at: span) }
        let silhouette = try Silhouette(of: numbers.values, labels: labels, clusters: clusters, seed: seed, work: work)
        let spread = try ClusterSpread(of: numbers.values, labels: labels, clusters: clusters, work: work)
        var measure: String?
        if read.isLearnt { measure = "Distances are Euclidean between the numbers of the \(rowNoun) (\(read.scaling?.summary ?? "")), a scale that '\(method)' did not find the segments by." } else if found.model.dissimilarity == nil {
            measure = "Distances are Euclidean on the scaled columns; '\(method)' itself goes by none."
        }
        return MeasuredSilhouette(silhouette: silhouette, spread: spread, measure: measure, isOwnMeasure: read.isLearnt)
    }

    private func withoutDistances(at span: SourceSpan) -> Diagnostic {
        let why = switch reading {
        case .journeys: "'\(method)' goes by the likelihood of journeys, and knows no distances between them"
        case .column, .segments: "the \(rowNoun) of '\(method)' have no numbers, between which distances could be measured"
        case .rows: "'\(method)' goes by no distances between \(rowNoun)"
        }
        return Diagnostic("no-distances", why, category: .data, at: span, hint: "'profile' says what sets them apart")
    }
}

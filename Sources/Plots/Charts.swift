/// The catalogue of charts: a chart is its file and one line here.
public enum Charts {
    public static let all: [any Chart.Type] = [
        ROCChart.self,
        PrecisionRecallChart.self,
        GainChart.self,
        LiftChart.self,
        CalibrationChart.self,
        ThresholdChart.self,
        LossChart.self,
        AccuracyChart.self,
        ConfusionChart.self,
        ImportanceChart.self,
        TreeChart.self,
        ElbowChart.self,
        SilhouetteChart.self,
        ClusterChart.self,
        DendrogramChart.self,
        ProfileChart.self,
        FlowChart.self,
        RFMChart.self,
        DailyChart.self,
        HourlyChart.self,
        HistogramChart.self,
        TopChart.self,
    ]

    /// The word and the sentence of a chart.
    public struct Kind: Sendable, Hashable {
        public let name: String, summary: String
    }

    public static let kinds: [Kind] = all.map { Kind(name: $0.kind, summary: $0.summary) }
}

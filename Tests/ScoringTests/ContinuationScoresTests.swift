import Scoring
import Testing

struct ContinuationScoresTests {
    @Test func `steps are counted where they are known, and all of them where all are`() {
        let scores = ContinuationScores(
            truth: [0, 1, 2, 0, 1, -1, 1, -1, -1, 0, 0, 0], predicted: [0, 1, 2, 0, 0, 2, 0, 1, 2, 0, 0, 1], trainingCounts: [[3, 3, 1], [2, 1, 0], [0, 0, 0]])
        // Of equally common labels the first is the baseline's, also where there are none.
        #expect(scores.commonest == [0, 0, 0])
        #expect(scores.steps.map(\.rows) == [4, 3, 2] && scores.steps.map(\.right) == [3, 2, 1] && scores.steps.map(\.baselineRight) == [3, 1, 1])
        #expect(scores.steps[1].accuracy == 2.0 / 3 && scores.steps[1].baseline == 1.0 / 3)
        #expect(scores.whole.rows == 2 && scores.whole.right == 1 && scores.whole.baselineRight == 1)
    }

    @Test func `without rows nothing is claimed`() {
        let scores = ContinuationScores(truth: [1, -1], predicted: [1, 1], trainingCounts: [[0, 2], [0, 1]])
        #expect(scores.commonest == [1, 1] && scores.whole.accuracy == nil && scores.steps[1].baseline == nil && scores.steps[0].accuracy == 1)
    }
}

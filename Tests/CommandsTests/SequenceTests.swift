import Foundation
import Language
import Runtime
import Testing

@testable import Commands

/// The data set that comes with the program has an order of actions to be found, and a shuffled copy has none.
struct SequenceTests {
    /// Events of the sample with the actions of each user in another order; how often each comes stays as it is.
    private static func shuffled(_ text: String, seed: UInt64) -> String {
        var lines = text.split(separator: "\n").map(String.init)
        let header = lines.removeFirst()
        var rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        var generator = Steps(state: seed)
        var users: [String: [Int]] = [:]
        for (index, row) in rows.enumerated() { users[row[0], default: []].append(index) }
        for user in users.keys.sorted() {
            let places = users[user] ?? []
            let actions = places.map { rows[$0][3] }.shuffled(using: &generator)
            for (place, action) in zip(places, actions) { rows[place][3] = action }
        }
        return ([header] + rows.map { $0.joined(separator: ",") }).joined(separator: "\n") + "\n"
    }

    private struct Steps: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
        }
    }

    /// Log loss of the model and of the base rates, on held-back rows.
    private static func losses(_ file: String, _ folder: String) throws -> (model: Double, base: Double) {
        let result = try #require(try Running.results("load \(file) | fit rnn seq=6 hidden=12 epochs=8 batch=64 seed=3 | evaluate", directory: folder).last)
        let scores = try #require((result.value as? ScoresValue)?.classification)
        return (scores.logLoss, scores.baseline.logLoss)
    }

    @Test func `a model finds the order in shop.csv and nothing in a shuffled copy`() throws {
        try Running.inFolder { folder in
            _ = try Running.results("load \(Running.root)/datasets/shop.csv | sample 8% | write to=real.csv", directory: folder)
            let text = try String(contentsOfFile: "\(folder)/real.csv", encoding: .utf8)
            try Data(Self.shuffled(text, seed: 7).utf8).write(to: URL(fileURLWithPath: "\(folder)/shuffled.csv"))
            let real = try Self.losses("real.csv", folder)
            let shuffled = try Self.losses("shuffled.csv", folder)
            #expect(real.model < 0.9 * real.base, "real: \(real)")
            #expect(shuffled.model > 0.98 * shuffled.base, "shuffled: \(shuffled)")
        }
    }
}

import ArgumentParser
import Foundation
import Runtime

/// Runs benchmark cases and prints a JSON line for each, as the scripts of `Benchmarks/peers` do.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cnb-bench", abstract: "Run benchmark cases: {\"case\", \"seconds\", \"samples\", \"loss\" | \"score\"}, a line each.",
        discussion: "Cases: \(Case.all.map(\.name).joined(separator: " ")).")

    @Argument(help: "Cases to run; all that need no files of their own unless named.") var cases: [String] = []
    @Option(help: "Threads to work on.") var threads = 2
    @Option(help: "Folder with the arrays and files that the peers' scripts wrote with --dump; labels and predictions are written beside them.") var data: String?
    @Option(help: "Epochs of the training cases; their seconds are the median of those after the first.") var epochs = 3
    @Option(help: "Seed of the training cases: of weights, batches and what is dropped.") var seed = 0

    func validate() throws {
        guard threads >= 1, epochs >= 1 else { throw ValidationError("--threads and --epochs are at least 1") }
        for name in cases where !Case.all.contains(where: { $0.name == name }) {
            throw ValidationError("no case is named '\(name)'; cases are \(Case.all.map(\.name).joined(separator: " "))")
        }
    }

    func run() throws {
        let chosen = cases.isEmpty ? Case.all.filter { data != nil || !$0.needsData } : Case.all.filter { cases.contains($0.name) }
        for one in chosen {
            let setting = Setting(work: Work(threads: threads), folder: data, epochs: epochs, seed: seed)
            let result = try one.run(setting)
            // Of what takes microseconds, tenths of those.
            let digits = result.seconds < 0.01 ? 1e7 : 1e4
            let line: JSON = .object(
                [.init("case", .string(one.name)), .init("seconds", .number((result.seconds * digits).rounded() / digits)), .init("samples", .integer(result.samples))]
                    + (result.loss.map { [.init("loss", .number(($0 * 1e4).rounded() / 1e4))] } ?? []) + (result.score.map { [.init("score", .number($0))] } ?? []))
            print(line.text)
        }
    }
}

/// What a case is run with.
struct Setting {
    let work: Work
    /// Where the peers' arrays lie, if they were given.
    let folder: String?
    let epochs: Int
    let seed: Int

    func path(_ name: String) throws -> String {
        guard let folder else { throw ValidationError("this case needs --data DIR") }
        return folder + "/" + name
    }

    /// The seconds that `body` takes.
    static func seconds<T>(_ body: () throws -> T) rethrows -> (T, Double) {
        let start = ContinuousClock.now
        let result = try body()
        return (result, (ContinuousClock.now - start) / .seconds(1))
    }
}

struct Measured {
    let seconds: Double
    let samples: Int
    var loss: Double?
    var score: Double?
}

/// A benchmark case: the name that the peers use, and the work.
struct Case: Sendable {
    let name: String
    /// Whether it cannot make its own input.
    var needsData = false
    let run: @Sendable (Setting) throws -> Measured

    static let all: [Case] = recurrent + decoder + segments + rows + boosted + events
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.count.isMultiple(of: 2) ? (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2 : sorted[sorted.count / 2]
}

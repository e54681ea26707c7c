import ArgumentParser
import Foundation

/// Options that every way of running takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many threads work at once; results do not depend on it.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("The seed of all that is random; 0 unless given.", valueName: "n"))
    var seed: Int?

    @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
    var color: ColourChoice = .auto

    @Flag(help: "Write one JSON object a line to standard output for each statement.")
    var json = false

    @Flag(help: "Write tables as tab-separated values without decoration.")
    var plain = false

    @Flag(name: .shortAndLong, help: "No progress, notes or greeting on standard error and at the prompt.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("'--threads' takes a whole number from 1 to 1024, not \(threads)") }
        if let seed, seed < 0 { throw ValidationError("'--seed' takes a whole number from 0, not \(seed)") }
        if json, plain { throw ValidationError("'--json' and '--plain' exclude each other") }
    }

    var settings: CommonSettings {
        CommonSettings(
            form: json ? .json : plain ? .plain : .text, colour: color, quiet: quiet, threads: threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount),
            seed: seed, environment: ProcessInfo.processInfo.environment)
    }
}

extension ColourChoice: ExpressibleByArgument {}

/// The common options as the rest of the program reads them.
struct CommonSettings: Sendable {
    var form = OutputForm.text
    var colour = ColourChoice.auto
    var quiet = false
    var threads = 1
    /// The seed given on the command line, if one was.
    var seed: Int?
    var environment: [String: String] = [:]
}

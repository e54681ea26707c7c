import ArgumentParser
import Foundation

/// Options that every way of running takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
    var color: ColourChoice = .auto

    @Flag(help: "Write one JSON object a line to standard output for each statement.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress, notes or greeting.")
    var quiet = false

    /// - Parameters:
    ///   - threads: all processors unless given.
    ///   - session: the options of a prompt or script.
    func settings(threads: ThreadOptions = ThreadOptions(threads: nil), session: SessionOptions? = nil) -> CommonSettings {
        CommonSettings(
            form: json ? .json : session?.plain == true ? .plain : .text, colour: color, quiet: quiet,
            threads: threads.threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount), seed: session?.seed,
            startup: session?.startupChoice ?? .none, environment: ProcessInfo.processInfo.environment)
    }
}

/// For whatever computes.
struct ThreadOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many threads work at once; results do not depend on it.", valueName: "n"))
    var threads: Int?

    init() {}
    init(threads: Int?) { self.threads = threads }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("'--threads' takes a whole number from 1 to 1024, not \(threads)") }
    }
}

/// For the prompt and scripts; a notebook names its own seed and writes a report.
struct SessionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The seed of all that is random; 0 unless given.", valueName: "n"))
    var seed: Int?

    @Flag(
        help: """
            Write tables only, for cut and awk: a line of titles, then exact values, between tabs; an empty line between tables; of a chart, the numbers behind it. What is said \
            besides goes to standard error.
            """)
    var plain = false

    @Option(name: .customLong("init"), help: ArgumentHelp("Run the statements of a file first; at the prompt it replaces your own .cnbrc.", valueName: "file"))
    var startup: String?

    @Flag(name: .customLong("no-init"), help: "Run no start-up file.")
    var hasNoStartup = false

    func validate() throws {
        if startup != nil, hasNoStartup { throw ValidationError("'--init' and '--no-init' exclude each other") }
        if let seed, seed < 0 { throw ValidationError("'--seed' takes a whole number from 0, not \(seed)") }
    }

    /// The first option that was given, if any was.
    var given: String? { seed != nil ? "--seed" : plain ? "--plain" : startup != nil ? "--init" : hasNoStartup ? "--no-init" : nil }

    var startupChoice: StartupFile.Choice { hasNoStartup ? .none : startup.map { .file($0) } ?? .usual }
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
    var startup = StartupFile.Choice.none
    var environment: [String: String] = [:]
}

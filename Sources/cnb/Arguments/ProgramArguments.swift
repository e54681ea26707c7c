import ArgumentParser
import Diagnostics

/// A form of calling the program.
protocol ProgramCommand: ParsableCommand {
    /// Does what was asked for and gives the exit code.
    func perform() -> Int32
}

/// `cnb`, `cnb -c 'script'` and `cnb -`.
struct ProgramArguments: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "cnb",
        abstract: "Analyses clickstreams: a prompt, scripts and notebooks.",
        usage: """
            cnb                        the prompt
            cnb -c 'load x.csv | rfm'  runs a script of one line or more
            cnb -                      runs a script from standard input
            cnb run F.cnb              runs a notebook and writes its report
            cnb check F.cnb...         finds mistakes without running
            cnb cache ls|gc|clear      shows or empties the cache of columns
            cnb help VERB              explains a verb
            cnb help --markdown        writes the manual; into a folder with --to DIR
            """,
        discussion: """
            The prompt first runs the statements of $XDG_CONFIG_HOME/cnb/.cnbrc, or ~/.config/cnb/.cnbrc, if there is one; scripts and notebooks do not.

            Exit codes: 0 done; \(Diagnostic.Category.allCases.map { "\($0.exitCode) \($0.meaning)" }.joined(separator: "; ")).
            """,
        version: "cnb \(Version.text)",
        subcommands: [RunArguments.self, CheckArguments.self, CacheArguments.self])

    @Option(name: .customShort("c"), parsing: .unconditional, help: ArgumentHelp("Run a script and leave.", valueName: "script"))
    var script: String?

    @Flag(name: .customLong("script-from-standard-input"), help: .hidden)
    var readsStandardInput = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var session: SessionOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if script != nil, readsStandardInput { throw ValidationError("'-c' and '-' exclude each other") }
        if common.json, session.plain { throw ValidationError("'--json' and '--plain' exclude each other") }
    }

    func perform() -> Int32 {
        let settings = common.settings(threads: threads, session: session)
        if let script { return ScriptRunner.run(script, name: "<command line>", settings: settings) }
        // Without a terminal on both sides there is nobody to prompt.
        guard !readsStandardInput, Terminal.isTerminal(0), Terminal.isTerminal(1) else { return ScriptRunner.runStandardInput(settings: settings) }
        if common.json { return Program.refuse(Failure.usage("'--json' goes with -c, -, run and check")) }
        return Prompt.run(settings: settings)
    }
}

/// `cnb run F.cnb`.
struct RunArguments: ProgramCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run a notebook and write its report.")

    @ParentCommand var parent: ProgramArguments

    @Argument(help: ArgumentHelp("The notebook.", valueName: "F.cnb"))
    var notebook: String

    @Option(help: ArgumentHelp("Where the HTML goes; beside the notebook unless given.", valueName: "F"))
    var html: String?

    @Option(help: ArgumentHelp("Write a PDF too; beside the notebook unless a file is given.", valueName: "F"))
    var pdf: String?

    @Option(name: .customShort("P"), help: ArgumentHelp("Set a parameter of the notebook; may be repeated.", valueName: "name=value"))
    var parameters: [NotebookParameter] = []

    @Option(help: ArgumentHelp("A YAML file of parameters; -P wins over it.", valueName: "F.yml"))
    var params: String?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var common: CommonOptions

    func validate() throws { try parent.expectNothing(besides: "run") }

    func perform() -> Int32 {
        runNotebook(
            RunRequest(
                notebook: notebook, html: html.map(RunRequest.Place.init(argument:)) ?? .besideNotebook,
                pdf: pdf.map(RunRequest.Place.init(argument:)), parameters: parameters, parametersFile: params, settings: common.settings(threads: threads)))
    }
}

/// `cnb check F.cnb...`.
struct CheckArguments: ProgramCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "Find every mistake that can be found without running.")

    @ParentCommand var parent: ProgramArguments

    @Argument(help: ArgumentHelp("The notebooks.", valueName: "F.cnb"))
    var notebooks: [String]

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try parent.expectNothing(besides: "check")
        if parent.threads.threads != nil { throw ValidationError("'--threads' does not go with 'cnb check'") }
    }

    func perform() -> Int32 { checkNotebooks(CheckRequest(notebooks: notebooks, settings: common.settings())) }
}

extension ProgramArguments {
    /// The program's own options may stand before a command, but only those that mean something to it.
    func expectNothing(besides command: String) throws {
        let given = script != nil ? "-c" : readsStandardInput ? "-" : session.given
        if let given { throw ValidationError("'\(given)' does not go with 'cnb \(command)'") }
    }
}

extension RunRequest.Place {
    fileprivate init(argument: String) { self = argument == ArgumentRewriting.noValue ? .besideNotebook : .file(argument) }
}

extension NotebookParameter: ExpressibleByArgument {
    init?(argument: String) { self.init(written: argument) }
}

import Diagnostics

/// Brings the command line into the form that the argument parser reads: options whose value may be left out get a stand-in,
/// a lone `-` becomes a flag, and what a later version will bring is refused by name.
struct ArgumentRewriting {
    static let commands = ["run", "check", "cache", "help"]
    static let standardInputFlag = "--script-from-standard-input"

    /// Stands for a value that was left out. No argument of a process can hold it.
    static let noValue = "\0"

    private static let laterCommands: Set = ["convert", "predict", "serve", "verify", "diff", "why", "watch", "connect", "kernel"]
    private static let laterOptions: Set = ["--grid", "--fresh", "--rehash"]
    private static let optionsWithValue: Set = ["-c", "--threads", "--seed", "--color", "-P", "--params", "--init", "--keep"]
    private static let optionsWithOptionalValue: Set = ["--html", "--pdf"]

    /// - Throws: a usage diagnostic for a command or option that is not built yet, or for a first word that is no command.
    static func rewritten(_ arguments: [String]) throws(Diagnostic) -> [String] {
        var result: [String] = []
        var command: String?
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            if argument == "--" {
                result += arguments[(index - 1)...]
                break
            }
            let name = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? argument
            if laterOptions.contains(name) { throw Failure.usage("'\(name)' is not in this version yet") }
            if optionsWithOptionalValue.contains(name), argument == name + "=" || (argument == name && index < arguments.count && arguments[index].isEmpty) {
                throw Failure.usage("the file of '\(name)' is empty", hint: "without a file, '\(name)' writes beside the notebook")
            }
            if optionsWithValue.contains(argument) {
                guard index < arguments.count else {
                    result.append(argument)
                    continue
                }
                // Joined, a value that begins with a dash is not taken for an option.
                result += arguments[index].hasPrefix("-") ? ["\(argument)=\(arguments[index])"] : [argument, arguments[index]]
                index += 1
            } else if optionsWithOptionalValue.contains(argument) {
                // The next word is the value unless it is an option or the notebook itself.
                let hasValue = index < arguments.count && !arguments[index].hasPrefix("-") && !arguments[index].hasSuffix(".cnb")
                result.append("\(argument)=\(hasValue ? arguments[index] : noValue)")
                if hasValue { index += 1 }
            } else if argument == "-", command == nil {
                result.append(standardInputFlag)
            } else {
                if !argument.hasPrefix("-"), command == nil {
                    try expectCommand(argument)
                    command = argument
                }
                result.append(argument)
            }
        }
        return result
    }

    /// Whether `--json` is among the options, and not the value of another or behind `--`.
    static func asksForJSON(_ arguments: [String]) -> Bool {
        var isValue = false
        for argument in arguments.prefix(while: { $0 != "--" }) {
            if argument == "--json", !isValue { return true }
            isValue = !isValue && optionsWithValue.contains(argument)
        }
        return false
    }

    private static func expectCommand(_ word: String) throws(Diagnostic) {
        if commands.contains(word) { return }
        if laterCommands.contains(word) { throw Failure.usage("'cnb \(word)' is not in this version yet") }
        if word.hasSuffix(".cnb") { throw Failure.usage("'\(word)' is no command of cnb", hint: "cnb run \(word)") }
        let near = nearest(to: word, in: commands).map { "did you mean 'cnb \($0)'?" }
        throw Failure.usage("'\(word)' is no command of cnb", hint: near ?? "cnb -c '\(word) ...' runs a statement; 'cnb --help' lists the commands")
    }
}

import ArgumentParser
import Diagnostics
import Runtime
import Store

/// `cnb cache ls|gc|clear`.
struct CacheArguments: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Show or empty the cache of columns.",
        discussion: """
            Columns that were read from large files are kept under $XDG_CACHE_HOME/cnb, or ~/.cache/cnb, until the files change; those not used for the longest time make room for
            others. ls lists them, the last used first; gc removes what can be of no use any more, and then the oldest until no more than --keep is left; clear removes all.
            """)

    enum Action: String, ExpressibleByArgument, CaseIterable { case ls, gc, clear }

    @ParentCommand var parent: ProgramArguments

    @Argument(help: ArgumentHelp("ls, gc or clear.", valueName: "action"))
    var action: Action

    @Option(help: ArgumentHelp("What gc leaves at most, such as 500MB; 16GB unless given.", valueName: "size"))
    var keep: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try parent.expectNothing(besides: "cache")
        if parent.threads.threads != nil { throw ValidationError("'--threads' does not go with 'cnb cache'") }
        if common.json { throw ValidationError("'--json' does not go with 'cnb cache'") }
        guard let keep else { return }
        if action != .gc { throw ValidationError("'--keep' goes with 'cnb cache gc'") }
        if Self.bytes(keep) == nil { throw ValidationError("'--keep' takes a size such as 500MB or 2GB, not '\(keep)'") }
    }

    /// A size as the language writes it: a whole number and B, kB, MB, GB or TB.
    private static func bytes(_ text: String) -> Int? {
        let units = ["TB": 1_000_000_000_000, "GB": 1_000_000_000, "MB": 1_000_000, "KB": 1000, "B": 1]
        guard let digits = Int(text.prefix { $0.isNumber }), let unit = units[text.drop { $0.isNumber }.uppercased()] else { return nil }
        let (size, overflows) = digits.multipliedReportingOverflow(by: unit)
        return overflows ? nil : size
    }

    func perform() -> Int32 {
        guard let cache = ContentCache.standard() else {
            return Program.refuse(Failure.usage("there is no folder for the cache", hint: "XDG_CACHE_HOME names one"))
        }
        switch action {
        case .ls:
            let entries = cache.entries
            for entry in entries { print("\(Self.padded(NumberText.bytes(entry.bytes)))  \(entry.subject)\(entry.isAlive ? "" : "  (of no use any more)")") }
            print("\(NumberText.counted(entries.count, "files")), \(NumberText.bytes(entries.reduce(0) { $0 + $1.bytes }))")
        case .gc: Self.say(cache.shrink(to: keep.flatMap(Self.bytes) ?? cache.limit, dead: true))
        case .clear: Self.say(cache.clear())
        }
        return 0
    }

    private static func padded(_ text: String) -> String { String(repeating: " ", count: max(0, 8 - text.count)) + text }

    private static func say(_ removed: (entries: Int, bytes: Int)) { print("\(NumberText.counted(removed.entries, "files")) removed, \(NumberText.bytes(removed.bytes))") }
}

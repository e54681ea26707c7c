import Diagnostics
import Events
import Foundation
import Language
import Runtime
import Store
import Tables

/// Reads files into a log of events, or into a table.
struct LoadCommand: Command {
    static let paths = Parameter<[String]>.paths("path", "files to read as one, or - for standard input: CSV, TSV, JSON lines, web server logs, sequences; plain or packed by gzip or zstd")
    static let schema = Parameter<String?>.optional("schema", "take the files for ones of a known kind, with its format, columns and roles", oneOf: FileSchema.allCases.map(\.rawValue))
    static let kind = Parameter<String?>.optional("kind", "take the rows as events of users, or as a plain table", oneOf: LoadOptions.Kind.allCases.map(\.rawValue))
    static let header = Parameter<Bool?>.optional("header", "whether the first line names the columns")
    static let separator = Parameter<String?>.optional("sep", "what separates fields", oneOf: DelimitedFormat.Separator.words)
    static let columns = Parameter<[String]?>.optional("columns", "names of the columns, for files without a header or in its place")
    static let timeFormat = Parameter<String?>.optional("time-format", "how times are written: epoch seconds, milliseconds, microseconds, ISO 8601, yyyyMMdd, or as in web server logs", oneOf: TimeFormat.words)
    static let types = Parameter<NamedValues<LoadOptions.ColumnType>?>.optional("types", "what columns hold, where it is not what is found")
    static let memory = Parameter<ByteCount?>.optional("memory", "what the rows may take in memory, also while they are sorted; the load ends with exit code 5 where they need more; no limit unless given")
    static let zone = Parameter<String?>.optional("zone", "whose clocks local times are of, and days, weekdays and hours are counted by: Asia/Shanghai, or \"+08:00\"; UTC unless given") { name in
        guard Zone(name) == nil else { return nil }
        return "time zone such as Asia/Shanghai or \"+08:00\"\(Zone.nearest(to: name).map { " (did you mean '\($0)'?)" } ?? "")"
    }
    static let badRows = Parameter<String>.named("bad-rows", default: "skip", "skip rows that cannot be used, counting and keeping them in a file, or stop", oneOf: ["skip", "stop"])
    static let roles: [(role: Role, parameter: Parameter<String?>)] = Role.allCases.map { ($0, .column($0.rawValue, "the column that plays the \($0.rawValue)")) }

    static let signature = Signature(
        "load", group: .data, summary: "Read events of users, or a plain table, from files.",
        details: """
            Looks at the head and the middle of the file to find the delimiter, the header, the time unit and the columns that play the roles user, item,
            category, action, time, session, url and value, and prints them as options that can be pasted back. What has a user and a time becomes
            events, anything else a table. Of JSON lines, one object a line, each key is a column, and what lies in objects inside has both keys in its name, `a.b`; lists
            stay text. Keys that the head of the file does not have are counted, and columns= reads them. A web server's log gives the columns of the combined
            format. schema= names kinds of files that are known: \(FileSchema.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: "; ")).
            Sequences have an order in the place of times. Text that is not UTF-8 but Latin-1 is read as that, and it is said. Files above 64 MB are read when first asked something, so that 'load | sample 5%' is one pass in bounded memory.
            Rows that cannot be used are counted, the first ones shown, and all of them kept with line number and reason in FILE.bad beside the data, or
            in the working directory where that cannot be written. Standard input (`-`) and pipes are read once: what the first statement that reads them leaves out, as 'sample' does, is gone. Columns of a file without header are c1, c2, ... unless columns= names them.
            """,
        prints: [
            .init("user=... item=...", "the columns that were found to play the roles, and how the file is written, as options that can be pasted back"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
            .init("rows cannot be used", "rows that do not fit the columns, of all rows read; the first are shown with what is wrong with them"),
        ],
        memory: "files up to 64 MB whole, in columns; of larger files nothing until something is asked of them, and then the rows that 'sample' and the columns that are wanted leave",
        writes: """
            FILE.bad beside the data, or in the working directory, with each row that cannot be used; none when all can. The columns of events from files above 8 MB go to the cache, so that \
            they are not read again while the files stay as they are: 'cnb cache ls' shows it
            """,
        gives: [.events, .table],
        examples: [
            Example("load datasets/shop.csv", prints: "user=user item=item category=category action=action time=time"),
            Example("load datasets/shop.csv user=user time=time item=category", prints: "events of"),
            Example("load datasets/shop_truth.csv kind=table", prints: "columns:"),
        ]
    ) {
        paths
        roles.map(\.parameter.description)
        schema
        kind
        header
        separator
        columns
        timeFormat
        types
        zone
        badRows
        memory
    }

    /// Larger files and pipes are read when they are first asked something.
    static let eagerBytes = 64_000_000

    /// What a statement asks to be read.
    struct Request {
        /// The files as they were written, patterns replaced, and as they are opened.
        let shown: [String], paths: [String]
        let options: LoadOptions

        init(_ call: Call) throws(Diagnostic) {
            shown = try LoadCommand.expanded(try call[LoadCommand.paths], call)
            paths = shown.map { $0 == "-" ? $0 : call.context.path($0) }
            var options = LoadOptions()
            options.schema = try call[LoadCommand.schema].flatMap(FileSchema.init)
            options.kind = try call[LoadCommand.kind].flatMap(LoadOptions.Kind.init)
            options.hasHeader = try call[LoadCommand.header]
            options.separator = try call[LoadCommand.separator].flatMap(DelimitedFormat.Separator.init(word:))
            options.columns = try call[LoadCommand.columns]
            options.timeFormat = try call[LoadCommand.timeFormat].flatMap(TimeFormat.init(word:))
            options.zone = try call[LoadCommand.zone].flatMap(Zone.init)
            for (column, type) in try call[LoadCommand.types]?.entries ?? [] { options.types[column] = type }
            options.badRows = BadRowPolicy(stops: try call[LoadCommand.badRows] == "stop", file: LoadCommand.badRowsFile(beside: paths[0]))
            options.memory = try call[LoadCommand.memory]?.bytes
            options.cache = ContentCache.standard()
            for (role, parameter) in LoadCommand.roles { options.roles[role] = try call[parameter] }
            self.options = options
        }
    }

    /// Looks into the head of the files: whether they are there, and what kinds of columns they hold.
    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        // A file that a statement before this one is going to write cannot be looked into yet.
        guard call.context.comingFiles.isDisjoint(with: try call[paths]) else { return Outline(signature.gives, maker: signature.verb) }
        let request = try Request(call)
        // What can be read only once is not looked into twice.
        guard !request.paths.contains(where: InputPipe.isPipe) else { return Outline(signature.gives, maker: signature.verb) }
        do throws(DataError) {
            let (_, _, detection) = try Loaded.detect(request.paths, request.options)
            for path in request.paths.dropFirst() { _ = try FileSample.bytes(path) }
            guard detection.kind == .events else { return TableValue.outline(detection.schema) }
            return EventsValue.outline(detection.schema, texts: detection.roles[.action].map { [$0: detection.actions] } ?? [:])
        } catch { throw placed(error, request.shown, request.paths, call) }
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let work = call.context.work
        let request = try Request(call)
        let (shown, paths, options) = (request.shown, request.paths, request.options)
        let names = shown.joined(separator: ", ")
        do {
            switch try Loaded(paths: paths, options: options, work: work) {
            case .events(let source):
                let value = EventsValue(source)
                let format = source.detection?.format.layout == .jsonLines ? ", JSON lines" : ""
                let log = try source.holds(atMost: Self.eagerBytes) ? value.log(work) : nil
                if let log { try Self.checkMostRowsFit(log.report.read, names, call) }
                // How much a pipe holds is known once it was read.
                let bytes = log?.report.read.files.reduce(0) { $0 + $1.bytes } ?? source.files.reduce(0) { $0 + $1.bytes }
                let size = bytes == 0 ? "more than \(NumberText.bytes(Self.eagerBytes))" : NumberText.bytes(bytes)
                let line = source.detection.map { "\(names) (\(size)\(format)): \($0.line)" } ?? names
                let lines = try log.map { try EventsValue.lines($0, work) } ?? ["read when it is first asked something"]
                return Outcome(value, blocks: [.text(([line] + lines).joined(separator: "\n"))])
            case .table(let table, let read, let detection):
                try Self.checkMostRowsFit(read, names, call)
                // A user who has several rows names none of them, and describes none.
                let user = options.roles[.user].flatMap { table.column(named: $0) }, isNaming = try user?.differsInEachRow(check: work.check) == true
                let value = TableValue(
                    table, title: shown.joined(separator: ", "), identifier: isNaming ? user?.name : nil,
                    hidden: isNaming ? [] : [user?.name].compactMap { $0 }, notes: [],
                    files: read.files.map { .init(name: URL(fileURLWithPath: $0.path).lastPathComponent, rows: read.rows, digest: "\($0.digest)") })
                let format = detection.format.layout == .jsonLines ? ", JSON lines" : ""
                let line = "\(names) (\(NumberText.bytes(read.files.reduce(0) { $0 + $1.bytes }))\(format)): \(detection.line)"
                var notes = Self.notes(read) + EventsValue.notes(detection.notes)
                if options.kind == nil, options.schema == nil {
                    notes.append(
                        Diagnostic(
                            "note", "no columns of a user and a time were found, so this is a plain table", severity: .note,
                            hint: "'load \(names) user=COLUMN time=COLUMN' reads events, 'kind=table' says that a table is meant"))
                }
                return Outcome(value, blocks: [.text(line + "\n" + value.summary)], notes: notes)
            }
        } catch let error as DataError {
            throw Self.placed(error, shown, paths, call)
        }
    }

    /// The error at the option or path that it is about, with paths as they were written.
    static func placed(_ error: DataError, _ shown: [String], _ paths: [String], _ call: Call) -> Diagnostic {
        var diagnostic = error.diagnostic
        for (path, name) in zip(paths, shown) where path != name { diagnostic.message = diagnostic.message.replacing("'\(path)'", with: "'\(name)'") }
        diagnostic.message = diagnostic.message.replacing("'-'", with: "standard input")
        switch error {
        case .unknownColumn(let name, _) where call.isGiven("types") && !roles.contains { call.isGiven($0.parameter.description.name) && call.span(of: $0.parameter).text == name }:
            return diagnostic.placed(at: call.span(of: types))
        case .unfitSchema: return diagnostic.placed(at: call.span(of: schema))
        case .unknownColumn(let name, _), .twoRoles(let name, _, _):
            let span = roles.map { call.span(of: $0.parameter) }.last { $0.text == name || $0.text == "`\(name)`" }
            return diagnostic.placed(at: span ?? call.span)
        case .badOption(let name, _, _) where call.isGiven(name.replacing("=", with: "")): return diagnostic.placed(at: call.span(named: name.replacing("=", with: "")))
        case .file(let error):
            if case .missing = error.reason, let near = Self.neighbour(of: error.path, call) { diagnostic.hint = "did you mean '\(near)'?" }
            return diagnostic.placed(at: call.span(of: Self.paths))
        case .badRow: return diagnostic
        case .overBudget where call.isGiven("memory"): return diagnostic.placed(at: call.span(of: memory))
        case .missingRole: return diagnostic.placed(at: call.isGiven("kind") ? call.span(of: kind) : call.span)
        default: return diagnostic.placed(at: call.span(of: Self.paths))
        }
    }

    /// The paths with `~/` and patterns such as `day-*.csv` replaced, the files of a pattern in the order of their names.
    private static func expanded(_ paths: [String], _ call: Call) throws(Diagnostic) -> [String] {
        var result: [String] = []
        for path in paths {
            if path == "-" {
                guard !call.context.isInputTaken else {
                    throw Diagnostic(
                        "standard-input", "standard input holds the statements, so it cannot hold data", category: .data, at: call.span(of: Self.paths), label: "holds statements",
                        hint: "... | cnb -c 'load - | ...' reads data from standard input")
                }
                result.append(path)
                continue
            }
            let full = path.hasPrefix("~/") ? NSHomeDirectory() + path.dropFirst() : path
            let isPattern = full.contains { "*?[".contains($0) } && !FileManager.default.fileExists(atPath: call.context.path(full))
            guard isPattern else {
                result.append(full)
                continue
            }
            let found = matches(of: full, call)
            guard !found.isEmpty else {
                throw Diagnostic(
                    "missing-file", "no file matches '\(path)'", category: .data, at: call.span(of: Self.paths), label: "matches nothing",
                    hint: "paths are relative to the notebook's folder, or to the working directory")
            }
            result += found
        }
        return result
    }

    /// The files that a pattern of the shell matches, as the pattern writes their folder.
    private static func matches(of pattern: String, _ call: Call) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(call.context.path(pattern), 0, nil, &found) == 0 else { return [] }
        let prefix = call.context.path(pattern).count - pattern.count
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(String(cString: $0).dropFirst(prefix)) } }.sorted()
    }

    /// The file of the same folder whose name is most like that of a file that is missing.
    private static func neighbour(of path: String, _ call: Call) -> String? {
        let url = URL(fileURLWithPath: path)
        // A folder that cannot be listed has no neighbours to offer.
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path) else { return nil }
        return nearest(to: url.lastPathComponent, in: names.sorted())
    }

    /// A file most of whose rows do not fit was misread: better no numbers than those of an accidental rest.
    ///
    /// - Throws: `unfit-rows`, unless bad-rows= says that the rest is wanted.
    private static func checkMostRowsFit(_ read: ReadReport, _ names: String, _ call: Call) throws(Diagnostic) {
        guard read.badRows * 2 > read.rows, !call.isGiven("bad-rows") else { return }
        let reasons = read.badRowReasons.prefix(3).map { "\($0.reason): \(NumberText.grouped($0.count))" }
        throw Diagnostic(
            "unfit-rows", "\(NumberText.rate(read.badRows, of: read.rows)) rows of \(names) do not fit the columns that were found", category: .data, at: call.span(of: paths),
            label: "probably misread", notes: reasons, hint: "sep=, header= and columns= say how the file is written; bad-rows=skip takes the rows that fit")
    }

    /// Beside the data if that folder can be written, else in the working directory.
    private static func badRowsFile(beside path: String) -> String {
        let url = URL(fileURLWithPath: path)
        let isWritable = FileManager.default.isWritableFile(atPath: url.deletingLastPathComponent().path)
        if path == "-" { return "standard-input.bad" }
        return isWritable ? path + ".bad" : url.lastPathComponent + ".bad"
    }

    /// What a person should know once events were read: rows that were left out, and what is odd about the others.
    static func notes(_ report: EventReport) -> [Diagnostic] { notes(report.read) + EventsValue.notes(report.notes) + oddities(report) }

    /// What a person should know of the rows that were left out.
    private static func notes(_ read: ReadReport) -> [Diagnostic] {
        var unknown: [Diagnostic] = []
        if !read.unknownKeys.isEmpty {
            let keys = read.unknownKeys.prefix(5).map { "\($0.key): \(NumberText.counted($0.count, "rows"))" }.joined(separator: "; ")
            let more = read.unknownKeys.count > 5 ? "; and \(read.unknownKeys.count - 5) more" : ""
            unknown.append(
                Diagnostic(
                    "unknown-keys", "\(NumberText.counted(read.unknownKeys.count, "keys")) of the file \(read.unknownKeys.count == 1 ? "is" : "are") not read (\(keys)\(more))",
                    category: .data, severity: .warning, hint: "columns=[...] names the keys that are read"))
        }
        guard read.badRows > 0 else { return unknown }
        let reasons = read.badRowReasons.map { "\($0.reason): \(NumberText.grouped($0.count))" }.joined(separator: "; ")
        var summary = Diagnostic("bad-rows", "\(NumberText.rate(read.badRows, of: read.rows)) rows cannot be used and are left out (\(reasons))", category: .data, severity: .warning)
        if let file = read.badRowsFile { summary.notes = ["all of them, with line numbers, are in \(URL(fileURLWithPath: file).lastPathComponent)"] }
        return unknown + [summary] + read.firstBadRows.map { $0.diagnostic(severity: .warning) }
    }

    private static func oddities(_ report: EventReport) -> [Diagnostic] {
        var lines: [String] = []
        if report.outOfOrder > 0 { lines.append("\(NumberText.rate(report.outOfOrder, of: report.events)) events came before an earlier one of their user and were sorted by time") }
        if report.tiedTimes > 0 { lines.append("\(NumberText.rate(report.tiedTimes, of: report.events)) events share their time with the one before, of the same user; they keep the order of the file") }
        if report.exactDuplicates > 0 { lines.append("\(NumberText.rate(report.exactDuplicates, of: report.events)) rows repeat an earlier one in every column; 'clean' drops them") }
        return EventsValue.notes(lines)
    }
}

extension LoadOptions.ColumnType: WordValue {}

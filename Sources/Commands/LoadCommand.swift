import Diagnostics
import Events
import Foundation
import Language
import Runtime
import Tables

/// Reads files into a log of events, or into a table.
struct LoadCommand: Command {
    static let paths = Parameter<[String]>.paths("path", "files to read as one: CSV, TSV and other delimited text, plain or packed by gzip or zstd")
    static let kind = Parameter<String?>.optional("kind", "take the rows as events of users, or as a plain table", oneOf: LoadOptions.Kind.allCases.map(\.rawValue))
    static let header = Parameter<Bool?>.optional("header", "whether the first line names the columns")
    static let separator = Parameter<String?>.optional("sep", "what separates fields", oneOf: DelimitedFormat.Separator.words)
    static let columns = Parameter<[String]?>.optional("columns", "names of the columns, for files without a header or in its place")
    static let timeFormat = Parameter<String?>.optional("time-format", "how times are written: epoch seconds, milliseconds, microseconds, ISO 8601, or yyyyMMdd", oneOf: TimeFormat.words)
    static let badRows = Parameter<String>.named("bad-rows", default: "skip", "skip rows that cannot be used, counting and keeping them in a file, or stop", oneOf: ["skip", "stop"])
    static let roles: [(role: Role, parameter: Parameter<String?>)] = Role.allCases.map { ($0, .column($0.rawValue, "the column that plays the \($0.rawValue)")) }

    static let signature = Signature(
        "load", group: .data, summary: "Read events of users, or a plain table, from files.",
        details: """
            Looks at the head and the middle of the file to find the delimiter, the header, the time unit and the columns that play the roles user, item,
            category, action, time, session, url and value, and prints them as options that can be pasted back. What has a user and a time becomes
            events, anything else a table. Files above 64 MB are read when first asked something, so that 'load | sample 5%' is one pass in bounded memory.
            Rows that cannot be used are counted, the first ones shown, and all of them kept with line number and reason in FILE.bad beside the data, or
            in the working directory where that cannot be written. Columns of a file without header are c1, c2, ... unless columns= names them.
            """,
        gives: [.events, .table],
        examples: [Example("load datasets/shop.csv", prints: "user=user item=item category=category action=action time=time")]
    ) {
        paths
        roles.map(\.parameter.description)
        kind
        header
        separator
        columns
        timeFormat
        badRows
    }

    /// Larger files are read when they are first asked something.
    private static let eagerBytes = 64_000_000

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let work = call.context.work
        let shown = try call[Self.paths]
        let paths = shown.map(call.context.path)
        var options = LoadOptions()
        options.kind = try call[Self.kind].flatMap(LoadOptions.Kind.init)
        options.hasHeader = try call[Self.header]
        options.separator = try call[Self.separator].flatMap(DelimitedFormat.Separator.init(word:))
        options.columns = try call[Self.columns]
        options.timeFormat = try call[Self.timeFormat].flatMap(TimeFormat.init(word:))
        options.badRows = BadRowPolicy(stops: try call[Self.badRows] == "stop", file: Self.badRowsFile(beside: paths[0]))
        for (role, parameter) in Self.roles { options.roles[role] = try call[parameter] }
        do {
            switch try Loaded(paths: paths, options: options, work: work) {
            case .events(let source):
                let value = EventsValue(source, threads: work.workers.threads)
                let bytes = source.files.reduce(0) { $0 + $1.bytes }
                let names = shown.joined(separator: ", ")
                var lines = [source.detection.map { "\(names) (\(NumberText.bytes(bytes))): \($0.line)" } ?? names]
                guard bytes <= Self.eagerBytes else {
                    return Outcome(value, blocks: [.text((lines + ["read when it is first asked something"]).joined(separator: "\n"))])
                }
                let log = try value.log(work)
                lines += EventsValue.lines(log)
                return Outcome(value, blocks: [.text(lines.joined(separator: "\n"))], notes: Self.notes(log.report.read) + EventsValue.notes(log.report.notes) + Self.notes(log.report))
            case .table(let table, let read, let detection):
                let value = TableValue(
                    table, title: shown.joined(separator: ", "), notes: [],
                    files: read.files.map { .init(name: URL(fileURLWithPath: $0.path).lastPathComponent, rows: read.rows, digest: "\($0.digest)") })
                let line = "\(shown.joined(separator: ", ")) (\(NumberText.bytes(read.files.reduce(0) { $0 + $1.bytes }))): \(detection.line)"
                return Outcome(value, blocks: [.text(line + "\n" + value.summary)], notes: Self.notes(read))
            }
        } catch let error as DataError {
            throw Self.placed(error, shown, paths, call)
        }
    }

    /// The error at the option or path that it is about, with paths as they were written.
    private static func placed(_ error: DataError, _ shown: [String], _ paths: [String], _ call: Call) -> Diagnostic {
        var diagnostic = error.diagnostic
        for (path, name) in zip(paths, shown) where path != name { diagnostic.message = diagnostic.message.replacing("'\(path)'", with: "'\(name)'") }
        switch error {
        case .unknownColumn(let name, _, _), .twoRoles(let name, _, _):
            let span = roles.map { call.span(of: $0.parameter) }.first { $0.text == name || $0.text == "`\(name)`" }
            return diagnostic.placed(at: span ?? call.span)
        case .badRow: return diagnostic
        case .missingRole: return diagnostic.placed(at: call.isGiven("kind") ? call.span(of: kind) : call.span)
        default: return diagnostic.placed(at: call.span(of: Self.paths))
        }
    }

    /// Beside the data if that folder can be written, else in the working directory.
    private static func badRowsFile(beside path: String) -> String {
        let url = URL(fileURLWithPath: path)
        let isWritable = FileManager.default.isWritableFile(atPath: url.deletingLastPathComponent().path)
        return isWritable ? path + ".bad" : url.lastPathComponent + ".bad"
    }

    /// What a person should know of the rows that were left out.
    private static func notes(_ read: ReadReport) -> [Diagnostic] {
        guard read.badRows > 0 else { return [] }
        let reasons = read.badRowReasons.map { "\($0.reason): \(NumberText.grouped($0.count))" }.joined(separator: "; ")
        var summary = Diagnostic("bad-rows", "\(NumberText.rate(read.badRows, of: read.rows)) rows cannot be used and are left out (\(reasons))", category: .data, severity: .warning)
        if let file = read.badRowsFile { summary.notes = ["all of them, with line numbers, are in \(URL(fileURLWithPath: file).lastPathComponent)"] }
        return [summary] + read.firstBadRows.map { $0.diagnostic(severity: .warning) }
    }

    private static func notes(_ report: EventReport) -> [Diagnostic] {
        var lines: [String] = []
        if report.outOfOrder > 0 { lines.append("\(NumberText.rate(report.outOfOrder, of: report.events)) events came before an earlier one of their user and were sorted by time") }
        if report.tiedTimes > 0 { lines.append("\(NumberText.rate(report.tiedTimes, of: report.events)) events share their time with the one before, of the same user; they keep the order of the file") }
        if report.exactDuplicates > 0 { lines.append("\(NumberText.rate(report.exactDuplicates, of: report.events)) rows repeat an earlier one in every column; 'clean' drops them") }
        return EventsValue.notes(lines)
    }
}

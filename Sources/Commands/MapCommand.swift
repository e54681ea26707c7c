import Diagnostics
import Events
import Expressions
import Foundation
import Language
import Runtime
import Tables

/// Gives URLs categories by rules.
struct MapCommand: Command {
    static let column = Parameter<String>.requiredColumn("column", "the column of URLs, or its role, url")
    static let rules = Parameter<String>.requiredPath("rules", "a file of rules, or auto to have some proposed", place: .slot, or: [automatic])

    private static let automatic = "auto"
    /// Comments stand below each other behind rules that are no longer than this.
    private static let widestRule = 40

    static let signature = Signature(
        "map", group: .data, summary: "Give URLs categories, by a file of rules or by rules that are proposed.",
        details: """
            A rule is a line '/p/{id} -> product'; the first rule that fits a URL gives its category. {id} or {} stands for one sign or more within a segment, a host or a value; * as the
            last segment for any number of segments. 'shop.com/cart -> cart' asks for the host too, '/search?q={} -> search' for a parameter of the query, '?p=2 -> second' for one on
            any path; further parameters do not matter, nor do the scheme, the port, what follows #, and slashes more or less. Hosts are compared in lower case, paths as they
            are written, values of parameters decoded. A URL that does not begin with a host, such as cart, is the path /cart. '#' at the start of a word begins a comment.
            The categories are a column 'page' beside the URLs that play the role url, for another column NAME_page; a URL that no rule fits has none.

            auto proposes rules, level by level of the paths: whole numbers, dates, long hexadecimal texts and what ends in a number of three digits or more are ids; where a level
            then has more than 20 different texts, those with less than 2 % of its events are ids too. A parameter of the query is part of the rule where it stands in 2 % of the
            path's events or more, not always with the same value, and takes at most 10 values, none of them an id: '/index?page=cart -> index/cart'; at most two parameters of a path.
            Those of campaigns, such as utm_source, and all others do not matter. The rules are printed as a file of rules, for you to save and to give better names. A model
            does the same to the events that it scores, by the rules that were proposed here.
            """,
        prints: [
            .init("mapped", "events with a category of those with a URL, and different URLs of all"),
            .init("events, share", "events whose URL a rule is the first to fit, of those with a URL"),
            .init("URLs", "different URLs that a rule is the first to fit"),
            .init("unmapped", "URLs that no rule fits, the commonest first, with their events"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "the category of each event, 4 bytes; each different URL is looked at once",
        reads: [.events], gives: [.events],
        examples: [
            Example("load datasets/pages.csv | map url auto", prints: "mapped: "),
            Example("load datasets/pages.csv | map url datasets/pages.rules | top page", prints: "product"),
        ]
    ) {
        column
        rules
    }

    /// The rules of a file.
    private static func rules(_ path: String, _ call: Call) throws(Diagnostic) -> AddressRules {
        let full = call.context.path(path.hasPrefix("~/") ? NSHomeDirectory() + path.dropFirst() : path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue else {
            let (code, what) = isFolder.boolValue ? ("directory", "'\(path)' is a directory") : ("missing-file", "no file is named '\(path)'")
            throw Diagnostic(code, what, category: .data, at: call.span(of: rules), label: "no file of rules", hint: "'map url auto' proposes rules")
        }
        let text: String
        do { text = try String(contentsOf: URL(fileURLWithPath: full), encoding: .utf8) } catch {
            throw Diagnostic("unreadable-file", "'\(path)' cannot be read as text", category: .data, at: call.span(of: rules), label: "no file of rules", hint: "rules are lines of text in UTF-8")
        }
        return try AddressRules(reading: text, name: path)
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let path = try call[rules]
        if path != automatic, !call.context.comingFiles.contains(path) { _ = try rules(path, call) }
        guard let input, let schema = input.schema else { return EventsValue.outline(nil) }
        let name = try call[column]
        do throws(DataError) { return EventsValue.outline(try EventSource.schema(schema, mapping: name), texts: input.texts) } catch { throw error.diagnostic.placed(at: call.span(of: column)) }
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let (column, path) = (try call[Self.column], try call[Self.rules])
        do {
            let isProposed = path == Self.automatic
            let rules = isProposed ? try events.log(call.context.work).proposedRules(for: events.source.schema.ownName(column), work: call.context.work) : try Self.rules(path, call)
            let source = try events.source.mapping(column, by: rules, named: Expression.quotedName(path))
            var outcome = try events.following(source, call: call) { $0.mappings.last.map(Self.line) }
            guard let mapping = try source.collect(call.context.work).report.mappings.last else { return outcome }
            outcome.blocks.append(isProposed ? .text(Self.file(mapping)) : .table(Self.table(mapping)))
            if !mapping.unmapped.isEmpty { outcome.blocks.append(.table(Self.unmapped(mapping))) }
            return outcome
        } catch let error as DataError { throw error.diagnostic.placed(at: call.span(of: Self.column)) }
    }

    private static func line(_ mapping: AddressMapping) -> String {
        let (events, addresses) = (mapping.events, mapping.addresses)
        return "mapped: \(NumberText.rate(events.count, of: events.total)) events and \(NumberText.rate(addresses.count, of: addresses.total)) URLs have a '\(mapping.name)'"
    }

    /// The rules with what each did as a comment, to be saved as they stand.
    private static func file(_ mapping: AddressMapping) -> String {
        let width = mapping.uses.map { $0.rule.text.count }.filter { $0 <= Self.widestRule }.max() ?? 0
        let lines = mapping.uses.map { use in
            "\(use.rule.text)\(String(repeating: " ", count: max(0, width - use.rule.text.count)))  # \(NumberText.rate(use.events, of: mapping.events.total)) events, \(NumberText.counted(use.addresses, "URLs"))"
        }
        return (["# rules for '\(mapping.column)'"] + lines).joined(separator: "\n")
    }

    private static func table(_ mapping: AddressMapping) -> DisplayTable {
        DisplayTable(
            title: "Rules, and what each is the first to fit",
            columns: [.init("rule"), .init(mapping.name), .init("events", .right), .init("share", .right), .init("URLs", .right)],
            rows: mapping.uses.map { use in
                [.init(use.rule.pattern), .init(use.rule.category), .count(use.events), .percent(Proportion(use.events, of: mapping.events.total).share), .count(use.addresses)]
            })
    }

    private static func unmapped(_ mapping: AddressMapping) -> DisplayTable {
        let rest = mapping.addresses.total - mapping.addresses.count
        return DisplayTable(
            title: "URLs that no rule fits", columns: [.init("URL"), .init("events", .right), .init("share", .right)],
            rows: mapping.unmapped.map { [.init($0.address), .count($0.events), .percent(Proportion($0.events, of: mapping.events.total).share)] },
            notes: rest > mapping.unmapped.count ? ["The commonest \(mapping.unmapped.count) of \(NumberText.grouped(rest))."] : [])
    }
}

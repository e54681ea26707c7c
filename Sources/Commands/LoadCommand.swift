import Diagnostics
import Events
import Language
import Runtime
import Tables

/// Reads files into a log of events, or into a table.
struct LoadCommand: Command {
    static let paths = Parameter<[String]>.paths("path", "files to read as one: CSV, TSV and other delimited text, plain or packed by gzip or zstd")
    static let kind = Parameter<String?>.optional("kind", "take the rows as events of users, or as a plain table", oneOf: ["events", "table"])
    static let header = Parameter<Bool?>.optional("header", "whether the first line names the columns")
    static let separator = Parameter<String?>.optional("sep", "what separates fields: \",\", tab, \";\", \"|\" or space")
    static let columns = Parameter<[String]?>.optional("columns", "names of the columns, for files without a header or to replace it")
    static let timeFormat = Parameter<String?>.optional("time-format", "how times are written", oneOf: LoadCommand.timeFormats)
    static let badRows = Parameter<String>.named("bad-rows", default: "skip", "skip rows that cannot be used, counting them and keeping them in a file, or stop", oneOf: ["skip", "stop"])
    static let roles = ["user", "item", "category", "action", "time", "session", "url", "value"].map { role in
        (role, Parameter<String?>.column(role, "the column that plays the \(role)"))
    }
    static let timeFormats = ["s", "ms", "us", "iso", "date"]

    static let signature = Signature(
        "load", group: .data, summary: "Read events of users, or a plain table, from files.",
        details: """
            Looks at the head and the middle of the file to find the delimiter, the header, the time unit and the columns that play the roles
            user, item, category, action, time, session, url and value; prints them as options that can be pasted back. What has a user and a time becomes
            events, anything else a table. Rows that cannot be used are counted, the first ones shown, and all of them kept with line number and reason in
            a file beside the data, FILE.bad. Columns of a file without header are c1, c2, ... unless columns= names them.
            """,
        gives: [.events, .table],
        examples: [Example("load datasets/shop.csv", prints: "user=user item=item category=category action=action time=time")]
    ) {
        paths
        roles.map(\.1.description)
        kind
        header
        separator
        columns
        timeFormat
        badRows
    }
}

import Diagnostics
import Foundation
import Language
import Testing

@testable import Commands

/// Scripts with one mistake, marked `‹…›`: the caret must stand under exactly these words.
struct MistakeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let source: String, code: String, exit: Int32, hint: String
        var testDescription: String { source }

        init(_ source: String, _ code: String, exit: Int32, hint: String = "") {
            self.source = source
            self.code = code
            self.exit = exit
            self.hint = hint
        }

        var script: String { source.filter { $0 != "‹" && $0 != "›" } }
        var marked: String { source.split(separator: "‹", maxSplits: 1).last.map { String($0.prefix { $0 != "›" }) } ?? "" }
    }

    /// Rows of four users, who buy, look and put into carts; then files with a fault each.
    static let files: [(name: String, text: String)] = [
        ("s.csv", header + rows(users: 12, actions: ["pv", "cart", "pv", "buy"])), ("one.csv", header + rows(users: 1, actions: ["pv", "buy"])),
        ("same.csv", header + rows(users: 12, actions: ["pv"])), ("empty.csv", ""), ("header.csv", header), ("table.csv", "name,size\na,1\nb,2\nc,3\n"),
        ("unnamed.csv", "r,f,group\n1-2,1,here\n1-2,2,\n"), ("wide.txt", "a;b\n1;2;3\n1;2;3;4\n1;2;3;4;5\n1;2;3;4;5;6\n1;2\n"), ("nul.csv", "user,time\na\u{0}b,1\n"),
        ("bare.csv", "user,time\na,1700000000\nb,1700000060\n"), ("ragged.csv", "a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11\n"),
    ]
    private static let header = "user,item,category,action,time\n"

    private static func rows(users: Int, actions: [String]) -> String {
        var text = ""
        for user in 0..<users {
            for step in 0..<(8 + user % 5) { text += "u\(user),i\((user + step) % 7),c\(step % 3),\(actions[(user * 3 + step) % actions.count]),\(1_700_000_000 + user * 10_000 + step * 3600)\n" }
        }
        return text
    }

    /// Found before anything runs.
    static let unchecked: [Case] = [
        Case("load s.csv | ‹smaple› 5%", "unknown-verb", exit: 3, hint: "did you mean 'sample'?"), Case("load s.csv | sample 5% ‹sede›=1", "unknown-option", exit: 3, hint: "did you mean 'seed'?"),
        Case("load s.csv | ‹sample›", "missing-argument", exit: 3, hint: "sample SHARE"), Case("load s.csv | sample ‹0%›", "wrong-value", exit: 3),
        Case("load s.csv | sample ‹200%›", "wrong-value", exit: 3), Case("load s.csv | sample ‹-5%›", "wrong-value", exit: 3), Case("load s.csv | sample ‹x›", "wrong-value", exit: 3),
        Case("load s.csv | sample ‹5›", "wrong-value", exit: 3, hint: "did you mean 5%?"), Case("load s.csv | sample 5% seed=‹-1›", "wrong-value", exit: 3),
        Case("load s.csv header=‹maybe›", "wrong-value", exit: 3), Case("load s.csv kind=‹evnts›", "wrong-value", exit: 3, hint: "did you mean 'events'?"),
        Case("load s.csv | rfm | kmeans k=‹0›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | kmeans k=‹1025›", "wrong-value", exit: 3), Case("load s.csv | rfm | kmeans k=‹2.5›", "wrong-value", exit: 3),
        Case("load s.csv | rfm bins=‹1›", "wrong-value", exit: 3), Case("load s.csv | rfm | elbow k=‹5..2›", "wrong-range", exit: 3), Case("load s.csv | rfm | elbow k=‹0..3›", "wrong-value", exit: 3),
        Case("load s.csv | chains k=‹0›", "wrong-value", exit: 3), Case("load s.csv | chains of=‹price›", "unknown-column", exit: 4), Case("load s.csv | chains of=‹time›", "bad-option", exit: 4),
        Case("load s.csv | chains per=‹session›", "missing-role", exit: 4, hint: "sessions gap=30m"), Case("load s.csv | chains per=‹event›", "wrong-value", exit: 3),
        Case("load s.csv | lifetime model=‹weibull›", "wrong-value", exit: 3), Case("load s.csv | lifetime unit=‹year›", "wrong-value", exit: 3), Case("load s.csv | lifetime horizon=‹0›", "wrong-value", exit: 3),
        Case("load s.csv | lifetime until=‹soon›", "wrong-value", exit: 3), Case("load s.csv | rfm groups=‹mine›", "unknown-name", exit: 3),
        Case("load s.csv | hierarchical linkage=‹ward›", "wrong-value", exit: 3, hint: "linkage=average"), Case("load s.csv | hierarchical scale=‹no›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | hierarchical per=‹session›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | elbow k=‹[]›", "wrong-value", exit: 3), Case("load s.csv | rfm | elbow restarts=‹0›", "wrong-value", exit: 3),
        Case("load s.csv | ‹silhouette›", "nothing-to-read", exit: 3, hint: "kmeans"), Case("load s.csv | ‹profile›", "nothing-to-read", exit: 3, hint: "kmeans"),
        Case("load s.csv | sessions gap=‹0s›", "wrong-value", exit: 3), Case("load s.csv | sessions gap=‹5›", "wrong-value", exit: 3), Case("load s.csv | clean bots=‹0›", "wrong-value", exit: 3),
        Case("load s.csv | ‹top›", "missing-argument", exit: 3, hint: "top COLUMN"), Case("load s.csv | top action n=‹0›", "wrong-value", exit: 3),
        Case("load s.csv | top action ‹item›", "unexpected", exit: 3), Case("load s.csv | show ‹nothing›", "unknown-name", exit: 3, hint: "load"), Case("load s.csv | show n=‹-3›", "wrong-value", exit: 3),
        Case("load s.csv | drop ‹nothing›", "unknown-name", exit: 3), Case("load s.csv | sample 50% on ‹laod›", "unknown-name", exit: 3, hint: "did you mean 'load'?"),
        Case("load s.csv | rfm | plot daily on ‹rfm›", "wrong-kind", exit: 3), Case("load s.csv | filter action ‹=› \"buy\"", "wrong-operator", exit: 3, hint: "=="),
        Case("load s.csv | filter action == \"buy\" per=‹nope›", "wrong-value", exit: 3), Case("load s.csv | fit ‹lstn›", "unknown-model", exit: 3, hint: "did you mean 'lstm'?"),
        Case("load s.csv | fit lstm seq=‹0›", "wrong-value", exit: 3), Case("load s.csv | fit lstm seq=‹1001›", "wrong-value", exit: 3), Case("load s.csv | fit lstm hidden=‹[4, 0]›", "wrong-value", exit: 3),
        Case("load s.csv | fit lstm epochs=‹0›", "wrong-value", exit: 3), Case("load s.csv | fit lstm rate=‹fast›", "wrong-value", exit: 3), Case("load s.csv | fit lstm rate=‹100›", "wrong-value", exit: 3),
        Case("load s.csv | ‹plot› roc", "nothing-to-read", exit: 3, hint: "fit"),
        Case("load s.csv | ‹plot› elbow", "nothing-to-read", exit: 3, hint: "elbow makes one"), Case("load s.csv | plot ‹rco›", "unknown-kind", exit: 3, hint: "did you mean 'roc'?"),
        Case("load s.csv | plot daily size=‹1x1›", "wrong-value", exit: 3), Case("load s.csv | split by=‹usr›", "wrong-value", exit: 3, hint: "did you mean 'user'?"),
        Case("set threads=‹0›", "wrong-value", exit: 3), Case("load ‹$f›", "unknown-parameter", exit: 3), Case("simulate ‹house›", "wrong-value", exit: 3), Case("‹evaluate›", "nothing-to-read", exit: 3, hint: "fit"),
    ]

    /// Of the input data.
    static let unusable: [Case] = [
        Case("load ‹s.cvs›", "missing-file", exit: 4, hint: "did you mean 's.csv'?"), Case("load ‹*.nope›", "missing-file", exit: 4), Case("load ‹.›", "directory", exit: 4),
        Case("load ‹empty.csv›", "empty-file", exit: 4), Case("load ‹header.csv›", "no-rows", exit: 4, hint: "header=no"), Case("load ‹nul.csv›", "binary-file", exit: 4),
        Case("load ‹wide.txt› sep=semicolon", "unfit-rows", exit: 4, hint: "bad-rows=skip"), Case("load ‹s.csv table.csv›", "different-columns", exit: 4), Case("load ‹-›", "standard-input", exit: 4),
        Case("load s.csv user=‹usr›", "unknown-column", exit: 4, hint: "did you mean 'user'?"), Case("load s.csv user=user item=‹user›", "two-roles", exit: 4), Case("load s.csv time=‹action›", "bad-option", exit: 4),
        Case("load s.csv columns=‹[a, b]›", "bad-option", exit: 4), Case("load table.csv kind=‹events›", "missing-role", exit: 4), Case("load s.csv | ‹sample 0.0001%›", "no-rows", exit: 4, hint: "larger share"),
        Case("load s.csv | ‹filter action == \"nope\"›", "no-rows", exit: 4, hint: "top COLUMN"), Case("load s.csv | filter ‹nope› == 1", "unknown-column", exit: 4, hint: "columns are user, item, category, action, time;"),
        Case("load s.csv | rfm | filter ‹frequency > 1000›", "no-rows", exit: 4), Case("load s.csv | ‹filter any(action == \"buy\") per=session›", "missing-role", exit: 4, hint: "sessions gap=30m"),
        Case("load s.csv | top ‹catgory›", "unknown-column", exit: 4, hint: "did you mean 'category'?"), Case("load s.csv | rfm purchase=‹action == \"nope\"›", "no-rows", exit: 4, hint: "actions are pv"),
        Case("load s.csv | rfm monetary=‹nope›", "unknown-column", exit: 4), Case("load s.csv | rfm | kmeans k=‹1000›", "too-few-rows", exit: 4, hint: "at most"),
        Case("load s.csv | chains k=‹13›", "too-few-rows", exit: 4, hint: "k=12 at most"), Case("load s.csv | lifetime monetary=‹item›", "wrong-column", exit: 4),
        Case("load s.csv | lifetime purchase=‹action == \"nope\"›", "no-rows", exit: 4), Case("load s.csv | lifetime until=‹2001-01-01›", "no-rows", exit: 4, hint: "the events go from 2023-11-14 to 2023-11-16"),
        Case("load s.csv | lifetime until=‹2030-01-01›", "bad-option", exit: 4, hint: "the events go from 2023-11-14 to 2023-11-16"), Case("load unnamed.csv kind=table as mine | load s.csv | rfm bins=2 groups=‹mine›", "bad-groups", exit: 4),
        Case("load s.csv | ‹lifetime purchase=action == \"pv\" until=2023-11-14›", "no-repeats", exit: 4), Case("load table.csv kind=table as mine | load s.csv | rfm groups=‹mine›", "unknown-column", exit: 4),
        Case("load s.csv | chains k=2 | load s.csv | rfm as later | ‹assign chains on later›", "wrong-kind", exit: 1),
        Case("load one.csv | rfm | kmeans k=‹2›", "too-few-rows", exit: 4, hint: "k=1 at most"), Case("load s.csv | rfm | kmeans k=1 | ‹silhouette›", "cluster-count", exit: 4, hint: "kmeans k=2"),
        Case("load same.csv | split by=random | ‹fit lstm seq=3 epochs=1 hidden=4›", "one-class", exit: 4), Case("load one.csv | ‹fit lstm seq=3 epochs=1 hidden=4›", "no-rows", exit: 4, hint: "more users"),
        Case("load s.csv | fit lstm predict=‹nope› epochs=1", "unknown-column", exit: 4), Case("load s.csv | fit lstm predict=‹time› epochs=1", "wrong-target", exit: 4, hint: "predict=action"),
        Case("load s.csv | fit lstm predict=‹user› epochs=1", "wrong-target", exit: 4), Case("load s.csv | split test=0% | fit lstm seq=3 epochs=1 hidden=4 | ‹evaluate›", "no-test-rows", exit: 4, hint: "split by=time-user"),
        Case("load s.csv | split by=none | fit lstm seq=3 epochs=1 hidden=4 | ‹plot roc›", "no-test-rows", exit: 4),
        Case("load s.csv kind=table | select user as t | load s.csv | join t by=‹user›", "ambiguous-key", exit: 4, hint: "row for each user"),
        Case("load s.csv | derive user = ‹if action == \"pv\" then user else missing›", "incomplete-events", exit: 4), Case("load s.csv | filter action == \"buy\" and item == \"i1\" | ‹transitions order=9›", "no-rows", exit: 4, hint: "order=1"),
    ]

    /// Of statements whose columns the head of a file, or the verb that makes them, tells.
    static let typed: [Case] = [
        Case("load s.csv | filter ‹action›", "type-mismatch", exit: 3), Case("load s.csv | rfm | filter ‹group›", "type-mismatch", exit: 3), Case("load s.csv | filter action == ‹3›", "type-mismatch", exit: 3),
        Case("load s.csv | filter ‹any(action == \"buy\")›", "group-needed", exit: 3, hint: "per=user"), Case("load s.csv | rfm | filter frequency > 1 per=‹user›", "wrong-value", exit: 3),
        Case("load s.csv | filter count() > 1 and ‹item› == \"i1\" per=user", "ungrouped-column", exit: 3), Case("load s.csv | filter ‹hours(time)› > 3", "unknown-function", exit: 3, hint: "did you mean 'hour'?"),
        Case("load s.csv | filter matches(item, ‹/(/›)", "bad-regex", exit: 3), Case("load s.csv | filter matches(‹url›, /x/)", "unknown-column", exit: 4), Case("load s.csv | rfm purchase=‹action›", "type-mismatch", exit: 3, hint: "action == \"buy\""),
        Case("load s.csv | rfm monetary=‹category›", "wrong-column", exit: 4, hint: "no column holds numbers"), Case("load s.csv | plot histogram of ‹action›", "wrong-column", exit: 4),
        Case("load s.csv | rfm | plot top of ‹grup›", "unknown-column", exit: 4, hint: "did you mean 'group'?"), Case("load table.csv | ‹rfm›", "nothing-to-read", exit: 3),
        Case("load s.csv | rfm | kmeans k=2 | plot clusters of ‹recency›", "wrong-columns", exit: 3, hint: "plot clusters of recency frequency"),
        Case("load s.csv | rfm | kmeans k=2 | plot clusters of recency ‹money›", "unknown-column", exit: 4), Case("load s.csv | ‹fit› kmeans k=2", "nothing-to-read", exit: 3),
        Case("load s.csv | top action | ‹plot› elbow", "nothing-to-read", exit: 3, hint: "elbow makes one"), Case("load s.csv | rfm | filter r > 1 as x | plot rfm on ‹x›", "nothing-to-read", exit: 3),
        Case("load table.csv | ‹fit› lstm", "nothing-to-read", exit: 3), Case("load bare.csv | ‹fit lstm›", "unknown-column", exit: 4),
        Case("load s.csv | split test=‹100%›", "wrong-value", exit: 3), Case("load s.csv | write to=‹x.xlsx›", "unknown-format", exit: 3, hint: "to=rows.csv"),
        Case("load s.csv | plot daily to=‹x.txt›", "unknown-format", exit: 3, hint: "to=chart.svg"),
        Case("load s.csv | rfm | drop rfm | ‹kmeans› k=3", "nothing-to-read", exit: 3, hint: "rfm"), Case("load s.csv | rfm as r | drop r | show ‹r›", "unknown-name", exit: 3),
    ]

    /// Of verbs that change columns, found in what the head of a file tells.
    static let columns: [Case] = [
        Case("load s.csv | select action ‹catgory›", "unknown-column", exit: 4, hint: "did you mean 'category'?"), Case("load s.csv | ‹select›", "missing-argument", exit: 3, hint: "select"),
        Case("load table.csv | select except ‹name size›", "bad-option", exit: 4), Case("load s.csv | select action | filter ‹category› == \"c1\"", "unknown-column", exit: 4),
        Case("load s.csv | rename ‹catgory›=kind", "unknown-column", exit: 4, hint: "did you mean 'category'?"), Case("load s.csv | rename category=‹item›", "name-taken", exit: 4, hint: "rename item=NAME"),
        Case("load s.csv | rename category=kind item=‹kind›", "name-taken", exit: 4), Case("load s.csv | rename category=kind ‹category›=sort", "name-taken", exit: 4),
        Case("load s.csv | rename action=step | rename item=‹action›", "name-taken", exit: 4),
        Case("load s.csv | derive x = ‹itm›", "unknown-column", exit: 4), Case("load s.csv | derive action = ‹hour(time)›", "type-mismatch", exit: 3, hint: "name of its own"),
        Case("load s.csv | derive x = ‹item› + 1", "type-mismatch", exit: 3), Case("load s.csv | derive x = ‹missing›", "type-mismatch", exit: 3, hint: "else missing"),
        Case("load s.csv | rename action=step | derive ‹action› = item", "name-taken", exit: 4), Case("load s.csv | derive x = ‹count()›", "group-needed", exit: 3),
        Case("load s.csv | join ‹nope› by=user", "unknown-name", exit: 3), Case("load s.csv | rfm | ‹join rfm on load›", "missing-argument", exit: 3), Case("load s.csv | rfm | join rfm by=‹usr› on load", "unknown-column", exit: 4),
        Case("load s.csv | rfm | join rfm by=‹item› on load", "unknown-column", exit: 4), Case("load s.csv | rfm | join ‹rfm› by=user on rfm", "name-taken", exit: 4, hint: "on NAME"),
        Case("load s.csv | rfm | join rfm by=user on ‹laod›", "unknown-name", exit: 3), Case("load s.csv as a | load s.csv | join ‹a› by=user", "wrong-kind", exit: 3),
        Case("load table.csv | ‹join› load by=name", "nothing-to-read", exit: 3),
        Case("load s.csv | transitions order=‹0›", "wrong-value", exit: 3), Case("load bare.csv | ‹transitions›", "missing-role", exit: 4, hint: "action=COLUMN"),
    ]

    /// Of answers, whose columns are known before they are made.
    static let answers: [Case] = [
        Case("load s.csv | top item | plot histogram of ‹shar› on top", "unknown-column", exit: 4, hint: "did you mean 'share'?"),
        Case("load s.csv | eda | plot histogram of ‹what› on eda", "wrong-column", exit: 4, hint: "value, of, share, low, high"),
        Case("load s.csv | rfm | top group | plot histogram of ‹events› on top", "unknown-column", exit: 4, hint: "users, share"),
        Case("load s.csv | rfm | kmeans k=2 | profile | top ‹recency› on profile", "unknown-column", exit: 4, hint: "recency mean"),
        Case("load s.csv | rfm | kmeans k=2 | silhouette | top ‹sement› on silhouette", "unknown-column", exit: 4, hint: "did you mean 'segment'?"),
        Case("load s.csv | describe | top ‹colum› on describe", "unknown-column", exit: 4, hint: "did you mean 'column'?"),
        Case("load s.csv | show n=2 | top ‹catgory› on show", "unknown-column", exit: 4, hint: "did you mean 'category'?"),
        Case("load s.csv | rfm | select user recency | kmeans k=2 | ‹plot clusters›", "wrong-columns", exit: 4, hint: "plot histogram of recency"),
    ]

    /// Of what only the rows themselves tell a clustering.
    static let clustered: [Case] = [
        Case("load s.csv | rfm | mixture k=‹200›", "too-few-rows", exit: 4, hint: "at most"), Case("load s.csv | rfm | hierarchical k=‹1000›", "too-few-rows", exit: 4, hint: "at most"),
        Case("load s.csv | rfm | dbscan eps=‹1e-9› min-points=3", "no-segments", exit: 4, hint: "eps="),
        Case("load one.csv | rfm | ‹dbscan›", "too-few-rows", exit: 4), Case("load s.csv | rfm | dbscan min-points=‹5000›", "too-few-rows", exit: 4, hint: "min-points="),
    ]

    /// Of clusterings and segments.
    static let segments: [Case] = [
        Case("load s.csv | rfm | kmeans k=2 inputs=‹[recency, recncy]›", "unknown-column", exit: 4, hint: "did you mean 'recency'?"), Case("load s.csv | rfm | kmeans k=2 scale=no log=‹yes›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | segments by=‹grup›", "unknown-column", exit: 4, hint: "did you mean 'group'?"), Case("load s.csv | rfm | ‹segments›", "missing-argument", exit: 3),
        Case("load s.csv | rfm | kprototypes k=2 categorical=‹[frequncy]›", "unknown-column", exit: 4, hint: "did you mean 'frequency'?"), Case("load s.csv | rfm | kprototypes gamma=‹-1›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | kmodes init=‹coa›", "wrong-value", exit: 3, hint: "did you mean 'cao'?"), Case("load s.csv | rfm | kmodes ‹gamma›=1", "unknown-option", exit: 3),
        Case("load s.csv | rfm | kprototypes inputs=[recency] categorical=‹[m]›", "wrong-value", exit: 3), Case("load s.csv | rfm | kmodes ‹scale›=no", "unknown-option", exit: 3),
        Case("load s.csv | rfm | kmodes init=cao restarts=‹3› categorical=[m]", "wrong-value", exit: 3), Case("load s.csv | rfm | kprototypes init=cao seed=‹3› categorical=[m]", "wrong-value", exit: 3),
        Case("load s.csv | rfm | dbscan eps=0.5 seed=‹4›", "wrong-value", exit: 3), Case("load s.csv | rfm | elbow references=0 pairs=0 sample=‹20›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | kmeans k=2 | profile events=‹nope›", "unknown-name", exit: 3), Case("load s.csv | rfm | kmeans k=2 | profile events=‹rfm›", "wrong-kind", exit: 3),
        Case("load s.csv | rfm | kmeans k=2 as a | kmeans k=3 as b on rfm | consensus a b by=‹vote›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | kmeans k=2 as a | consensus ‹a a›", "repeated-option", exit: 3), Case("load s.csv | rfm | kmeans k=2 as a | consensus ‹a›", "missing-argument", exit: 3),
        Case("load s.csv | ‹kmodes›", "nothing-to-read", exit: 3), Case("load s.csv | ‹kprototypes›", "nothing-to-read", exit: 3),
        Case("load s.csv | rfm | mixture k=‹0..3›", "wrong-value", exit: 3), Case("load s.csv | rfm | mixture k=‹[2, 2]›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | mixture covariance=‹ful›", "wrong-value", exit: 3, hint: "full"), Case("load s.csv | rfm | mixture k=2 restarts=1 ‹eps›=3", "unknown-option", exit: 3),
        Case("load s.csv | rfm | hierarchical linkage=‹single›", "wrong-value", exit: 3, hint: "ward"),
        Case("load s.csv | rfm | dbscan eps=0.5 min-size=‹4›", "wrong-value", exit: 3, hint: "one of them"), Case("load s.csv | rfm | dbscan eps=0.5 sample=‹1000›", "wrong-value", exit: 3, hint: "one of them"),
        Case("load s.csv | rfm | dbscan eps=‹-1›", "wrong-value", exit: 3),
        Case("load s.csv | rfm | ‹assign›", "missing-argument", exit: 3), Case("load s.csv | rfm | assign ‹kmens›", "unknown-name", exit: 3), Case("load s.csv | rfm | assign ‹rfm›", "wrong-kind", exit: 3),
    ]

    /// Statements that fail although they check.
    static let failing: [Case] = [
        Case("load s.csv | write to=‹nowhere/x.csv›", "unwritable-file", exit: 1), Case("load s.csv | write to=‹/dev/full›", "unwritable-file", exit: 1),
    ]

    /// Found without running anything, the files' heads apart.
    @Test(arguments: unchecked + typed + columns + answers + segments)
    func `the check finds the mistake`(_ c: Case) throws {
        try Running.inFolder { folder in
            for file in Self.files { try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)")) }
            let found = Running.mistakes(c.script, directory: folder)
            #expect(found.count == 1 && found.first?.code == c.code && found.first?.span?.text == c.marked, "\(found.map { $0.rendered() })")
            #expect(found.first?.category.exitCode == c.exit)
        }
    }

    @Test(arguments: unchecked + unusable + clustered + columns + segments + failing)
    func `a mistake is told at its place, with a next step and its exit code`(_ c: Case) throws {
        try Running.inFolder { folder in
            for file in Self.files { try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)")) }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let found = try #require(Running.failure(c.script, directory: folder))
            let span = try #require(found.span)
            #expect(found.code == c.code && found.category.exitCode == c.exit && span.text == c.marked, "\(found.rendered())")
            #expect(c.hint.isEmpty || (found.hint ?? "").contains(c.hint), "\(found.rendered())")
            #expect(!found.message.contains(folder), "\(found.message)")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".bad") }
            #expect(left.count == names.count, "something half written is left behind")
        }
    }

    @Test func `rows that do not fit are counted, shown and kept with their lines`() throws {
        try Running.inFolder { folder in
            for file in Self.files { try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)")) }
            let notes = try #require(try Running.results("load ragged.csv", directory: folder).first).notes
            let told = try #require(notes.first { $0.code == "bad-rows" })
            #expect(told.message.contains("1 of 4 (25.0 %)") && told.message.contains("2 fields instead of 3"))
            #expect(try String(contentsOfFile: "\(folder)/ragged.csv.bad", encoding: .utf8).contains("4,5"))
        }
    }

    @Test func `what a user names is never taken for a command`() throws {
        try Running.inFolder { folder in
            let name = "a`touch \(folder)/oops`"
            let text = "user,\"\(name)\",time\n" + (0..<60).map { "u\($0 % 7),\"system(\"\"touch \(folder)/oops\"\") \u{1B}[31m$(touch \(folder)/oops)\n'@x \($0 % 3)\",\(1_700_000_000 + $0 * 977)\n" }.joined()
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/h.csv"))
            let column = "`a``touch \(folder)/oops```"
            let script = "load h.csv\ntop \(column)\nplot top of \(column) to=t.svg\nplot top of \(column) to=t.png\nplot daily title=\"`touch \(folder)/oops` system('x')\" to=d.svg\nwrite load to=w.csv\ndescribe load"
            let results = try Running.results(script, directory: folder)
            #expect(results.count == 7)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/oops"))
            #expect(!(try String(contentsOfFile: "\(folder)/t.svg", encoding: .utf8).contains("\u{1B}")))
            let back = try Running.results("load w.csv | top \(column)", directory: folder)
            #expect(back.last?.value?.json == results[1].value?.json)
        }
    }
}

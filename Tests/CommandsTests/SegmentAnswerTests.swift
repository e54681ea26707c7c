import Diagnostics
import Foundation
import Language
import Plots
import Runtime
import Testing

@testable import Commands

/// What is told of segments: rules, profiles, scores, consensus.
struct SegmentAnswerTests {
    private static let shop = "simulate shop users=150 days=20 seed=1 | rfm | kmeans k=3"

    private static func answer(_ script: String) throws -> TableValue { try #require(try Running.results(script).last?.value as? TableValue) }

    /// Numbers, a truth value, and texts with gaps and quotes, in three planted groups.
    private static let people: String = {
        var stream = RandomStream(seed: 2, name: "test", purpose: "people")
        var lines = ["who,age,spend,home town,member"]
        for row in 0..<240 {
            let group = row % 3
            let town = stream.below(10) == 0 ? "" : group == 2 ? "Nice" : stream.below(2) == 0 ? "L'Aquila" : "Ulm"
            lines.append("p\(row),\(20 + group * 25 + stream.below(20)),\((10 * Double(group + 1) + 8 * stream.uniform())),\(town),\(group == 1 || stream.below(4) == 0)")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    static let explained = [
        "kmeans k=4", "segments by=`home town`", "kprototypes k=3", "kmodes k=3", "dbscan", "kmeans k=3 as a | kmeans k=5 as b | consensus a b",
    ]

    @Test(arguments: explained)
    func `each rule pastes back as a filter that finds the counted rows`(_ clustering: String) throws {
        try Running.inFolder { folder in
            try Data(Self.people.utf8).write(to: URL(fileURLWithPath: "\(folder)/people.csv"))
            let session = Session(catalogue: standardCatalogue, directory: folder, threads: 2)
            session.isInteractive = true
            let results = try Running.results("load people.csv kind=table as people | \(clustering) | explain", in: session)
            let rules = try #require(results.last?.value as? TableValue).table
            let texts = try #require(rules.column(named: "rule")), rows = try #require(rules.column(named: "rows")?.numbers), precision = try #require(rules.column(named: "precision")?.numbers)
            #expect(rules.rowCount > 0)
            for place in 0..<rules.rowCount {
                let rule = try #require(texts.text(at: place))
                let filtered = try #require(try Running.results("filter \(rule) on people as f\(place)", in: session).last?.value as? TableValue)
                #expect(filtered.table.rowCount == Int(rows[place]), "\(rule)")
                #expect(precision[place] > 0 && precision[place] <= 1)
            }
            let shown = results.last?.blocks.map(Running.text).joined(separator: "\n") ?? ""
            #expect(shown.contains("filter ") && shown.contains("held back"))
        }
    }

    @Test func `a profile says what holds, how journeys begin and when users were active`() throws {
        let text = try Running.text("\(Self.shop) | profile")
        #expect(text.contains("What sets a segment apart") && text.contains("Mann-Whitney") && text.contains("How journeys begin") && text.contains(" -> ") && text.contains("by quarter of the span"))
        let names = try Self.answer("\(Self.shop) | profile").table.column(named: "name")
        #expect(Set((0..<3).map { names?.text(at: $0) ?? "" }).count == 3)
        // Events of other users are left alone unless they are named.
        let others = "\(Self.shop) | simulate shop users=20 days=5 seed=9 as later | profile on kmeans"
        #expect(try Running.text("simulate shop users=150 days=20 seed=1 as first | rfm | kmeans k=3 | profile events=first").contains("Events of 'first'"))
        #expect(try Running.text(others).contains("Events of 'later'") == false)
    }

    @Test func `a profile of categories gives the share of each value`() throws {
        try Running.inFolder { folder in
            try Data(Self.people.utf8).write(to: URL(fileURLWithPath: "\(folder)/people.csv"))
            let text = try Running.text("load people.csv kind=table | kprototypes k=3 | profile", directory: folder)
            #expect(text.contains("home town: the share of each value") && text.contains("Nice") && text.contains("(none)") && text.contains("member"))
            let figure = try Running.text("load people.csv kind=table | kprototypes k=3 | plot profile", directory: folder)
            #expect(figure.contains("Heat map of 3 segments"))
        }
    }

    @Test func `an elbow has all scores side by side, and leaves out what is not wanted`() throws {
        let all = try Self.answer("simulate shop users=100 days=20 seed=1 | rfm | elbow k=2..4 restarts=2 references=2 pairs=2")
        #expect(all.table.names == ["k", "inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "gap_error", "stability", "stability_spread", "smallest", "largest"])
        #expect(["gap", "stability", "calinski_harabasz"].allSatisfy { all.table.column(named: $0)?.numbers?.allSatisfy { $0.isFinite } == true })
        let few = try Running.text("simulate shop users=100 days=20 seed=1 | rfm | elbow k=2..4 restarts=2 references=0 pairs=0")
        #expect(!few.contains("stability") && few.contains("CH"))
        let sampled = try Running.text("simulate shop users=200 days=20 seed=1 | rfm | elbow k=2..3 restarts=2 references=2 pairs=2 sample=50")
        #expect(sampled.contains("Gap and stability on a random 50 of"))
    }

    @Test func `silhouettes go by the distances of the clustering`() throws {
        try Running.inFolder { folder in
            try Data(Self.people.utf8).write(to: URL(fileURLWithPath: "\(folder)/people.csv"))
            func text(_ clustering: String) throws -> String { try Running.text("load people.csv kind=table | \(clustering) | silhouette", directory: folder) }
            #expect(try text("kmeans k=3").contains("CH (Caliński-Harabasz)"))
            #expect(try text("kmodes k=3").contains("count the categories in which two rows differ"))
            #expect(try text("kprototypes k=3").contains("gamma"))
            #expect(try text("mixture k=2 inputs=[age, spend]").contains("itself goes by none"))
            // Where the segments were found by no numbers, those of the rows are measured.
            #expect(try text("segments by=`home town`").contains("a scale that 'segments' did not find the segments by"))
            #expect(try text("kmeans k=3 as a | kmeans k=4 as b | consensus a b").contains("a scale that 'consensus' did not find the segments by"))
            try Data("who,town\na,Ulm\nb,Ulm\nc,Nice\nd,Nice\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/towns.csv"))
            let without = Running.failure("load towns.csv kind=table | segments by=town | silhouette", directory: folder)
            #expect(without?.code == "no-distances" && without?.message.contains("have no numbers") == true)
            #expect(Running.failure("load towns.csv kind=table | segments by=town | plot clusters", directory: folder)?.code == "no-numeric-columns")
        }
    }

    @Test func `a silhouette of numbers that segments were not found by is that of those numbers`() throws {
        let mean = { (script: String) in try #require(try Self.answer(script).table.column(named: "silhouette")?.numbers) }
        // The segments of 'segments by=group' are those of a column; a clustering with the same columns scales them as they are here.
        let scaled = try #require(try Running.results("\(Self.shop)").last?.value as? SegmentsValue), groups = try #require(try Running.results("\(Self.shop) | segments by=group").last?.value as? SegmentsValue)
        #expect(try groups.measuredRows(Work())?.rows.numbers.values == scaled.scaled?.numbers.values)
        #expect(try mean("\(Self.shop) | segments by=group | silhouette").allSatisfy { $0 >= -1 && $0 <= 1 })
    }

    @Test func `journeys that were joined have a silhouette by edit distances`() throws {
        let events = "simulate shop users=60 days=10 seed=1"
        let text = try Running.text("\(events) | hierarchical k=3 | silhouette")
        #expect(text.contains("Distances are edit distances.") && text.contains("Measured: 60 of 60"), "\(text)")
        let sampled = try Running.text("\(events) | hierarchical k=3 sample=40 | silhouette")
        #expect(sampled.contains("edit distances between those in the tree") && sampled.contains("Measured: 40 of 60"), "\(sampled)")
        #expect(try Self.chart("\(events) | hierarchical k=3 sample=40 | plot silhouette").notes.contains { $0.contains("40 of 60") })
        #expect(Running.failure("\(events) | chains k=2 | silhouette")?.message.contains("likelihood") == true)
    }

    private static func chart(_ script: String) throws -> any Chart { try #require(try Running.results(script).last?.value as? FigureValue).chart }

    @Test func `segments that were found by no numbers are drawn on those of their rows`() throws {
        for clustering in ["segments by=group", "kmeans k=4 as b | consensus kmeans b"] {
            let chart = try #require(try Self.chart("\(Self.shop) | \(clustering) | plot clusters") as? ClusterChart)
            #expect(chart.notes.contains { $0.contains("not found by these columns") } && chart.clusters.allSatisfy { $0.centroid != nil })
        }
        // Rows in no segment have no centre.
        let noisy = try Running.results("simulate shop users=300 days=20 seed=1 | rfm | dbscan | plot clusters"), segments = try #require(noisy[2].value as? SegmentsValue)
        let chart = try #require((noisy.last?.value as? FigureValue)?.chart as? ClusterChart)
        #expect(segments.noise > 0 && chart.clusters.map(\.users) == segments.sizes)
    }

    @Test func `of more segments than a picture has room for the largest are drawn`() throws {
        let many = "simulate shop users=300 days=20 seed=1 | rfm | kmeans k=40 restarts=1"
        let clusters = try #require(try Self.chart("\(many) | plot clusters") as? ClusterChart)
        #expect(clusters.clusters.count == 24 && clusters.clusters[23].name == "others" && clusters.clusters[23].centroid == nil && clusters.notes.contains { $0.contains("other 17 together") })
        let flow = try #require(try Self.chart("\(many) | segments by=group as groups | plot flow of kmeans groups") as? FlowChart)
        #expect(flow.left.count == 24 && flow.left[23] == "others" && flow.notes.contains { $0.contains("23 largest segments of kmeans") })
        let profile = try #require(try Self.chart("\(many) | plot profile") as? ProfileChart)
        #expect(profile.segments.count == 24 && profile.notes.contains { $0.contains("the other 16 are left out") })
        #expect(try Self.chart("\(many) | plot silhouette").notes.contains { $0.contains("other 17 together") })
        let shown = ShownSegments(["a", "others", "c", "d"], sizes: [1, 5, 3, 3], limit: 3)
        #expect(shown.names == ["others", "c", "all others"] && [0, 1, 2, 3, -1].map(shown.place) == [2, 0, 1, 2, -1] && ShownSegments(["a", "b"], sizes: [1, 2], limit: 2).notes(of: "x").isEmpty)
    }

    @Test func `a consensus of segments says how far they agree, and of models as before`() throws {
        let script = "simulate shop users=150 days=20 seed=1 | rfm | kmeans k=3 | kmeans k=3 seed=5 as again | segments by=group as groups"
        let text = try Running.text("\(script) | consensus kmeans again groups")
        #expect(text.contains("How far they agree") && text.contains("different combinations"))
        let value = try #require(try Running.results("\(script) | consensus kmeans again").last?.value as? SegmentsValue)
        #expect(value.sizes.count <= 3 && value.rows == value.found.labels.count && value.method == "consensus")
        #expect(try #require(try Running.results("\(script) | consensus kmeans groups k=4").last?.value as? SegmentsValue).sizes.count == 4)
        // Without names all segments of the session.
        #expect(try Running.text("\(script) | consensus").contains("of kmeans, again, groups"))
        #expect(try Running.text("\(script) | plot flow of kmeans groups").contains("Flow of"))
        #expect(Running.failure("\(script) | consensus kmeans again as c | assign c on rfm")?.code == "cannot-assign")
    }

    private static let visits = "simulate shop users=60 days=20 seed=1 as e | sessions as s"

    @Test func `segments of sessions are of sessions`() throws {
        #expect(try Running.results("\(Self.visits) | chains k=2 per=session restarts=1 | fit lstm predict=chains epochs=1 hidden=2 on s").last?.notes.contains { $0.message.contains("sessions have a segment of 'chains'") } == true)
        #expect(Running.failure("\(Self.visits) | chains k=2 per=session restarts=1 | fit lstm predict=chains epochs=1 on e")?.code == "missing-role")
        #expect(Running.failure("\(Self.visits) | rfm | kmeans k=2 as a | chains k=2 per=session restarts=1 as b on s | consensus a b")?.code == "different-rows")
        #expect(Running.failure("\(Self.visits) | chains k=2 per=session restarts=1 | profile events=e")?.code == "no-key")
        #expect(try Running.text("\(Self.visits) | chains k=2 per=session restarts=1 | profile").contains("How journeys begin") == false)
    }

    @Test func `users without a segment are counted`() throws {
        let notes = try #require(try Running.results("\(Self.visits) | rfm | kmeans k=2 | fit lstm predict=kmeans epochs=1 hidden=2 on e").last).notes
        #expect(notes.contains { $0.message.contains("30 of 60 (50.0 %) users have a segment of 'kmeans'") }, "\(notes.map(\.message))")
    }

    @Test func `who is in one of two sets of segments alone is drawn`() throws {
        let script = "\(Self.visits) | rfm | filter recency < 5 on rfm as some | kmeans k=2 as now | kmeans k=2 as then on rfm"
        let (forth, back) = (try Running.text("\(script) | plot flow of then now"), try Running.text("\(script) | plot flow of now then"))
        #expect(forth.contains("from 1 to none") && back.contains("from none to 1"), "\(forth) \(back)")
        #expect(try Running.text("\(script) | consensus now then").contains("users of 'then' are not among those of 'now', and take no part"))
        #expect(try Running.text("\(script) | consensus then now").contains("'now' does not have"))
    }

    @Test func `a user with several rows names none of them`() throws {
        try Running.inFolder { folder in
            let rows = (0..<60).map { "c\($0 % 20),\($0 * 37 % 101),\($0 * 17 % 9)" }
            try Data((["customer,amount,items"] + rows).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/orders.csv"))
            let load = "load orders.csv kind=table user=customer as o"
            let table = try #require(try Running.results(load, directory: folder).last?.value as? TableValue)
            #expect(table.identifier == nil && table.hidden == ["customer"] && table.featureColumns == ["amount", "items"] && table.categoryColumns.isEmpty)
            let two = "\(load) | kmeans k=2 as a | filter amount > 20 on o | kmeans k=2 as b | consensus a b"
            let code = Running.failure(two, directory: folder)?.code
            #expect(code == "different-rows")
            let fitted = try Running.results("\(load) | kmeans k=2 as a | fit logistic predict=a on o", directory: folder).last?.value as? ModelValue
            #expect(fitted != nil)
        }
    }

    @Test func `segments that have names are assigned by them`() throws {
        let table = try #require(try Running.results("simulate shop users=150 days=20 seed=1 | rfm | segments by=group as groups | assign groups on rfm as again | filter segment == \"lost\" on again").last?.value as? TableValue)
        #expect(table.table.rowCount > 0)
        let scores = try #require(try Running.results("simulate shop users=150 days=20 seed=1 | rfm | segments by=r | assign segments on rfm").last)
        #expect((scores.value as? TableValue)?.table.column(named: "segment")?.kind == .text)
    }

    @Test func `a consensus without names is of what is alike, and of no consensus`() throws {
        let script = "simulate shop users=150 days=20 seed=1 | rfm | kmeans k=3 | segments by=group as groups | filter frequency > 1 on rfm as some | kmeans k=2 as others | consensus kmeans groups | consensus"
        let text = try Running.text(script)
        #expect(text.contains("of kmeans, groups") && !text.contains("of kmeans, groups, consensus") && !text.contains("of kmeans, groups, others"))
    }

    @Test func `a dendrogram is of segments that were joined`() throws {
        #expect(try Running.text("simulate shop users=150 days=20 seed=1 | rfm | hierarchical k=3 | plot dendrogram").contains("cut at"))
        #expect(try Running.text("simulate shop users=150 days=20 seed=1 | rfm | hierarchical k=1 linkage=average | plot dendrogram").contains("Dendrogram of"))
        #expect(Running.failure("\(Self.shop) | plot dendrogram")?.code == "no-tree-of-segments")
        // Journeys are joined as rows are; of more segments than leaves some leaves hold several.
        let journeys = try Running.text("simulate shop users=60 days=10 seed=1 | hierarchical k=3 | plot dendrogram")
        #expect(journeys.contains("Dendrogram of 60 users") && journeys.contains("into 3 segments"), "\(journeys)")
        let many = try Running.text("simulate shop users=300 days=20 seed=1 | rfm | hierarchical k=70 | plot dendrogram")
        #expect(many.contains("in 60 leaves") && many.contains("into 70 segments"), "\(many)")
    }

    static let mistakes: [(script: String, code: String)] = [
        ("\(shop) | consensus kmeans", "missing-argument"), ("\(shop) | consensus kmeans kmeans", "repeated-option"), ("\(shop) | kmeans k=2 as b | consensus kmeans b by=vote", "wrong-value"),
        ("\(shop) | kmeans k=2 as b | consensus kmeans b k=200", "too-few-rows"),
        ("\(shop) | plot flow", "nothing-to-read"), ("\(shop) | plot flow of kmeans", "too-many-names"), ("\(shop) | kmeans k=1 as one | explain", "one-class"),
        ("\(shop) | profile events=rfm", "wrong-kind"), ("\(shop) | profile events=nothing", "unknown-name"),
        ("simulate shop users=40 days=10 seed=1 | chains k=2 | silhouette", "no-distances"), ("simulate shop users=40 days=10 seed=1 | chains k=2 | plot clusters", "no-numeric-columns"),
        ("\(shop) | elbow references=-1 on rfm", "wrong-value"),
        ("\(shop) | fit logistic predict=group on rfm | consensus kmeans logistic", "wrong-kind"),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (script: String, code: String)) {
        #expect(Running.failure(c.script)?.code == c.code, "\(c.script)")
    }
}

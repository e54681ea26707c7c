import Foundation
import Language
import Runtime
import Tables
import Testing

@testable import Commands

/// What programs get of each kind of value, as the language page promises under "For programs".
struct JSONShapeTests {
    private static let script = """
        simulate shop users=120 days=20 seed=1
        rfm
        kmeans k=3
        fit lstm seq=5 epochs=2 hidden=8
        evaluate
        show n=all on rfm
        top action on simulate
        """

    private static func values() throws -> [String: [String: Any]] {
        try Running.inFolder { folder in
            var values: [String: [String: Any]] = [:]
            for result in try Running.results(script + "\nplot daily to=daily.svg on simulate", directory: folder) {
                let json = try #require(result.value?.json)
                values[result.verb] = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
            }
            return values
        }
    }

    @Test func `values have the members of the language page`() throws {
        let values = try Self.values()
        let events = try #require(values["simulate"])
        #expect(Set(events.keys) == ["rows", "users", "from", "to"])
        #expect(events["users"] as? Int == 120 && (events["from"] as? String)?.hasPrefix("2025-09-0") == true)

        let table = try #require(values["rfm"])
        #expect(Set(table.keys) == ["rows", "columns", "data"])
        let shown = try #require(values["show"])
        #expect(shown["rows"] as? Int == (shown["data"] as? [[Any]])?.count)
        #expect((table["data"] as? [[Any]])?.count == min(20, table["rows"] as? Int ?? 0))
        #expect((table["data"] as? [[Any]])?.allSatisfy { $0.count == (table["columns"] as? [String])?.count } == true)

        let segments = try #require(values["kmeans"])
        #expect(segments["k"] as? Int == 3 && (segments["inertia"] as? Double ?? -1) > 0)
        #expect((segments["sizes"] as? [Int])?.reduce(0, +) == table["rows"] as? Int)

        let model = try #require(values["fit"])
        #expect(model["model"] as? String == "lstm" && model["epochs"] as? Int == 2 && (model["parameters"] as? Int ?? 0) > 0)
        let scores = try #require(values["evaluate"])
        // What resampling adds is told by 'evaluate' alone.
        let held = try #require(model["scores"] as? [String: Any])
        #expect(held as NSDictionary == scores.filter { held[$0.key] != nil } as NSDictionary && Set(scores.keys).subtracting(held.keys) == ["intervals"])
        let wanted: Set = ["n", "classes", "positive", "accuracy", "log_loss", "auc", "baseline", "by_class", "f1_macro", "f1_weighted", "precision_macro", "recall_macro", "auc_macro", "pr_auc_macro", "calibration_error", "mcc"]
        #expect(wanted.isSubset(of: scores.keys))
        #expect(scores["positive"] is NSNull)
        let n = try #require(scores["n"] as? Int)
        #expect((scores["by_class"] as? [[String: Any]])?.compactMap { $0["n"] as? Int }.reduce(0, +) == n)
        #expect(Set((scores["baseline"] as? [String: Any] ?? [:]).keys) == ["class", "accuracy", "log_loss", "brier"])

        let figure = try #require(values["plot"])
        #expect(figure["kind"] as? String == "daily" && (figure["path"] as? String)?.hasSuffix("daily.svg") == true)
    }

    @Test func `a first look gives programs numbers and times, with gaps where a column says nothing`() throws {
        let value = try #require(try Running.results("load datasets/shop.csv | eda", directory: Running.root).last?.value as? TableValue)
        let table = value.table
        #expect(table.names == ["what", "value", "of", "share", "low", "high", "time"])
        #expect(table.columns.map(\.kind) == [.text, .number, .number, .number, .number, .number, .time])
        func row(_ what: String) throws -> [String] {
            let row = try #require((0..<table.rowCount).first { table.columns[0].text(at: $0) == what }, "\(what)")
            return table.columns.dropFirst().map { $0.json(at: row).text }
        }
        #expect(try row("events") == ["149250", "null", "null", "null", "null", "null"])
        #expect(try row("missing values of category") == ["0", "149250", "0", "null", "null", "null"])
        #expect(try row("first event").last?.hasPrefix("\"2025-09-01T") == true)
        let buyers = try row("users with a 'buy'").dropLast().map { Double($0) ?? .nan }
        #expect(buyers[0] / buyers[1] == buyers[2] && buyers[3] < buyers[2] && buyers[2] < buyers[4])
    }

    @Test func `programs get answers whole`() throws {
        for script in ["simulate shop users=120 days=20 seed=2 | top user n=50", "load datasets/shop.csv | eda"] {
            let value = try #require(try Running.results(script, directory: Running.root).last?.value)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(value.json.text.utf8)) as? [String: Any])
            let rows = try #require(json["rows"] as? Int)
            #expect(rows > 20 && (json["data"] as? [[Any]])?.count == rows)
        }
    }

    @Test func `two classes have a positive one and its scores`() throws {
        try Running.inFolder { folder in
            let rows = (0..<400).map { "u\($0 % 25),\($0 % 3 == 0 ? "yes" : "no"),\(1_700_000_000 + $0 * 977)" }
            try Data(("user,action,time\n" + rows.joined(separator: "\n")).utf8).write(to: URL(fileURLWithPath: "\(folder)/two.csv"))
            let json = try #require(try Running.results("load two.csv | fit lstm seq=4 epochs=1 hidden=4 | evaluate", directory: folder).last?.value?.json)
            let scores = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
            #expect(scores["positive"] as? String == "yes")
            #expect(Set(["precision", "recall", "f1", "auc", "pr_auc"]).isSubset(of: scores.keys))
        }
    }
}

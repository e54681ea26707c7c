import Diagnostics
import Events
import Expressions
import Foundation
import Runtime
import Tables

/// A folder that goes with the test.
final class Scratch {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-events-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ text: String, _ name: String = "data.csv") throws -> String {
        let path = "\(folder)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}

/// Random events: rows of `user,item,category,action,time`, users in runs, times rising.
func randomRows(_ count: Int, users: Int, seed: Int = 0) -> [String] {
    var stream = RandomStream(seed: seed, name: "test", purpose: "events")
    var rows: [String] = []
    for user in 1...users {
        var time = 1_511_544_000 + stream.below(86_400)
        for _ in 0..<(1 + stream.below(2 * count / users)) {
            time += 1 + stream.below(20_000)
            let item = stream.below(300)
            rows.append("\(user * 37),\(item + 1000),\(item % 17 + 5),\(["pv", "pv", "pv", "cart", "fav", "buy"][stream.below(6)]),\(time)")
        }
    }
    return rows
}

func source(_ text: String, _ options: LoadOptions = LoadOptions(), in scratch: Scratch) throws -> EventSource {
    let path = try scratch.write(text)
    guard case .events(let source) = try Loaded(paths: [path], options: options, work: Work()) else { throw DataError.emptyFile("not events") }
    return source
}

/// Builds conditions without the parser, which lives above.
func expression(_ node: Expressions.Expression.Node) -> Expressions.Expression {
    .init(node, at: SourceFile(name: "<test>", text: "condition").wholeSpan)
}

func isEqual(_ column: String, _ text: String) -> Expressions.Expression {
    expression(.binary(.equal, expression(.column(column)), expression(.literal(.text(text)))))
}

func isOver(_ left: Expressions.Expression, _ number: Int) -> Expressions.Expression {
    expression(.binary(.greater, left, expression(.literal(.integer(number)))))
}

extension EventLog {
    /// Microseconds since 1970, event by event; none of a log without times.
    var times: [Int64] {
        if let name = roles[.time], case .time(let values, _, _)? = table.column(named: name)?.storage { return values }
        return []
    }
}

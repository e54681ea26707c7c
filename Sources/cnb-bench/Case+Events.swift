import Events
import Foundation
import Runtime
import Store
import Tables

extension Case {
    /// Over `events.csv` of the data folder: user, item, category, behaviour, epoch seconds, no header.
    static let events = [
        Case(name: "sample-5", needsData: true) { setting in
            let target = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-bench-\(getpid()).csv").path
            defer { unlink(target) }
            let (log, seconds) = try Setting.seconds {
                let log = try source(setting).sampling(share: 0.05, seed: 42).collect(setting.work)
                try WholeFile.write(to: target) { sink in try log.table.writeText(as: .csv(), work: setting.work) { try sink.append($0) } }
                return log
            }
            return Measured(seconds: seconds, samples: log.report.read.rows, score: Double(log.count))
        },
        Case(name: "rfm-transitions", needsData: true) { setting in try rfmTransitions(setting, source(setting)) },
        Case(name: "rfm-transitions-cached", needsData: true) { setting in
            let cache = ContentCache(directory: FileManager.default.temporaryDirectory.appendingPathComponent("cnb-bench-\(getpid())").path)
            defer { do { try FileManager.default.removeItem(atPath: cache.directory) } catch { print("left behind: \(cache.directory)") } }
            _ = try source(setting, cache).collect(setting.work)
            return try rfmTransitions(setting, source(setting, cache))
        },
    ]

    private static func rfmTransitions(_ setting: Setting, _ source: EventSource) throws -> Measured {
        let (result, seconds) = try Setting.seconds {
            let log = try source.collect(setting.work)
            let rfm = try log.rfm(work: setting.work)
            return (log.count, rfm.users.count, try log.transitions(work: setting.work).count)
        }
        return Measured(seconds: seconds, samples: result.0, score: Double(result.1))
    }

    private static func source(_ setting: Setting, _ cache: ContentCache? = nil) throws -> EventSource {
        var options = LoadOptions()
        options.hasHeader = false
        options.cache = cache
        options.columns = ["user", "item", "category", "behavior", "ts"]
        guard case .events(let source) = try Loaded(paths: [setting.path("events.csv")], options: options, work: setting.work) else {
            throw NumpyArray.Problem.unreadable("events.csv", "holds no events")
        }
        return source
    }
}

import Events
import Language
import Runtime
import Tables

/// Some of the events that a statement reads, to measure on: users of the log, or what stands in the head of its files.
struct EventsProbe {
    /// Some of the events, in memory.
    let part: EventLog
    /// How many events there are in all.
    let total: Int
    /// Whether that is known, and not estimated from the head of a file.
    let isExact: Bool
    /// Bytes of all events in memory.
    let bytes: Int
    /// What must be read before the statement can begin.
    let reading: [Plan.Step]

    private static let mostEvents = 400_000

    /// - Throws: as reading the head of the files does.
    init(_ events: EventsValue, work: Work) throws {
        if let shop = events.source.pendingShop {
            var made: (log: EventLog, share: Double)?
            let seconds = try Probe.shop(of: shop.shop.users, work) { users in
                (min(users, shop.shop.users), { made = try events.source.part(users: users, work: work) })
            }
            guard let made else { throw DataError.noRowsLeft("there is no shop to make") }
            part = made.log
            isExact = false
            total = Int(Double(made.log.count) / made.share)
            let memory = part.table.memory
            bytes = Int(Double(memory.rows) / made.share) + memory.texts
            reading = [
                Plan.Step("simulate shop", amount: Plan.rows(shop.events, isExact: false), seconds: seconds, bytes: bytes, remark: "made user by user, with the steps after it")
            ]
            return
        }
        if events.source.remembered != nil || events.source.detection == nil {
            let log = try events.log(work)
            part = log
            total = log.count
            isExact = true
            let memory = log.table.memory
            bytes = memory.rows + memory.texts
            reading = []
            return
        }
        guard let detection = events.source.detection, let path = events.source.files.first?.name else { throw DataError.noRowsLeft("there is no file to read") }
        let file = try FileProbe(path, detection: detection, files: events.source.files, work: work)
        let whole = try EventLog(file.table, roles: detection.roles, work: work)
        // What stands before the statement and was not done yet.
        part = try events.source.steps.reduce(whole) { try $1.run(on: $0, work) }
        isExact = false
        total = Int((Double(file.rows) * Double(part.count) / Double(max(1, whole.count))).rounded())
        let (before, after) = (whole.table.memory, part.table.memory)
        bytes = Int(Double(file.bytesInMemory) * Double(after.rows + after.texts) / Double(max(1, before.rows + before.texts)))
        reading = [try file.readingStep(work)]
    }

    var amount: String { Plan.rows(total, isExact: isExact) }

    /// The first users, with about as many events as asked for.
    func slice(_ events: Int, work: Work) throws -> EventLog {
        let wanted = min(events, Self.mostEvents)
        guard wanted < part.count, let user = part.userOffsets.firstIndex(where: { $0 >= wanted }), part.userOffsets[user] < part.count else { return part }
        return try EventLog(part.table.prefix(part.userOffsets[user]), roles: part.roles, work: work)
    }

    /// Seconds of something that is done to all events, in proportion to their number.
    func seconds(_ work: Work, from first: Int = 2000, _ run: @escaping (EventLog) throws -> Void) throws -> Double {
        try Probe.linear(total: total, from: first) { events in
            let slice = try self.slice(events, work: work)
            // A head of a file cannot grow beyond itself.
            let isAll = isExact ? slice.count >= part.count : false
            return (isAll ? total : slice.count, { try run(slice) })
        }
    }
}

extension Command {
    /// The plan of a verb whose work grows in proportion to the events that it reads: it is run on a few users.
    ///
    /// - Parameter keeps: the share of the events that its value will hold; none when the value holds no events.
    func planOverEvents(_ what: String, _ call: Call, _ input: Input?, keeps: Double? = nil, remark: String = "") throws -> Plan {
        let work = Probe.quiet(call.context.work)
        let probe = try EventsProbe(try EventsValue.read(input, call), work: work)
        let bytes = keeps.map { Int(Double(probe.bytes) * $0) }
        let seconds: Double
        do {
            seconds = try probe.seconds(work) { slice in
                _ = try self.run(call, on: Input(name: input?.name ?? "", value: EventsValue(EventSource(slice))))
            }
        } catch { return Plan(probe.reading + [try Probe.unmeasured(what, amount: probe.amount, bytes: bytes, error)]) }
        return Plan(probe.reading + [Plan.Step(what, amount: probe.amount, seconds: seconds, bytes: bytes, remark: remark)])
    }
}

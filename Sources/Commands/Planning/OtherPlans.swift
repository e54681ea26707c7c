import Diagnostics
import Language
import Runtime
import Tables

extension EvaluateCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { .cheap("show scores", why: "they were made with the model") }
}

extension CompareCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { .cheap("set scores side by side", why: "they were made with the models") }
}

extension ShowCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        var chosen = input
        if let name = try call[Self.name] { chosen = try call.context.value(named: name, at: call.span(of: Self.name)) }
        guard let events = chosen?.value as? EventsValue, events.source.remembered == nil else { return .cheap("show", why: "it is in memory") }
        let work = Probe.quiet(call.context.work)
        return Plan(try EventsProbe(events, work: work).reading + [Plan.Step("show", seconds: 0)])
    }
}


extension SimulateCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        let source = try source(call)
        guard let pending = source.pendingShop else { return nil }
        let work = Probe.quiet(call.context.work)
        let isLarge = pending.events > Self.mostAtOnce
        let seconds = try Probe.shop(of: pending.shop.users, work) { users in (min(users, pending.shop.users), { _ = try source.part(users: users, work: work) }) }
        let amount = "\(Plan.rows(pending.events, isExact: false)) of \(NumberText.counted(pending.shop.users, "users"))"
        return Plan([
            Plan.Step(
                "simulate shop", amount: amount, seconds: isLarge ? 0 : seconds, bytes: isLarge ? nil : pending.bytes,
                remark: isLarge
                    ? "a shop of this size is made when it is first asked something, which takes about \(Plan.text(seconds: seconds)) and "
                        + "\(NumberText.bytes(Plan.rounded(pending.bytes))) of memory; 'write' needs no memory for it"
                    : "")
        ])
    }
}

extension WriteCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        var chosen = input
        if let name = try call[Self.name] { chosen = try call.context.value(named: name, at: call.span(of: Self.name)) }
        let path = try call[Self.path]
        let isJSON = path.lowercased().hasSuffix(".json")
        let work = Probe.quiet(call.context.work)
        var reading: [Plan.Step] = []
        let table: Table
        let rows: Int
        // A part of events that were not made yet is not all of them.
        var isAll = true
        if let events = chosen?.value as? EventsValue {
            let probe = try EventsProbe(events, work: work)
            // What is streamed is not held.
            reading = events.source.isStreamed ? probe.reading.map { Plan.Step($0.what, amount: $0.amount, seconds: $0.seconds, remark: $0.remark) } : probe.reading
            rows = probe.total
            table = probe.part.table
            isAll = probe.isExact
        } else if let found = try chosen?.value.rows(work) {
            table = found.table
            rows = table.rowCount
        } else {
            return nil
        }
        var perRow = 0.0
        let seconds = try Probe.linear(total: rows, from: 1000) { size in
            let part = table.prefix(size)
            return (
                isAll && part.rowCount == table.rowCount ? rows : part.rowCount,
                { perRow = Double(isJSON ? part.jsonText.utf8.count : part.csv().count) / Double(max(1, part.rowCount)) }
            )
        }
        let bytes = Int(perRow * Double(rows))
        return Plan(
            reading + [
                Plan.Step(
                    "write \(path)", amount: "\(Plan.rows(rows, isExact: reading.isEmpty, "rows")), about \(NumberText.bytes(Plan.rounded(bytes)))", seconds: seconds / Double(work.workers.threads),
                    remark: "the text is made piece by piece; how fast the disk takes it is not measured")
            ])
    }
}

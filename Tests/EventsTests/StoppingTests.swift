import Expressions
import Runtime
import Tables
import Testing

@testable import Events

/// Work that the user has stopped already.
private func stopped(threads: Int) -> Work {
    let cancellation = Cancellation()
    cancellation.cancel()
    return Work(threads: threads, cancellation: cancellation)
}

struct StoppingTests {
    struct Question: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let ask: @Sendable (EventLog, Work) throws -> Void

        init(_ name: String, _ ask: @escaping @Sendable (EventLog, Work) throws -> Void) {
            testDescription = name
            self.ask = ask
        }
    }

    static let questions = [
        Question("a log is made of sorted rows") { log, work in _ = try EventLog(log.table, roles: log.roles, work: work) },
        Question("a log is made of unsorted rows") { log, work in
            _ = try EventLog(log.table.subset(rows: (0..<Int32(log.count)).reversed()), roles: log.roles, work: work)
        },
        Question("events are filtered") { log, work in _ = try log.filtered(log.times.indices.map { $0 > 0 }, work: work) },
        Question("users are filtered") { log, work in _ = try log.filteredUsers([true, false, true], work: work) },
        Question("users are sampled") { log, work in _ = try log.sampled(share: 0.5, seed: 1, work: work) },
        Question("columns are selected") { log, work in _ = try log.selecting(["user", "time"], work: work) },
        Question("a log is cleaned") { log, work in _ = try log.cleaned(work: work) },
        Question("the dense span is found") { log, work in _ = try log.denseSpan(work: work) },
        Question("ties are found") { log, work in _ = try log.ties(work: work) },
        Question("sessions are made") { log, work in _ = try log.withSessions(gap: 60, work: work) },
        Question("neighbouring sessions are counted") { log, work in _ = try log.withSessions(gap: 60).sessionCount(work: work) },
        Question("sessions are summed up") { log, work in _ = try log.withSessions(gap: 60).sessionSummary(work: work) },
        Question("session lengths are put in order") { log, work in _ = try log.withSessions(gap: 60).sessionSummary().length(work: work) },
        Question("session durations are put in order") { log, work in _ = try log.withSessions(gap: 60).sessionSummary().duration(work: work) },
        Question("values are counted") { log, work in _ = try log.top("action", work: work) },
        Question("written values are coded") { log, work in _ = try log.codes(of: "time", work: work) },
        Question("days are counted") { log, work in _ = try log.dailyCounts(work: work) },
        Question("hours are counted") { log, work in _ = try log.hourlyCounts(work: work) },
        Question("transitions are counted") { log, work in _ = try log.transitions(work: work) },
        Question("events per user are put in order") { log, work in _ = try log.eventsPerUser(work: work) },
        Question("a log is looked over") { log, work in _ = try log.overview(work: work) },
    ]

    @Test(arguments: questions, [1, 3])
    func `whatever takes long stops when it is asked to`(question: Question, threads: Int) throws {
        let log = try QuestionTests.log()
        try question.ask(log, Work(threads: threads))
        #expect(throws: Cancelled.self) { try question.ask(log, stopped(threads: threads)) }
    }

    @Test func `sessions that overlap are grouped alike, and stop alike`() throws {
        let table = Table([
            Column("user", text: ["a", "a", "a", "a"]), Column("time", times: [1, 2, 3, 4]), Column("session", text: ["x", "y", "x", "y"]),
        ])
        let log = try EventLog(table, roles: [.user: "user", .time: "time", .session: "session"], work: Work())
        #expect(try log.sessionSummary().lengths == [2, 2])
        #expect(throws: Cancelled.self) { try log.sessionCount(work: stopped(threads: 1)) }
    }
}

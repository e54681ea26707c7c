import Diagnostics
import Events
import Language
import Runtime

/// Measures work on a small part, to say how long all of it takes.
enum Probe {
    /// Seconds that a body takes.
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let took = try ContinuousClock().measure(body)
        return Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18
    }

    /// Seconds of work that grows in proportion to its size, for all of it.
    ///
    /// Parts of growing size are done until one takes long enough to be measured; the last two tell what a part costs and what is spent once.
    /// - Parameters:
    ///   - first: the size of the first part.
    ///   - limit: the seconds that a part should stay below; the first is done in any case.
    ///   - prepare: makes a part of about a size, and gives its true size and what is to be measured.
    static func linear(total: Int, from first: Int = 2000, limit: Double = 0.05, _ prepare: (Int) throws -> (size: Int, run: () throws -> Void)) throws -> Double {
        var before: (size: Int, seconds: Double)?
        var size = min(first, max(1, total))
        while true {
            let part = try prepare(size)
            // Other programs only ever make it slower: of two runs the faster tells more.
            let took = min(try seconds(part.run), try seconds(part.run))
            if part.size >= total { return took }
            let now = (size: part.size, seconds: took)
            // A part that stays below what was asked for is the largest there is.
            if took * 4 > limit || size >= total || part.size * 2 < size {
                guard let before, now.size > before.size else { return took * Double(total) / Double(max(1, now.size)) }
                // What is spent once cannot be negative, nor can a larger part be cheaper.
                let each = min(max(0, (now.seconds - before.seconds) / Double(now.size - before.size)), now.seconds / Double(now.size))
                return now.seconds + each * Double(total - now.size)
            }
            before = now
            size = min(max(size, part.size) * 4, total)
        }
    }

    /// Seconds of making a shop. Parts below some thousand users would leave threads idle, and small ones lie in memory that is quicker than what all need.
    static func shop(of users: Int, _ work: Work, _ prepare: (Int) throws -> (size: Int, run: () throws -> Void)) throws -> Double {
        try linear(total: users, from: EventSource.usersFilling(threads: work.workers.threads), limit: 0.2, prepare)
    }

    /// A step that failed on the part it was to be measured on.
    ///
    /// - Throws: `Cancelled`, if that is why.
    static func unmeasured(_ what: String, amount: String, bytes: Int? = nil, _ error: any Error) throws -> Plan.Step {
        if error is Cancelled { throw error }
        let message = (error as? Diagnostic)?.message ?? (error as? any Diagnosable)?.diagnostic.message ?? "\(error)"
        return Plan.Step(what, amount: amount, seconds: nil, bytes: bytes, remark: "no estimate: on a small part it fails with '\(message)'")
    }

    /// The work of a measurement: as much as the session's, but told to nobody.
    static func quiet(_ work: Work) -> Work { Work(threads: work.workers.threads, cancellation: work.cancellation) }
}

extension Plan {
    static func rows(_ count: Int, isExact: Bool, _ noun: String = "events") -> String { (isExact ? "" : "about ") + NumberText.counted(isExact ? count : rounded(count), noun) }

    /// The two leading digits of an estimate.
    static func rounded(_ count: Int) -> Int {
        var unit = 1
        while count / unit >= 100 { unit *= 10 }
        return (count + unit / 2) / unit * unit
    }

    /// Nothing that anybody waits for.
    static func cheap(_ what: String, why: String) -> Plan { Plan([Step(what, seconds: 0, remark: why)]) }
}

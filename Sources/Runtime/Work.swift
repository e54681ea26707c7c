import Dispatch
import Synchronization

/// How a long function runs: on how many threads, whom it tells how far it is, and when it must stop.
public struct Work: Sendable {
    public let workers: Workers
    public let cancellation: Cancellation
    public let progress: any ProgressReporting

    public init(threads: Int = 1, cancellation: Cancellation = Cancellation(), progress: any ProgressReporting = SilentProgress()) {
        workers = Workers(threads: threads)
        self.cancellation = cancellation
        self.progress = progress
    }

    /// Stops here if the user asked for it.
    public func check() throws(Cancelled) { try cancellation.check() }

    /// Calls `body` with one stretch of some tens of thousands of rows after the other, and asks before each whether to go on.
    public func forEachStretch(of rows: Range<Int>, _ body: (Range<Int>) throws -> Void) throws {
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.stretch) {
            try check()
            try body(start..<min(rows.upperBound, start + Self.stretch))
        }
        try check()
    }

    public func forEachStretch(of rows: Int, _ body: (Range<Int>) throws -> Void) throws { try forEachStretch(of: 0..<rows, body) }

    /// `transform` of each row, in order; between stretches of rows it asks whether to go on.
    @inlinable public func map<Result>(rows: Int, _ transform: (Int) throws -> Result) throws -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(rows)
        try forEachStretch(of: rows) { for row in $0 { results.append(try transform(row)) } }
        return results
    }

    /// Sorts in place, and asks between some tens of thousands of comparisons whether to go on.
    @inlinable public func sort<Element>(_ elements: inout [Element], by precedes: (Element, Element) throws -> Bool) throws {
        var comparisons = 0
        try elements.sort { a, b in
            comparisons &+= 1
            if comparisons & (Self.stretch - 1) == 0 { try check() }
            return try precedes(a, b)
        }
        try check()
    }

    @usableFromInline static let stretch = 1 << 16

    /// Says how far a stage is: `fraction` in 0...1, or none when the end is not known.
    public func report(_ stage: String, _ fraction: Double?, _ detail: @autoclosure () -> String = "") {
        progress.update(stage: stage, fraction: fraction, detail: detail())
    }
}

/// Runs shards of work on a few threads.
///
/// The number of shards is the caller's and never follows the number of threads, so results that are put together in shard order are
/// bit for bit the same at any thread count.
public struct Workers: Sendable {
    public let threads: Int

    public init(threads: Int) {
        precondition(threads >= 1, "Workers needs at least one thread")
        self.threads = threads
    }

    /// Calls `body` once for each shard in `0..<shards`. If some throw, the error of the lowest shard is thrown once all have ended.
    public func forEach(shards: Int, _ body: @Sendable (Int) throws -> Void) throws {
        if threads == 1 || shards <= 1 {
            for shard in 0..<shards { try body(shard) }
            return
        }
        let next = Atomic<Int>(0)
        let failure = Mutex<(shard: Int, error: any Error)?>(nil)
        withoutActuallyEscaping(body) { body in
            DispatchQueue.concurrentPerform(iterations: min(threads, shards)) { _ in
                while true {
                    let shard = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard shard < shards else { return }
                    do { try body(shard) } catch {
                        failure.withLock { if shard < $0?.shard ?? .max { $0 = (shard, error) } }
                        next.store(shards, ordering: .relaxed)
                    }
                }
            }
        }
        if let failed = failure.withLock({ $0 }) { throw failed.error }
    }

    /// The results of `body` for each shard, in shard order.
    public func map<Result: Sendable>(shards: Int, _ body: @Sendable (Int) throws -> Result) throws -> [Result] {
        let results = Mutex<[Result?]>(Array(repeating: nil, count: shards))
        try forEach(shards: shards) { shard in
            let result = try body(shard)
            results.withLock { $0[shard] = result }
        }
        return results.withLock { $0.map { $0! } }
    }
}

/// The user asked to stop.
public struct Cancelled: Error { public init() {} }

/// A flag that anybody may raise, a signal handler included, and long work looks at often.
public final class Cancellation: Sendable {
    private let raised = Atomic<Bool>(false)

    public init() {}
    public func cancel() { raised.store(true, ordering: .relaxed) }
    public func reset() { raised.store(false, ordering: .relaxed) }
    public var isCancelled: Bool { raised.load(ordering: .relaxed) }
    public func check() throws(Cancelled) { if isCancelled { throw Cancelled() } }
}

/// Is told how far long work is.
public protocol ProgressReporting: Sendable {
    func update(stage: String, fraction: Double?, detail: String)
}

public struct SilentProgress: ProgressReporting {
    public init() {}
    public func update(stage: String, fraction: Double?, detail: String) {}
}

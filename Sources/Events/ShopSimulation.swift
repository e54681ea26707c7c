import Runtime

/// Makes the clickstream of a shop whose truth is known: who belongs to which segment, and what the order of actions gives away.
///
/// Each user belongs to one `Segment`, visits in sessions that follow its days and hours, and acts by the segment's chain of hidden intents
/// (`Intent`). The intents show in the *order* of actions: `fav pv cart` goes on to `buy`, while `cart pv fav`, with the same counts, does not.
/// So a model that reads order finds what a table of counts, or a copy with its actions shuffled, does not hold.
///
/// A user follows from (seed, segments, days, number of the user) alone: users can be made in any order and on any number of threads, and a
/// simulation of more users begins with the same ones. Memory is one user, or one shard where shards are asked for.
public struct ShopSimulation: Sendable {
    public static let userLimits = 1...100_000_000
    public static let dayLimits = 1...3_650
    public static let segmentLimits = 1...Segment.all.count
    /// 2025-09-01T00:00:00Z, a Monday, in epoch seconds: the first moment in which an event can happen.
    public static let start = 1_756_684_800
    /// Users in a shard; the last one may hold fewer.
    public static let usersPerShard = 256

    public let users: Int, days: Int, seed: Int
    /// The segments in play, their shares summing to 1.
    public let segments: [Segment]
    let plans: [Plan]
    private let cumulativeShares: [Double]

    /// - Parameters:
    ///   - segments: how many of `Segment.all` there are, from the first on; their shares are scaled to sum to 1.
    /// - Throws: `ShopSimulationError` when a number is outside its limits.
    public init(users: Int, days: Int = 28, segments: Int = 5, seed: Int = 0) throws(ShopSimulationError) {
        try Self.check("users", users, Self.userLimits)
        try Self.check("days", days, Self.dayLimits)
        try Self.check("segments", segments, Self.segmentLimits)
        self.users = users
        self.days = days
        self.seed = seed
        let chosen = Segment.all.prefix(segments)
        let total = chosen.reduce(0) { $0 + $1.share }
        self.segments = chosen.map { segment in
            var segment = segment
            segment.share /= total
            return segment
        }
        plans = self.segments.map(Plan.init)
        var sum = 0.0
        cumulativeShares = self.segments.map { sum += $0.share; return sum }
    }

    private static func check(_ parameter: String, _ value: Int, _ limits: ClosedRange<Int>) throws(ShopSimulationError) {
        guard limits.contains(value) else { throw ShopSimulationError(parameter: parameter, value: value, limits: limits) }
    }

    /// What a user can do, in the order of the codes.
    public enum Action: UInt8, CaseIterable, Sendable {
        case pv, cart, fav, buy
        public var name: String { Self.names[Int(rawValue)] }
        public static let names = ["pv", "cart", "fav", "buy"]
    }

    /// One row of the log.
    public struct Event: Hashable, Sendable {
        public let user: Int, item: Int
        /// An index into `ShopSimulation.categories`.
        public let category: UInt8
        public let action: Action
        /// Epoch seconds.
        public let time: Int
        /// The item's price in cents; an item has one price for everybody at all times.
        public let price: Int
        /// What brought the user, in the first event of a session; none in the others.
        public let campaign: Campaign

        public init(user: Int, item: Int, category: UInt8, action: Action, time: Int, price: Int, campaign: Campaign = .none) {
            self.user = user
            self.item = item
            self.category = category
            self.action = action
            self.time = time
            self.price = price
            self.campaign = campaign
        }
    }

    /// The names that category codes stand for.
    public static var categories: [String] { Catalogue.categories.map(\.name) }

    /// Who a user is: their id and which of `segments` they belong to.
    public struct Truth: Hashable, Sendable {
        public let user: Int, segment: Int
    }

    /// The truth of one user, without making their events.
    ///
    /// - Parameter index: the number of the user, in `0..<users`; ids rise with it, with gaps.
    public func truth(of index: Int) -> Truth { begin(index).truth }

    /// The truth of all users, in the order of the log.
    ///
    /// - Complexity: O(users), in time and memory.
    public func truth() -> [Truth] { (0..<users).map(truth(of:)) }

    /// The events of one user, at least one, in order of time; no two at the same second.
    public func user(_ index: Int) -> [Event] {
        var events: [Event] = []
        appendUser(index, to: &events)
        return events
    }

    /// Appends the events of one user, so that a loop over many users can keep one buffer.
    public func appendUser(_ index: Int, to events: inout [Event]) {
        let (truth, stream) = begin(index)
        // Of their own, so that what brought a user changes nothing of what they do.
        let campaigns = RandomStream(seed: seed, name: "simulate", purpose: "campaigns of user \(index)")
        var shopper = Shopper(truth.user, plan: plans[truth.segment], days: days, stream: stream, campaigns: campaigns)
        shopper.appendEvents(to: &events)
    }

    private func begin(_ index: Int) -> (truth: Truth, stream: RandomStream) {
        precondition((0..<users).contains(index), "ShopSimulation has users 0..<\(users), not \(index)")
        var stream = RandomStream(seed: seed, name: "simulate", purpose: "user \(index)")
        let position = stream.uniform()
        let segment = cumulativeShares.firstIndex { position < $0 } ?? segments.count - 1
        // Ids rise by 1...73, so that they look drawn from a larger register and the log is still in order of user.
        let id = 100_000 + 37 * index + stream.below(37)
        return (Truth(user: id, segment: segment), stream)
    }

    // MARK: Shards

    /// How many shards the users fall into; never depends on the number of threads.
    public var shards: Int { (users + Self.usersPerShard - 1) / Self.usersPerShard }

    /// The users of a shard, by number.
    public func users(ofShard shard: Int) -> Range<Int> {
        precondition((0..<shards).contains(shard), "ShopSimulation has shards 0..<\(shards), not \(shard)")
        let first = shard * Self.usersPerShard
        return first..<min(first + Self.usersPerShard, users)
    }

    /// Makes all events, several shards at a time on the threads of `work`, and hands over each shard's events in the order of the log.
    ///
    /// Holds four shards a thread at once, whatever the number of users.
    /// - Throws: `Cancelled`, or what `body` throws.
    public func forEachShard(work: Work = Work(), _ body: ([Event]) throws -> Void) throws {
        try forEachShard(work: work, make: { $0 }, body)
    }

    func forEachShard<Made: Sendable>(
        work: Work, make: @Sendable ([Event]) throws -> Made, _ body: (Made) throws -> Void
    ) throws {
        let batch = 4 * work.workers.threads
        for first in stride(from: 0, to: shards, by: batch) {
            let made = try work.workers.map(shards: min(batch, shards - first)) { offset in
                var events: [Event] = []
                for index in users(ofShard: first + offset) {
                    try work.check()
                    appendUser(index, to: &events)
                }
                return try make(events)
            }
            for shard in made { try body(shard) }
            let done = min(first + batch, shards)
            work.report("simulate", Double(done) / Double(shards), "\(min(done * Self.usersPerShard, users)) of \(users) users")
        }
    }
}

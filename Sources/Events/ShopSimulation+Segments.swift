extension ShopSimulation {
    /// Customers of one habit. The numbers are the planted truth; `datasets/README.md` shows them as a table.
    public struct Segment: Hashable, Sendable {
        public let name: String
        /// One sentence on how these customers behave.
        public let summary: String
        /// The part of the users that belongs here, in 0...1.
        public internal(set) var share: Double

        /// Sessions a day while the user is active; a user's own rate varies around it.
        public let visitsPerDay: Double
        /// Steps after which a browsing user leaves, on average.
        public let looksPerSession: Double
        /// Days after which a user stops coming, on average.
        public let lifetimeDays: Double
        /// The part of the users who are customers already on the first day; the others arrive later.
        public let presentAtStart: Double
        /// Seconds between two actions, the median.
        public let pace: Double

        /// At a step of browsing, the chance to start deciding (`fav pv cart pv buy`) and to start parking (`cart pv fav pv`).
        public let decides: Double, parks: Double
        /// At a step of browsing, the chance of a cart or a fav that means nothing.
        public let straysCart: Double, straysFav: Double
        /// The chance to buy straight after looking twice; to buy what was decided on; to buy one more.
        public let impulse: Double, completes: Double, buysMore: Double

        /// Weights of the hours 0...23, UTC, in which sessions start, and of the days Monday to Sunday.
        public let hours: [Double], weekdays: [Double]
        /// Weights of the cheap, the middle and the dear third of the items.
        public let tiers: [Double]
        /// Weights of what brings the user to a session, in the order of `Campaign`: nothing that is known, newsletter, search, social, comparison.
        public let campaigns: [Double]
        public let categories: [String]
    }
}

extension ShopSimulation.Segment {
    private static let evening: [Double] = [3, 1, 1, 1, 1, 1, 2, 4, 6, 7, 8, 8, 9, 8, 8, 8, 9, 10, 13, 17, 21, 22, 16, 8]
    private static let late: [Double] = [20, 16, 10, 5, 2, 1, 1, 1, 2, 3, 3, 4, 5, 5, 4, 4, 4, 5, 6, 8, 11, 15, 20, 22]
    private static let office: [Double] = [1, 1, 1, 1, 1, 1, 2, 5, 9, 12, 13, 14, 20, 16, 11, 10, 9, 9, 8, 9, 11, 10, 6, 2]
    private static let daytime: [Double] = [2, 1, 1, 1, 1, 1, 3, 6, 10, 13, 14, 13, 12, 11, 12, 13, 13, 12, 12, 14, 15, 13, 8, 4]

    /// The segments in the order in which `segments=` takes them; the shares of the first five sum to 1.
    public static let all: [Self] = [
        Self(
            name: "loyal", summary: "Come often all month, know what they want and buy it.", share: 0.18,
            visitsPerDay: 0.60, looksPerSession: 7, lifetimeDays: 300, presentAtStart: 0.95, pace: 24,
            decides: 0.060, parks: 0.012, straysCart: 0.026, straysFav: 0.001, impulse: 0.090, completes: 0.88, buysMore: 0.24,
            hours: evening, weekdays: [9, 9, 9, 10, 10, 12, 12], tiers: [3, 5, 3],
            campaigns: [6, 3, 0.5, 0.5, 0],
            categories: ["shoes", "dresses", "cosmetics", "coffee", "books", "pets"]),
        Self(
            name: "browsers", summary: "Look at much in the evening and buy next to nothing.", share: 0.30,
            visitsPerDay: 0.22, looksPerSession: 11, lifetimeDays: 60, presentAtStart: 0.75, pace: 17,
            decides: 0.005, parks: 0.018, straysCart: 0.030, straysFav: 0.001, impulse: 0.002, completes: 0.40, buysMore: 0.04,
            hours: evening, weekdays: [8, 8, 8, 9, 10, 14, 14], tiers: [3, 4, 4],
            campaigns: [4, 0.5, 1.5, 4, 0],
            categories: ["dresses", "jackets", "bags", "furniture", "phones", "watches", "lamps"]),
        Self(
            name: "bargain-hunters", summary: "Park cheap things in cart and favourites and come for them at the weekend.", share: 0.22,
            visitsPerDay: 0.34, looksPerSession: 8, lifetimeDays: 80, presentAtStart: 0.90, pace: 28,
            decides: 0.034, parks: 0.036, straysCart: 0.052, straysFav: 0.001, impulse: 0.045, completes: 0.68, buysMore: 0.12,
            hours: daytime, weekdays: [6, 6, 6, 7, 10, 20, 20], tiers: [8, 2, 0.4],
            campaigns: [2, 3, 1, 1, 3],
            categories: ["toys", "snacks", "kitchen", "baby", "cosmetics", "bedding", "sports"]),
        Self(
            name: "one-timers", summary: "Come once or twice, buy at most once, and never come back.", share: 0.18,
            visitsPerDay: 0.20, looksPerSession: 8, lifetimeDays: 0.6, presentAtStart: 0.03, pace: 34,
            decides: 0.048, parks: 0.020, straysCart: 0.030, straysFav: 0.002, impulse: 0.045, completes: 0.75, buysMore: 0.02,
            hours: office, weekdays: [11, 11, 11, 10, 10, 8, 8], tiers: [4, 5, 1],
            campaigns: [1, 0, 6, 1, 2],
            categories: ["tools", "headphones", "garden", "games", "lamps"]),
        Self(
            name: "gift-givers", summary: "Come for a week before a date and buy several dear things.", share: 0.12,
            visitsPerDay: 0.95, looksPerSession: 8, lifetimeDays: 6, presentAtStart: 0.05, pace: 30,
            decides: 0.070, parks: 0.014, straysCart: 0.030, straysFav: 0.001, impulse: 0.070, completes: 0.88, buysMore: 0.30,
            hours: office, weekdays: [9, 9, 10, 11, 12, 11, 8], tiers: [0.5, 3, 6],
            campaigns: [2, 1, 4, 2, 1],
            categories: ["jewellery", "watches", "toys", "books", "games"]),
        Self(
            name: "collectors", summary: "Fill carts and favourites for the pleasure of it.", share: 0.12,
            visitsPerDay: 0.38, looksPerSession: 11, lifetimeDays: 90, presentAtStart: 0.85, pace: 20,
            decides: 0.008, parks: 0.055, straysCart: 0.030, straysFav: 0.006, impulse: 0.004, completes: 0.60, buysMore: 0.05,
            hours: daytime, weekdays: [9, 9, 9, 9, 10, 13, 13], tiers: [2, 4, 4],
            campaigns: [5, 2, 1, 2, 0],
            categories: ["books", "games", "cameras", "watches", "jewellery"]),
        Self(
            name: "night-owls", summary: "Shop after ten at night and buy on impulse.", share: 0.10,
            visitsPerDay: 0.40, looksPerSession: 6, lifetimeDays: 80, presentAtStart: 0.80, pace: 13,
            decides: 0.020, parks: 0.008, straysCart: 0.024, straysFav: 0.002, impulse: 0.180, completes: 0.80, buysMore: 0.12,
            hours: late, weekdays: [9, 9, 9, 10, 14, 14, 10], tiers: [4, 4, 2],
            campaigns: [3, 0.5, 1, 5, 0.5],
            categories: ["games", "headphones", "snacks", "phones", "shoes"]),
        Self(
            name: "big-spenders", summary: "Weigh a few very dear things for long, on working days.", share: 0.08,
            visitsPerDay: 0.22, looksPerSession: 15, lifetimeDays: 100, presentAtStart: 0.80, pace: 45,
            decides: 0.032, parks: 0.012, straysCart: 0.014, straysFav: 0.003, impulse: 0.004, completes: 0.88, buysMore: 0.06,
            hours: office, weekdays: [14, 14, 14, 14, 12, 5, 5], tiers: [0.1, 1, 9],
            campaigns: [5, 1, 3, 0.5, 0.5],
            categories: ["furniture", "cameras", "phones", "watches", "jewellery"]),
    ]
}

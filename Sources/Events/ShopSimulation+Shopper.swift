import Runtime
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ShopSimulation {
    /// One user while their events are made: what they like, what they saw last, and what they left unfinished.
    struct Shopper {
        private let id: Int
        private let plan: Plan
        private var stream: RandomStream, campaigns: RandomStream
        /// The days on which the user may come, and the second before which all must have happened.
        private let activeDays: Range<Int>
        private let end: Int
        /// Whether the user came to the shop for the first time after the first day.
        private let isNew: Bool
        private let visitsPerDay: Double
        private let tastes: [Int]
        /// The last few items seen, oldest first.
        private var seen: [Catalogue.Item] = []
        private var unfinished: (intent: Intent, item: Catalogue.Item)?

        init(_ id: Int, plan: Plan, days: Int, stream: RandomStream, campaigns: RandomStream) {
            self.id = id
            self.plan = plan
            self.stream = stream
            self.campaigns = campaigns
            let segment = plan.segment
            let arrival = self.stream.uniform() < segment.presentAtStart ? 0 : self.stream.below(days)
            // Weibull of shape 2, whose mean is 0.886 times its scale: few leave at once, few stay for very long.
            let lifetime = segment.lifetimeDays / 0.886 * (-log(1 - self.stream.uniform())).squareRoot()
            activeDays = arrival..<min(days, arrival + 1 + Int(min(lifetime, Double(days))))
            isNew = arrival > 0
            end = ShopSimulation.start + days * 86_400
            visitsPerDay = segment.visitsPerDay * exp(0.3 * self.stream.normal())
            var favoured = plan.categories
            self.stream.shuffle(&favoured)
            tastes = Array(favoured.prefix(1 + self.stream.below(3)))
        }

        /// Appends the user's events in order of time: at least one visit, and for who is new one on the day of arrival.
        mutating func appendEvents(to events: inout [Event]) {
            var free = ShopSimulation.start
            let before = events.count
            for day in activeDays {
                let visits = poisson(mean: visitsPerDay * plan.weekdays[day % 7])
                appendVisits(isNew && day == activeDays.lowerBound ? max(1, visits) : visits, on: day, from: &free, to: &events)
            }
            if events.count == before { appendVisits(1, on: activeDays.lowerBound + stream.below(activeDays.count), from: &free, to: &events) }
        }

        /// Appends the visits of one day. One that would begin inside another, or within half an hour of its end, is part of that one.
        private mutating func appendVisits(_ count: Int, on day: Int, from free: inout Int, to events: inout [Event]) {
            let midnight = ShopSimulation.start + day * 86_400
            let begins = (0..<count).map { _ in midnight + draw(plan.hours) * 3_600 + stream.below(3_600) }
            for begin in begins.sorted() where begin >= free { free = appendSession(from: begin, to: &events) + 31 * 60 }
        }

        /// Appends one session and returns the time of its last event.
        private mutating func appendSession(from begin: Int, to events: inout [Event]) -> Int {
            var time = begin
            var category = tasteOfTheDay()
            var intent = Intent.look
            var item = Catalogue.Item()
            if let left = unfinished, stream.uniform() < 0.6 {
                // What was left unfinished is looked at again first, and goes on from there.
                intent = left.intent == .like || left.intent == .likeLook ? .likeLook : .basketLook
                item = left.item
            } else {
                item = nextItem(&category)
            }
            unfinished = nil
            var campaign = Campaign.allCases[Plan.index(at: campaigns.uniform(), in: plan.campaigns)]
            while true {
                events.append(Event(user: id, item: item.id, category: item.category, action: intent.action, time: time, price: item.price, campaign: campaign))
                campaign = .none
                remember(item)
                let next = plan.next(after: intent, at: stream.uniform())
                let after = time + gap(before: next)
                guard next != .leave, after < end else {
                    if intent.isUnfinished { unfinished = (intent, item) }
                    return time
                }
                // Each look is at another item, each further buy as well; all else is about the item in hand.
                if next == .look || next == .purchase && intent == .purchase { item = nextItem(&category) }
                intent = next
                time = after
            }
        }

        /// Mostly an item by popularity from the category in hand; at times one seen before.
        private mutating func nextItem(_ category: inout Int) -> Catalogue.Item {
            if !seen.isEmpty, stream.uniform() < 0.14 { return seen[stream.below(seen.count)] }
            if stream.uniform() < 0.12 { category = tasteOfTheDay() }
            return Catalogue.item(category: category, tier: draw(plan.tiers), position: stream.uniform())
        }

        private mutating func tasteOfTheDay() -> Int {
            stream.uniform() < 0.1 ? stream.below(Catalogue.categories.count) : tastes[stream.below(tastes.count)]
        }

        private mutating func remember(_ item: Catalogue.Item) {
            guard seen.last != item else { return }
            if seen.count == 8 { seen.removeFirst() }
            seen.append(item)
        }

        /// Seconds until the next action: log-normal around the segment's pace, longer before paying, within 1...1,500.
        private mutating func gap(before next: Intent) -> Int {
            let pace = plan.segment.pace * (next == .purchase ? 2.2 : 1)
            return min(1_500, max(1, Int(pace * exp(0.85 * stream.normal()))))
        }

        private mutating func poisson(mean: Double) -> Int {
            let limit = exp(-mean)
            var count = 0, product = stream.uniform()
            while product > limit {
                count += 1
                product *= stream.uniform()
            }
            return count
        }

        private mutating func draw(_ cumulative: [Double]) -> Int { Plan.index(at: stream.uniform(), in: cumulative) }
    }
}

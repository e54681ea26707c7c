extension ShopSimulation {
    /// What a user has in mind at one step of a session; hidden, but each intent shows as one action.
    ///
    /// Two paths use the same actions in opposite order. *Deciding* goes `like, likeLook, basket, basketLook, purchase` and shows as
    /// `fav pv cart pv buy`; *parking* goes `park, parkLook, wish, wishLook` and shows as `cart pv fav pv`, then wanders off. A `strayCart` or
    /// `strayFav` means nothing.
    enum Intent: Int, CaseIterable, Sendable {
        case look, relook
        case like, likeLook, basket, basketLook, purchase
        case park, parkLook, wish, wishLook
        case strayCart, strayFav
        case leave

        var action: Action {
            switch self {
            case .look, .relook, .likeLook, .basketLook, .parkLook, .wishLook, .leave: .pv
            case .basket, .park, .strayCart: .cart
            case .like, .wish, .strayFav: .fav
            case .purchase: .buy
            }
        }

        /// Whether a session that is left here is taken up again by the next one, with the same item.
        var isUnfinished: Bool { self == .like || self == .likeLook || self == .basket || self == .basketLook }
    }

    /// A segment, made ready to draw from: its chain of intents, its days and hours as cumulative weights.
    struct Plan: Sendable {
        let segment: Segment
        /// The intents that can follow each one, with their cumulative probabilities; the intents are rows one after the other.
        private let chain: [(limit: Double, next: Intent)]
        private let rows: [Int]
        let hours: [Double], tiers: [Double], campaigns: [Double]
        /// Weights of Monday to Sunday with mean 1.
        let weekdays: [Double]
        /// Codes of the categories that the segment favours.
        let categories: [Int]

        init(_ segment: Segment) {
            self.segment = segment
            var chain: [(limit: Double, next: Intent)] = [], rows: [Int] = []
            for from in Intent.allCases {
                rows.append(chain.count)
                chain += Self.cumulativeRow(of: segment, from: from)
            }
            self.chain = chain
            self.rows = rows
            hours = Self.cumulative(segment.hours)
            tiers = Self.cumulative(segment.tiers)
            campaigns = Self.cumulative(segment.campaigns)
            let week = segment.weekdays.reduce(0, +)
            weekdays = segment.weekdays.map { $0 * 7 / week }
            categories = segment.categories.compactMap { name in Catalogue.categories.firstIndex { $0.name == name } }
        }

        static func cumulative(_ weights: [Double]) -> [Double] {
            let total = weights.reduce(0, +)
            var sum = 0.0
            return weights.map { sum += $0 / total; return sum }
        }

        /// The index whose stretch of cumulative probabilities holds `position`, in 0..<1.
        static func index(at position: Double, in cumulative: [Double]) -> Int {
            // Rounding may end the sum just below 1, so the last index needs no test.
            var index = 0
            while index < cumulative.count - 1, position >= cumulative[index] { index += 1 }
            return index
        }

        func next(after intent: Intent, at position: Double) -> Intent {
            var entry = rows[intent.rawValue]
            while position >= chain[entry].limit { entry += 1 }
            return chain[entry].next
        }

        /// The probabilities from each intent; what a row leaves of 1 goes to `look`.
        static func probabilities(of s: Segment, from intent: Intent) -> [Intent: Double] {
            let leave = 1 / s.looksPerSession
            switch intent {
            case .look:
                return [.relook: 0.20, .like: s.decides, .park: s.parks, .strayCart: s.straysCart, .strayFav: s.straysFav, .leave: leave]
            case .relook:
                return [
                    .relook: 0.18, .like: 1.6 * s.decides, .park: 1.6 * s.parks, .strayCart: s.straysCart, .strayFav: s.straysFav,
                    .purchase: s.impulse, .leave: leave,
                ]
            case .like: return [.likeLook: 0.94, .leave: 0.03]
            case .likeLook: return [.likeLook: 0.34, .basket: 0.54, .leave: 0.03]
            case .basket: return [.purchase: 0.5 * s.completes, .basketLook: 1 - 0.5 * s.completes - 0.02, .leave: 0.02]
            case .basketLook: return [.purchase: s.completes, .basketLook: 0.15 * (1 - s.completes), .leave: 0.2 * (1 - s.completes)]
            case .purchase: return [.purchase: s.buysMore, .leave: 0.45 * (1 - s.buysMore)]
            case .park: return [.parkLook: 0.92, .leave: 0.02]
            case .parkLook: return [.parkLook: 0.34, .wish: 0.54, .leave: 0.03]
            case .wish: return [.wishLook: 0.92, .leave: 0.03]
            case .wishLook: return [.wishLook: 0.12, .leave: 0.12]
            case .strayCart, .strayFav: return [.relook: 0.15, .leave: leave]
            case .leave: return [:]
            }
        }

        /// The row of one intent, without what cannot follow; its last limit is above every position.
        private static func cumulativeRow(of segment: Segment, from: Intent) -> [(limit: Double, next: Intent)] {
            var known = probabilities(of: segment, from: from)
            known[.look] = max(0, 1 - Intent.allCases.reduce(0) { $0 + (known[$1] ?? 0) })
            var sum = 0.0
            var row = Intent.allCases.compactMap { next -> (limit: Double, next: Intent)? in
                guard let probability = known[next], probability > 0 else { return nil }
                sum += probability
                return (sum, next)
            }
            row[row.count - 1].limit = .infinity
            return row
        }
    }
}

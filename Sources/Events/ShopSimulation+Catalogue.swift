extension ShopSimulation {
    /// What the shop sells: categories of different sizes, each with items in three price tiers, popular by Zipf's law within a tier.
    enum Catalogue {
        struct Category: Sendable {
            let name: String
            /// Items in each of the three tiers.
            let ranks: Int
            /// Cents that an item of the middle tier costs about.
            let price: Double
            /// The number of the category's first item.
            var first = 0

            init(_ name: String, ranks: Int, price: Double) {
                self.name = name
                self.ranks = ranks
                self.price = price
            }
        }

        static let tiers = 3
        private static let tierPrices = [0.45, 1.0, 2.6]

        static let categories: [Category] = {
            var categories = [
                Category("shoes", ranks: 220, price: 69_00), Category("phones", ranks: 60, price: 389_00),
                Category("dresses", ranks: 240, price: 49_00), Category("jackets", ranks: 150, price: 89_00),
                Category("toys", ranks: 200, price: 19_00), Category("books", ranks: 260, price: 14_00),
                Category("coffee", ranks: 50, price: 9_00), Category("lamps", ranks: 90, price: 39_00),
                Category("watches", ranks: 80, price: 149_00), Category("bags", ranks: 160, price: 59_00),
                Category("headphones", ranks: 70, price: 79_00), Category("cosmetics", ranks: 210, price: 17_00),
                Category("jewellery", ranks: 140, price: 119_00), Category("kitchen", ranks: 180, price: 29_00),
                Category("garden", ranks: 120, price: 34_00), Category("sports", ranks: 150, price: 44_00),
                Category("games", ranks: 110, price: 39_00), Category("furniture", ranks: 100, price: 199_00),
                Category("bedding", ranks: 80, price: 54_00), Category("pets", ranks: 90, price: 12_00),
                Category("snacks", ranks: 100, price: 4_00), Category("tools", ranks: 110, price: 49_00),
                Category("cameras", ranks: 50, price: 449_00), Category("baby", ranks: 130, price: 24_00),
            ]
            var next = 0
            for index in categories.indices {
                categories[index].first = next
                next += categories[index].ranks * tiers
            }
            return categories
        }()

        /// The weight of ranks `0...r`, a little flatter than 1/rank at the top so that no item swallows its category.
        private static let cumulativePopularity: [Double] = {
            var sum = 0.0
            return (0..<(categories.map(\.ranks).max() ?? 1)).map { sum += 1 / (Double($0) + 3); return sum }
        }()

        struct Item: Equatable, Sendable {
            var category: UInt8 = 0
            var id = 0
            var price = 0
        }

        /// The item of a category and tier whose popularity stands at `position`, in 0..<1.
        static func item(category: Int, tier: Int, position: Double) -> Item {
            let entry = categories[category]
            let target = position * cumulativePopularity[entry.ranks - 1]
            var low = 0, high = entry.ranks - 1
            while low < high {
                let middle = (low + high) / 2
                if cumulativePopularity[middle] > target { high = middle } else { low = middle + 1 }
            }
            let number = entry.first + low * tiers + tier
            // Both maps are one to one, for the factors share no divisor with 900,000 and 1,000: ids of six digits without visible order.
            let id = 100_000 + number * 611_953 % 900_000
            let spread = 0.75 + Double(number * 367 % 1_000) / 2_000
            let units = max(1, Int(entry.price * tierPrices[tier] * spread / 100))
            return Item(category: UInt8(category), id: id, price: units * 100 - 1)
        }
    }
}

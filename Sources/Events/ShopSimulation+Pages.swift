extension ShopSimulation {
    /// Where a session came from: nothing that is known, or one of the shop's campaigns.
    public enum Campaign: UInt8, CaseIterable, Sendable {
        case none, newsletter, search, social, comparison

        /// What a landing page's address says of it.
        var query: String {
            switch self {
            case .none: ""
            case .newsletter: "?utm_source=newsletter&utm_medium=email&utm_campaign=weekly"
            case .search: "?utm_source=search&utm_medium=cpc&utm_campaign=brand"
            case .social: "?utm_source=social&utm_medium=paid&utm_campaign=stories"
            case .comparison: "?utm_source=comparison&utm_medium=affiliate&utm_campaign=prices"
            }
        }
    }

    /// The page on which an action shows.
    struct Page: Hashable, Sendable {
        let item: Int
        let category: UInt8
        let action: Action
        let campaign: Campaign

        /// `https://shop.example/shoes/104711`, or `/cart/104711`, `/favourites/104711`, `/checkout/104711`; with the campaign's query where a session lands.
        var url: String {
            let folder = switch action {
            case .pv: Catalogue.categories[Int(category)].name
            case .cart: "cart"
            case .fav: "favourites"
            case .buy: "checkout"
            }
            return "https://shop.example/\(folder)/\(item)\(campaign.query)"
        }
    }
}

extension ShopSimulation.Event {
    var page: ShopSimulation.Page { ShopSimulation.Page(item: item, category: category, action: action, campaign: campaign) }
}

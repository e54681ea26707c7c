import Expressions
import Foundation

/// The part that a column plays in a log of events.
public enum Role: String, Sendable, Hashable, CaseIterable {
    case user, item, category, action, time, session, url, value

    /// Column names that say which role a column plays, in lower case and without `_`, `-`, `.` and blanks; the best first.
    var knownNames: [String] {
        switch self {
        case .user:
            [
                "user", "userid", "uid", "customer", "customerid", "custid", "client", "clientid", "visitor", "visitorid", "fullvisitorid", "member",
                "memberid", "account", "accountid", "buyer", "buyerid", "userpseudoid", "person", "personid",
            ]
        case .item: ["item", "itemid", "product", "productid", "sku", "article", "articleid", "movie", "movieid", "asin", "goods", "goodsid", "stockcode"]
        case .category: ["category", "categoryid", "itemcategory", "productcategory", "cat", "catid", "categorycode"]
        case .action: ["action", "event", "eventtype", "eventname", "behavior", "behaviour", "behaviortype", "behaviourtype", "activity", "interaction", "type"]
        case .time:
            [
                "time", "timestamp", "ts", "datetime", "eventtime", "eventtimestamp", "date", "createdat", "unixtime", "servertime", "clienttime", "epoch",
                "invoicedate", "purchasedate", "orderdate",
            ]
        case .session: ["session", "sessionid", "visit", "visitid", "sid", "usersession"]
        case .url: ["url", "uri", "pageurl", "pagelocation", "link", "href", "request"]
        case .value: ["value", "price", "amount", "revenue", "dollarvalue", "monetary", "sales", "total", "totalprice", "spend", "dollars", "turnover"]
        }
    }

    /// Whether a column of a type can play the role.
    func fits(_ type: ExpressionType) -> Bool {
        switch self {
        case .user, .item, .category, .action, .url: type == .text
        case .time: type == .time
        case .session: type == .text || type == .number
        case .value: type == .number
        }
    }

    static func normalised(_ name: String) -> String {
        String(name.lowercased().filter { !"_-. ".contains($0) })
    }

    /// Whether a header's name is one that event logs have.
    public static func isKnown(_ name: String) -> Bool {
        let plain = normalised(name)
        return allCases.contains { $0.knownNames.contains(plain) }
    }

    /// Words for actions, by which a column without a name is recognised.
    static let actionWords: Set<String> = [
        "pv", "view", "click", "cart", "addtocart", "fav", "buy", "purchase", "transaction", "order", "pageview", "impression", "search", "login", "logout",
        "checkout", "add", "remove", "removefromcart", "wishlist", "like", "share", "play", "start", "home", "catalog", "paymentdone", "signup", "register",
    ]

    /// Words for the action that is a purchase, the surest first.
    static let purchaseWords = [
        "buy", "purchase", "purchased", "transaction", "order", "ordered", "paymentdone", "paymentsuccess", "checkoutsuccess", "ordercompleted", "orderplaced",
        "paid", "pay", "conversion", "sale",
    ]
}

extension ExpressionSchema {
    /// The schema in which a column of the name of a role that none plays, plays it, if its type fits. No column becomes the time of sequences, whose order is another.
    func takingRole(named name: String) -> ExpressionSchema {
        guard name != Role.time.rawValue, let role = Role(rawValue: name), roles[name] == nil, let column = columns.first(where: { $0.name == name }), role.fits(column.type) else { return self }
        var roles = roles
        roles[name] = name
        return ExpressionSchema(columns: columns, roles: roles, isOpen: isOpen)
    }
}

import Diagnostics
import Runtime
import Testing

@testable import Tables

struct AddressRuleTests {
    static let rules = """
        # comment
        /                -> home
        /p/new           -> "new products"   # before the next one
        /p/{id}          -> product
        /p/{id}.html     -> never
        /search?q={}     -> search
        /search          -> empty search
        /blog/*          -> blog
        m.shop.com/{}    -> mobile
        {}.shop.com/cart -> sub cart
        ?ref=mail&x      -> campaign
        item-{a}-{b}.php -> host
        /item-{a}-{b}.php->item
        """

    @Test(arguments: [
        ("/", "home"), ("", "home"), ("https://shop.com", "home"), ("http://shop.com/?a=1#b", "home"), ("/p/new", "new products"), ("/p/7", "product"), ("/p/7/", "product"), ("//p//7", nil),
        ("/p/7.html", "product"), ("/p", nil), ("/p/7/8", nil), ("/search?q=shoes&page=2", "search"), ("/search?q=", "empty search"), ("/search?page=2", "empty search"),
        ("/blog", "blog"), ("/blog/a/b/c?x=1", "blog"), ("https://M.Shop.com:8080/any", "mobile"), ("https://www.shop.com/cart", "sub cart"), ("https://shop.com/cart", nil), ("/cart", nil),
        ("/anything/at/all?x&ref=mail", "campaign"), ("/anything?ref=mail", nil), ("/item-1-2.php", "item"), ("/item--2.php", nil), ("/item-1-.php", nil), ("item-a-b-c.php", "item"),
        ("p/9", "product"), ("/P/9", nil), ("/p/caf\u{E9}", "product"),
    ])
    func `the first rule that fits gives the category`(_ url: String, _ category: String?) throws {
        let rules = try AddressRules(reading: Self.rules, name: "rules")
        #expect(rules.rules.count == 12)
        #expect(rules.firstMatch(url).map { rules.rules[$0].category } == category)
    }

    @Test(arguments: ["/p/{id", "/p/id} -> x", "/p -> ", "-> x", "/a b -> x", "/a/*/b -> x", "/a? -> x", "/a?=1 -> x", "/{a{b}} -> x", "# nothing", ""])
    func `what is no rule is told`(_ text: String) {
        #expect(throws: Diagnostic.self) { try AddressRules(reading: text, name: "rules") }
    }

    @Test func `a line that is no rule is told by its number in the file`() throws {
        let mistake = try #require(throws: Diagnostic.self) { try AddressRules(reading: "# mine\n/a -> a\n/p ->\n", name: "my.rules") }
        let place = try #require(mistake.span.map { $0.file.place(of: $0.range.lowerBound) })
        #expect(mistake.span?.file.name == "my.rules" && place == (3, 1))
    }

    @Test(arguments: [
        ("123", "{id}"), ("cart", "cart"), ("2024-05-01", "{date}"), ("2024-05", "{date}"), ("deadbeef01", "{id}"), ("facade", "facade"), ("step1", "step1"), ("p1234", "p{id}"), ("p-1234", "p-{id}"),
        ("red-shoes-1234", "{id}"), ("red-shoes", "red-shoes"), ("123.html", "{id}.html"), ("a b", "{id}"), ("x{y}", "{id}"), ("123e4567-e89b-12d3-a456-426614174000", "{id}"), ("AbCdEfGhIjKlMnO1", "{id}"),
    ])
    func `what looks like an id stands open`(_ segment: String, _ shape: String) { #expect(AddressTemplates.shape(Substring(segment)) == shape) }

    @Test func `proposed rules fit what they are proposed for, and read back as they are`() throws {
        var stream = RandomStream(seed: 5, name: "test", purpose: "urls")
        var urls: [(text: String, events: Int)] = [("/", 50), ("/cart", 20), ("/cart/", 3), ("/p/new", 4), ("/%7Bx%7D/{y}", 1), (String(repeating: "/a", count: 40), 2)]
        for _ in 0..<300 { urls.append(("/p/\(stream.below(100_000))", 1 + stream.below(5))) }
        for index in 0..<60 { urls.append(("/c/\(["red", "green", "blue"][index % 3])-\(["shoe", "hat", "bag", "coat"][index % 4])\(String(repeating: "x", count: index))?s=\(index)", 2)) }
        let rules = try AddressRules.proposed(for: urls)
        let again = try AddressRules(reading: rules.rules.map(\.text).joined(separator: "\n"), name: "rules")
        #expect(again == rules)
        #expect(urls.allSatisfy { rules.firstMatch($0.text) != nil })
        #expect(rules.rules.count < 20 && Set(rules.rules.map(\.category)).count == rules.rules.count)
        let product = try #require(rules.firstMatch("/p/31337"))
        #expect(rules.rules[product].text == "/p/{id} -> p")
        #expect(rules.firstMatch("/p/new").map { rules.rules[$0].text } == "/p/new -> p/new")
        #expect(rules.firstMatch("/c/any").map { rules.rules[$0].text } == "/c/{id} -> c")
        let twoHosts = try AddressRules.proposed(for: [("https://a.com/x/1", 1), ("https://b.com/x/1", 1)])
        #expect(twoHosts.rules.map(\.text) == ["a.com/x/{id} -> a.com/x", "b.com/x/{id} -> b.com/x"])
    }

    @Test func `parameters with few values are part of proposed rules, many values, ids and campaigns are not`() throws {
        var addresses: [(text: String, events: Int)] = [("/index.php", 5), ("/?utm_source=mail", 7), ("/", 3)]
        for (page, events) in [("home", 50), ("cart", 30), ("checkout", 10)] { for user in 0..<3 { addresses.append(("/index.php?page=\(page)&user=\(user)&lang=en", events)) } }
        for word in 0..<40 { addresses.append(("/search?q=word\(["a", "b", "c"][word % 3])\(word)x&sort=\(word % 2 == 0 ? "price" : "name")", 2)) }
        addresses += [("/list?print", 5), ("/list", 20), ("/list?page=2", 10), ("/list?page=3", 10)]
        let rules = try AddressRules.proposed(for: addresses.shuffled())
        #expect(Set(rules.rules.map(\.text)) == [
            "/index.php?page=home -> index/home", "/index.php?page=cart -> index/cart", "/index.php?page=checkout -> index/checkout", "/index.php -> index", "/ -> home",
            "/search?sort=price -> search/price", "/search?sort=name -> search/name", "/list?print -> list/print", "/list -> list",
        ])
        func category(_ text: String) -> String? { rules.firstMatch(text).map { rules.rules[$0].category } }
        #expect(category("/index.php?user=9&page=cart") == "index/cart" && category("/index.php?page=new") == "index" && category("/list?print=1") == "list/print")
        #expect(addresses.allSatisfy { category($0.text) != nil })
    }

    @Test func `two parameters make a page together, and seldom values fall to what is left`() throws {
        var addresses: [(text: String, events: Int)] = []
        for area in ["shop", "help"] { for step in ["view", "edit"] { addresses.append(("/app?step=\(step)&area=\(area)&tab=a", 100)) } }
        addresses += [("/app?area=shop&step=rare", 1), ("/app?area=help", 40)]
        let rules = try AddressRules.proposed(for: addresses)
        func category(_ text: String) -> String? { rules.firstMatch(text).map { rules.rules[$0].category } }
        #expect(category("/app?area=shop&step=edit") == "app/shop/edit" && category("/app?area=help") == "app/help" && category("/app?area=shop&step=rare") == "app")
    }
}

import Testing

@testable import Diagnostics

struct SuggestionTests {
    static let verbs = ["load", "sample", "filter", "kmeans", "kmodes", "rfm", "roc", "k", "seq", "seed", "set", "größe"]

    @Test(arguments: [
        ("smaple", "sample"), ("sampel", "sample"), ("SAMPLE", "sample"), ("laod", "load"), ("lod", "load"), ("filtre", "filter"), ("kmean", "kmeans"), ("kmeens", "kmeans"), ("rmf", "rfm"),
        ("rok", "roc"), ("sep", "seq"), ("sam", "sample"), ("filt", "filter"), ("gröse", "größe"), ("grösse", "größe"), ("K", "k"),
    ])
    func `the word that was meant is near`(_ word: String, _ meant: String) { #expect(nearest(to: word, in: Self.verbs) == meant) }

    @Test(arguments: ["", "x", "zzz", "quantile", "regression", "s", "日本語", String(repeating: "sample", count: 100)])
    func `nothing is suggested where nothing is near`(_ word: String) { #expect(nearest(to: word, in: Self.verbs) == nil) }

    @Test
    func `of equally near words the first is given`() {
        #expect(nearest(to: "cat", in: ["bat", "car", "can"]) == "bat")
        #expect(nearest(to: "a", in: [String]()) == nil)
    }

    @Test(arguments: [("", "", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("größe", "grosse", 3)])
    func `the distance counts insertions, deletions, exchanges and swaps`(_ a: String, _ b: String, _ distance: Int) {
        #expect(editDistance(Array(a), Array(b)) == distance)
        #expect(editDistance(Array(b), Array(a)) == distance)
    }

    @Test(.timeLimit(.minutes(1)))
    func `an endless word is compared with nothing`() { #expect(nearest(to: String(repeating: "a", count: 1_000_000), in: ["a", "b"]) == nil) }
}

struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("größe", 5), ("e\u{301}", 1), ("日本", 4), ("ﾊﾝ", 2), ("ＡＢ", 4), ("한글", 4), ("🎉", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("–", 1), ("…", 1), ("\u{200B}", 0),
        ("العربية", 7), ("\u{7}", 0), ("µ²", 2), ("→", 1), ("█", 1),
    ])
    func `a text takes as many columns as a terminal draws`(_ text: String, _ columns: Int) { #expect(TextWidth.columns(text) == columns) }
}

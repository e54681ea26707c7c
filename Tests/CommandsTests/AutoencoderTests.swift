import Diagnostics
import Language
import Testing

@testable import Commands

struct AutoencoderTests {
    private static let shop = "simulate shop users=150 days=20 seed=1"

    private static func table(_ script: String) throws -> TableValue { try #require(try Running.results(script).last?.value as? TableValue) }

    @Test func `the codes of rows are a table with who they are about, and clusterings take them`() throws {
        let table = try Self.table("\(Self.shop) | features | autoencoder code=3 epochs=5")
        #expect(table.table.names == ["user", "code1", "code2", "code3"] && table.featureColumns == ["code1", "code2", "code3"] && table.identifier == "user" && table.rowNoun == "users")
        #expect(table.steps.last?.text == "autoencoder code=3 epochs=5" && table.propertyNames.starts(with: ["error", "baseline"]))
        let text = try Running.text("\(Self.shop) | rfm | derive often = if frequency > 2 then \"yes\" else \"no\" | autoencoder code=2 epochs=5 | kmeans k=2")
        #expect(text.contains("each said in 2 numbers from 3 numbers and 1 category") && text.contains("split by random") && text.contains("share wrong") && text.contains("in code1, code2"), "\(text)")
    }

    @Test func `the codes of users' last events are a table of users`() throws {
        let script = "\(Self.shop) | autoencoder code=2 seq=4 epochs=3"
        let table = try Self.table(script)
        #expect(table.table.names == ["user", "code1", "code2"] && table.table.rowCount == 150)
        let text = try Running.text(script)
        #expect(text.contains("150 users, the last 4 values of action of each said in 2 numbers") && text.contains("split by user") && text.contains("stretches of 4"), "\(text)")
    }

    @Test func `labels and second ids stay beside the codes, and are not read`() throws {
        let made = "\(Self.shop) | sessions | label bought = any(action == \"buy\") per=session | features per=session | autoencoder code=2 epochs=2"
        let table = try Self.table(made)
        #expect(table.labels == ["bought"] && table.hidden == ["user"] && table.featureColumns == ["code1", "code2"])
        #expect(try Running.results("\(made) | fit rnn predict=bought epochs=1 hidden=2 on autoencoder").last?.value is ModelValue)
        let failure = try #require(Running.failure("\(made) inputs=[bought, events]"))
        #expect(failure.code == "wrong-column" && failure.message.contains("tells a label"), "\(failure.rendered())")
    }

    @Test func `fit autoencoder is the same`() throws {
        let one = try Self.table("\(Self.shop) | rfm | autoencoder code=2 epochs=3"), other = try Self.table("\(Self.shop) | rfm | fit autoencoder code=2 epochs=3")
        #expect(one.json.text == other.json.text)
    }

    @Test func `without rows that are held back nothing is said of what is lost`() throws {
        let text = try Running.text("\(Self.shop) | rfm | split by=none | autoencoder code=2 epochs=2")
        #expect(text.contains("nothing says how much is lost") && !text.contains("Held-back error"), "\(text)")
    }

    @Test(arguments: [
        ("rfm | autoencoder seq=3", "wrong-value", "3"), ("autoencoder log=no", "wrong-value", "no"), ("rfm | autoencoder inputs=[recencyy]", "unknown-column", "[recencyy]"),
        ("rfm | autoencoder inputs=[user]", "wrong-column", "[user]"), ("autoencoder inputs=[action, item]", "wrong-value", "[action, item]"), ("autoencoder inputs=[item]", "too-many-classes", "[item]"),
        ("autoencoder inputs=[time]", "bad-option", "[time]"), ("rfm | autoencoder code=0", "wrong-value", "0"), ("autoencoder hidden=[4, 5]", "bad-layers", "[4, 5]"),
        ("features | select user | autoencoder", "no-numeric-columns", nil),
    ] as [(String, String, String?)])
    func `what cannot be is refused where it stands`(_ script: String, _ code: String, _ span: String?) throws {
        let failure = try #require(Running.failure("\(Self.shop) | \(script)"))
        #expect(failure.code == code, "\(failure.rendered())")
        if let span { #expect(failure.span?.text == span, "\(failure.rendered())") }
    }
}

import Diagnostics
import Language
import Testing

@testable import Commands

/// A label, and what tells it, is read by no model, whichever way it goes.
struct LabelTests {
    private static let labelled = "simulate shop users=150 days=20 seed=1 | label bought = any(action == \"buy\") at=2025-09-10 for=7d"

    private static func table(_ script: String) throws -> TableValue {
        try #require(try Running.results(script).last?.value as? TableValue)
    }

    @Test(arguments: [
        "", "| derive copy = if bought then 1 else 0", "| derive copy = if bought then 1 else 0 | derive again = copy * 2", "| rename bought=b", "| derive n = events + 1 | select except bought",
        "| features as other on label | rename bought=target events=n2 | select user target n2 as more | join more by=user on features",
    ])
    func `the features of a table leave labels out`(_ steps: String) throws {
        let table = try Self.table(Self.labelled + " | features last=0 " + steps)
        let telling = ["bought", "b", "copy", "again", "target"]
        #expect(Set(table.featureColumns).isDisjoint(with: telling) && Set(table.categoryColumns).isDisjoint(with: telling))
        #expect(table.labels.allSatisfy { table.table.column(named: $0) != nil })
    }

    @Test func `a joined label is no feature of the events`() throws {
        let script = Self.labelled + " | features last=0 | select user bought | join select by=user on simulate | features as again"
        let table = try Self.table(script)
        #expect(table.labels.isEmpty && !table.table.names.contains("bought"))
    }

    @Test(arguments: [("rfm purchase=‹bought›", "wrong-column"), ("fit lstm predict=‹seen› epochs=1", "wrong-column"), ("fit lstm predict=action inputs=‹[action, bought]› epochs=1", "wrong-column"), ("fit lstm inputs=‹[user]›", "wrong-column"), ("label ‹seen› = any(action == \"pv\")", "name-taken"), ("label ‹bought› = any(action == \"pv\")", "name-taken"),
        ("label x = ‹sum(hour(time))›", "unbounded-label"), ("derive seen = ‹true›", "name-taken"), ("label x = action == \"pv\" per=event at=‹2025-09-10›", "wrong-value"), ("label x = any(action == \"pv\") for=‹7d›", "wrong-value"),
        ("features per=‹session›", "missing-role"), ("‹select bought› | select user", "name-taken")])
    func `what would tell a label is refused`(_ marked: String, _ code: String) throws {
        let statement = marked.filter { !"‹›".contains($0) }
        let failure = try #require(Running.failure(Self.labelled + " | " + statement))
        let wanted = String(marked.split(separator: "‹", omittingEmptySubsequences: false)[1].split(separator: "›")[0])
        #expect(failure.code == code && failure.span?.text == wanted, "\(failure.rendered())")
    }

    @Test func `models and rfm look at what may be seen`() throws {
        let notes = try Running.results(Self.labelled + " | rfm ; fit rnn seq=2 epochs=1 hidden=2 on label").flatMap(\.notes).map(\.message)
        #expect(notes.count { $0.contains("before the cut-off of 'bought'") } == 2)
        let seen = try Running.results(Self.labelled + " | filter seen | select except bought seen | rfm").last?.value as? TableValue
        let hidden = try Running.results(Self.labelled + " | rfm").last?.value as? TableValue
        #expect(seen?.json == hidden?.json)
    }
}

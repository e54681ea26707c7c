import Diagnostics
import Expressions
import Foundation
import Language
import Testing

@testable import Commands

/// What the check believes of a value before it is made is what the value turns out to be.
struct OutlineTests {
    static let scripts = standardCatalogue.commands.flatMap { $0.signature.examples.map(\.script) } + [
        "load datasets/shop.csv | sample 5% | clean | sessions | filter count() > 3 per=session | split by=user | rfm | filter frequency > 1 | elbow k=2..3 | kmeans k=2 on rfm | silhouette | profile",
        "simulate shop users=200 days=20 seed=1 | fit lstm seq=3 epochs=1 hidden=4 | evaluate | compare lstm | plot confusion of lstm | plot loss | describe lstm | show n=2",
        "load datasets/shop.csv | rename action=step | derive late = hour(time) > 20 | sessions | features as f | select user count_buy share_pv",
        "load datasets/shop.csv kind=table | top action | show n=2", "load datasets/shop.csv kind=table types={time: time} | split | split by=user | split by=time | filter action == \"buy\"",
        "load datasets/pages.csv | map url auto | sessions | features per=session first=2 | derive pace = events / duration | filter pace > 0 | split by=user | select user pace",
        "simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") | features last=0 | rename events=visits | split | describe",
    ]

    @Test(arguments: scripts)
    func `the outline holds what is made`(_ script: String) throws {
        let session = Session(catalogue: standardCatalogue, directory: Running.root, threads: 2)
        session.isInteractive = true
        let parsed = Parser.parse(SourceFile(name: "<test>", text: script), catalogue: session.catalogue)
        var checker = Checker(session)
        #expect((parsed.diagnostics + checker.check(parsed.program)).map { $0.rendered() } == [])
        checker = Checker(session)
        for statement in parsed.program.statements {
            #expect(checker.check(Program([statement])).isEmpty)
            try session.run(statement) { result in
                guard let name = result.name, let value = result.value else { return }
                let believed = try #require(checker.outline(named: name), "\(result.statement)")
                let made = value.outline
                #expect(made.kinds.allSatisfy(believed.kinds.contains), "\(result.statement)")
                if let schema = believed.schema, let known = made.schema {
                    // Of an open outline those that are known are there; others may stand between them.
                    let places = schema.columns.map { column in known.columns.firstIndex { $0.name == column.name && $0.type == column.type } ?? -1 }
                    #expect(schema.isOpen ? !places.contains(-1) : places == Array(known.columns.indices), "\(result.statement)")
                    #expect(schema.roles == known.roles, "\(result.statement)")
                }
                if let features = believed.features { #expect(made.features == features, "\(result.statement)") }
                if let properties = believed.properties { #expect(value.propertyNames.allSatisfy(properties.contains), "\(result.statement): \(value.propertyNames)") }
                if made.maker != nil { #expect(believed.maker == made.maker, "\(result.statement)") }
            }
        }
    }

    @Test func `a file that an earlier statement writes is not missed`() throws {
        try Running.inFolder { folder in
            let script = "simulate shop users=20 days=5 seed=1 | write to=new.csv | load new.csv as again | rfm on again | load other.csv"
            #expect(Running.mistakes(script, directory: folder).map(\.code) == ["missing-file"])
        }
    }

    @Test func `all mistakes of a script are told, also several of one statement`() {
        let script = """
            load nowhere.csv
            sample 5%
            filter nope = 3
            kmeans kk=5 restarts=0 sede=1
            fit lstm seq=0 hidden=none
            plot rco
            plot roc of gru
            """
        let codes = Running.mistakes(script).sorted { $0.span!.range.lowerBound < $1.span!.range.lowerBound }.map(\.code)
        #expect(codes == ["missing-file", "wrong-operator", "unknown-option", "wrong-value", "unknown-option", "wrong-value", "wrong-value", "unknown-kind", "unknown-name"])
    }
}

import Diagnostics
import Tables
import Testing

@testable import Events

struct DetectionTests {
    static let cases: [(name: String, text: String, line: String)] = [
        (
            "without header", randomRows(800, users: 12).joined(separator: "\n") + "\n",
            "kind=events sep=comma header=no user=c1 item=c2 category=c3 action=c4 time=c5 time-format=s"
        ),
        (
            "named", "user_id,event,timestamp\n219483890,catalog,2019-11-01 17:59:13.273932\n219483890,cart,2019-11-01 17:59:28.459271\n",
            "kind=events sep=comma header=yes user=user_id action=event time=timestamp time-format=iso"
        ),
        (
            "sessions are users", "SessionId\tItemId\tTime\n1\t214536502\t1396860669.277\n1\t214536506\t1396860886.998\n",
            "kind=events sep=tab header=yes user=SessionId item=ItemId time=Time time-format=s"
        ),
        (
            "typed header", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
            "kind=events sep=tab header=yes user=user_id item=item_id time=timestamp time-format=s"
        ),
        (
            "blanks", " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n",
            "kind=events sep=space header=yes user=customer_id time=date value=dollar_value time-format=yyyymmdd"
        ),
        (
            "blanks without header", " 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n 00004 0001 19970802  1   14.96\n 00005 0002 19970103  1   9.99\n 00006 0003 19970104  1   9.99\n",
            "kind=events sep=space header=no user=c1 time=c3 time-format=yyyymmdd"
        ),
        ("milliseconds", "visitorid,event,timestamp\n257597,view,1433221332117\n257597,view,1433224214164\n", "kind=events sep=comma header=yes user=visitorid action=event time=timestamp time-format=ms"),
        ("a table", "Administrative,Month,Revenue\n0,Feb,FALSE\n1,Mar,TRUE\n", "kind=table sep=comma header=yes"),
        ("prices by day", "date,open,volume\n2020-01-01,10.5,100\n2020-01-02,11.5,110\n", "kind=table sep=comma header=yes"),
    ]

    @Test(arguments: cases.indices)
    func `finds roles and prints them as options`(index: Int) throws {
        let c = Self.cases[index]
        let scratch = try Scratch()
        let detection = try Detection(FileSample(scratch.write(c.text), knownNames: Role.isKnown), LoadOptions())
        #expect(detection.line == c.line, "\(c.name)")
    }

    @Test func `what the user says goes first`() throws {
        let scratch = try Scratch()
        let text = "who,what,when,x\n1,pv,1511544070,007\n1,buy,1511544080,008\n"
        let made = try source(text, LoadOptions(roles: [.user: "who", .action: "what", .time: "when"], types: ["x": .number]), in: scratch)
        #expect(made.roles == [.user: "who", .action: "what", .time: "when"])
        #expect(made.schema.column(named: "x")?.type == .number)
        let log = try made.collect(.init())
        #expect(log.table.column(named: "x")?.numbers == [7, 8])
    }

    @Test func `names columns that are not there and columns with two roles`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("user_id,event,timestamp\n1,pv,1511544070\n")
        func failure(_ options: LoadOptions) -> Diagnostic? {
            #expect(throws: DataError.self) { try Loaded(paths: [path], options: options, work: .init()) }?.diagnostic
        }
        let unknown = failure(LoadOptions(roles: [.user: "userid"]))
        #expect(unknown?.code == "unknown-column" && unknown?.hint == "did you mean 'user_id'?")
        #expect(failure(LoadOptions(roles: [.user: "event", .action: "event"]))?.code == "two-roles")
        #expect(failure(LoadOptions(types: ["x": .text]))?.code == "unknown-column")
        #expect(failure(LoadOptions(roles: [.time: "event"]))?.code == "bad-option")
        let table = try scratch.write("a,b\n1,2\n", "table.csv")
        #expect(#expect(throws: DataError.self) { try Loaded(paths: [table], options: LoadOptions(kind: .events), work: .init()) }?.diagnostic.code == "missing-role")
    }

    @Test func `events can be read as a table`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("user_id,event,timestamp\n1,pv,1511544070\n2,pv,1511544071\n")
        guard case .table(let table, let report, _) = try Loaded(paths: [path], options: LoadOptions(kind: .table), work: .init()) else {
            Issue.record("expected a table")
            return
        }
        #expect(table.rowCount == 2 && report.rows == 2)
        #expect(String(decoding: table.csv(), as: UTF8.self) == "user_id,event,timestamp\n1,pv,1511544070\n2,pv,1511544071\n")
    }
}

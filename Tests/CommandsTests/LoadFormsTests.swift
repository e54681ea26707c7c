import Diagnostics
import Events
import Foundation
import Language
import Runtime
import Tables
import Testing

@testable import Commands

/// What `load` makes of files of every form.
struct LoadFormsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        /// Options beyond the file's name.
        var options = ""
        /// The line of options that is printed.
        let line: String
        /// What it says of the size of it.
        let size: String
        init(_ name: String, _ text: String, options: String = "", line: String, size: String) {
            self.name = name
            self.text = text
            self.options = options
            self.line = line
            self.size = size
        }
        var testDescription: String { name }
    }

    static let log = """
        1.2.3.4 - - [17/May/2015:23:05:03 +0000] "GET /a HTTP/1.1" 200 20 "-" "x"
        1.2.3.4 - bob [17/May/2015:23:05:04 +0000] "GET /b HTTP/1.1" 200 - "-" "x"
        ::1 - - [18/May/2015:01:05:03 +0000] "POST /a HTTP/1.1" 404 7 "-" "y"

        """
    static let behaviour = "1,2268318,2520377,pv,1511544070\n1,2333346,2520771,buy,1511561733\n100,2268318,2520377,pv,1511572885\n"
    static let clicks = "SessionId\tItemId\tTime\n1\t214536502\t1396860669.277\n1\t214536506\t1396860886.998\n2\t214536506\t1396870886.5\n"
    static let purchases = " 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118  2   29.73\r\n 00021 0002 19970101  3   63.34\r\n"

    static let cases = [
        Case("combined log", log, line: "schema=combined-log kind=events user=host time=time url=url time-format=combined-log", size: "3 events of 2 users, 2015-05-17 to 2015-05-18"),
        Case(
            "combined log in a zone", log, options: "schema=combined-log zone=Asia/Tokyo action=method",
            line: "schema=combined-log kind=events user=host action=method time=time url=url time-format=combined-log zone=Asia/Tokyo", size: "3 events of 2 users, 2015-05-18 to 2015-05-18"),
        Case(
            "JSON lines", #"{"user_id":"a","event":"pv","ts":1511544070123,"x y":1}"# + "\n" + #"{"user_id":"b","event":"buy","ts":1511544071123,"geo":{"city":"B"}}"# + "\n",
            line: "kind=events user=user_id action=event time=ts time-format=ms", size: "2 events of 2 users, 2017-11-24 to 2017-11-24"),
        Case(
            "JSON lines with chosen keys", #"{"who":"a","event":"pv","when":1511544070123}"# + "\n", options: "columns=[when, who] user=who time=when",
            line: "kind=events columns=[when, who] user=who time=when time-format=ms", size: "1 event of 1 user, 2017-11-24 to 2017-11-24"),
        Case("JSON lines of a table", "{\"a\":1.5}\n{\"a\":2,\"b\":[1]}\n", line: "kind=table", size: "2 rows, 2 columns: a, b"),
        Case(
            "userbehavior", behaviour, options: "schema=userbehavior", line: "schema=userbehavior kind=events user=user item=item category=category action=action time=time time-format=s zone=Asia/Shanghai",
            size: "3 events of 2 users, 2017-11-25 to 2017-11-25"),
        Case(
            "userbehavior, otherwise", behaviour, options: "schema=userbehavior zone=\"-05:00\" columns=[a, b, c, d, e] user=b kind=events",
            line: "schema=userbehavior kind=events columns=[a, b, c, d, e] user=b category=c action=d time=e time-format=s zone=\"-05:00\"", size: "3 events of 2 users, 2017-11-24 to 2017-11-24"),
        Case("rsc15", clicks, options: "schema=rsc15", line: "schema=rsc15 kind=events user=SessionId item=ItemId time=Time time-format=s", size: "3 events of 2 users, 2014-04-07 to 2014-04-07"),
        Case(
            "rsc15 as published", "1,2014-04-07T10:51:09.277Z,214536502,0\n2,2014-04-07T13:56:37.614Z,214662742,S\n", options: "schema=rsc15",
            line: "schema=rsc15 kind=events user=session item=item category=category time=time time-format=iso", size: "2 events of 2 users, 2014-04-07 to 2014-04-07"),
        Case(
            "retentioneering", "user_id,event,timestamp,session_id\n1,catalog,2019-11-01 17:59:13.273932,s1\n1,cart,2019-11-01 17:59:28.459271,s1\n", options: "schema=retentioneering",
            line: "schema=retentioneering kind=events user=user_id action=event time=timestamp session=session_id time-format=iso", size: "2 events of 1 user, 2019-11-01 to 2019-11-01"),
        Case(
            "cdnow, the sample", purchases, options: "schema=cdnow", line: "schema=cdnow kind=events user=master_id time=date value=dollar_value time-format=yyyymmdd",
            size: "3 events of 2 users, 1997-01-01 to 1997-01-18"),
        Case(
            "cdnow, with a header", " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n", options: "schema=cdnow",
            line: "schema=cdnow kind=events user=customer_id time=date value=dollar_value time-format=yyyymmdd", size: "2 events of 2 users, 1997-01-01 to 1997-01-12"),
        Case(
            "movielens", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n186\t302\t3\t891717742\n", options: "schema=movielens",
            line: "schema=movielens kind=events user=user_id item=item_id time=timestamp time-format=s", size: "2 events of 2 users, 1997-12-04 to 1998-04-04"),
        Case("movielens, items", "item_id:token\tmovie_title:token_seq\n1\tToy Story\n2\tGoldenEye\n", options: "schema=movielens", line: "schema=movielens kind=table", size: "2 rows, 2 columns: item_id, movie_title"),
        Case("sequences", "u1 a b c\nu2 a\n", options: "schema=sequences", line: "schema=sequences kind=events user=user item=item", size: "4 events of 2 users"),
        Case("sequences, found", "1 5 6 7\n2 5\n3 8 9\n4 1 2 3 4 5 6\n", line: "schema=sequences kind=events user=user item=item", size: "12 events of 4 users"),
        Case("sequences without users", "1 5 1\n5 5\n1 1 1 1\n5\n", options: "schema=sequences user=line", line: "schema=sequences kind=events user=line item=item", size: "10 events of 4 users"),
        Case(
            "sequences with names", "1 5 1\n5 5\n", options: "schema=sequences columns=[line, page] action=page", line: "schema=sequences kind=events columns=[line, page] user=line action=page",
            size: "5 events of 2 users"),
        Case(
            "types", "user,x,seen,time\na,007,2020-01-02,1511544070\nb,8,2020-01-03,1511544071\n", options: "types={x: number, seen: text}",
            line: "kind=events sep=comma header=yes user=user time=time time-format=s types={seen: text, x: number}", size: "2 events of 2 users, 2017-11-24 to 2017-11-24"),
        Case(
            "local times", "user;action;time\na;pv;2020-07-01 23:30:00\n", options: "zone=America/New_York",
            line: "kind=events sep=semicolon header=yes user=user action=action time=time time-format=iso zone=America/New_York", size: "1 event of 1 user, 2020-07-01 to 2020-07-01"),
    ]

    @Test(arguments: cases)
    func `finds the form, and the line that it prints gives the same`(_ c: Case) throws {
        try Running.inFolder { folder in
            try Data(c.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/data"))
            let shown = try Running.text("load data \(c.options)", directory: folder).split(separator: "\n").map(String.init)
            let line = try #require(shown[0].split(separator: ": ", maxSplits: 1).last.map(String.init))
            #expect(line == c.line && shown[1] == c.size)
            let first = try csv("load data \(c.options)", folder)
            #expect(try csv("load data \(line)", folder) == first)
            #expect(try Running.text("load data \(line)", directory: folder).split(separator: "\n").map(String.init) == shown)
        }
    }

    private func csv(_ script: String, _ folder: String) throws -> String {
        switch try #require(Running.results(script, directory: folder).last?.value) {
        case let events as EventsValue: String(decoding: try events.log(Work()).table.csv(), as: UTF8.self)
        case let table as TableValue: String(decoding: table.table.csv(), as: UTF8.self)
        default: ""
        }
    }

    struct Mistake: CustomTestStringConvertible, Sendable {
        let script: String, code: String, words: String
        init(_ script: String, _ code: String, _ words: String = "") { (self.script, self.code, self.words) = (script, code, words) }
        var testDescription: String { script }
    }

    static let mistakes = [
        Mistake("load ub.csv schema=rsc15", "unfit-schema"), Mistake("load log schema=sequences | sessions", "missing-role"), Mistake("load ub.csv schema=movielens", "unfit-schema"),
        Mistake("load ub.csv schema=combined-log", "unfit-schema"), Mistake("load log schema=userbehavior", "unfit-schema"), Mistake("load ub.csv schema=userbehavior sep=tab", "bad-option", "sep= takes comma beside schema=userbehavior"),
        Mistake("load ub.csv schema=userbehavior header=yes", "bad-option", "header= takes no beside"), Mistake("load log schema=combined-log sep=space", "bad-option"),
        Mistake("load ub.csv schema=userbehavior columns=[a, b]", "bad-option", "5 columns"), Mistake("load ub.csv schema=nothing", "wrong-value"), Mistake("load ub.csv zone=Asia/Shangai", "wrong-value", "Asia/Shanghai"),
        Mistake("load ub.csv types={c9: text}", "unknown-column"), Mistake("load ub.csv types={c1: date}", "wrong-value"), Mistake("load ub.csv types={c4: time}", "bad-option", "a column of times, which 'c4' is not"), Mistake("load ub.csv schema=userbehavior types={item: number}", "bad-option", "plays the role item"),
        Mistake("load ub.csv time=c5 user=c1 types={c5: text}", "bad-option", "plays the role time"),
        Mistake("load list.json", "unread-format", "no line of it is a whole object"), Mistake("load seq schema=sequences | sessions", "missing-role", "needs a column of time"),
        Mistake("load seq schema=sequences | rfm", "missing-role"), Mistake("load seq schema=sequences | clean", "missing-role"), Mistake("load seq schema=sequences | plot daily", "missing-role"),
        Mistake("load seq schema=sequences | plot hourly", "missing-role"), Mistake("load seq schema=sequences | split by=time", "missing-role", "split by=time needs"), Mistake("load seq schema=sequences | split by=time-user", "missing-role"),
        Mistake("load ub.csv -", "standard-input"),
        Mistake("load seq schema=sequences action=item | filter has(\"2\" -> \"3\" within 7d) per=user", "missing-role", "'within' needs"),
    ]

    @Test(arguments: mistakes)
    func `says what does not fit`(_ c: Mistake) throws {
        try Running.inFolder { folder in
            for (name, text) in [("ub.csv", Self.behaviour), ("log", Self.log), ("list.json", "[\n{\"a\":1}\n]\n"), ("seq", "1 2 3\n2 3\n3 4 5 6\n")] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            let failure = Running.failure(c.script, directory: folder)
            #expect(failure?.code == c.code)
            if let failure, !c.words.isEmpty { #expect((failure.message + " " + failure.notes.joined()).contains(c.words), "\(failure.message)") }
        }
    }

    @Test func `sequences keep their order, and answer what needs no time`() throws {
        try Running.inFolder { folder in
            try Data("b x y x\na y\nb z\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/seq"))
            #expect(try csv("load seq schema=sequences", folder) == "user,item\na,y\nb,x\nb,y\nb,x\nb,z\n")
            #expect(try csv("load seq schema=sequences | filter item != \"y\"", folder) == "user,item\nb,x\nb,x\nb,z\n")
            #expect(try csv("load seq schema=sequences | derive time = 5 | filter count() > 1 per=user", folder).hasPrefix("user,item,time\nb,x,5\n"))
            #expect(try Running.text("load seq schema=sequences action=item | transitions", directory: folder).contains("x y"))
            for verb in ["describe", "eda", "show", "top item", "sample 100%", "split", "plot top of item"] {
                #expect(Running.failure("load seq schema=sequences | \(verb)", directory: folder) == nil, "\(verb)")
            }
            for (by, sizes) in [
                ("", "split by last\n5 events: training 2 (40.0 %) from 1 user, validation 1 (20.0 %) from 1 user, test 2 (40.0 %) from 2 users"),
                ("by=last valid=0%", "split by last\n5 events: training 3 (60.0 %) from 1 user, validation 0 (0.0 %) from 0 users, test 2 (40.0 %) from 2 users"),
                ("by=random", "split by random, seed 0\n5 events: training 3 "), ("by=user test=50% valid=0%", "split by user, seed 0\n5 events: training "),
            ] {
                let text = try Running.text("load seq schema=sequences | split \(by)", directory: folder)
                #expect(text.contains(sizes) && !text.contains("cut-off"), "\(by): \(text)")
            }
        }
    }

    @Test func `days, hours and dates are those of the zone`() throws {
        try Running.inFolder { folder in
            // 23:30 and 00:30 in Shanghai, on a Saturday and a Sunday.
            try Data("user,action,time\na,pv,1511623800\na,buy,1511627400\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/s.csv"))
            func derived(_ options: String, _ expression: String) throws -> [String] {
                try csv("load s.csv \(options) | derive x = \(expression) | select x", folder).split(separator: "\n").dropFirst().map { String($0.split(separator: ",").last ?? "") }
            }
            #expect(try derived("", "hour(time)") == ["15", "16"] && derived("zone=Asia/Shanghai", "hour(time)") == ["23", "0"])
            #expect(try derived("zone=Asia/Shanghai", "day(time)") == ["25", "26"] && derived("zone=Asia/Shanghai", "weekday(time)") == ["6", "7"])
            #expect(try derived("zone=\"-16:00\"", "month(time + 5d)") == ["11", "11"])
            #expect(try derived("zone=Asia/Shanghai", "if time >= 2017-11-26 then 1 else 0") == ["0", "1"] && derived("", "if time >= 2017-11-26 then 1 else 0") == ["0", "0"])
            #expect(try derived("zone=Asia/Shanghai", "hour(time - 30m)") == ["23", "0"])
            #expect(try Running.text("load s.csv zone=Asia/Shanghai | eda", directory: folder).contains("2017-11-26"))
            #expect(try Running.text("load s.csv zone=Asia/Shanghai", directory: folder).contains("2017-11-25 to 2017-11-26"))
            #expect(try Running.text("load s.csv zone=Asia/Shanghai | show", directory: folder).contains("2017-11-26 00:30:00"))
            // What is stored is the same time.
            #expect(try csv("load s.csv zone=Asia/Shanghai", folder) == csv("load s.csv", folder))
        }
    }

    @Test func `keys that are not read are told`() throws {
        try Running.inFolder { folder in
            try Data(((0..<20000).map { "{\"user\":\"u\($0)\",\"time\":\(1_511_544_000 + $0)}" } + ["{\"user\":\"z\",\"time\":1511544000,\"late\":1}"]).joined(separator: "\n").utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/j"))
            let result = try #require(Running.results("load j", directory: folder).last)
            #expect(result.notes.first?.code == "unknown-keys" && result.notes.first?.message == "1 key of the file is not read (late: 1 row)")
        }
    }
}

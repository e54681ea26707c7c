/// Scripts with one mistake each: the place between ‹ and ›, the code, the message, the hint.
enum ValueMistakes {
    /// What is never closed.
    static let unclosed: [Mistake] = [
        Mistake(#"plot roc title=‹"Who buys next›"#, "unclosed", "a text does not end on its line", hint: #"close it with ""#),
        Mistake(#"load ‹"my file.csv›"#, "unclosed", "a text does not end on its line", hint: #"close it with ""#),
        Mistake("let x = ‹[›1, 2", "unclosed", "a '[' is not closed", hint: nil),
        Mistake("let x = ‹[›1,", "unclosed", "a '[' is not closed", hint: nil),
        Mistake("let x = ‹[›1, [2]", "unclosed", "a '[' is not closed", hint: nil),
        Mistake("let x = ‹{›32, 64", "unclosed", "a '{' is not closed", hint: nil),
        Mistake("let x = ‹{›a: b", "unclosed", "a '{' is not closed", hint: nil),
        Mistake("let x = ‹{›a: b,", "unclosed", "a '{' is not closed", hint: nil),
        Mistake("select ‹`page 1›", "unclosed", "a name in backquotes does not end on its line", hint: "close it with `"),
        Mistake("filter ‹(›a + b", "unclosed", "a '(' is not closed", hint: nil),
        Mistake("filter ((‹›", "expected", "expected a value, column or function, found the end", hint: nil),
        Mistake("filter count‹(›a == 1", "unclosed", "a '(' is not closed", hint: nil),
        Mistake("filter a in ‹[›1, 2", "unclosed", "a '[' is not closed", hint: nil),
        Mistake("filter has‹(›pv -> cart", "unclosed", "a '(' is not closed", hint: nil),
        Mistake("filter matches(a, ‹/x|y›", "unclosed", "a regular expression does not end on its line", hint: "close it with /"),
        Mistake("funnel ‹(›cart or fav", "unclosed", "a '(' is not closed", hint: "(cart or fav)"),
        Mistake("funnel pv ‹-[›^buy", "unclosed", "a '-[' is not closed", hint: "pv -[^buy]-> cart"),
        Mistake("let x = ${a‹›", "expected", "expected '}' after '${a', found the end", hint: nil),
        Mistake(#"let x = "a ${b‹"›"#, "expected", #"expected '}' after '${b', found '"'"#, hint: nil),
        Mistake("for k in [1, 2] ‹{› show", "unclosed", "the body of a loop is not closed", hint: "close it with }"),
        Mistake("for k in [1, 2] ‹{›", "unclosed", "the body of a loop is not closed", hint: "close it with }"),
        Mistake("filter (a ‹b›)", "expected", "expected ')', found 'b'", hint: nil),
        Mistake("let x = [1 ‹2›]", "expected", "expected ',' or ']', found '2'", hint: nil),
        Mistake("let x = {1 ‹2›}", "expected", "expected ',' or '}', found '2'", hint: nil),
        Mistake("let x = {a: b ‹c›}", "expected", "expected ',' or '}', found 'c'", hint: nil),
        Mistake("let x = {a: b, c ‹d›}", "expected", "expected ':' after 'c', found 'd'", hint: nil),
        Mistake("funnel (a ‹b›)", "expected", "expected 'or' or ')', found 'b'", hint: "(cart or fav)"),
        Mistake("filter f(a ‹b›)", "expected", "expected ',' or ')', found 'b'", hint: nil),
        Mistake("filter a ‹)›", "unexpected", "'filter' does not expect ')' here", hint: "filter CONDITION [per=event|session|user]"),
        Mistake("let x = ‹]›", "expected", "expected a value, found ']'", hint: #"a text with signs in it stands in quotes: "]""#),
    ]

    /// Texts, numbers and dates that cannot be.
    static let values: [Mistake] = [
        Mistake("let x = ‹'›text'", "wrong-quotes", "text stands between double quotes", hint: #""text""#),
        Mistake(#"let x = "a ‹\q› b""#, "wrong-escape", #"'\q' means nothing in a text"#, hint: #"\\ is a backslash"#),
        Mistake(#"let x = "C:‹\d›ata""#, "wrong-escape", #"'\d' means nothing in a text"#, hint: #"\\ is a backslash"#),
        Mistake("let x = ‹“›text”", "expected", "expected a value, found '“'", hint: #"text stands between plain double quotes: "text""#),
        Mistake("let x = ‹99999999999999999999›", "wrong-number", "the number is larger than can be held", hint: nil),
        Mistake("let x = ‹1e999›", "wrong-number", "the number is larger than can be held", hint: nil),
        Mistake("let x = ‹1e999%›", "wrong-number", "the number is larger than can be held", hint: nil),
        Mistake("let x = ‹2017-13-01›", "wrong-date", "no such day in the calendar", hint: nil),
        Mistake("let x = ‹2017-02-29›", "wrong-date", "no such day in the calendar", hint: nil),
        Mistake("let x = ‹2017-11-25T25:00›", "wrong-date", "no such time of day", hint: nil),
        Mistake("let x = ‹2017-11-25T08:00Z›", "wrong-date", "a date is written yyyy-mm-dd or yyyy-mm-ddThh:mm:ss, in UTC", hint: "2017-11-25T08:00"),
        Mistake("let x = ‹2017-11-25T8:00›", "wrong-date", "a date is written yyyy-mm-dd or yyyy-mm-ddThh:mm:ss, in UTC", hint: "2017-11-25T08:00"),
        Mistake("let x = ‹2017-11-25-x›", "wrong-date", "a date is written yyyy-mm-dd or yyyy-mm-ddThh:mm:ss, in UTC", hint: "2017-11-25T08:00"),
        Mistake("let x = ‹10..2›", "wrong-range", "a range goes from a whole number up to another", hint: "2..10"),
        Mistake("let x = ‹a..b›", "wrong-range", "a range goes from a whole number up to another", hint: "2..10"),
        Mistake("let x = ‹2017-11-25..2017-12-03›", "wrong-range", "a range goes from a whole number up to another", hint: "2..10"),
        Mistake("let x = $‹5›", "expected", "expected a name after '$', found '5'", hint: #"in a text, \$ is a dollar sign"#),
        Mistake("let x = ‹$nothing›", "unknown-parameter", "nothing is named '$nothing'", hint: "'let nothing = 5' makes it"),
        Mistake(#"let x = "‹${nothing}›""#, "unknown-parameter", "nothing is named '$nothing'", hint: "'let nothing = 5' makes it"),
        Mistake("let x = {a: 1, ‹a›: 2}", "repeated-key", "'a' stands twice in a map", hint: nil),
        Mistake("load x.csv sep=‹,›", "expected", "expected a value, found ','", hint: #"a text with signs in it stands in quotes: ",""#),
        Mistake("load x.csv sep=‹|›", "expected", "expected a text for 'sep', found '|'", hint: #"a text with signs in it stands in quotes: "|""#),
        Mistake(
            #"load x.csv user=‹"›user id""#, "expected", #"expected a name, found '"'"#,
            hint: "a name that is more than letters, digits and _ stands in backquotes: `page 1`"),
        Mistake(
            "select ‹5›", "expected", "expected a name, found '5'",
            hint: "a name that is more than letters, digits and _ stands in backquotes: `page 1`"),
        Mistake("select a,‹›", "expected", "expected a name, found the end", hint: nil),
        Mistake("rename ‹`a=b›", "unclosed", "a name in backquotes does not end on its line", hint: "close it with `"),
        Mistake("rename ‹``›=b", "empty-name", "a name between backquotes is empty", hint: nil),
        Mistake("let x = ‹@›", "expected", "expected a value, found '@'", hint: #"a text with signs in it stands in quotes: "@""#),
        Mistake(#"load ‹""›"#, "expected", "expected a file, found an empty text", hint: nil),
    ]

    /// Values that do not fit their parameter.
    static let fitting: [Mistake] = [
        Mistake("sample ‹5›", "wrong-value", "'share' of 'sample' takes a share such as 5% or 0.05, not 5", hint: "did you mean 5%?"),
        Mistake(
            "sample ‹1.5›", "wrong-value", "'share' of 'sample' takes a share such as 5% or 0.05, not 1.5",
            hint: "share of users to keep: 5% or 0.05"),
        Mistake(
            "sample ‹200%›", "wrong-value", "'share' of 'sample' takes a share from 0% to 100%, not 200%",
            hint: "share of users to keep: 5% or 0.05"),
        Mistake(
            "sample ‹-5%›", "wrong-value", "'share' of 'sample' takes a share from 0% to 100%, not -5%",
            hint: "share of users to keep: 5% or 0.05"),
        Mistake(
            "sample ‹half›", "wrong-value", "'share' of 'sample' takes a share such as 5% or 0.05, not half",
            hint: "share of users to keep: 5% or 0.05"),
        Mistake("sample 5% seed=‹x›", "wrong-value", "'seed' of 'sample' takes a whole number from 0, not x", hint: "seed"),
        Mistake("sample 5% seed=‹-1›", "wrong-value", "'seed' of 'sample' takes a whole number from 0, not -1", hint: "seed"),
        Mistake("sample 5% seed=‹1.5›", "wrong-value", "'seed' of 'sample' takes a whole number from 0, not 1.5", hint: "seed"),
        Mistake("kmeans k=‹0›", "wrong-value", "'k' of 'kmeans' takes a whole number in 1...1024, not 0", hint: "number of clusters"),
        Mistake("kmeans k=‹5%›", "wrong-value", "'k' of 'kmeans' takes a whole number in 1...1024, not 5%", hint: "number of clusters"),
        Mistake("kmeans k=‹[5]›", "wrong-value", "'k' of 'kmeans' takes a whole number in 1...1024, not [5]", hint: "number of clusters"),
        Mistake(#"kmeans k=‹"5"›"#, "wrong-value", #"'k' of 'kmeans' takes a whole number in 1...1024, not "5""#, hint: "number of clusters"),
        Mistake("kmeans k=‹2..5›", "wrong-value", "'k' of 'kmeans' takes a whole number in 1...1024, not 2..5", hint: "number of clusters"),
        Mistake(
            "elbow k=‹x›", "wrong-value", "'k' of 'elbow' takes a range such as 2..10, or list of whole numbers, not x",
            hint: "numbers of clusters to try"),
        Mistake(
            "elbow k=‹[2, x]›", "wrong-value", "'k' of 'elbow' takes a range such as 2..10, or list of whole numbers, not [2, x]",
            hint: "numbers of clusters to try"),
        Mistake(
            "elbow k=‹1..100000›", "wrong-value", "'k' of 'elbow' takes a range of at most 10000 whole numbers, not 1..100000",
            hint: "numbers of clusters to try"),
        Mistake(
            "elbow k=‹0..9223372036854775807›", "wrong-value", "'k' of 'elbow' takes a range of at most 10000 whole numbers, not 0..9223372036854775807",
            hint: "numbers of clusters to try"),
        Mistake("fit lstm seq=‹ten›", "wrong-value", "'seq' of 'fit' takes a whole number, not ten", hint: "seq"),
        Mistake(
            "fit lstm hidden=‹[40, x]›", "wrong-value", "'hidden' of 'fit' takes a whole number or a list of them, not [40, x]",
            hint: "units of each layer"),
        Mistake(
            "fit lstm hidden=‹{40}›", "wrong-value", "'hidden' of 'fit' takes a whole number or a list of them, not {40}",
            hint: "units of each layer"),
        Mistake("fit lstm bidirectional=‹maybe›", "wrong-value", "'bidirectional' of 'fit' takes yes or no, not maybe", hint: "bidirectional"),
        Mistake("fit lstm epochs=‹0›", "wrong-value", "'epochs' of 'fit' takes a whole number in 1...10000, not 0", hint: "epochs"),
        Mistake("fit lstm rate=‹fast›", "wrong-value", "'rate' of 'fit' takes a number, not fast", hint: "rate"),
        Mistake("fit lstm predict=‹5›", "wrong-value", "'predict' of 'fit' takes a text or a list of them, not 5", hint: "predict"),
        Mistake("fit lstm positive=‹[1]›", "wrong-value", "'positive' of 'fit' takes a text, word or whole number, not [1]", hint: "positive"),
        Mistake(
            "tune lstm hidden=‹{32, x}›", "wrong-value", "'hidden' of 'tune' takes a whole number or a list of them, or a set of them in { }, not {32, x}",
            hint: "units of each layer"),
        Mistake(
            "tune lstm hidden=‹{}›", "wrong-value", "'hidden' of 'tune' takes a set with at least one member, not {}",
            hint: "units of each layer"),
        Mistake(
            #"tune lstm rate=‹{1, "a"}›"#, "wrong-value", #"'rate' of 'tune' takes a number, or a set of them in { }, not {1, "a"}"#,
            hint: "learning rate"),
        Mistake(
            "load x.csv types=‹{price: nummber}›", "wrong-value", "'types' of 'load' takes a map to one of text, number, time (see 'price'), not {price: nummber}",
            hint: "types"),
        Mistake("load x.csv types=‹[price]›", "wrong-value", "'types' of 'load' takes a map such as {name: value}, not [price]", hint: "types"),
        Mistake(
            "load x.csv schema=‹rcs15›", "wrong-value", "'schema' of 'load' takes one of userbehavior, rsc15, retentioneering, cdnow, combined-log, movielens, sequences, not rcs15",
            hint: "did you mean 'rsc15'?"),
        Mistake("load x.csv kind=‹event›", "wrong-value", "'kind' of 'load' takes one of events, table, not event", hint: "did you mean 'events'?"),
        Mistake("load x.csv header=‹1›", "wrong-value", "'header' of 'load' takes yes or no, not 1", hint: "header"),
        Mistake("load x.csv memory=‹512›", "wrong-value", "'memory' of 'load' takes a size such as 512MB or 2GB, not 512", hint: "memory"),
        Mistake("load x.csv memory=‹7d›", "wrong-value", "'memory' of 'load' takes a size such as 512MB or 2GB, not 7d", hint: "memory"),
        Mistake("load x.csv columns=‹[1, 2]›", "wrong-value", "'columns' of 'load' takes a text or a list of them, not [1, 2]", hint: "columns"),
        Mistake("filter a per=‹uesr›", "wrong-value", "'per' of 'filter' takes one of event, session, user, not uesr", hint: "did you mean 'user'?"),
        Mistake(
            "split by=‹tmie›", "wrong-value", "'by' of 'split' takes one of time-user, time, user, last, random, none, not tmie",
            hint: "did you mean 'time'?"),
        Mistake("sessions gap=‹30›", "wrong-value", "'gap' of 'sessions' takes a duration such as 30m, 7d or 1h30m, not 30", hint: "gap"),
        Mistake("sessions gap=‹-30m›", "wrong-value", "'gap' of 'sessions' takes a duration such as 30m, 7d or 1h30m, not -30m", hint: "gap"),
        Mistake("label x = a at=‹7d›", "wrong-value", "'at' of 'label' takes a date such as 2017-11-25 or 2017-11-25T08:00, not 7d", hint: "at"),
        Mistake(
            "label x = a for=‹2017-11-25›", "wrong-value", "'for' of 'label' takes a duration such as 30m, 7d or 1h30m, not 2017-11-25",
            hint: "for"),
        Mistake("show n=‹-1›", "wrong-value", "'n' of 'show' takes a whole number from 0, or all, not -1", hint: "rows to show"),
        Mistake("show n=‹al›", "wrong-value", "'n' of 'show' takes a whole number from 0, or all, not al", hint: "rows to show"),
        Mistake("plot roc size=‹720›", "wrong-value", "'size' of 'plot' takes a size in pixels such as 720x440, not 720", hint: "size"),
        Mistake("plot roc size=‹10x10›", "wrong-value", "'size' of 'plot' takes a size of 100x100 to 4000x4000 pixels, not 10x10", hint: "size"),
        Mistake(
            "plot roc size=‹720x440x›", "wrong-value", "'size' of 'plot' takes a size of 100x100 to 4000x4000 pixels, not 720x440x",
            hint: "size"),
        Mistake("plot roc title=‹5›", "wrong-value", "'title' of 'plot' takes a text, not 5", hint: "title"),
        Mistake("simulate ‹shp›", "wrong-value", "'what' of 'simulate' takes one of shop, not shp", hint: "did you mean 'shop'?"),
        Mistake("retention by=‹month›", "wrong-value", "'by' of 'retention' takes one of day, week, not month", hint: "by"),
        Mistake("recommend lstm user=‹[1]›", "wrong-value", "'user' of 'recommend' takes a text, word or whole number, not [1]", hint: "user"),
        Mistake("recommend lstm n=‹0›", "wrong-value", "'n' of 'recommend' takes a whole number in 1...1000, not 0", hint: "n"),
        Mistake("for k in [1, 2, ‹$q›] { show }", "unknown-parameter", "nothing is named '$q'", hint: "'let q = 5' makes it"),
        Mistake("for k in ‹5› { show }", "wrong-value", "'for' runs over a list or a range, not a whole number", hint: "for k in [2, 3, 5] { ... }"),
        Mistake("for k in ‹0..99999› { show }", "wrong-range", "'for' runs over at most 10000 values", hint: nil),
    ]
}

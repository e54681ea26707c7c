/// Scripts with one mistake each: the place between ‹ and ›, the code, the message, the hint.
enum WordMistakes {
    /// Words that mean nothing.
    static let unknown: [Mistake] = [
        Mistake("load shop.csv | ‹smaple› 5%", "unknown-verb", "no verb is named 'smaple'", hint: "did you mean 'sample'?"),
        Mistake("‹klmeans› k=5", "unknown-verb", "no verb is named 'klmeans'", hint: "did you mean 'kmeans'?"),
        Mistake("‹zzz› 5", "unknown-verb", "no verb is named 'zzz'", hint: "'help' lists the verbs"),
        Mistake("‹5›%", "expected-verb", "a statement starts with a verb", hint: "'help' lists the verbs"),
        Mistake(#"‹"›load" x.csv"#, "expected-verb", "a statement starts with a verb", hint: "'help' lists the verbs"),
        Mistake("‹=› 5", "expected-verb", "a statement starts with a verb", hint: "'help' lists the verbs"),
        Mistake(
            "fit ‹lstn› seq=10", "unknown-model", "'fit' knows no model 'lstn'",
            hint: "did you mean 'lstm'? it knows logistic, tree, forest, xgboost, markov, rnn, gru, lstm, transformer, tcn, esn, seq2seq, bert4rec, sasrec, popularity, itemknn, vsknn, autoencoder"),
        Mistake(
            "fit ‹zzzzzz›", "unknown-model", "'fit' knows no model 'zzzzzz'",
            hint: "it knows logistic, tree, forest, xgboost, markov, rnn, gru, lstm, transformer, tcn, esn, seq2seq, bert4rec, sasrec, popularity, itemknn, vsknn, autoencoder"),
        Mistake(
            "fit lstm ‹sep›=10", "unknown-option", "'fit lstm' has no option 'sep'",
            hint: "did you mean 'seq'? it takes seq, predict, inputs, hidden, layers, heads, bidirectional, dropout, epochs, batch, rate, patience, mask, order, seed, class-weights, positive"),
        Mistake("load shop.csv as ‹\"›a\"", "expected", "expected a name, found '\"'", hint: "a name that is more than letters, digits and _ stands in backquotes: `page 1`"),
        Mistake("fit ‹seq›=10 lstm", "unknown-option", "'fit' has no option 'seq'", hint: "the model comes first: fit MODEL"),
        Mistake(
            "fit lstm ‹qqqqq›=10", "unknown-option", "'fit lstm' has no option 'qqqqq'",
            hint: "it takes seq, predict, inputs, hidden, layers, heads, bidirectional, dropout, epochs, batch, rate, patience, mask, order, seed, class-weights, positive"),
        Mistake("list ‹n›=5", "unknown-option", "'list' has no option 'n'", hint: "'list' takes no options"),
        Mistake("kmeans k=5 ‹colour›=red", "unknown-option", "'kmeans' has no option 'colour'", hint: "it takes k, seed"),
        Mistake(
            "plot ‹rok›", "unknown-chart", "'plot' knows no chart 'rok'",
            hint: "did you mean 'roc'? it knows pr, confusion, calibration, lift, gain, threshold, importance, tree, loss, accuracy, elbow, silhouette, dendrogram, profile, rfm, daily, hourly, heatmap, funnel, retention, paths, transitions, steps, flow, embedding, histogram, top, roc, clusters"),
        Mistake(
            #"plot ‹"›roc""#, "expected", #"expected a chart, found '"'"#,
            hint: "it is one of roc, pr, confusion, calibration, lift, gain, threshold, importance, tree, loss, accuracy, elbow, silhouette, clusters, dendrogram, profile, rfm, histogram, daily, hourly, heatmap, funnel, retention, paths, transitions, steps, flow, top, embedding"),
        Mistake(
            "plot ‹5›", "expected", "expected a chart, found '5'",
            hint: "it is one of roc, pr, confusion, calibration, lift, gain, threshold, importance, tree, loss, accuracy, elbow, silhouette, clusters, dendrogram, profile, rfm, histogram, daily, hourly, heatmap, funnel, retention, paths, transitions, steps, flow, top, embedding"),
        Mistake("plot roc ‹of›=lstm", "unknown-option", "'plot roc' has no option 'of'", hint: "it takes to, size, title"),
        Mistake("‹Load› x.csv", "unknown-verb", "no verb is named 'Load'", hint: "did you mean 'load'?"),
    ]

    /// Words in the wrong place.
    static let placed: [Mistake] = [
        Mistake("kmeans ‹5›", "unexpected", "'kmeans' does not expect '5' here", hint: "did you mean k=5?"),
        Mistake("kmeans k=5 ‹7›", "unexpected", "'kmeans' does not expect '7' here", hint: "kmeans k=N [seed=N]"),
        Mistake("kmeans k=5 ‹-7›", "unexpected", "'kmeans' does not expect '-7' here", hint: "kmeans k=N [seed=N]"),
        Mistake("sample 5% ‹7›", "unexpected", "'sample' does not expect '7' here", hint: "did you mean seed=7?"),
        Mistake("sample 5% seed=1 ‹7›", "unexpected", "'sample' does not expect '7' here", hint: "sample SHARE [seed=N]"),
        Mistake(
            "rfm ‹kmeans› k=5", "unexpected", "'rfm' does not expect 'kmeans' here",
            hint: "'kmeans' is a verb: write | before it, or start a new line"),
        Mistake("rfm ‹let› x = 5", "unexpected", "'rfm' does not expect 'let' here", hint: "'let' is a verb: write | before it, or start a new line"),
        Mistake("plot roc ‹lstm›", "unexpected", "'plot roc' does not expect 'lstm' here", hint: "did you mean 'of lstm'?"),
        Mistake(
            #"plot roc of lstm ‹"x"›"#, "unexpected", #"'plot roc' does not expect '"x"' here"#,
            hint: "plot roc [of NAME...] [to=FILE] [size=WIDTHxHEIGHT] [title=TEXT]"),
        Mistake("rfm ‹xyz›", "unexpected", "'rfm' does not expect 'xyz' here", hint: "rfm [purchase=EXPR] [monetary=COLUMN] [bins=N]"),
        Mistake("describe ‹→› x", "unexpected", "'describe' does not expect '→' here", hint: "write -> for later"),
        Mistake("describe ‹“x”›", "unexpected", "'describe' does not expect '“x”' here", hint: #"text stands between plain double quotes: "text""#),
        Mistake("rfm ‹}›", "unexpected", "'rfm' does not expect '}' here", hint: "rfm [purchase=EXPR] [monetary=COLUMN] [bins=N]"),
        Mistake("elbow k=2..10‹..20›", "unexpected", "'elbow' does not expect '..20' here", hint: "elbow [k=RANGE]"),
        Mistake("kmeans k=5 seed=1 k=‹6›", "repeated-option", "'k' is given twice", hint: nil),
        Mistake("fit lstm seq=1 seq=‹2› as m", "repeated-option", "'seq' is given twice", hint: nil),
        Mistake("rfm as a ‹as› b", "repeated-option", "'as' is given twice", hint: nil),
        Mistake("rfm on load ‹on› load", "repeated-option", "'on' is given twice", hint: nil),
        Mistake("rfm as‹›", "expected", "expected a name, found the end", hint: "on NAME chooses what is read, as NAME names the result"),
        Mistake("rfm on ‹5›", "expected", "expected a name, found '5'", hint: "on NAME chooses what is read, as NAME names the result"),
        Mistake("list as ‹x›", "no-result", "'list' gives no value that could be named", hint: nil),
        Mistake("let x = 5 ‹6›", "expected", "expected the end of the statement, found '6'", hint: nil),
        Mistake("let x = 1 ‹+› 2", "expected", "expected the end of the statement, found '+'", hint: nil),
        Mistake("kmeans k=5 ‹=6›", "unexpected", "'kmeans' does not expect '=6' here", hint: "write == to compare; = gives an option its value"),
        Mistake("kmeans k=3 ‹,› seed=5", "unexpected", "'kmeans' does not expect ',' here", hint: "kmeans k=N [seed=N]"),
        Mistake("for k in [1] { show } ‹show›", "expected", "expected the end of the statement, found 'show'", hint: nil),
        Mistake("‹}›", "unexpected", "a '}' that closes nothing", hint: nil),
        Mistake("plan ‹for› k in [1] { show }", "misplaced-loop", "a loop stands on its own", hint: nil),
        Mistake(
            "for m in [lstm, rnn] { fit ‹$›m }", "expected", "expected a model, found '$'",
            hint: "a name is written out here: $name stands for a value, a path or a part of a text"),
        Mistake(
            "for c in [item] { top ‹$›c }", "expected", "expected a name, found '$'",
            hint: "a name is written out here: $name stands for a value, a path or a part of a text"),
    ]

    /// What is missing.
    static let lacking: [Mistake] = [
        Mistake("‹kmeans›", "missing-argument", "'kmeans' needs k=", hint: "kmeans k=N [seed=N]"),
        Mistake("‹fit›", "missing-argument", "'fit' needs a model", hint: "fit MODEL"),
        Mistake("‹sample›", "missing-argument", "'sample' needs a share such as 5% or 0.05", hint: "sample SHARE [seed=N]"),
        Mistake("‹sample seed=3›", "missing-argument", "'sample' needs a share such as 5% or 0.05", hint: "sample SHARE [seed=N]"),
        Mistake(
            "‹load›", "missing-argument", "'load' needs files",
            hint: "load FILES... [schema=WORD] [user=COLUMN] [item=COLUMN] [category=COLUMN] [action=COLUMN] [time=COLUMN] [session=COLUMN] [url=COLUMN] [value=COLUMN] [types={NAME: VALUE, ...}] [kind=events|table] [header=yes|no] [sep=TEXT] [columns=[TEXT, ...]] [time-format=TEXT] [zone=TEXT] [bad-rows=skip|stop] [memory=SIZE]"),
        Mistake(
            "‹load kind=table›", "missing-argument", "'load' needs files",
            hint: "load FILES... [schema=WORD] [user=COLUMN] [item=COLUMN] [category=COLUMN] [action=COLUMN] [time=COLUMN] [session=COLUMN] [url=COLUMN] [value=COLUMN] [types={NAME: VALUE, ...}] [kind=events|table] [header=yes|no] [sep=TEXT] [columns=[TEXT, ...]] [time-format=TEXT] [zone=TEXT] [bad-rows=skip|stop] [memory=SIZE]"),
        Mistake(
            "‹funnel mode=any›", "missing-argument", "'funnel' needs a path pattern such as pv -> cart",
            hint: "funnel STEPS [mode=ordered|strict|any] [by=COLUMN]"),
        Mistake("‹write rfm›", "missing-argument", "'write' needs to=", hint: "write [VALUE] to=FILE"),
        Mistake("‹select except›", "missing-argument", "'select' needs columns", hint: "select [except] COLUMNS..."),
        Mistake("‹rename›", "missing-argument", "'rename' needs an old=new", hint: "rename OLD=NEW..."),
        Mistake("kmeans k=‹›", "expected", "expected a whole number in 1...1024 for 'k', found the end", hint: "number of clusters"),
        Mistake("kmeans k=‹seed›=1", "expected", "expected a whole number in 1...1024 for 'k', found the option 'seed'", hint: "number of clusters"),
        Mistake("plot roc to=‹›", "expected", "expected a file for 'to', found the end", hint: "a file to write"),
        Mistake("plot roc of‹›", "expected", "expected names for 'of', found the end", hint: "what it shows"),
        Mistake(
            "sample 5% seed=‹|› rfm", "expected", "expected a whole number from 0 for 'seed', found '|'",
            hint: #"a text with signs in it stands in quotes: "|""#),
        Mistake(
            "fit lstm seq=‹;›", "expected", "expected a whole number for 'seq', found ';'",
            hint: #"a text with signs in it stands in quotes: "|""#),
        Mistake("‹filter›", "missing-argument", "'filter' needs an expression", hint: "filter CONDITION [per=event|session|user]"),
        Mistake("derive x‹›", "expected", "expected '=' after 'x', found the end", hint: nil),
        Mistake("derive x =‹›", "expected", "expected a value, column or function, found the end", hint: nil),
        Mistake("derive ‹=› 5", "expected", "expected a name, found '='", hint: nil),
        Mistake("label x ‹per›=user", "expected", "expected '=' after 'x', found 'per'", hint: nil),
        Mistake("rename a‹›", "expected", "expected '=' after 'a', found the end", hint: nil),
        Mistake("rename a=‹›", "expected", "expected a name, found the end", hint: nil),
        Mistake("let‹›", "expected", "expected a name, found the end", hint: nil),
        Mistake("let x‹›", "expected", "expected '=' after 'let x', found the end", hint: nil),
        Mistake("let x =‹›", "expected", "expected a value, found the end", hint: nil),
        Mistake("let x ‹5›", "expected", "expected '=' after 'let x', found '5'", hint: nil),
        Mistake("for‹›", "expected", "expected a name, found the end", hint: nil),
        Mistake("for k‹›", "expected", "expected 'in', found the end", hint: "for k in [2, 3, 5] { ... }"),
        Mistake("for k ‹[›1, 2] { show }", "expected", "expected 'in', found '['", hint: "for k in [2, 3, 5] { ... }"),
        Mistake("for k in‹›", "expected", "expected a value, found the end", hint: nil),
        Mistake("for k in [1, 2]‹›", "expected", "expected '{', found the end", hint: "for k in [2, 3, 5] { ... }"),
        Mistake("include‹›", "expected", "expected a file, found the end", hint: nil),
        Mistake("‹plan›", "missing-argument", "'plan' needs a statement", hint: "plan STATEMENT"),
        Mistake(
            "funnel pv ->‹›", "expected", "expected an action, found the end",
            hint: #"an action that is more than letters, digits and _ stands in quotes: "add to cart""#),
        Mistake(
            "funnel ‹-›> pv", "expected", "expected an action, found '-'",
            hint: #"an action that is more than letters, digits and _ stands in quotes: "add to cart""#),
        Mistake("‹map url›", "missing-argument", "'map' needs a file", hint: "map COLUMN FILE"),
    ]
}

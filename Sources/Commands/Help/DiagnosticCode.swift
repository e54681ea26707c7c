/// What the code of an error, warning or note means, and what helps: `help unknown-option`.
struct DiagnosticCode: Sendable {
    let code: String
    let meaning: String

    private init(_ code: String, _ meaning: String) {
        self.code = code
        self.meaning = meaning
    }

    static func named(_ code: String) -> DiagnosticCode? { all.first { $0.code == code } }

    /// In the order of the alphabet.
    static let all = (language + data + models + charts + notebooks + program).sorted { $0.code < $1.code }

    // What is written

    private static let language: [DiagnosticCode] = [
        .init("costly-regex", "The search for a regular expression was given up on some text, as it took too many steps. Repetitions inside repetitions, such as (a+)+, do that."),
        .init("reserved-name", "'ans' always means the last result, so no value can be given that name."),
        .init("ambiguous-column", "The name means one column by its own name and another by the role that it plays. Write the column that you mean, or load the data with other roles."),
        .init("argument-count", "The function takes another number of arguments; 'help expressions' shows each function with what it takes."),
        .init("bad-regex", "The text between slashes is not a regular expression. A sign such as ( or + stands for itself behind a backslash."),
        .init("chained-comparison", "Comparisons cannot be chained as in a < b < c. Write a < b and b < c, or b in a..c."),
        .init("empty-name", "Backquotes with nothing between them name nothing."),
        .init("expected", "Something else should stand here; the message says what."),
        .init("expected-verb", "A statement starts with a verb, such as load or plot; 'help' lists them."),
        .init("group-needed", "A function over several events, such as any or count, needs a group to look at: add per=user or per=session."),
        .init("include-unavailable", "'include' brings the cells of another notebook and works in notebooks only."),
        .init("misplaced-loop", "A 'for' stands as a statement of its own, not inside another statement."),
        .init("misplaced-parameter", "In an expression a $name is a value of its own, not a part of a text."),
        .init("misplaced-regex", "A regular expression between slashes stands only as an argument of a function, as in matches(url, /cart/)."),
        .init("missing-argument", "The verb cannot do without this; the hint shows how the verb is written."),
        .init("nested-group", "A function over a group cannot stand inside another one."),
        .init("no-result", "The verb gives no value, so 'as NAME' has nothing to name."),
        .init("nothing-to-read", "The verb reads a value of a kind that the session does not hold yet. The hint names verbs that make one."),
        .init("repeated-key", "The same key stands twice in a map, in the front matter or in the options of a cell."),
        .init("repeated-option", "The option is given twice in one statement; keep one of them."),
        .init("too-deep", "Loops, brackets or expressions lie deeper in one another than can be read. Write it in several statements."),
        .init("type-mismatch", "The expression gives another type than what is wanted here: a condition, a number, a text or a time."),
        .init("unbounded-label", "What a label tells could be seen in the events that features look at. Say where those end: before=PATTERN, or at=DATE for=7d."),
        .init("unclosed", "A bracket, quote or block is opened here and never closed."),
        .init("unexpected", "The verb takes nothing more at this place. Perhaps a '|' before the next verb, or the name of an option, is missing."),
        .init("ungrouped-column", "With per=user or per=session a column has many values. Say which one, as in first(action), or ask of all, as in any(action == \"buy\")."),
        .init("unknown-form", "The verb has no form of this name; 'help VERB' lists its forms."),
        .init("unknown-function", "No function has this name; 'help expressions' lists them all."),
        .init("unknown-kind", "'plot' draws no chart of this name; 'help plot' lists the charts."),
        .init("unknown-model", "'fit' knows no model of this name; 'help fit' lists the models."),
        .init("unknown-name", "No value of the session has this name; 'list' shows the names."),
        .init("unknown-option", "The verb or cell has no such option; the hint lists those that it has. Options that do not apply are errors, never ignored."),
        .init("unknown-parameter", "No 'let', 'for' or parameter of the notebook gives this $name a value."),
        .init("unknown-topic", "Help has no page of this name; 'help search WORDS' looks into all pages."),
        .init("unknown-unit", "The letters behind the number are no unit. Durations take ms s m h d w, sizes B kB MB GB, shares %."),
        .init("unknown-verb", "No verb has this name; 'help' lists them."),
        .init("wrong-action", "In a pattern an action that is a word of the language, or more than letters, digits, _ and -, stands in quotes."),
        .init("wrong-date", "There is no such day or time, or it is written otherwise than yyyy-mm-dd or yyyy-mm-ddThh:mm."),
        .init("wrong-escape", "Behind a backslash in a text stands one of \" \\ n t r 0 $."),
        .init("wrong-kind", "The value is of another kind than the verb reads; 'list' shows what each name stands for."),
        .init("wrong-number", "The digits do not make a number, or one too large to be held."),
        .init("wrong-operator", "The sign is an operator of other languages; the hint shows how it is written here."),
        .init("wrong-quotes", "A text stands between double quotes."),
        .init("wrong-range", "A range goes from a whole number up to another one: 2..10."),
        .init("wrong-value", "The value does not fit the option: it is of another type, outside of the range, or none of the words that the option takes."),
    ]

    // Data and files

    private static let data: [DiagnosticCode] = [
        .init("bad-rule", "A line of a file of rules is no rule. 'help map' shows how they are written: /p/{id} -> product."),
        .init("ambiguous-key", "A table is joined by a column that tells its rows apart, and this one holds a value more than once, so it is not known which row is meant."),
        .init("bad-option", "The option does not fit this data: a column of another type, or another number of names than columns."),
        .init("bad-row", "A row of the file cannot be used; the caret stands under the field. bad-rows=skip leaves such rows out."),
        .init("bad-rows", "Some rows could not be used and were left out. They are counted, the first are shown, and all of them are kept with line number and reason in a file beside the data."),
        .init("binary-file", "The file holds no text. Compressed files are read when they are gzip or zstd."),
        .init("damaged-file", "The file is cut off or spoilt: its compressed content cannot be read. Copy or download it again."),
        .init("different-columns", "Files that are loaded together must have the same columns."),
        .init("directory", "The path names a directory where a file is wanted."),
        .init("empty-file", "The file holds nothing."),
        .init("incomplete-events", "Every event needs a user and a time, and what was to take the place of theirs is missing for some."),
        .init("missing-file", "There is no file at this path. Paths are relative to the notebook's folder, at the prompt and with -c to the working directory."),
        .init("missing-role", "The verb needs to know which column plays a role, such as time or session. Name it when loading: time=COLUMN."),
        .init("name-taken", "A column was to get a name by which another one is called already, be it its own name or the role that it plays. 'rename' makes room."),
        .init("no-rows", "Nothing is left to work on: the file has a header only, or no row fulfils the condition."),
        .init("no-windows", "No user has two events or more, so there is no history from which a next event could be learnt."),
        .init("over-budget", "The rows need more memory than memory= of load allows. A sample of users or fewer columns need less."),
        .init("note", "Something to know about the result; nothing is wrong."),
        .init("standard-input", "Standard input holds the script or what is typed, so data cannot come from it. With -c and run it may hold data: ... | cnb -c 'load -'."),
        .init("unfit-schema", "The file is not written as files of that schema are; the message says what was expected and what was found."),
        .init("unread-format", "The file is text of a kind that is not read, or is not what schema= says."),
        .init("unknown-keys", "Objects of a file of JSON lines have keys that its head does not have, or that columns= does not name. Their values are left out; columns= reads them."),
        .init("too-many-rows", "The file has more rows than can be held. A sample reads whole users of a part."),
        .init("two-roles", "One column cannot play two roles."),
        .init("unfit-rows", "Most rows do not fit the columns that were found, so the file was probably misread. sep=, header= and columns= say how it is written."),
        .init("unknown-column", "The data has no column of this name; 'describe' lists the columns."),
        .init("unknown-format", "The ending of the file says how it is written, and this one is not known. Rows are written as .csv or .json, charts as .svg, .png or .pdf."),
        .init("unreadable-file", "The file is there and cannot be read, perhaps for want of permission."),
        .init("unwritable-file", "The file cannot be written: its folder is missing, full, or not yours."),
    ]

    // Models, segments, scores

    private static let models: [DiagnosticCode] = [
        .init("bad-code", "A value lies outside of the vocabulary that a model was made for."),
        .init("bad-heads", "The heads of a transformer share its width evenly: hidden=64 goes with heads=1, 2, 4, 8 and so on."),
        .init("bad-layers", "A network needs as many numbers of units as it has layers: hidden=64 for all, or hidden=[64, 32] for two."),
        .init("bad-target", "A class to predict lies outside of the classes that the model knows."),
        .init("bad-tensor", "The weights of a model do not have the shape that the model needs."),
        .init("bad-value", "A hyperparameter lies outside of its range."),
        .init("cluster-count", "A silhouette needs at least two clusters, and fewer than rows."),
        .init("different-rows", "Models can be compared only when they were scored on the same rows: fit them on the same events, with the same split, seed and target."),
        .init("diverged", "The loss became infinite during training. A smaller rate= helps."),
        .init("empty-range", "There is no number of clusters to try."),
        .init("hidden-states", "Attention looks at the states after all events, which only recurrent layers that read one way show."),
        .init("missing-values", "The columns have gaps, and the model takes none."),
        .init("negative-count", "A count below zero cannot be scored."),
        .init("negative-value", "A logarithm was asked of a column with values below zero."),
        .init("no-classes", "There are no classes to score."),
        .init("no-columns", "There is no column to work on."),
        .init("number-input", "The model counts how often the same events came one after another, and numbers hardly ever repeat. Give it texts and truth values, or fit a network."),
        .init("singular", "Rounding has left the equations without a solution, as columns follow from one another. A larger ridge= helps."),
        .init("no-epochs", "The model is not trained in passes over the data, so there is nothing to draw by epoch."),
        .init("no-convergence", "The factorisation did not settle, which happens with extreme values."),
        .init("no-numeric-columns", "The table has no columns of numbers that describe its rows."),
        .init("no-test-rows", "No rows were held back from training, so there is nothing to score on. 'split' with a test share before 'fit' holds some back."),
        .init("no-training-rows", "The split leaves no rows to train on."),
        .init("not-a-number", "A score is not a number."),
        .init("not-a-probability", "A probability lies outside of 0 to 1, or those of a row do not sum to 1."),
        .init("not-finite", "A column holds an infinite value or none at all."),
        .init("nothing-to-score", "There are no rows to score."),
        .init("one-class", "All rows are of one class, so nothing can be told apart. More users, or another target, help."),
        .init("one-column", "Clusters of a single column have no plane to be drawn on; 'plot histogram' shows the column."),
        .init("other-columns", "The data has other columns than those that were learnt from."),
        .init("other-steps", "The windows know another number of the events that follow them than the model predicts."),
        .init("other-length", "The windows have another length than those that the model was trained on."),
        .init("other-vocabulary", "The data has other values than those that the model was trained on."),
        .init("out-of-range", "A number lies outside of the range that it may have; the message says which range."),
        .init("repeated-column", "The same column is named twice."),
        .init("too-few-distinct-rows", "Fewer rows differ from one another than clusters are wanted."),
        .init("too-few-rows", "There are fewer rows than clusters, or than components, are wanted."),
        .init("too-large", "Training would need more memory than the machine has. A smaller batch=, seq= or hidden= helps."),
        .init("too-many-classes", "The column has too many different values to be predicted by a network of actions. Predict a column with fewer values."),
        .init("too-many-components", "More components are wanted than there are columns."),
        .init("too-many-names", "The chart is of one model, and several are named."),
        .init("unknown-class", "A label is none of the classes."),
        .init("unknown-segment", "A row belongs to none of the segments."),
        .init("wrong-column", "The column is of another type than the chart needs."),
        .init("wrong-columns", "The verb takes another number of columns, or other ones."),
        .init("wrong-count", "Two lists that belong together have different lengths."),
        .init("wrong-rows", "A row has another number of values than there are columns."),
        .init("wrong-target", "The column cannot be predicted: it is the user or the time. Predict the action, or another column with few values."),
    ]

    // Charts

    private static let charts: [DiagnosticCode] = [
        .init("chart-failed", "A chart of the report could not be drawn; its words and its table stand in its place."),
        .init("gnuplot-failed", "gnuplot ended with an error while it drew a chart."),
        .init("gnuplot-missing", "Charts are drawn by gnuplot, which is not installed: the package gnuplot-nox brings it."),
        .init("gnuplot-not-started", "gnuplot is there and could not be started."),
        .init("gnuplot-too-slow", "gnuplot took too long for a chart and was stopped."),
        .init("nothing-to-plot", "There are no values to draw."),
        .init("plot-mismatch", "Two columns of a chart have different lengths."),
        .init("plot-number", "A number of a chart cannot be drawn: it is infinite, or outside of what the chart shows."),
        .init("plot-size", "A chart is 240x160 to 4000x4000 pixels large."),
        .init("plot-too-large", "The picture is larger than can be taken in."),
        .init("plot-too-many", "A chart has more parts than can be told apart."),
        .init("plot-unreadable", "gnuplot gave a picture that cannot be read."),
    ]

    // Notebooks and reports

    private static let notebooks: [DiagnosticCode] = [
        .init("timed-statement", "What a verb measures of the machine differs from run to run, and a report must not. Such a verb works at the prompt and in scripts."),
        .init("include-cycle", "A notebook includes itself, perhaps by way of another one."),
        .init("include-in-loop", "'include' cannot stand in a loop."),
        .init("include-unknown", "The path of an 'include' must be known before the notebook runs."),
        .init("late-option", "Options of a cell stand at its top, before its first statement."),
        .init("missing-default", "A parameter of a notebook needs a default, which also says its type."),
        .init("not-a-notebook", "The file is not a text in UTF-8."),
        .init("pdf-failed", "WeasyPrint ended with an error while it made the PDF; the HTML is written."),
        .init("pdf-timeout", "WeasyPrint took too long for the PDF and was stopped; the HTML is written."),
        .init("remote-image", "A report holds all that it shows, so pictures from the network are left out. Keep the picture beside the notebook."),
        .init("repeated-label", "Labels name cells and figures, and two cells have the same one."),
        .init("repeated-parameter", "A parameter is declared or given twice, or 'let' would overrule it."),
        .init("timeout", "The cell took longer than its timeout and was stopped."),
        .init("unknown-image", "Pictures in a report are PNG, JPEG, GIF, SVG or WebP."),
        .init("unknown-key", "The front matter, or 'execute:' in it, has no such key; 'help notebooks' lists them."),
        .init("unknown-property", "The value has no such number; the hint lists those that it has."),
        .init("unknown-tag", "A tag that looks like 'parameters' and is not."),
        .init("unreadable-image", "The picture is missing or cannot be read."),
        .init("unreadable-notebook", "The notebook is missing or cannot be read."),
        .init("unreadable-parameters", "The file of --params is missing or cannot be read."),
        .init("unsupported-option", "The option of a cell is known and does nothing in this version, so it is refused."),
        .init("unused-option", "The option of a cell has no effect, for example a caption where no figure is made."),
        .init("weasyprint-missing", "PDFs are made by WeasyPrint, which is not installed: the package weasyprint brings it."),
        .init("wrong-fence", "A block of code opens in a way that is nearly that of a cell: a cell opens with ```cnb."),
        .init("wrong-format", "The format behind the ':' of a value in prose is not one of .2f, .1%, d, .2e, with or without a comma before."),
        .init("wrong-inline-value", "A value in prose is written `{name}`, `{name.property}` or `{name.property:format}`."),
        .init("wrong-name", "A parameter's name is letters, digits and _."),
        .init("wrong-parameter", "A parameter on the command line is written -P name=value."),
        .init("wrong-parameter-cell", "A cell of parameters holds 'let' statements only, and there is one such cell."),
        .init("yaml", "The front matter or the options of a cell are not YAML."),
    ]

    // The program

    private static let program: [DiagnosticCode] = [
        .init("unmovable-path", "A path of the session cannot be written so that it means the same file from the folder of the notebook. Export into the folder that the session works in."),
        .init("interrupted-statement", "A statement was stopped before it was done, and what it had made by then is in use, so a notebook cannot give the same values again. Run it to its end, or drop them."),
        .init("nothing-to-export", "The session holds no value and showed no answer that a notebook could give again."),
        .init("session-lost", "The program crashed several times in a row while it made the session again, so it begins empty; the history still has the statements."),
        .init("rebuilding", "After a crash the session is made again by the statements that had worked."),
        .init("no-editor", "No editor was found: neither VISUAL nor EDITOR names one, and the usual ones are not installed."),
        .init("editor-failed", "The editor could not be started, or ended with a failure, so nothing of what it held was run. VISUAL or EDITOR names another one."),
        .init("edit-unavailable", "'edit' works at the prompt, where there is somebody to edit; a script or notebook is edited in an editor before it runs."),
        .init("crash", "The program itself crashed in a statement, which is a bug of ours. The prompt makes the session again from the statements that had worked and leaves this one out; please report what you typed."),
        .init("failure", "Something went wrong that has no code of its own; the message is all that is known."),
        .init("history-not-written", "The history of the prompt cannot be kept; the session goes on. CNB_HISTORY names another file."),
        .init("interrupted", "Ctrl-C or a signal stopped the statement. The values made before it stand."),
        .init("not-text", "The script on standard input is not UTF-8 text."),
        .init("unreadable-input", "Standard input cannot be read."),
        .init("unwritable-output", "Standard output, or a report, cannot be written: the disk is full, or its folder is missing or not yours."),
        .init("usage", "The command line is wrong; 'cnb --help' lists the commands and options."),
    ]
}

import Diagnostics
import Expressions
import Language
import Notebooks

/// A page of help that is not about a verb.
struct HelpTopic: Sendable {
    let page: HelpPage
    /// Other words that show it.
    let aliases: [String]

    var word: String { page.topic }

    init(_ word: String, aliases: [String] = [], _ summary: String, _ sections: [HelpPage.Section]) {
        page = HelpPage(topic: word, summary: summary, sections: sections)
        self.aliases = aliases
    }

    static let all: [HelpTopic] = [statements, values, expressions, patterns, kinds, notebooks, keys, codes, exitCodes]

    static func named(_ word: String) -> HelpTopic? { all.first { $0.word == word || $0.aliases.contains(word) } }

    // The language

    static let statements = HelpTopic(
        "statements", aliases: ["let", "for", "include", "on", "as", "ans", "syntax"], "How statements are written, joined, named and repeated.",
        [
            .init(
                "example",
                .examples([
                    Example(
                        "simulate shop users=100 days=20 seed=1 | sample 80% as most\nrfm on most\nlet k = 2\nkmeans k=$k as two\nfor n in [3, 4] { kmeans k=$n }",
                        prints: "4 clusters of")
                ])),
            .init(
                "forms",
                .entries([
                    .init("VERB words options", "does something: 'top action n=3'; which words and options, 'help VERB' says"),
                    .init("... on NAME", "reads that value; without it a verb reads the newest value of a kind that it needs"),
                    .init("... as NAME", "names the result; without it the result bears the name of its verb, or of its model; the newest wins"),
                    .init("ans", "the last result, wherever a name may stand"),
                    .init("a | b", "the same as two lines; so a whole script fits on one"),
                    .init("a; b", "the same as two lines; a final ';' at the prompt keeps the result from being shown"),
                    .init("key=value", "an option; blanks around '=' do not matter"),
                    .init("let NAME = VALUE", "names a plain value: 'let k = 5', then $k wherever a value or a path may stand, and ${k} also inside a text: \"day ${k}\""),
                    .init("for NAME in LIST { }", "runs the statements in braces for each member of a list, or each whole number of a range such as 2..5"),
                    .init("include \"F.cnb\"", "runs the cells of another notebook; in notebooks only"),
                    .init("?VERB", "the same as 'help VERB'"),
                    .init("# words", "a comment, from the start of a word to the end of the line"),
                    .init("\\", "at the end of a line goes on with the next, as an open ( or [ does"),
                ])),
            .init(
                "rules",
                .prose(
                    """
                    A mistake is found before anything runs, wherever that can be known without the data. An option that does not apply is an error, never ignored.

                    A name is letters, digits and _. Any other name of a column stands in backquotes: `page 1 (main category)`.
                    """)),
        ])

    /// The values of the grammar: what errors call them, an example of each, and what it is.
    static let valueForms: [(name: String, example: String, meaning: String)] = [
        ("whole number", "1_000", "digits, with _ between them where that helps to read"), ("number", "0.5", "with a point or a power of ten: 1e-3"),
        ("percentage", "5%", "a share: 5% is 0.05"), ("duration", "1h30m", "ms s m h d w: 30s, 30m, 7d, 2w"),
        ("size", "512MB", "of memory: B kB MB GB TB, or K M G of 1024"), ("date", "2017-11-25", "yyyy-mm-dd, always a date; with a time 2017-11-25T08:00, in UTC or the zone of the data"),
        ("text", "\"two words\"", "between double quotes; \\\" \\\\ \\n \\t \\$ stand for signs, ${name} for a value"), ("word", "time-user", "letters, digits and _ - . / : without quotes"),
        ("list", "[1, 2, 3]", "values between brackets"), ("range", "2..10", "whole numbers, both ends included"),
        ("set", "{32, 64}", "values to choose from"), ("map", "{user: text, price: number}", "names with a value each"),
    ]

    static let values = HelpTopic(
        "values", aliases: ["value"], "What may stand behind the '=' of an option, in 'let', and in the parameters of a notebook.",
        [
            .init("values", .entries(valueForms.map { .init($0.example, "\($0.name): \($0.meaning)") } + [.init("$name, ${name}", "the value that 'let', 'for' or a parameter of the notebook gave")])),
            .init(
                "in usage lines",
                .entries([
                    .init("N", "a whole number"), .init("NUMBER", "a number"), .init("SHARE", "a share such as 5% or 0.05"), .init("DURATION", "a duration such as 30m"),
                    .init("RANGE", "a range such as 2..10, or a list of whole numbers"), .init("TEXT", "a text or a word"), .init("COLUMN", "the name of a column, or the role that it plays"),
                    .init("NAME", "the name of a value of the session"), .init("FILE", "a path, in quotes where it holds blanks"),
                    .init("EXPR", "an expression; see 'help expressions'"), .init("a|b", "one of these words"), .init("[...]", "may be left out"),
                ])),
        ])

    static let expressions = HelpTopic(
        "expressions", aliases: ["expression", "functions", "operators"], "Conditions and calculations over columns, in 'filter' and in options such as 'rfm purchase='.",
        [
            .init("examples", .examples([
                Example("simulate shop users=50 days=7 seed=1 | filter action == \"buy\" and hour(time) >= 18", prints: "events of"),
                Example("simulate shop users=50 days=7 seed=1 | filter count(action == \"buy\") >= 2 per=user", prints: "users"),
            ])),
            .init(
                "what stands in it",
                .entries([
                    .init("action", "a column, by its own name or by the role that it plays: user item category action time session url value"),
                    .init("`page 1`", "a column whose name is more than letters, digits and _"),
                    .init("5  0.5  5%  30m", "numbers, shares and durations; a date such as 2017-11-25"), .init("\"buy\"", "a text"), .init("true false", "truths"),
                    .init("missing", "no value: 'category == missing' finds the gaps"), .init("$name", "the value that 'let', 'for' or a parameter of the notebook gave"),
                ])),
            .init("operators, those that bind tightest first", .entries(operators)),
            .init("functions of a row", .entries(functions(aggregate: false))),
            .init("functions over a group, with per=user or per=session", .entries(functions(aggregate: true) + [.init("has(PATTERN)", "whether the group's events hold the pattern; see 'help patterns'")])),
            .init(
                "rules",
                .prose(
                    """
                    An expression is typed and checked before anything runs. It ends at the end of the line, at '|', or before an option of the verb, 'on' or 'as'.

                    A comparison with a missing value is neither true nor false. There is no '%' operator, and '=' compares nothing: write ==.
                    """)),
        ])

    private static var operators: [HelpPage.Entry] {
        let written = Dictionary(grouping: BinaryOperator.allCases, by: \.rank).mapValues { $0.map(\.rawValue).joined(separator: "  ") }
        func row(_ sign: BinaryOperator, _ text: String) -> HelpPage.Entry { .init(written[sign.rank] ?? sign.rawValue, text) }
        return [
            .init("-x", "the number with the other sign"), row(.multiply, "product and quotient of numbers"), row(.add, "sum and difference of numbers; of times and durations"),
            row(.equal, "comparison; texts are compared by their characters"), .init("x in [a, b]", "whether a value is in a list, or in a range such as 2..5; also 'not in'"),
            .init("not x", "the opposite"), row(.and, "both"), row(.or, "one or both"), .init("if a then b else c", "b where a holds, else c"),
        ]
    }

    private static func functions(aggregate: Bool) -> [HelpPage.Entry] {
        ExpressionFunction.all.filter { $0.isAggregate == aggregate }.map { function in
            let parameters = function.parameters.enumerated().map { index, parameter in
                let name = switch parameter {
                case .type(.boolean): "condition"
                case .type(let type): type.rawValue
                case .anything: "any"
                case .regex: "/regex/"
                }
                return index < function.required ? name : "[\(name)]"
            }
            let result = switch function.result {
            case .type(.boolean): "true or false"
            case .type(let type): "a \(type.rawValue)"
            case .sameAsFirst: "what it is given"
            }
            return .init("\(function.name)(\(parameters.joined(separator: ", ")))", "\(function.help); gives \(result)")
        }
    }

    /// Patterns, each as it may stand, and what it means.
    static let patternForms: [(example: String, meaning: String)] = [
        ("pv -> cart", "a pv, and later a cart; anything may lie between"), ("pv => cart", "a pv, and a cart as the very next event of the user"),
        ("pv -[^buy]-> cart", "later, with no buy between; several: -[^buy or fav]->"), ("(cart or fav) -> buy", "one of some actions"),
        ("pv -> . -> buy", ". is any event"), ("pv -> cart within 7d", "the whole within so long, from the first event to the last"),
        ("\"add to cart\" -> buy", "an action that is more than letters, digits, _ and - stands in quotes"),
    ]

    static let patterns = HelpTopic(
        "patterns", aliases: ["pattern", "has"], "Orders of events, as in 'filter has(pv -> cart) per=user'.",
        [
            .init("example", .examples([Example("simulate shop users=50 days=7 seed=1 | filter has(cart -> buy within 1d) per=user", prints: "users")])),
            .init("patterns", .entries(patternForms.map { .init($0.example, $0.meaning) })),
            .init("rules", .prose("Events of a user stand in the order of their times; equal times count in the order of the log.")),
        ])

    static let kinds = HelpTopic(
        "kinds", aliases: ["kind"], "The sorts of values that verbs read and give.",
        [
            .init(
                "kinds",
                .entries([
                    .init("events", "who did what, when: what 'load' makes of a file with a user and a time, 'simulate' of nothing, and 'sample', 'clean', 'filter' of other events"),
                    .init("table", "rows and columns: what 'load' makes of any other file, and 'rfm' of events. Tables that answer a question ('top', 'elbow', 'profile') are shown, written and plotted, and read by other verbs only where 'on' names them"),
                    .init("segments", "a partition of rows, such as 'kmeans' makes"), .init("model", "what 'fit' learns, with its scores on rows that were held back from it"),
                    .init("scores", "how well a model does, from 'evaluate'; where scores are wanted, a model will do"), .init("figure", "a chart, from 'plot'"),
                    .init("value", "a plain value, from 'let'"),
                ])),
        ])

    // Around it

    static let notebooks = HelpTopic(
        "notebooks", aliases: ["notebook", "cells", "cell", "report", "reports"], "Markdown with cells that run: 'cnb run F.cnb' writes a report in HTML, with --pdf in PDF too.",
        [
            .init(
                "example",
                .verbatim(
                    """
                    ---
                    title: Our shop
                    params:
                      data: datasets/shop.csv
                    ---

                    # What people do next

                    ```cnb
                    #| label: next-action
                    #| fig-cap: How well the model ranks the next action
                    load $data
                    fit lstm seq=10
                    plot roc
                    ```

                    The area under the curve is `{lstm.auc:.2f}`.
                    """)),
            .init("front matter", .entries(FrontMatter.meanings.map { .init($0.key, $0.help) })),
            .init(
                "options of a cell, as lines #| key: value",
                .entries(
                    [.init("label", "names the cell, its figures and anchors; no two cells have the same")]
                        + CellOption.all.map { .init($0.name, "\($0.help) (\($0.typeText)\($0.isDefault ? "; or for all cells under execute:" : ""))") })),
            .init(
                "values in prose",
                .entries([
                    .init("`{name}`", "the plain value, or the one line that says what a value is"), .init("`{name.property}`", "one of its numbers: `{lstm.auc}`, `{sample.users}`; a wrong one is answered with those that there are"),
                    .init("`{name:format}`", ".2f two decimals, .1% a percentage, d a whole number, .2e a power of ten; a comma before them separates thousands"), .init("`{{x}}`", "the braces as they are"),
                ])),
            .init(
                "rules",
                .prose(
                    """
                    Cells run in the order of the text, all of them checked before the first. Paths are relative to the notebook's folder; a path given by -P to the
                    working directory. A failing cell stops the run; the report is still written, and says so on top. Outputs never enter the notebook. The same notebook,
                    data and seed give the same bytes.
                    """)),
        ])

    static let keys = HelpTopic(
        "keys", aliases: ["prompt"], "Keys at the prompt.",
        [
            .init(
                "keys",
                .entries([
                    .init("Tab", "completes verbs, options, their words, columns, names and files; twice lists what fits"), .init("Up, Down", "earlier and later statements, kept from session to session"),
                    .init("Ctrl-R", "searches earlier statements for what is typed next"), .init("Ctrl-A, Ctrl-E", "to the beginning and the end of the line"),
                    .init("Alt-B, Alt-F", "a word back, a word on"), .init("Ctrl-W, Ctrl-U, Ctrl-K", "cut the word before, all before, all behind"), .init("Ctrl-Y", "puts back what was cut"),
                    .init("Ctrl-_", "takes the last change back"), .init("Ctrl-L", "clears the screen"),
                    .init("Ctrl-C", "throws the line away, or stops the statement that runs; the session stays"), .init("Ctrl-D", "on an empty line: leaves"),
                    .init(";", "at the end of a statement: does it and shows nothing"),
                ])),
            .init(
                "rules",
                .prose(
                    """
                    The keys are those of GNU readline and can be changed in ~/.inputrc. A pasted text of several lines is one input, and a prompt that was pasted along is taken off.
                    The history is kept in the file that CNB_HISTORY names, else in cnb/history under XDG_STATE_HOME or ~/.local/state.
                    """)),
        ])

    static let codes = HelpTopic(
        "codes", aliases: ["errors", "error", "warnings", "warning"], "The code of each error, warning and note, as it stands in brackets behind 'error'; 'help CODE' explains one.",
        [.init("codes", .entries(DiagnosticCode.all.map { .init($0.code, $0.meaning) }))])

    static let exitCodes = HelpTopic(
        "exit-codes", aliases: ["exit"], "What the exit code of the program says to scripts.",
        [.init("exit codes", .entries([.init("0", "done")] + Diagnostic.Category.allCases.map { .init("\($0.exitCode)", $0.meaning) }))])
}

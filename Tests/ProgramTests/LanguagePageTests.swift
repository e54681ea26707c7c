import Foundation
import Language
import TestSupport
import Testing

@testable import cnb

/// The catalogue against the page of the language, which lies beside the project where it is developed.
///
/// What the page promises and nobody has built yet stands in `missing`: whoever builds one takes it off the list. What we have beyond the page stands in `beyond`, with the reason.
struct LanguagePageTests {
    static let path = Recording.root + "/../shared/design/language.md"
    static let isThere = FileManager.default.fileExists(atPath: path)

    /// Verbs, `verb option=`, `fit model`, `plot kind`, and commands and options of the program.
    static let missing: Set<String> = [
        "difference", "encode", "finetune", "funnel",
        "impute", "paths", "predict", "recommend",
        "retention", "scale", "steps", "users", "why",
        "fit mask=",
        "fit bert4rec", "fit itemknn", "fit popularity", "fit sasrec",
        "fit vsknn",
        "plot embedding", "plot funnel", "plot heatmap", "plot paths",
        "plot retention", "plot steps", "plot transitions",
        "cnb convert", "cnb diff", "cnb predict", "cnb predict --to", "cnb run --fresh", "cnb run --grid", "cnb run --rehash", "cnb serve",
        "cnb serve --host", "cnb serve --max-body", "cnb serve --port", "cnb serve --timeout", "cnb serve --token-file", "cnb verify", "cnb watch", "cnb why",
    ]

    static let beyond: [String: String] = reasons([
        ("the page promises it below the list of commands", ["cnb --json", "cnb check --json"]),
        ("every command line has it", ["cnb --help", "cnb -h", "cnb run --help", "cnb run -h", "cnb check --help", "cnb check -h", "cnb --version", "cnb run --version", "cnb check --version"]),
        ("conventions, 7: it wins over the environment", ["cnb --color", "cnb run --color", "cnb check --color"]),
        ("conventions, 7: no progress and notes", ["cnb --quiet", "cnb -q", "cnb run --quiet", "cnb run -q", "cnb check --quiet", "cnb check -q"]),
        ("conventions, 7: a plain form of every table", ["cnb --plain"]), ("the same as 'set' before a script", ["cnb --seed", "cnb --threads"]),
        ("conventions, 5: what was typed is edited in an editor", ["edit"]), ("conventions, 3: the start-up file", ["cnb --init", "cnb --no-init"]),
        ("how components are shaped and fitted, in scikit-learn's terms or in words", ["mixture covariance=", "mixture restarts=", "mixture iterations=", "mixture tolerance=", "mixture ridge="]),
        ("how far clusters lie apart, and how many rows make the tree", ["hierarchical linkage=", "hierarchical sample="]),
        ("how prototypes are started and run, and what of the columns is read as what", ["init", "restarts", "iterations", "inputs", "categorical", "seed"].map { "kmodes \($0)=" } + ["init", "restarts", "iterations", "inputs", "log", "scale", "missing", "seed"].map { "kprototypes \($0)=" } + ["fit kmodes", "fit kprototypes"]),
        ("rows a step of huge tables", ["kmeans batch="]),
        ("what a dense place is, in scikit-learn's terms or in words", ["dbscan eps=", "dbscan min-points=", "dbscan min-size=", "dbscan sample="]),
        ("whose journeys and of which words, and how a mixture of chains is fitted", ["of", "per", "ends", "prior", "restarts", "iterations", "tolerance", "seed"].map { "chains \($0)=" } + ["of", "per", "length"].map { "hierarchical \($0)=" }),
        ("which model, of which purchases, in which unit, up to when and for how long", ["model", "purchase", "monetary", "unit", "until", "horizon"].map { "lifetime \($0)=" }),
        ("groups by a table that can be replaced", ["rfm groups="]),
        ("what all clusterings of numbers take", ["mixture", "hierarchical", "dbscan"].flatMap { verb in ["inputs", "log", "scale", "missing", "seed"].map { "\(verb) \($0)=" } } + ["fit mixture", "fit hierarchical", "fit dbscan"]),
        ("how much is drawn for the gap statistic and the stability", ["elbow references=", "elbow pairs=", "elbow sample="]), ("how long rules may be, and which rows are held back from them", ["explain depth=", "explain seed="]),
        ("whose journeys segments have; how many segments a consensus has", ["profile events=", "consensus k="]),
        ("as many as 'show' and 'top' take", ["history n="]), ("how many of the last actions and first URLs have columns", ["features last=", "features first="]), ("the page calls 'kmeans' short for it", ["fit kmeans"]), ("hyperparameters of the estimator, with defaults", ["kmeans iterations=", "kmeans restarts=", "elbow restarts=", "fit clip=", "fit embedding=", "fit smoothing=", "fit kernel=", "fit feed-forward="]),
        ("a training of hours keeps where it stands", ["fit checkpoint=", "fit resume="]),
        ("whether a target is a class or a number, which its values cannot always tell", ["fit as="]), ("what several targets count for, and what is known of users beside their events", ["fit target-weights=", "fit context="]),
        ("scikit-learn's limits of trees and forests, in words", ["fit criterion=", "fit depth=", "fit min-leaf=", "fit min-split=", "fit prune=", "fit trees=", "fit features=", "fit permutations="]),
        ("XGBoost's parameters, in its own terms or in words", ["fit rounds=", "fit subsample=", "fit columns=", "fit min-weight=", "fit gamma=", "fit lambda=", "fit alpha=", "fit scale-pos-weight="]),
        ("a forest has two importances", ["plot by="]),
        ("scikit-learn's names for what holds coefficients, and how categories become numbers", ["fit penalty=", "fit c=", "fit encode="]),
        ("the page says it of seconds", ["compare timings="]), ("how folds are dealt", ["cv by=", "cv stratified="]), ("what chooses, and how many are tried", ["tune aim=", "tune folds=", "tune trials="]),
        ("how networks are trained, in the terms of PyTorch", ["fit optimizer=", "fit schedule=", "fit warm-up=", "fit weight-decay="]),
        ("the reservoir of the echo state network", ["fit leak=", "fit density=", "fit radius=", "fit ridge=", "fit input-scale="]),
        ("how far seq2seq predicts, and how it looks and searches", ["fit ahead=", "fit attention=", "fit beam="]),
        ("columns that a simulated shop has only when asked", ["simulate prices=", "simulate urls="]),
        ("whether skewed columns are taken by log1p, which is printed", ["kmeans log="]), ("which columns a clustering reads, whether they are standardised, and what gaps count as", ["kmeans inputs=", "kmeans scale=", "kmeans missing=", "elbow missing=", "elbow inputs=", "elbow scale=", "elbow log="]), ("every verb that draws takes one", ["kmeans seed=", "elbow seed=", "autoencoder seed="]),
        ("what an autoencoder reads, and how it is trained, as 'fit' has it", autoencoder.map { "autoencoder \($0)=" }),
    ])

    private static let autoencoder = ["hidden", "embedding", "epochs", "batch", "optimizer", "rate", "schedule", "warm-up", "weight-decay", "patience", "clip", "seq", "inputs", "log"]

    private static func reasons(_ groups: [(reason: String, things: [String])]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: groups.flatMap { group in group.things.map { ($0, group.reason) } })
    }

    @Test(.enabled(if: isThere, "../shared/design/language.md is not here: the catalogue is not held against it"))
    func `the catalogue is what the page of the language says, but for what is not built yet`() throws {
        let page = try LanguagePage(String(contentsOfFile: Self.path, encoding: .utf8))
        let ours = Self.ours
        let promised = page.things
        // An option of a verb that is missing as a whole is not missed again.
        let lacking = promised.subtracting(ours).filter { thing in
            let verb = String(thing.split(separator: " ")[0])
            return verb == thing || verb == "cnb" || !page.verbs.contains(verb) || ours.contains(verb)
        }
        print("not built yet: \(lacking.sorted().joined(separator: ", "))")
        #expect(lacking.subtracting(Self.missing).isEmpty, "promised, not built and not on the list: \(lacking.subtracting(Self.missing).sorted())")
        #expect(Self.missing.subtracting(lacking).isEmpty, "on the list and built, or not promised: \(Self.missing.subtracting(lacking).sorted())")
        // Cross-validation and tuning take the models and options of 'fit'.
        let more = ours.subtracting(promised).filter { thing in !["cv ", "tune "].contains { thing.hasPrefix($0) && ours.contains("fit " + thing.dropFirst($0.count)) } }
        #expect(more.subtracting(Self.beyond.keys).isEmpty, "not on the page and not on the list: \(more.subtracting(Self.beyond.keys).sorted())")
        #expect(Set(Self.beyond.keys).subtracting(more).isEmpty, "on the list and not beyond the page: \(Set(Self.beyond.keys).subtracting(more).sorted())")
    }

    /// All that the program has, named as `LanguagePage` names it.
    private static var ours: Set<String> {
        var things: Set<String> = []
        for signature in programCatalogue.commands.map({ $0.signature }) {
            things.insert(signature.verb)
            for option in signature.parameters where option.place == .option { things.insert("\(signature.verb) \(option.name)=") }
            for variant in signature.variants {
                things.insert("\(signature.verb) \(variant.word)")
                // 'fit kmeans' takes the options of 'kmeans'.
                guard programCatalogue.signature(variant.word) == nil else { continue }
                for option in variant.parameters where option.place == .option { things.insert("\(signature.verb) \(option.name)=") }
            }
        }
        for command in ArgumentRewriting.commands { things.insert("cnb \(command)") }
        let messages = [("cnb", ProgramArguments.helpMessage()), ("cnb run", ProgramArguments.helpMessage(for: RunArguments.self)), ("cnb check", ProgramArguments.helpMessage(for: CheckArguments.self))]
        for (name, message) in messages {
            // A line of its own for each option: '-q, --quiet   No progress.'
            for line in message.split(separator: "\n") where line.hasPrefix("  -") {
                for option in line.prefix(26).matches(of: /--[a-z-]+|-[A-Za-z]\b/) { things.insert("\(name) \(option.0)") }
            }
        }
        return things
    }
}

/// What the page of the language names, read from its text.
struct LanguagePage {
    private(set) var verbs: Set<String> = []
    private(set) var things: Set<String> = []

    init(_ text: String) throws {
        let verbs = try Self.section("## Verbs", of: text)
        // Items stand between ' · ' and begin with the verb in code; more code may follow in words.
        for item in verbs.replacing("\n", with: " ").replacing(#/\*\*[A-Z][a-z]+\.\*\* /#, with: "· ").split(separator: "· ") {
            let spans = Self.spans(String(item))
            guard item.hasPrefix("`"), let first = spans.first, let verb = first.prefixMatch(of: /[a-z]+/).map({ String($0.0) }) else { continue }
            self.verbs.insert(verb)
            things.insert(verb)
            // 'rename old=new' takes names there, and no options.
            if verb != "rename" { for option in first.matches(of: /(?:^|[ \[|\n])([a-z][a-z-]*)=/) { things.insert("\(verb) \(option.1)=") } }
            if verb == "fit" {
                for model in spans[1].split(whereSeparator: \.isWhitespace) { things.insert("fit \(model)") }
                for option in spans[2].split(whereSeparator: \.isWhitespace) { things.insert("fit \(option)") }
            }
            if verb == "plot" { for kind in spans[1].split(whereSeparator: \.isWhitespace) { things.insert("plot \(kind)") } }
        }
        let program = try Self.section("## The program", of: text)
        let block = try #require(program.split(separator: "```").dropFirst().first)
        var command = "cnb"
        for line in block.split(separator: "\n") {
            // Several commands of a line stand apart by ' · '.
            for part in line.split(separator: " · ") {
                if let named = part.prefixMatch(of: /cnb ([a-z]+)/) {
                    command = "cnb \(named.1)"
                    things.insert(command)
                } else if part.hasPrefix("cnb") { command = "cnb" }
                guard !part.hasPrefix("(later") else { continue }
                for option in part.matches(of: /(?:^|[ \[])(--[a-z-]+|-[A-Za-z])\b/) { things.insert("\(command) \(option.1)") }
            }
        }
    }

    private static func section(_ heading: String, of text: String) throws -> String {
        let parts = text.split(separator: heading, maxSplits: 1)
        let rest = try #require(parts.count == 2 ? parts[1] : nil, "the page has no '\(heading)'")
        return String(rest.prefix(upTo: rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex))
    }

    private static func spans(_ text: String) -> [String] { text.matches(of: /`([^`]+)`/).map { String($0.1) } }
}

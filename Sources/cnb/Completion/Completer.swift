import Diagnostics
import Expressions
import Language

/// What the word at the cursor may become.
struct Completion: Equatable {
    struct Candidate: Hashable {
        let text: String
        /// What follows when the candidate is the only one: a blank after a finished word, nothing after `key=` or a folder.
        let ending: Ending
        enum Ending: Hashable { case blank, nothing }
    }

    /// Bytes of the line that a candidate replaces; ends at the cursor.
    let range: Range<Int>
    let candidates: [Candidate]
}

/// Completes what is being typed by the place of the cursor. It never fails; what it does not know gives no candidates.
enum Completer {
    /// Guesses are few, so that a Tab after a slip of the finger does not list half the language.
    private static let mostGuesses = 6

    /// - Parameters:
    ///   - line: all that was typed of the input, lines before the cursor's included.
    ///   - cursor: a byte offset of its UTF-8 form.
    static func complete(line: String, cursor: Int, session: SessionView) -> Completion {
        let bytes = Array(line.utf8.prefix(max(0, cursor)))
        var place = CursorReader.place(in: bytes, catalogue: session.catalogue)
        if place.input == nil { place.input = inputNamed(after: line.utf8.dropFirst(bytes.count)) }
        let typed = String(decoding: bytes[place.wordStart...], as: UTF8.self)
        let range = place.wordStart..<bytes.count
        var sources = place.sources
        // `$` begins a parameter wherever a value may stand.
        if typed.hasPrefix("$"), !sources.isEmpty { sources = [.parameters] }
        var seen: Set<String> = []
        var offered: [Offer] = []
        for source in sources { offered += offers(of: source, typed: typed, place: place, session).filter { seen.insert($0.text).inserted } }
        var candidates = matching(typed, offered)
        // Within a line the sign may already stand behind the cursor.
        if let next = line.utf8.dropFirst(bytes.count).first, next == UInt8(ascii: "=") || next == UInt8(ascii: "(") {
            candidates = candidates.map { $0.text.utf8.last == next ? .init(text: String($0.text.dropLast()), ending: .nothing) : $0 }
        }
        return Completion(range: range, candidates: candidates)
    }

    /// A word that may stand at the cursor.
    private struct Offer {
        let text: String
        /// What the typed letters are held against.
        let key: String
        let ending: Completion.Candidate.Ending

        init(_ text: String, key: String? = nil, _ ending: Completion.Candidate.Ending = .blank) {
            self.text = text
            self.key = key ?? text
            self.ending = ending
        }
        var candidate: Completion.Candidate { .init(text: text, ending: ending) }
    }

    private static func offers(of source: CursorPlace.Source, typed: String, place: CursorPlace, _ session: SessionView) -> [Offer] {
        switch source {
        case .verbs: return (session.catalogue.verbs + ["let", "for", "include"]).map { Offer($0) }
        case .explainedVerbs: return session.catalogue.verbs.map { Offer($0) }
        case .words(let words): return words.map { Offer($0) }
        case .keys(let keys): return keys.map { Offer($0 + "=", .nothing) }
        case .functions: return ExpressionFunction.all.map { Offer($0.name + "(", .nothing) } + [Offer("has(", .nothing)]
        case .columns: return columns(place, session).map { named($0, typed: typed) }
        case .values(let kinds):
            let fitting = session.values.filter { kinds.isEmpty || kinds.contains($0.kind) }.map(\.name)
            let last = session.values.isEmpty || typed.isEmpty ? [] : ["ans"]
            return (fitting.reversed() + last).map { named($0, typed: typed) }
        case .parameters:
            return session.parameters.map { typed.hasPrefix("${") ? Offer("${\($0)}", .nothing) : Offer("$\($0)") }
        case .files: return FileCompletion.candidates(typed: typed, session).map { Offer($0.text, key: $0.key, $0.ending) }
        }
    }

    /// A name as it is written: in backquotes where it must be, or where the person began one.
    private static func named(_ name: String, typed: String) -> Offer {
        let written = Expression.quotedName(name)
        guard typed.hasPrefix("`"), !written.hasPrefix("`") else { return Offer(written, key: typed.hasPrefix("`") ? written : name) }
        let quoted = "`\(name)`"
        return Offer(quoted, key: quoted)
    }

    /// The columns of the statement's input: the value named by `on`, else the newest that the statement reads; where it reads none, as `load` does,
    /// the newest that has any.
    private static func columns(_ place: CursorPlace, _ session: SessionView) -> [String] {
        if let input = place.input { return (session.values.last { $0.name == input } ?? (input == "ans" ? session.values.last : nil))?.columns ?? [] }
        if place.reads.isEmpty { return session.values.last { $0.columns != nil && !$0.isAnswer }?.columns ?? [] }
        return session.values.last { value in value.columns != nil && place.reads.contains { $0.name == value.kind && $0.isAnswer == value.isAnswer } }?.columns ?? []
    }

    /// The name after an `on` that stands behind the cursor, in the rest of the statement.
    private static func inputNamed(after rest: Substring.UTF8View) -> String? {
        let words = String(decoding: rest.prefix { ![UInt8(ascii: "\n"), UInt8(ascii: "|"), UInt8(ascii: ";")].contains($0) }, as: UTF8.self).split(separator: " ")
        guard let on = words.lastIndex(of: "on"), on + 1 < words.count else { return nil }
        return String(words[on + 1].filter { $0 != "`" })
    }

    /// The offers that go on from what was typed; where none does, the few that were probably meant.
    private static func matching(_ typed: String, _ offers: [Offer]) -> [Completion.Candidate] {
        let exact = offers.filter { $0.key.hasPrefix(typed) || $0.text.hasPrefix(typed) }
        if !exact.isEmpty { return exact.map(\.candidate).sorted { $0.text < $1.text } }
        guard !typed.isEmpty else { return [] }
        let lower = typed.lowercased()
        let sameLetters = offers.filter { $0.key.lowercased().hasPrefix(lower) }
        if !sameLetters.isEmpty { return sameLetters.map(\.candidate).sorted { $0.text < $1.text } }
        guard typed.count >= 2 else { return [] }
        let within = offers.filter { $0.key.lowercased().contains(lower) }
        if !within.isEmpty { return within.count <= mostGuesses ? within.map(\.candidate).sorted { $0.text < $1.text } : [] }
        guard typed.count >= 3, let meant = nearest(to: typed, in: offers.map(\.key)), let offer = offers.first(where: { $0.key == meant }) else { return [] }
        return [offer.candidate]
    }
}

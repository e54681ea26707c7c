import Expressions

/// Names of files for a path that is being typed.
enum FileCompletion {
    struct Candidate: Equatable {
        let text: String
        /// What the typed letters are held against.
        let key: String
        let ending: Completion.Candidate.Ending
    }

    /// Files and folders that a typed path may become. `~` becomes the home folder, as the language does not know it; a path that the
    /// language could not read bare is put in quotes. Hidden files only when a dot was typed.
    static func candidates(typed: String, _ session: SessionView) -> [Candidate] {
        let isQuoted = typed.hasPrefix("\"")
        var path = isQuoted ? unescaped(String(typed.dropFirst())) : typed
        let hasTilde = path == "~" || path.hasPrefix("~/")
        if hasTilde, let home = session.home { path = home + path.dropFirst() }
        if hasTilde, path == session.home { path += "/" }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? ""
        let start = slash.map { String(path[path.index(after: $0)...]) } ?? path
        return session.list(folder.isEmpty ? "." : folder).compactMap { entry in
            guard entry.name.hasPrefix(start), start.hasPrefix(".") || !entry.name.hasPrefix(".") else { return nil }
            // A name with control characters is not put on a line that a person reads.
            guard entry.name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else { return nil }
            let whole = folder + entry.name
            let quotes = isQuoted || !isBare(whole)
            var text = quotes ? "\"" + escaped(whole) : whole
            if entry.isDirectory { text += "/" } else if quotes { text += "\"" }
            // The names were held against the typed ones above, where `~` and quotes stand no more.
            return Candidate(text: text, key: typed, ending: entry.isDirectory ? .nothing : .blank)
        }
    }

    /// Whether the language reads the path without quotes.
    private static func isBare(_ path: String) -> Bool {
        !path.hasPrefix("#") && !path.contains { " |;$\"`}=\\".contains($0) }
    }

    private static func escaped(_ text: String) -> String { String(Literal.quoted(text).dropFirst().dropLast()) }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            result.append(character)
            isEscaped = false
        }
        return result
    }
}

import Diagnostics
import Foundation
import Language
import Store

/// A notebook that was checked from the first cell to the last and is ready to run.
public struct PreparedNotebook: Sendable {
    public let notebook: Notebook
    /// The file's name without its folder.
    public let name: String
    public let parameters: [ParameterValue]
    let cells: [ParsedCell]
    let includes: [String: IncludedNotebook]
    let images: [String: EmbeddedImage]

    /// Checks all of a notebook that can be checked without running it: parameters, statements, live values, included notebooks, pictures.
    ///
    /// Wrong parameters (category usage) are told alone; otherwise all mistakes are told at once. Mistakes in cells with `error: true` stand.
    /// Where only the data is missing or does not fit (category data), the notebook is given beside the mistakes: its report can say so.
    /// - Parameters:
    ///   - session: a new session, whose folder is the notebook's; it gets the parameters and runs nothing.
    ///   - file: values of a parameter file.
    ///   - flags: values of the command line.
    ///   - form: mistakes of the text itself, told with the others; what may only follow from them is not told.
    public static func prepare(
        _ notebook: Notebook, name: String, session: Session, file: [ParameterAssignment] = [], flags: [ParameterAssignment] = [], form: [Diagnostic] = []
    ) -> (prepared: PreparedNotebook?, diagnostics: [Diagnostic]) {
        var check = NotebookCheck(notebook, session: session)
        return check.run(name: name, file: file, flags: flags, form: form)
    }

    /// The notebook as if the run had ended in the cell that a mistake of the check stands in, with nothing run; none when it stands in no cell.
    public func ended(by mistake: Diagnostic, seed: Int, facts: EngineFacts, date: CalendarDate? = nil) -> ExecutedNotebook? {
        guard let span = mistake.span, span.file === notebook.file, let failed = notebook.cells.firstIndex(where: { $0.range.contains(span.range.lowerBound) }) else { return nil }
        let cells = notebook.cells.enumerated().map { index, cell in
            ExecutedCell(cell: cell, status: index == failed ? .failed(mistake) : cell.options.eval ? .notRun : .notEvaluated, outputs: [], remarks: [])
        }
        return ExecutedNotebook(
            notebook: notebook, name: name, parameters: parameters, cells: cells, inlineTexts: .init(repeating: .notRun, count: notebook.inlineValues.count), images: images,
            dataCard: [], seed: notebook.frontMatter.seed ?? seed, facts: facts, date: date ?? notebook.frontMatter.date, failure: RunFailure(place: .cell(failed), diagnostic: mistake, isBeforeRun: true))
    }
}

/// The static check of one notebook.
private struct NotebookCheck {
    let notebook: Notebook
    let session: Session
    let reader: IncludeReader
    let parsed: [ParsedCell]
    var found: [Diagnostic] = []
    var checker: Checker
    var overrides: [String: ParameterValue] = [:]
    var includes: [String: IncludedNotebook] = [:]
    /// Whether what an included notebook makes is missing, without being a mistake of its own.
    var hasHoles = false

    init(_ notebook: Notebook, session: Session) {
        self.notebook = notebook
        self.session = session
        reader = IncludeReader(directory: session.directory, catalogue: session.catalogue)
        parsed = notebook.cells.map { ParsedCell($0, in: notebook.file, catalogue: session.catalogue) }
        checker = Checker(session)
    }

    mutating func run(name: String, file: [ParameterAssignment], flags: [ParameterAssignment], form: [Diagnostic]) -> (PreparedNotebook?, [Diagnostic]) {
        let declarations = declared()
        let (parameters, mistakes) = ParameterResolver(declarations: declarations, directory: session.directory).resolve(file: file, flags: flags)
        // A parameter that could not be read leaves the command line's value of it without one.
        guard mistakes.isEmpty || !form.isEmpty else { return (nil, mistakes) }
        let inFrontMatter = Set(notebook.frontMatter.parameters.map(\.name))
        for parameter in parameters {
            if inFrontMatter.contains(parameter.name) {
                session.setParameter(parameter.name, parameter.value)
            } else if parameter.isGiven {
                overrides[parameter.name] = parameter
            }
        }
        checker = Checker(session)
        var number = 0
        for part in notebook.parts {
            switch part {
            case .frontMatter: break
            case .prose(let range): for value in notebook.inlineValues where range.contains(value.span.range.lowerBound) { check(value) }
            case .cell(let cell):
                if cell.options.eval {
                    if !cell.isParameters, !cell.options.error { expectParametersKept(parsed[number].program, parameters.map(\.name)) }
                    check(parsed[number], isLenient: cell.options.error, isMain: true, stack: [reader.key(name)])
                }
                number += 1
            }
        }
        let images = embeddedImages()
        // Nor are its name, and what a cell would make that could not be read, known.
        if !form.isEmpty { found.removeAll { ["unknown-parameter", "unknown-name"].contains($0.code) } }
        found = form + found
        // In the order of the text; those of included notebooks stay where they were found.
        let places = found.map { mistake in mistake.span.flatMap { $0.file === notebook.file ? $0.range.lowerBound : nil } }
        let cleaner = PathCleaner(directory: session.directory, parameters: parameters)
        var last = 0
        let order = places.map { place -> Int in
            last = place ?? last
            return last
        }
        found = found.indices.sorted { (order[$0], $0) < (order[$1], $1) }.map { cleaner.clean(found[$0]) }
        let prepared = PreparedNotebook(notebook: notebook, name: name, parameters: parameters, cells: parsed, includes: includes, images: images)
        return (found.allSatisfy { $0.category == .data } ? prepared : nil, found)
    }

    // Parameters

    /// The parameters of the front matter and of cells tagged `parameters`.
    private mutating func declared() -> [ParameterDeclaration] {
        var declarations = notebook.frontMatter.parameters
        for (cell, parsed) in zip(notebook.cells, parsed) where cell.isParameters && cell.options.eval {
            let scratch = Session(catalogue: session.catalogue, threads: 1)
            for declaration in declarations { scratch.setParameter(declaration.name, declaration.fallback) }
            for statement in parsed.program.statements {
                guard case .assignment(let name, _) = statement.node else {
                    found.append(
                        Diagnostic(
                            "wrong-parameter-cell", "a cell tagged 'parameters' holds 'let' statements only", category: .syntax, at: statement.span, label: "not a 'let'",
                            hint: "let k = 5"))
                    continue
                }
                if declarations.contains(where: { $0.name == name.text }) {
                    found.append(Diagnostic("repeated-parameter", "two parameters are named '\(name.text)'", category: .syntax, at: name.span, label: "once more"))
                    continue
                }
                // A value that cannot be read is told by the check of the cell.
                guard (try? scratch.run(statement) { _ in }) != nil, let value = scratch.parameters[name.text] else { continue }
                declarations.append(ParameterDeclaration(name: name.text, fallback: value, at: name.span))
            }
        }
        return declarations
    }

    /// Refuses a 'let' that would take a parameter's value away from the command line.
    private mutating func expectParametersKept(_ program: Program, _ parameters: [String]) {
        for statement in program.statements {
            switch statement.node {
            case .assignment(let name, _) where parameters.contains(name.text):
                found.append(
                    Diagnostic(
                        "repeated-parameter", "'\(name.text)' is a parameter of the notebook, and 'let' would overrule what -P says", category: .syntax, at: name.span, label: "a parameter",
                        hint: "another name keeps both"))
            case .loop(_, _, let body): expectParametersKept(body, parameters)
            default: break
            }
        }
    }

    // Cells

    private mutating func check(_ cell: ParsedCell, isLenient: Bool, isMain: Bool, stack: [String]) {
        if !isLenient { found += cell.mistakes }
        var gaps = cell.program.gaps[...]
        for (index, statement) in cell.program.statements.enumerated() {
            while gaps.first.map({ $0.index <= index }) == true { pass(gaps.removeFirst(), isLenient: isLenient) }
            check(statement, isLenient: isLenient, isMain: isMain, stack: stack)
        }
        for gap in gaps { pass(gap, isLenient: isLenient) }
    }

    /// Goes past a statement that could not be read.
    private mutating func pass(_ gap: Gap, isLenient: Bool) {
        var program = Program([])
        program.gaps = [gap]
        collect(checker.check(program), isLenient: isLenient)
    }

    private mutating func check(_ statement: Statement, isLenient: Bool, isMain: Bool, stack: [String]) {
        switch statement.node {
        case .include(let path): include(path, isLenient: isLenient, stack: stack)
        case .assignment(let name, _):
            if isMain, let given = overrides[name.text] {
                _ = checker.check(ValueReader.assignment(name.text, given.value, catalogue: session.catalogue))
            } else {
                collect(checker.check(Program([statement])), isLenient: isLenient)
            }
        case .loop(_, _, let body):
            if let path = firstInclude(in: body) {
                if !isLenient {
                    found.append(
                        Diagnostic(
                            "include-in-loop", "an 'include' cannot stand in a loop", category: .syntax, at: path.span, label: "in a loop",
                            hint: "put the loop into the included notebook"))
                }
                return
            }
            collect(checker.check(Program([statement])), isLenient: isLenient)
        case .call(let call):
            if session.catalogue.signature(call.verb.text)?.isTimed == true, !isLenient {
                found.append(
                    Diagnostic(
                        "timed-statement", "'\(call.verb.text)' measures this machine, and a report is the same everywhere", category: .syntax, at: call.verb.span, label: "not in a notebook",
                        hint: "type it at the prompt, or in a script"))
            }
            collect(checker.check(Program([statement])), isLenient: isLenient)
        }
    }

    /// Keeps mistakes, but for those that only follow from a notebook that could not be included.
    private mutating func collect(_ mistakes: [Diagnostic], isLenient: Bool) {
        guard !isLenient else { return }
        found += mistakes.filter { !(hasHoles && ["unknown-name", "unknown-parameter", "nothing-to-read"].contains($0.code)) }
    }

    private func firstInclude(in program: Program) -> PathSyntax? {
        for statement in program.statements {
            switch statement.node {
            case .include(let path): return path
            case .loop(_, _, let body): if let path = firstInclude(in: body) { return path }
            default: break
            }
        }
        return nil
    }

    // Included notebooks

    private mutating func include(_ syntax: PathSyntax, isLenient: Bool, stack: [String]) {
        var path = ""
        for piece in syntax.template.pieces {
            switch piece {
            case .text(let text): path += text
            case .parameter(let name):
                guard let value = checker.parameters[name.text], let text = value.text ?? (value.asDouble == nil ? nil : value.description) else {
                    if !isLenient {
                        found.append(
                            Diagnostic(
                                "include-unknown", "which notebook is included must be known before the run", category: .syntax, at: syntax.span,
                                label: checker.parameters[name.text] == nil ? "not known yet" : "not a text", hint: "include \"file.cnb\""))
                    }
                    hasHoles = true
                    return
                }
                path += text
            }
        }
        let key = reader.key(path)
        guard !stack.contains(key) else {
            let chain = (stack + [key]).map { URL(fileURLWithPath: $0).lastPathComponent }
            if !isLenient {
                found.append(
                    Diagnostic(
                        "include-cycle", "'\(path)' includes itself", category: .syntax, at: syntax.span, label: "comes round again", notes: [chain.joined(separator: " includes ")]))
            }
            hasHoles = true
            return
        }
        let included: IncludedNotebook
        do throws(NotebookMistakes) { included = try reader.read(path, at: syntax.span) } catch {
            if !isLenient { found += error.diagnostics }
            hasHoles = true
            return
        }
        includes[key] = included
        for declaration in included.notebook.frontMatter.parameters where checker.parameters[declaration.name] == nil {
            checker.setParameter(declaration.name, declaration.fallback)
        }
        for (cell, parsed) in zip(included.notebook.cells, included.cells) where cell.options.eval {
            check(parsed, isLenient: isLenient || cell.options.error, isMain: false, stack: stack + [key])
        }
    }

    // Prose

    private mutating func check(_ value: InlineValue) {
        if let outline = checker.outline(named: value.name) { return check(value, against: outline) }
        if checker.parameters[value.name] != nil, value.property == nil { return }
        if hasHoles || checker.isOpen { return }
        let all = checker.names + checker.parameters.keys.sorted()
        let near = nearest(to: value.name, in: all).map { "did you mean '\($0)'?" }
        found.append(
            Diagnostic(
                "unknown-name", "nothing is named '\(value.name)' up to here", category: .syntax, at: value.span, label: "not a name yet",
                hint: near ?? "{{...}} prints braces as they are"))
    }

    /// Holds what is asked of a value against what is known of it.
    private mutating func check(_ value: InlineValue, against outline: Outline) {
        guard let names = outline.properties else { return }
        if let property = value.property {
            if !names.contains(property) { found.append(.unknownProperty(property, of: value, among: names)) }
        } else if value.format != nil, outline.kinds.count == 1, outline.kinds != [.plain] {
            found.append(.unformattable(value, outline.kinds[0], properties: names))
        }
    }

    private static let mediaTypes = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "svg": "image/svg+xml",
    ]

    /// The pictures of the prose: a report is one file and holds them inside.
    private mutating func embeddedImages() -> [String: EmbeddedImage] {
        var images: [String: EmbeddedImage] = [:]
        for reference in notebook.images where images[reference.path] == nil {
            let path = reference.path
            if path.hasPrefix("data:image/") { continue }
            guard !path.contains("://"), !path.hasPrefix("//"), !path.hasPrefix("data:") else {
                found.append(
                    Diagnostic(
                        "remote-image", "a report takes no picture from the network", category: .syntax, at: reference.span, label: "not a file",
                        hint: "put the picture beside the notebook"))
                continue
            }
            let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
            guard let mediaType = Self.mediaTypes[ending] else {
                found.append(
                    Diagnostic(
                        "unknown-image", "a picture is a file of one of \(Self.mediaTypes.keys.sorted().joined(separator: ", "))", category: .syntax, at: reference.span,
                        label: "not a picture"))
                continue
            }
            let plain = path.removingPercentEncoding ?? path
            do throws(FileError) {
                images[path] = EmbeddedImage(mediaType: mediaType, bytes: try WholeFile.read(plain.hasPrefix("/") ? plain : session.directory + "/" + plain))
            } catch {
                found.append(Diagnostic("unreadable-image", "the picture '\(path)' \(error.reason.words)", category: .data, at: reference.span, label: "cannot be read"))
            }
        }
        return images
    }
}

extension Diagnostic {
    static func unknownProperty(_ property: String, of value: InlineValue, among names: [String]) -> Diagnostic {
        let hint = nearest(to: property, in: names).map { "did you mean '\($0)'?" } ?? (names.isEmpty ? nil : "it has \(names.joined(separator: ", "))")
        return Diagnostic("unknown-property", "'\(value.name)' has no '\(property)'", category: .syntax, at: value.span, label: "not a property", hint: hint)
    }

    static func unformattable(_ value: InlineValue, _ kind: Kind, properties: [String]) -> Diagnostic {
        Diagnostic(
            "wrong-format", "'\(value.name)' is \(kind.phrase) and no number", category: .syntax, at: value.span, label: "cannot be formatted",
            hint: properties.isEmpty ? nil : "it has \(properties.joined(separator: ", "))")
    }
}

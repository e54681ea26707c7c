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
    /// - Parameters:
    ///   - session: a new session, whose folder is the notebook's; it gets the parameters and runs nothing.
    ///   - file: values of a parameter file.
    ///   - flags: values of the command line.
    public static func prepare(
        _ notebook: Notebook, name: String, session: Session, file: [ParameterAssignment] = [], flags: [ParameterAssignment] = []
    ) -> (prepared: PreparedNotebook?, diagnostics: [Diagnostic]) {
        var check = NotebookCheck(notebook, session: session)
        return check.run(name: name, file: file, flags: flags)
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
    /// Names that statements before this point make, oldest first.
    var names: [String] = []
    /// Parameters and `let` values, where they are known without running.
    var known: [String: Value] = [:]
    var overrides: [String: ParameterValue] = [:]
    var includes: [String: IncludedNotebook] = [:]
    /// Whether a statement could not be read, so that what it would have made is missing without being a mistake of its own.
    var hasHoles = false

    init(_ notebook: Notebook, session: Session) {
        self.notebook = notebook
        self.session = session
        reader = IncludeReader(directory: session.directory, catalogue: session.catalogue)
        parsed = notebook.cells.map { ParsedCell($0, in: notebook.file, catalogue: session.catalogue) }
        checker = Checker(session)
    }

    mutating func run(name: String, file: [ParameterAssignment], flags: [ParameterAssignment]) -> (PreparedNotebook?, [Diagnostic]) {
        let declarations = declared()
        let (parameters, mistakes) = ParameterResolver(declarations: declarations, directory: session.directory).resolve(file: file, flags: flags)
        guard mistakes.isEmpty else { return (nil, mistakes) }
        let inFrontMatter = Set(notebook.frontMatter.parameters.map(\.name))
        for parameter in parameters {
            if inFrontMatter.contains(parameter.name) {
                session.setParameter(parameter.name, parameter.value)
                known[parameter.name] = parameter.value
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
                if cell.options.eval { check(parsed[number], isLenient: cell.options.error, isMain: true, stack: [reader.key(name)]) }
                number += 1
            }
        }
        let images = embeddedImages()
        guard found.isEmpty else { return (nil, found) }
        return (PreparedNotebook(notebook: notebook, name: name, parameters: parameters, cells: parsed, includes: includes, images: images), [])
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

    // Cells

    private mutating func check(_ cell: ParsedCell, isLenient: Bool, isMain: Bool, stack: [String]) {
        if !isLenient { found += cell.mistakes }
        if !cell.mistakes.isEmpty { hasHoles = true }
        for statement in cell.program.statements { check(statement, isLenient: isLenient, isMain: isMain, stack: stack) }
    }

    private mutating func check(_ statement: Statement, isLenient: Bool, isMain: Bool, stack: [String]) {
        switch statement.node {
        case .include(let path): include(path, isLenient: isLenient, stack: stack)
        case .assignment(let name, let value):
            if isMain, let given = overrides[name.text] {
                _ = checker.check(ValueReader.assignment(name.text, given.value, catalogue: session.catalogue))
                known[name.text] = given.value
            } else {
                collect(checker.check(Program([statement])), isLenient: isLenient)
                if case .value(let plain) = value.node { known[name.text] = plain } else { known[name.text] = nil }
            }
            names.append(name.text)
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
            addNames(of: body)
        case .call:
            collect(checker.check(Program([statement])), isLenient: isLenient)
            addNames(of: Program([statement]))
        }
    }

    /// Keeps mistakes, but for those that only follow from a statement that could not be read.
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

    /// The names that statements give their values, as a session does.
    private mutating func addNames(of program: Program) {
        for statement in program.statements {
            switch statement.node {
            case .call(let call):
                guard let signature = session.catalogue.signature(call.verb.text), !signature.gives.isEmpty else { continue }
                names.append(call.resultName(signature))
            case .assignment(let name, _): names.append(name.text)
            case .loop(_, _, let body): addNames(of: body)
            case .include: break
            }
        }
    }

    // Included notebooks

    private mutating func include(_ syntax: PathSyntax, isLenient: Bool, stack: [String]) {
        var path = ""
        for piece in syntax.template.pieces {
            switch piece {
            case .text(let text): path += text
            case .parameter(let name):
                guard let value = known[name.text], let text = value.text ?? (value.asDouble == nil ? nil : value.description) else {
                    if !isLenient {
                        found.append(
                            Diagnostic(
                                "include-unknown", "which notebook is included must be known before the run", category: .syntax, at: syntax.span,
                                label: known[name.text] == nil ? "not known yet" : "not a text", hint: "include \"file.cnb\""))
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
        for declaration in included.notebook.frontMatter.parameters where known[declaration.name] == nil {
            _ = checker.check(ValueReader.assignment(declaration.name, declaration.fallback, catalogue: session.catalogue))
            known[declaration.name] = declaration.fallback
        }
        for (cell, parsed) in zip(included.notebook.cells, included.cells) where cell.options.eval {
            check(parsed, isLenient: isLenient || cell.options.error, isMain: false, stack: stack + [key])
        }
    }

    // Prose

    private mutating func check(_ value: InlineValue) {
        let all = names + known.keys.sorted()
        if all.contains(value.name) || (value.name == "ans" && !names.isEmpty) || hasHoles { return }
        let near = nearest(to: value.name, in: all).map { "did you mean '\($0)'?" }
        found.append(
            Diagnostic(
                "unknown-name", "nothing is named '\(value.name)' up to here", category: .syntax, at: value.span, label: "not a name yet",
                hint: near ?? "{{...}} prints braces as they are"))
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

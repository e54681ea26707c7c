import Diagnostics

extension Statement {
    /// The statement as it is written in another folder, from where `prefix` leads to the one that its paths are relative to now.
    ///
    /// - Throws: `unmovable-path` where a path begins with a parameter, of which it is not known whether it is relative, or names a notebook to include,
    ///   whose own paths would not follow.
    public func movingPaths(by prefix: String) throws(Diagnostic) -> Statement {
        switch node {
        case .assignment: return self
        case .include(let path): throw .unmovablePath(path.span, why: "the paths in an included notebook would not follow")
        case .loop(let variable, let list, let body):
            var statements: [Statement] = []
            for statement in body.statements { statements.append(try statement.movingPaths(by: prefix)) }
            return Statement(node: .loop(variable, list, Program(statements)), span: span, isQuiet: isQuiet)
        case .call(var call):
            var arguments: [ArgumentSyntax] = []
            for argument in call.arguments {
                let content: ArgumentSyntax.Content
                switch argument.content {
                case .path(let path): content = .path(try path.moved(by: prefix, knowsHome: false))
                case .paths(let paths):
                    var moved: [PathSyntax] = []
                    for path in paths { moved.append(try path.moved(by: prefix, knowsHome: true)) }
                    content = .paths(moved)
                default: content = argument.content
                }
                arguments.append(ArgumentSyntax(parameter: argument.parameter, content: content, span: argument.span))
            }
            call.arguments = arguments
            return Statement(node: .call(call), span: span, isQuiet: isQuiet)
        }
    }

    /// Whether a path stands in it, so that it may mean another file in another folder.
    public var hasPaths: Bool {
        switch node {
        case .assignment: false
        case .include: true
        case .loop(_, _, let body): body.statements.contains(where: \.hasPaths)
        case .call(let call):
            call.arguments.contains {
                switch $0.content {
                case .path, .paths: true
                default: false
                }
            }
        }
    }
}

extension PathSyntax {
    /// - Parameter knowsHome: whether `~/` stands for the person's own folder, as among the files to read.
    fileprivate func moved(by prefix: String, knowsHome: Bool) throws(Diagnostic) -> PathSyntax {
        switch template.pieces.first {
        case .text(let text) where text.hasPrefix("/") || knowsHome && text.hasPrefix("~/"): return self
        case .text(let text): return PathSyntax(template: TemplateSyntax(pieces: [.text(prefix + "/" + text)] + template.pieces.dropFirst()), span: span)
        case .parameter: throw .unmovablePath(span, why: "it begins with a parameter, and may be relative or not")
        case nil: return self
        }
    }
}

extension Diagnostic {
    fileprivate static func unmovablePath(_ span: SourceSpan, why: String) -> Diagnostic {
        Diagnostic(
            "unmovable-path", "this path cannot be written for another folder: \(why)", at: span, label: "relative to the session's folder",
            hint: "export into the session's folder: export session to=session.cnb")
    }
}

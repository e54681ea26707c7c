import Diagnostics
import Expressions

/// A script as a tree, each node with the words that it was written with.
public struct Program: Sendable {
    public var statements: [Statement]
    /// Where statements stood that could not be read; empty in a script without mistakes.
    public var gaps: [Gap] = []
    public init(_ statements: [Statement]) { self.statements = statements }
}

/// The place of a statement that could not be read, and what it would have made: so the check does not blame the statements after it.
public struct Gap: Sendable {
    /// How many statements of the program stand before it.
    public let index: Int
    /// The verb, or the one that was most probably meant; none if neither is known.
    public var verb: String?
    public var variant: String?
    /// The name after `as`.
    public var result: String?
    /// The name that a `let` would have given a value, or the variable of a loop.
    public var assigned: String?
    /// The body of a loop whose header could not be read.
    public var body: Program?

    init(index: Int) { self.index = index }
}

public struct Statement: Sendable {
    public let node: Node
    public let span: SourceSpan
    /// Whether the result is made but not shown: a final `;` at the prompt.
    public var isQuiet = false

    public indirect enum Node: Sendable {
        case call(CallSyntax)
        case assignment(Word, ValueSyntax)
        case loop(Word, ValueSyntax, Program)
        case include(PathSyntax)
    }
}

/// A word and where it stands.
public struct Word: Sendable {
    public let text: String
    public let span: SourceSpan
    public init(_ text: String, at span: SourceSpan) {
        self.text = text
        self.span = span
    }
}

/// `verb slots options on NAME as NAME`.
public struct CallSyntax: Sendable {
    public let verb: Word
    /// What the person gave, in the order of the signature's parameters; a parameter that was not given is not here.
    public var arguments: [ArgumentSyntax]
    public var input: Word?
    public var result: Word?
    public let span: SourceSpan
    /// Whether a part of it could not be read and was left out: it never runs, and what it lacks is no mistake of its own.
    public var isIncomplete = false

    public func argument(_ name: String) -> ArgumentSyntax? { arguments.first { $0.parameter.name == name } }
}

/// A slot or an option as written, and the parameter of the signature that it is for.
public struct ArgumentSyntax: Sendable {
    public let parameter: ParameterDescription
    public let content: Content
    /// The value's words, without the key.
    public let span: SourceSpan

    public enum Content: Sendable {
        case value(ValueSyntax)
        case path(PathSyntax)
        case paths([PathSyntax])
        case name(Word)
        case names([Word])
        case expression(Expression)
        case pattern(Pattern)
        case assignment(Word, Expression)
        case renaming([(from: Word, to: Word)])
        case keyword
        case statement(Statement)
    }
}

/// A value as written, before `$name` is replaced.
public struct ValueSyntax: Sendable {
    public let node: Node
    public let span: SourceSpan

    public indirect enum Node: Sendable {
        case value(Value)
        case parameter(String)
        case text(TemplateSyntax)
        case list([ValueSyntax])
        case choices([ValueSyntax])
        case map([(key: Word, value: ValueSyntax)])
        case range(ValueSyntax, ValueSyntax)
    }
}

/// Text with places for `${name}`.
public struct TemplateSyntax: Sendable {
    public enum Piece: Sendable {
        case text(String)
        case parameter(Word)
    }
    public let pieces: [Piece]
}

/// A file's path as written, bare or in quotes.
public struct PathSyntax: Sendable {
    public let template: TemplateSyntax
    public let span: SourceSpan
}

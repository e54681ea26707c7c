import Expressions

// Parameters whose words are read in another way than as a VALUE: paths, names, expressions, patterns.

extension Parameter {
    fileprivate static func form(
        _ name: String, _ form: ParameterDescription.Form, _ typeText: String, _ help: String, place: ParameterDescription.Place = .slot, isRequired: Bool = true,
        choices: [String] = [], completion: ParameterDescription.Completion = .none, columnType: ExpressionType? = nil, isBesideInput: Bool = false, fallback: T? = nil,
        _ read: @escaping @Sendable (BoundArgument) -> T?
    ) -> Parameter {
        Parameter(
            description: .init(
                name: name, place: place, form: form, isRequired: isRequired, typeText: typeText, choices: choices, completion: completion, defaultText: nil,
                help: help, mismatch: { _ in nil }, isBesideInput: isBesideInput, columnType: columnType),
            fallback: fallback
        ) { argument throws(ArgumentMismatch) in
            guard let value = read(argument) else { throw ArgumentMismatch(typeText) }
            return value
        }
    }
}

extension Parameter where T == [String] {
    /// One path or more.
    public static func paths(_ name: String, _ help: String) -> Parameter {
        form(name, .paths, "files", help, completion: .file()) { if case .paths(let paths) = $0 { paths } else { nil } }
    }

    /// Words of any sort up to the end of the statement, if there are any.
    public static func words(_ name: String, _ help: String, completion: ParameterDescription.Completion = .none) -> Parameter {
        form(name, .words, "words", help, isRequired: false, completion: completion, fallback: []) { if case .paths(let words) = $0 { words } else { nil } }
    }

    /// Names of values of the session.
    public static func names(_ name: String, of kinds: [Kind], _ help: String, place: ParameterDescription.Place = .slot, isRequired: Bool = false) -> Parameter {
        form(name, .names, "names", help, place: place, isRequired: isRequired, completion: .value(kinds.map(\.name)), fallback: isRequired ? nil : []) {
            if case .names(let names) = $0 { names } else { nil }
        }
    }

    /// Names of columns.
    ///
    /// - Parameter type: of the columns, where not any will do.
    public static func columns(_ name: String, _ help: String, place: ParameterDescription.Place = .slot, isRequired: Bool = true, type: ExpressionType? = nil) -> Parameter {
        form(name, .names, "columns", help, place: place, isRequired: isRequired, completion: .column, columnType: type, fallback: isRequired ? nil : []) { if case .names(let names) = $0 { names } else { nil } }
    }
}

extension Parameter where T == String? {
    public static func path(_ name: String, _ help: String, place: ParameterDescription.Place = .option) -> Parameter {
        form(name, .path, "file", help, place: place, isRequired: false, completion: .file(), fallback: .some(nil)) { if case .path(let path) = $0 { path } else { nil } }
    }

    /// The name of a column, as an option or in a slot that may stay empty.
    ///
    /// - Parameter type: of the column, where not any will do.
    public static func column(_ name: String, _ help: String, place: ParameterDescription.Place = .option, type: ExpressionType? = nil) -> Parameter {
        form(name, .name, "column", help, place: place, isRequired: false, completion: .column, columnType: type, fallback: .some(nil)) { if case .name(let name) = $0 { name } else { nil } }
    }

    /// The name of a value of the session, in a slot that may stay empty or as an option.
    public static func optionalName(_ name: String, of kinds: [Kind], _ help: String, place: ParameterDescription.Place = .slot) -> Parameter {
        form(name, .name, "name", help, place: place, isRequired: false, completion: .value(kinds.map(\.name)), fallback: .some(nil)) { if case .name(let name) = $0 { name } else { nil } }
    }
}

extension Parameter where T == String {
    /// The name of a column that must be given, in a slot or as an option.
    public static func requiredColumn(_ name: String, _ help: String, place: ParameterDescription.Place = .slot) -> Parameter {
        form(name, .name, "column", help, place: place, completion: .column) { if case .name(let name) = $0 { name } else { nil } }
    }

    /// The name of a value of the session, of one of some kinds or of any, in a slot that must be filled.
    ///
    /// - Parameter isBesideInput: whether it is never the value that the statement reads, unless `on` says so.
    public static func requiredName(_ name: String, of kinds: [Kind] = [], _ help: String, isBesideInput: Bool = false) -> Parameter {
        form(name, .name, "name", help, completion: .value(kinds.map(\.name)), isBesideInput: isBesideInput) { if case .name(let name) = $0 { name } else { nil } }
    }

    /// A path that must be given, as an option or in a slot.
    public static func requiredPath(_ name: String, _ help: String, place: ParameterDescription.Place = .option, or words: [String] = []) -> Parameter {
        form(name, .path, "file", help, place: place, completion: .file(or: words)) { if case .path(let path) = $0 { path } else { nil } }
    }

    /// The word that chooses the variant of the verb.
    public static func variant(_ name: String, _ help: String, words: [String]) -> Parameter {
        form(name, .variant, "one of \(words.joined(separator: ", "))", help, choices: words) {
            if case .value(let value) = $0, case .word(let word) = value { word } else { nil }
        }
    }
}

extension Parameter where T == Expression {
    public static func expression(_ name: String, _ help: String) -> Parameter {
        form(name, .expression, "expression", help, completion: .column) { if case .expression(let expression) = $0 { expression } else { nil } }
    }
}

extension Parameter where T == Expression? {
    public static func optionalExpression(_ name: String, _ help: String) -> Parameter {
        form(name, .expression, "expression", help, place: .option, isRequired: false, completion: .column, fallback: .some(nil)) {
            if case .expression(let expression) = $0 { expression } else { nil }
        }
    }
}

/// What `users` is asked for: a path that they took, or a condition.
public enum PatternOrExpression: Sendable {
    case pattern(Pattern)
    case expression(Expression)
}

/// `NAME = EXPR`.
public struct Assignment: Sendable {
    public let name: Word
    public let expression: Expression
}

/// `OLD=NEW` of `rename`.
public struct Renaming: Sendable {
    public let from: Word, to: Word
}

extension Parameter where T == Pattern {
    public static func pattern(_ name: String, _ help: String) -> Parameter {
        form(name, .pattern, "path pattern such as pv -> cart", help) { if case .pattern(let pattern) = $0 { pattern } else { nil } }
    }
}

extension Parameter where T == Pattern? {
    public static func optionalPattern(_ name: String, _ help: String) -> Parameter {
        form(name, .pattern, "path pattern such as pv -> cart", help, place: .option, isRequired: false, fallback: .some(nil)) {
            if case .pattern(let pattern) = $0 { pattern } else { nil }
        }
    }
}

extension Parameter where T == PatternOrExpression {
    public static func patternOrExpression(_ name: String, _ help: String) -> Parameter {
        form(name, .patternOrExpression, "path pattern or condition", help, completion: .column) {
            switch $0 {
            case .pattern(let pattern): .pattern(pattern)
            case .expression(let expression): .expression(expression)
            default: nil
            }
        }
    }
}

extension Parameter where T == Assignment {
    public static func assignment(_ name: String, _ help: String) -> Parameter {
        form(name, .assignment, "name = expression", help, completion: .column) { if case .assignment(let name, let expression) = $0 { Assignment(name: name, expression: expression) } else { nil } }
    }
}

extension Parameter where T == [Renaming] {
    public static func renamings(_ name: String, _ help: String) -> Parameter {
        form(name, .renaming, "old=new", help, completion: .column) { if case .renaming(let pairs) = $0 { pairs } else { nil } }
    }
}

extension Parameter where T == Statement {
    /// A statement that is looked at rather than run.
    public static func statement(_ name: String, _ help: String) -> Parameter {
        form(name, .statement, "statement", help, completion: .verb) { if case .statement(let statement) = $0 { statement } else { nil } }
    }
}

extension Parameter where T == Bool {
    /// A bare word that is there or not.
    public static func keyword(_ name: String, _ help: String) -> Parameter {
        form(name, .keyword, "word", help, isRequired: false, choices: [name], fallback: false) { if case .keyword = $0 { true } else { nil } }
    }
}

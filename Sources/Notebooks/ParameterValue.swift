import Diagnostics
import Foundation
import Language

/// A parameter and the value that a run uses.
public struct ParameterValue: Sendable {
    public let name: String
    /// What statements see under `$name`: a path from the command line is made relative to the notebook's folder.
    public let value: Value
    /// What reports show: the value as it was given, and of an absolute path the file's name alone.
    public let shown: Value
    public let isGiven: Bool

    /// `shown` as a reader sees it: texts bare, other values in the language's words.
    public var shownText: String { shown.text ?? shown.description }
}

/// Brings defaults and given values together.
struct ParameterResolver {
    let declarations: [ParameterDeclaration]
    /// The notebook's folder: defaults and parameter files name paths relative to it.
    let directory: String

    /// - Parameters:
    ///   - file: values of a parameter file.
    ///   - flags: values of the command line, which go before those of the file.
    func resolve(file: [ParameterAssignment], flags: [ParameterAssignment]) -> (values: [ParameterValue], diagnostics: [Diagnostic]) {
        var found: [Diagnostic] = []
        let given = known(file, &found).merging(known(flags, &found)) { _, flag in flag }
        let values = declarations.map { declaration in
            guard let assignment = given[declaration.name] else {
                return ParameterValue(name: declaration.name, value: declaration.fallback, shown: declaration.fallback, isGiven: false)
            }
            let value = assignment.yaml.map { $0.parameterValue().flatMap(declaration.fitted) ?? (declaration.isText ? $0.text.map { .text($0) } : nil) } ?? declaration.value(from: assignment.text)
            guard let value else {
                found.append(wrongType(assignment, declaration))
                return ParameterValue(name: declaration.name, value: declaration.fallback, shown: declaration.fallback, isGiven: false)
            }
            return placed(declaration, value, isFlag: assignment.yaml == nil)
        }
        return (values, found)
    }

    private func known(_ assignments: [ParameterAssignment], _ found: inout [Diagnostic]) -> [String: ParameterAssignment] {
        var known: [String: ParameterAssignment] = [:]
        let names = declarations.map(\.name)
        for assignment in assignments {
            guard names.contains(assignment.name) else {
                let list = names.isEmpty ? "the notebook has no parameters" : "parameters are \(names.joined(separator: ", "))"
                let near = nearest(to: assignment.name, in: names).map { "did you mean '\($0)'? " } ?? ""
                found.append(
                    Diagnostic(
                        "unknown-parameter", "no parameter is named '\(assignment.name)'", category: .usage, at: assignment.span, label: "not a parameter", hint: near + list))
                continue
            }
            if known[assignment.name] != nil {
                found.append(Diagnostic("repeated-parameter", "the parameter '\(assignment.name)' is given twice", category: .usage, at: assignment.span, label: "once more"))
            }
            known[assignment.name] = assignment
        }
        return known
    }

    private func wrongType(_ assignment: ParameterAssignment, _ declaration: ParameterDeclaration) -> Diagnostic {
        let written = assignment.yaml.map(\.span.text) ?? assignment.text
        let file = assignment.span.file
        let start = assignment.yaml?.span.range.lowerBound ?? min(assignment.name.utf8.count + 1, file.bytes.count)
        let end = assignment.yaml?.span.range.upperBound ?? file.bytes.count
        return Diagnostic(
            "wrong-value", "the parameter '\(declaration.name)' takes \(declaration.typeText), not '\(written)'", category: .usage, at: SourceSpan(file, start..<end),
            label: "not \(declaration.typeText)", hint: "the default is \(declaration.fallback)")
    }

    // Paths

    /// A path from the command line is relative to the working directory, the session's paths to the notebook's folder: the one is turned into the other.
    private func placed(_ declaration: ParameterDeclaration, _ value: Value, isFlag: Bool) -> ParameterValue {
        func given(_ used: Value, _ shown: Value) -> ParameterValue { ParameterValue(name: declaration.name, value: used, shown: shown, isGiven: true) }
        guard declaration.isText, let text = value.text else { return given(value, value) }
        if text.hasPrefix("/") {
            // Where a file lies on this computer is nobody's business who reads the report.
            return FileManager.default.fileExists(atPath: text) ? given(value, .text(URL(fileURLWithPath: text).lastPathComponent)) : given(value, value)
        }
        guard isFlag, isPath(text, fallback: declaration.fallback.text ?? "") else { return given(value, value) }
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        let target = here.appendingPathComponent(text).standardizedFileURL.pathComponents
        let base = URL(fileURLWithPath: directory, isDirectory: true, relativeTo: here).standardizedFileURL.pathComponents
        var shared = 0
        while shared < min(target.count, base.count), target[shared] == base[shared] { shared += 1 }
        let relative = Array(repeating: "..", count: base.count - shared) + target[shared...]
        return given(.text(relative.isEmpty ? "." : relative.joined(separator: "/")), value)
    }

    /// Whether a text names a file: its default does by its form, or it has the form itself and such a file exists.
    private func isPath(_ text: String, fallback: String) -> Bool {
        if Self.looksLikePath(fallback) { return true }
        return Self.looksLikePath(text) && FileManager.default.fileExists(atPath: text)
    }

    /// `data/shop.csv`, `shop.csv`; not `shop`, `a/b testing` or `0.5`.
    private static func looksLikePath(_ text: String) -> Bool {
        guard !text.isEmpty, !text.contains("://") else { return false }
        let name = text.split(separator: "/").last.map(String.init) ?? text
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return text.contains("/") && !text.contains(" ") }
        let ending = name[name.index(after: dot)...]
        return (1...8).contains(ending.count) && ending.allSatisfy { $0.isLetter || $0.isNumber } && ending.contains(where: \.isLetter)
    }
}

extension Value {
    /// The words of a text or word.
    var text: String? {
        switch self {
        case .text(let text), .word(let text): text
        default: nil
        }
    }
}

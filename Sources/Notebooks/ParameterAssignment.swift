import Diagnostics
import Foundation
import Language
import Store

/// A value that a person gives a parameter: `-P k=7`, or a line of a parameter file.
public struct ParameterAssignment: Sendable {
    public let name: String
    public let text: String
    /// Where it was written, for errors.
    let span: SourceSpan
    /// A value of a parameter file is read like a default, one of the command line as text.
    let yaml: YAMLValue?

    /// Reads `name=value`, or `name:value` as Quarto writes it.
    ///
    /// - Throws: `wrong-parameter`, category usage.
    public init(parsing argument: String) throws(Diagnostic) {
        let file = SourceFile(name: "-P", text: argument)
        guard let sign = argument.firstIndex(where: { $0 == "=" || $0 == ":" }), ParameterDeclaration.isName(String(argument[..<sign])) else {
            throw Diagnostic(
                "wrong-parameter", "a parameter is given as name=value, not '\(argument)'", category: .usage, at: file.wholeSpan, label: "not name=value", hint: "-P k=5")
        }
        name = String(argument[..<sign])
        text = String(argument[argument.index(after: sign)...])
        span = SourceSpan(file, 0..<name.utf8.count)
        yaml = nil
    }

    private init(_ entry: YAMLValue.Entry) {
        name = entry.key
        text = entry.value.text ?? ""
        span = entry.keySpan
        yaml = entry.value
    }

    /// The values of a YAML file of `name: value` lines.
    ///
    /// - Throws: a diagnostic of category usage when it cannot be read.
    public static func read(fileAt path: String) throws(Diagnostic) -> [ParameterAssignment] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try WholeFile.read(path) } catch {
            throw Diagnostic("unreadable-parameters", "the parameter file '\(path)' \(error.reason.words)", category: .usage, hint: "--params takes a YAML file of 'name: value' lines")
        }
        let file = SourceFile(name: path, text: String(decoding: bytes, as: UTF8.self))
        let lines = TextLines(file)
        let yaml = (0..<lines.count).map { YAMLValue.Line(text: lines.text($0), offset: lines.starts[$0]) }
        do throws(Diagnostic) {
            guard let root = try YAMLValue.read(yaml, file: file) else { return [] }
            switch root.node {
            case .null: return []
            case .map(let entries): return entries.map { ParameterAssignment($0) }
            default: throw Diagnostic("wrong-value", "a parameter file is made of 'name: value' lines", at: root.span, label: "not a name")
            }
        } catch {
            var usage = error
            usage.category = .usage
            throw usage
        }
    }
}

extension FileError.Reason {
    /// What is said of the file: `does not exist`.
    package var words: String {
        switch self {
        case .missing: "does not exist"
        case .directory: "is a folder"
        case .notReadable(let reason): "cannot be read: \(reason.lowercased())"
        case .notWritable(let reason): "cannot be written: \(reason.lowercased())"
        }
    }
}

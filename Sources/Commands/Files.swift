import Diagnostics
import Store

extension FileError {
    /// The error as a diagnostic that calls the file as the person did.
    ///
    /// - Parameter isInput: whether the file was to be read; then its absence is a fault of the data.
    func diagnostic(shown path: String, isInput: Bool = false) -> Diagnostic {
        let category: Diagnostic.Category = isInput ? .data : .failure
        return switch reason {
        case .missing: Diagnostic("missing-file", "no file is named '\(path)'", category: category)
        case .directory: Diagnostic("directory", "'\(path)' is a directory", category: category, hint: "name a file")
        case .notReadable(let why): Diagnostic("unreadable-file", "'\(path)' cannot be read: \(why)", category: category)
        case .notWritable(let why): Diagnostic("unwritable-file", "'\(path)' cannot be written: \(why)", category: category, hint: "choose another place")
        }
    }
}

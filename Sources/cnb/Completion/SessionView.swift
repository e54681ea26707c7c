import Diagnostics
import Foundation
import Language

/// What completion knows of the session: plain data, so that it can be tested without one.
struct SessionView: Sendable {
    struct NamedValue: Sendable {
        let name: String
        let kind: String
        /// None when a value of its kind has no columns.
        let columns: [String]?
        /// Whether verbs read it only when `on` names it.
        var isAnswer = false
    }

    struct DirectoryEntry: Equatable, Sendable {
        let name: String
        let isDirectory: Bool
    }

    let catalogue: Catalogue
    /// Oldest first.
    let values: [NamedValue]
    /// Names of parameters and `let` values, without the `$`.
    let parameters: [String]
    let home: String?
    /// What a folder holds; empty when it cannot be read. The folder is relative to the session's own, or absolute.
    let list: @Sendable (_ folder: String) -> [DirectoryEntry]

    init(catalogue: Catalogue, values: [NamedValue] = [], parameters: [String] = [], home: String? = nil, list: @escaping @Sendable (String) -> [DirectoryEntry] = { _ in [] }) {
        self.catalogue = catalogue
        self.values = values
        self.parameters = parameters
        self.home = home
        self.list = list
    }

    init(_ session: Session, environment: [String: String]) {
        let directory = session.directory
        self.init(
            catalogue: session.catalogue,
            values: session.values.map {
                NamedValue(
                    name: $0.name, kind: $0.value.kind.name, columns: $0.value.outline.schema?.names, isAnswer: $0.value.kind.isAnswer)
            },
            parameters: session.parameters.keys.sorted(), home: environment["HOME"]
        ) { folder in
            let path = folder.hasPrefix("/") ? folder : directory + "/" + folder
            return Self.entries(of: path)
        }
    }

    private static func entries(of path: String) -> [DirectoryEntry] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var entries: [DirectoryEntry] = []
        while let entry = readdir(directory) {
            let length = Int(entry.pointee.d_reclen)
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix(length).prefix { $0 != 0 }) }
            guard let name = String(validating: bytes, as: UTF8.self), name != ".", name != ".." else { continue }
            var isDirectory = entry.pointee.d_type == UInt8(DT_DIR)
            if entry.pointee.d_type == UInt8(DT_LNK) || entry.pointee.d_type == UInt8(DT_UNKNOWN) {
                var status = stat()
                isDirectory = stat(path + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            }
            entries.append(DirectoryEntry(name: name, isDirectory: isDirectory))
        }
        return entries.sorted { $0.name < $1.name }
    }
}

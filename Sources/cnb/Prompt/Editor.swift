import Diagnostics
import Foundation

/// The editor of the person's choice.
struct Editor {
    /// For the shell, as it may hold arguments: `code --wait`.
    let command: String

    /// The editor that `VISUAL` or `EDITOR` names, else the first that is found of those that Debian brings.
    static func chosen(environment: [String: String]) -> Editor? {
        for name in ["VISUAL", "EDITOR"] {
            if let command = environment[name], !command.allSatisfy(\.isWhitespace) { return Editor(command: command) }
        }
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return ["sensible-editor", "vi"].first { name in folders.contains { access("\($0)/\(name)", X_OK) == 0 } }.map(Editor.init)
    }

    /// Opens the editor on a text and gives what the person left there.
    ///
    /// The text lies in a folder that others cannot read, together with what the editor itself may leave behind; both are gone afterwards, and the
    /// terminal is as it was before.
    /// - Throws: a diagnostic if there is no room for the file, the editor does not end well, or what it left is no text.
    func edit(_ text: String, environment: [String: String]) throws(Diagnostic) -> String {
        let folder = try Self.makeFolder(in: environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp")
        // What is left behind in the system's own folder for such files does no harm.
        defer { _ = try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/input.cnb"
        let bytes = Array((text.isEmpty ? "" : text + "\n").utf8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.noFile(errno) }
        let isWhole = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count
        guard close(descriptor) == 0, isWhole else { throw Self.noFile(errno) }
        try run(on: path)
        guard let left = FileManager.default.contents(atPath: path) else { throw Diagnostic("editor-failed", "'\(command)' left no file") }
        guard let edited = String(validating: left, as: UTF8.self) else { throw Diagnostic("not-text", "what '\(command)' left is not UTF-8 text") }
        return PastedText.cleaned(edited)
    }

    /// Runs the editor in our place: it owns the terminal, and Ctrl-C and Ctrl-\ are its own.
    private func run(on path: String) throws(Diagnostic) {
        var before = termios()
        let hasTerminal = tcgetattr(STDIN_FILENO, &before) == 0
        var quit = sigaction()
        var ignored = sigaction()
        ignored.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGQUIT, &ignored, &quit)
        defer {
            sigaction(SIGQUIT, &quit, nil)
            if hasTerminal { tcsetattr(STDIN_FILENO, TCSADRAIN, &before) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var standard = sigset_t()
        sigemptyset(&standard)
        sigaddset(&standard, SIGQUIT)
        posix_spawnattr_setsigdefault(&attributes, &standard)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let words = ["sh", "-c", command + " \"$1\"", "sh", path]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, "/bin/sh", nil, &attributes, arguments, environ)
        guard code == 0 else { throw Diagnostic("editor-failed", "'\(command)' cannot be started: \(String(cString: strerror(code)).lowercased())") }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { throw Diagnostic("editor-failed", "'\(command)' cannot be waited for: \(String(cString: strerror(errno)).lowercased())") } }
        guard status != 0 else { return }
        let signal = status & 0x7F
        throw Diagnostic(
            "editor-failed", signal == 0 ? "'\(command)' ended with code \((status >> 8) & 0xFF), so nothing is run" : "'\(command)' was ended by signal \(signal), so nothing is run",
            hint: "VISUAL or EDITOR names another editor")
    }

    private static func makeFolder(in parent: String) throws(Diagnostic) -> String {
        var template = Array("\(parent)/cnb-edit-XXXXXX".utf8CString)
        guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.map { mkdtemp($0) } ?? nil }) != nil else { throw noFile(errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func noFile(_ code: Int32) -> Diagnostic {
        Diagnostic("editor-failed", "no file could be made for the editor: \(String(cString: strerror(code)).lowercased())", hint: "TMPDIR names another folder for such files")
    }

    static let missing = Diagnostic("no-editor", "no editor was found", hint: "leave, then 'export EDITOR=nano', or the name of yours")
}

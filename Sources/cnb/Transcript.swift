import Diagnostics
import Foundation
import Language

/// What a script prints, statement by statement, as a person sees it who types one after the other: 80 columns wide and without colours, remarks where they are made.
enum Transcript {
    struct Entry {
        let statement: String
        let verb: String?
        /// Without the line end at its end.
        let output: String
    }

    /// Runs a script in a session of its own.
    ///
    /// - Throws: the first mistake; `OutputError` when there is no room for what is printed.
    static func entries(of script: String, directory: String, threads: Int, catalogue: Catalogue = programCatalogue) throws -> [Entry] {
        let path = NSTemporaryDirectory() + "cnb-transcript-\(UUID().uuidString)"
        let descriptor = open(path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OutputError(reason: .failed(String(cString: strerror(errno)))) }
        defer {
            close(descriptor)
            unlink(path)
        }
        let session = Session(catalogue: catalogue, directory: directory, threads: threads, cancellation: Interruption.cancellation)
        session.isInteractive = true
        let parsed = Parser.parse(SourceFile(name: "<input>", text: script), catalogue: catalogue)
        if let mistake = session.mistakes(in: parsed).first { throw mistake }
        var entries: [Entry] = []
        for statement in parsed.program.statements {
            let presenter = Presenter(form: .text, options: CommonSettings(), output: Output(descriptor: descriptor), errors: ErrorStream(descriptor: descriptor))
            var hasQuit = false
            try session.run(statement) { result in
                try presenter.show(result)
                hasQuit = hasQuit || result.effects.contains(where: \.isQuit)
            }
            var printed = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
            guard ftruncate(descriptor, 0) == 0 else { throw OutputError(reason: .failed(String(cString: strerror(errno)))) }
            if printed.hasSuffix("\n") { printed.removeLast() }
            var verb: String?
            if case .call(let call) = statement.node { verb = call.verb.text }
            entries.append(Entry(statement: statement.span.text, verb: verb, output: printed))
            if hasQuit { break }
        }
        return entries
    }
}

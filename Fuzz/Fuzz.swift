import Commands
import Diagnostics
import Foundation
import Language
import Notebooks

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// libFuzzer over the parser, the check and the notebook: what must hold for any bytes stands in `Promises`.
///
/// `cnb-fuzz seeds FOLDER FILE...` fills a folder with scripts to begin with; `cnb-fuzz reader=NAME ...` is libFuzzer over a reader of data (`ReaderPromises`); every other
/// command line is libFuzzer's own.
@main
enum Fuzz {
    /// The reader that is tested in the place of the language.
    nonisolated(unsafe) static var reader: ReaderPromises?

    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count > 2, arguments[1] == "seeds" { return try Seeds.write(to: arguments[2], from: arguments.dropFirst(3)) }
        var count = CommandLine.argc
        var pointers = CommandLine.unsafeArgv
        if arguments.count > 1, arguments[1].hasPrefix("reader=") {
            guard let layout = ReaderPromises.readers[String(arguments[1].dropFirst(7))] else {
                FileHandle.standardError.write(Data("cnb-fuzz: readers are \(ReaderPromises.readers.keys.sorted().joined(separator: ", "))\n".utf8))
                exit(2)
            }
            reader = ReaderPromises(layout: layout)
            // The word is ours, and libFuzzer sees the rest.
            pointers[1] = pointers[0]
            pointers += 1
            count -= 1
        }
        exit(runDriver(&count, &pointers, testOneInput))
    }
}

/// The name under which libFuzzer's own entry, which is linked beside ours, looks for it.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    if let reader = Fuzz.reader {
        reader.hold(Array(UnsafeBufferPointer(start: bytes, count: size)))
        return 0
    }
    Promises.hold(String(decoding: UnsafeBufferPointer(start: bytes, count: size), as: UTF8.self))
    return 0
}

/// As `precondition`, whose words are lost where it is optimised: that the process ends is how libFuzzer learns of a fault.
func promise(_ holds: Bool, _ words: @autoclosure () -> String) { if !holds { fatalError(words()) } }

/// What holds for any text; a broken promise ends the process, and libFuzzer keeps the text.
enum Promises {
    static func hold(_ text: String) {
        let start = clock()
        script(text)
        notebook(text)
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        // A second, and half of another for the marks of coverage.
        promise(seconds < 1.5, "\(text.utf8.count) bytes take \(seconds) s of processor time")
    }

    private static func script(_ text: String) {
        let parsed = Parser.parse(SourceFile(name: "fuzz", text: text), catalogue: standardCatalogue)
        show(parsed.diagnostics)
        var checker = Checker(catalogue: standardCatalogue)
        show(checker.check(parsed.program))
        let printed = parsed.program.description
        let again = Parser.parse(SourceFile(name: "printed", text: printed), catalogue: standardCatalogue)
        promise(again.diagnostics.isEmpty && !again.wantsMore, "what is printed does not parse: \(printed.debugDescription) \(again.diagnostics.map { $0.rendered() })")
        promise(again.program.description == printed, "printed as \(printed.debugDescription), then as \(again.program.description.debugDescription)")
    }

    private static func notebook(_ text: String) {
        let file = SourceFile(name: "fuzz.cnb", text: text)
        let (notebook, mistakes) = Notebook.parse(file)
        show(mistakes)
        promise(notebook.parts.flatMap { file.bytes[$0.range] } == file.bytes, "the parts of a notebook are not its text")
        // Nothing lies in the folder, so whatever is included or shown is missing.
        let session = Session(catalogue: standardCatalogue, directory: "/nonexistent", threads: 1)
        show(PreparedNotebook.prepare(notebook, name: "fuzz.cnb", session: session).diagnostics)
    }

    private static func show(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            if let span = diagnostic.span { promise(span.range.lowerBound >= 0 && span.range.upperBound <= span.file.bytes.count, "\(diagnostic.code) lies outside of its text") }
        }
        // Nobody reads more, and pictures of thousands of mistakes would be all that is measured.
        for diagnostic in diagnostics.prefix(100) { promise(!diagnostic.rendered().isEmpty, "\(diagnostic.code) shows nothing") }
    }
}

/// What the fuzzer begins with: the forms that the tests parse, the examples of the verbs, and whole notebooks.
enum Seeds {
    static func write(to folder: String, from files: some Sequence<String>) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var texts = standardCatalogue.commands.flatMap { $0.signature.examples.map(\.script) }
        for file in files {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            if file.hasSuffix(".swift") { texts += forms(of: text) } else { texts.append(text) }
        }
        for (number, text) in texts.enumerated() { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/seed-\(number)")) }
        print("\(texts.count) seeds in \(folder)")
    }

    /// The scripts of lines such as `Form("load x.csv", ...)`: Swift's literals are JSON's but for a few escapes, of which those that differ are left out.
    private static func forms(of source: String) -> [String] {
        source.matches(of: /(?:Form|Mistake)\(("(?:[^"\\]|\\.)*")/).compactMap { match in
            // A literal that is no JSON text is not worth a parser of Swift.
            try? JSONDecoder().decode(String.self, from: Data(match.1.utf8)).filter { $0 != "‹" && $0 != "›" }
        }
    }
}

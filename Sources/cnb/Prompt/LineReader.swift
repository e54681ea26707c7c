import CReadline
import Foundation

/// Reads lines with GNU readline: editing, history, completion, pasting.
///
/// Readline is one for the whole process and not for use from several threads, and so is this: there is one, on the main thread.
final class LineReader {
    enum Input: Equatable {
        case line(String)
        /// Ctrl-C: what was typed is thrown away.
        case interrupted
        /// Ctrl-D on an empty line, or the terminal is gone.
        case end
    }

    /// Who knows what may stand in a line at a byte offset.
    protocol Helper: AnyObject {
        func completion(of line: String, at cursor: Int) -> Completion
        /// Lines to show below what is being typed: the candidates, and what the cursor stands in.
        func help(for line: String, at cursor: Int) -> [String]
    }

    /// What readline's callbacks leave for the reader, as C functions know no object.
    private struct Shared {
        var accepted: Input?
        weak var helper: (any Helper)?
        /// Whether the last Tab changed the line.
        var tabChanged = false
    }
    // Only ever touched by the thread that reads lines, which readline itself demands.
    nonisolated(unsafe) private static var shared = Shared()

    init(helper: any Helper) {
        Self.shared.helper = helper
        // Without a locale of UTF-8 readline would take each byte for a character.
        if setlocale(LC_CTYPE, "") == nil || !Self.localeIsUTF8 { setlocale(LC_CTYPE, "C.UTF-8") }
        cnb_rl_configure(Self.completionMatches)
        rl_initialize()
        using_history()
        stifle_history(Int32(History.capacity))
        if cnb_rl_tab_completes() != 0 { rl_bind_key(9, Self.tab) }
        rl_bind_keyseq("\\e[200~", Self.paste)
        // An answer of the terminal to a question of ours that came too late to be read.
        rl_bind_keyseq("\\e[?", Self.swallowAnswer)
    }

    private static var localeIsUTF8: Bool { nl_langinfo(Int32(CODESET)).map { String(cString: $0).uppercased().replacing("-", with: "") == "UTF8" } ?? false }

    /// Puts an entry behind the others that the arrow keys bring back.
    func remember(_ entry: String) { add_history(entry) }

    /// Reads one line. A pasted text of several lines is one line with line ends in it.
    ///
    /// - Parameters:
    ///   - prompt: may hold colours between `\u{1}` and `\u{2}`.
    ///   - typed: keys that were read elsewhere and belong here.
    ///   - isInterrupted: whether Ctrl-C was pressed since it was last asked; asking takes it back.
    func read(prompt: String, typed: [UInt8] = [], isInterrupted: () -> Bool) -> Input {
        Self.shared.accepted = nil
        rl_callback_handler_install(prompt, Self.lineAccepted)
        if !typed.isEmpty {
            for byte in typed { rl_stuff_char(Int32(byte)) }
            rl_callback_read_char()
        }
        while Self.shared.accepted == nil {
            // Lets readline act on a change of the terminal's size, Ctrl-Z and Ctrl-C; the last it hands on to our own handler.
            rl_check_signals()
            if isInterrupted() {
                rl_callback_handler_remove()
                cnb_rl_write("\n")
                return .interrupted
            }
            var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            // A signal that comes between the look above and the wait is seen at the next turn.
            let count = poll(&request, 1, 500)
            if count > 0 { rl_callback_read_char() } else if count < 0, errno != EINTR, errno != EAGAIN { return .end }
        }
        return Self.shared.accepted ?? .end
    }

    // Callbacks

    private static let lineAccepted: @convention(c) (UnsafeMutablePointer<CChar>?) -> Void = { line in
        if let line {
            LineReader.shared.accepted = .line(String(cString: line))
            free(line)
        } else {
            LineReader.shared.accepted = .end
        }
        rl_callback_handler_remove()
    }

    /// Takes pasted text as it is, Tab included, and cleans what it brought along.
    private static let paste: @convention(c) (Int32, Int32) -> Int32 = { count, key in
        let start = Int(cnb_rl_point())
        let result = rl_bracketed_paste_begin(count, key)
        let end = Int(cnb_rl_point())
        guard end > start else { return result }
        let pasted = LineReader.lineBytes(start..<end)
        let clean = PastedText.cleaned(String(decoding: pasted, as: UTF8.self))
        if Array(clean.utf8) != pasted { cnb_rl_replace(Int32(start), Int32(end), clean) }
        return result
    }

    private static let swallowAnswer: @convention(c) (Int32, Int32) -> Int32 = { _, _ in
        // Numbers and semicolons up to the letter that ends the answer.
        for _ in 0..<64 {
            let key = rl_read_key()
            if key < 0x20 || (0x40...0x7E).contains(key) { break }
        }
        return 0
    }

    private static var wholeLine: [UInt8] { lineBytes(0..<Int(cnb_rl_length())) }

    private static func lineBytes(_ range: Range<Int>) -> [UInt8] {
        guard let line = cnb_rl_line() else { return [] }
        let length = Int(cnb_rl_length())
        return UnsafeBufferPointer(start: line, count: length)[range.clamped(to: 0..<length)].map { UInt8(bitPattern: $0) }
    }

    // Completion

    /// Completes; at the second Tab, when there is nothing more to complete, shows the candidates and what the cursor stands in.
    private static let tab: @convention(c) (Int32, Int32) -> Int32 = { _, key in
        let isRepeated = cnb_rl_follows(LineReader.tab) != 0
        if !isRepeated || LineReader.shared.tabChanged {
            let before = (LineReader.wholeLine, cnb_rl_point())
            cnb_rl_complete(key)
            LineReader.shared.tabChanged = before != (LineReader.wholeLine, cnb_rl_point())
            guard isRepeated, !LineReader.shared.tabChanged else { return 0 }
        }
        let lines = LineReader.shared.helper?.help(for: String(decoding: LineReader.wholeLine, as: UTF8.self), at: Int(cnb_rl_point())) ?? []
        if !lines.isEmpty { cnb_rl_show_below(lines.map { $0 + "\n" }.joined()) }
        return 0
    }

    private static let completionMatches:
        @convention(c) (UnsafePointer<CChar>?, Int32, Int32) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = { _, start, end in
            cnb_rl_completion_result(0)
            guard let helper = LineReader.shared.helper else { return nil }
            let line = LineReader.wholeLine
            let completion = helper.completion(of: String(decoding: line, as: UTF8.self), at: Int(end))
            let matches = LineReader.matches(completion, line: line, start: Int(start), end: Int(end))
            guard !matches.isEmpty else { return nil }
            if matches.count == 1, completion.candidates.contains(where: { $0.ending == .blank && $0.text.hasSuffix(matches[0]) }) { cnb_rl_completion_result(0x20) }
            return LineReader.cArray([LineReader.common(matches, typed: String(decoding: line[Int(start)..<Int(end)], as: UTF8.self))] + (matches.count > 1 ? matches : []))
        }

    /// The candidates as replacements of readline's own word, which may begin elsewhere than the completion's.
    static func matches(_ completion: Completion, line: [UInt8], start: Int, end: Int) -> [String] {
        let ours = completion.range.lowerBound
        guard completion.range.upperBound == end, start <= end, ours <= end else { return [] }
        if ours == start { return completion.candidates.map(\.text) }
        if ours > start {
            let before = String(decoding: line[start..<ours], as: UTF8.self)
            return completion.candidates.map { before + $0.text }
        }
        // Readline's word begins within ours: what stands before it can only be kept.
        let kept = String(decoding: line[ours..<start], as: UTF8.self)
        return completion.candidates.compactMap { $0.text.hasPrefix(kept) ? String($0.text.dropFirst(kept.count)) : nil }
    }

    /// What all matches begin with, but never less than what was typed, so that a guess does not eat the line.
    static func common(_ matches: [String], typed: String) -> String {
        guard var common = matches.first, matches.count > 1 else { return matches.first ?? typed }
        for match in matches.dropFirst() { common = String(zip(common, match).prefix { $0 == $1 }.map(\.0)) }
        return common.hasPrefix(typed) ? common : typed
    }

    /// Strings as readline takes them: each allocated by C, and a null at the end. Readline frees them.
    private static func cArray(_ texts: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        let size = MemoryLayout<UnsafeMutablePointer<CChar>?>.stride
        guard let memory = calloc(texts.count + 1, size) else { return nil }
        let array = memory.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { array[index] = strdup(text) }
        return array
    }
}

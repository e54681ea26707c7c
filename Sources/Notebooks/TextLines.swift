import Diagnostics

/// The lines of a file by their byte offsets.
struct TextLines {
    let file: SourceFile
    /// Where each line starts; lines are counted from 0 here.
    let starts: [Int]

    init(_ file: SourceFile) {
        self.file = file
        var starts = [0]
        for (offset, byte) in file.bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        // The text after the last line end is a line only when there is some.
        if starts.count > 1, starts[starts.count - 1] == file.bytes.count { starts.removeLast() }
        self.starts = starts
    }

    var count: Int { starts.count }

    /// The line without its line end.
    func content(_ line: Int) -> Range<Int> {
        var end = next(line)
        if end > starts[line], file.bytes[end - 1] == 0x0A { end -= 1 }
        if end > starts[line], file.bytes[end - 1] == 0x0D { end -= 1 }
        return starts[line]..<end
    }

    /// Where the line after this one starts.
    func next(_ line: Int) -> Int { line + 1 < starts.count ? starts[line + 1] : file.bytes.count }

    /// Where words stand on a line; the whole line where they are written in other letters, as an escape or an entity.
    func range(of words: String, on line: Int) -> Range<Int> {
        let content = content(line)
        let wanted = Array(words.utf8)
        guard !wanted.isEmpty, let start = content.first(where: { file.bytes[$0..<content.upperBound].starts(with: wanted) }) else { return content }
        return start..<start + wanted.count
    }

    func text(_ line: Int) -> String { file.text(in: content(line)) }
}

/// A text that a person wrote: a notebook, a script, a line at the prompt, or the first lines of a data file.
///
/// Places in it are byte offsets of its UTF-8 form; lines and columns are worked out only when a place is shown.
public final class SourceFile: Sendable {
    /// What an error calls it: `churn.cnb`, `<input 7>`.
    public let name: String
    public let bytes: [UInt8]
    /// The number of the first line; more than 1 where the text is a piece of a longer file.
    private let firstLine: Int
    private let lineStarts: [Int]

    public init(name: String, text: String, firstLine: Int = 1) {
        self.name = name
        self.firstLine = firstLine
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        lineStarts = starts
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The same text under another name.
    public func renamed(_ name: String) -> SourceFile { SourceFile(name: name, text: text, firstLine: firstLine) }

    public var wholeSpan: SourceSpan { SourceSpan(self, 0..<bytes.count) }

    public func text(in range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }

    /// The place of a byte offset: the line as it is numbered in the file, the column from 1 in characters.
    public func place(of offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        let before = String(decoding: bytes[lineStarts[low]..<min(max(offset, lineStarts[low]), bytes.count)], as: UTF8.self)
        return (firstLine + low, before.count + 1)
    }

    /// The text of a line by its number in the file, without its line end.
    public func line(_ number: Int) -> String {
        let index = number - firstLine
        guard lineStarts.indices.contains(index) else { return "" }
        let start = lineStarts[index]
        var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
    }
}

/// Some bytes of a source file, and the notebook cell that they stand in.
public struct SourceSpan: Sendable {
    public let file: SourceFile
    public let range: Range<Int>
    public var cell: String?

    public init(_ file: SourceFile, _ range: Range<Int>, cell: String? = nil) {
        self.file = file
        self.range = range
        self.cell = cell
    }

    public var text: String { file.text(in: range) }

    /// The span from the start of this one to the end of the other.
    public func joined(with other: SourceSpan) -> SourceSpan {
        SourceSpan(file, min(range.lowerBound, other.range.lowerBound)..<max(range.upperBound, other.range.upperBound), cell: cell)
    }
}

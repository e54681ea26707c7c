/// A text that a person wrote: a notebook, a script, a line at the prompt, or the first lines of a data file.
///
/// Places in it are byte offsets of its UTF-8 form; lines and columns are worked out only when a place is shown.
public final class SourceFile: Sendable {
    /// What an error calls it: `churn.cnb`, `<input 7>`.
    public let name: String
    public let bytes: [UInt8]
    private let lineStarts: [Int]

    public init(name: String, text: String) {
        self.name = name
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        lineStarts = starts
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }
    public var wholeSpan: SourceSpan { SourceSpan(self, 0..<bytes.count) }

    public func text(in range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }

    /// The place of a byte offset: line and column count from 1, columns in characters.
    public func place(of offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        let before = String(decoding: bytes[lineStarts[low]..<min(max(offset, lineStarts[low]), bytes.count)], as: UTF8.self)
        return (low + 1, before.count + 1)
    }

    /// The text of a line, counted from 1, without its line end.
    public func line(_ number: Int) -> String {
        guard lineStarts.indices.contains(number - 1) else { return "" }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
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

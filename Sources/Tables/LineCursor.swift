/// What every scanner of lines has: its line and where it stands in it, the fields of its row, and memory for texts that are not in the file as they are meant.
struct LineCursor {
    private(set) var fields: UnsafeMutablePointer<RecordScanner.Field>
    private var capacity: Int
    fileprivate(set) var base: UnsafePointer<UInt8>
    fileprivate(set) var line = 0..<0
    var position = 0
    /// Whether the line gives no more rows.
    var isDone = true
    var scratch = ScannerScratch()

    /// - Parameter capacity: fields of a row, at least 1.
    init(fields capacity: Int) {
        self.capacity = capacity
        fields = .allocate(capacity: capacity)
        fields.initialize(repeating: Self.emptyField(at: 0), count: capacity)
        base = UnsafePointer(fields).withMemoryRebound(to: UInt8.self, capacity: 1) { $0 }
    }

    private static func emptyField(at start: Int) -> RecordScanner.Field { .init(start: start, count: 0, isQuoted: false, hasQuotes: false) }

    /// Makes the first fields gaps and stands at the line's start, to cut its only row.
    ///
    /// - Returns: whether that is still to do.
    mutating func beginOnlyRow(fields count: Int) -> Bool {
        guard !isDone else { return false }
        isDone = true
        position = line.lowerBound
        scratch.reset(capacity: line.count)
        for column in 0..<count { fields[column] = Self.emptyField(at: position) }
        return true
    }

    /// Makes room for one field more than `count`, a gap.
    mutating func addField(after count: Int) {
        if count == capacity {
            let grown = UnsafeMutablePointer<RecordScanner.Field>.allocate(capacity: 2 * capacity)
            grown.update(from: fields, count: capacity)
            fields.deallocate()
            fields = grown
            capacity *= 2
        }
        fields[count] = Self.emptyField(at: line.lowerBound)
    }

    /// The bytes from `start` to the position.
    func text(from start: Int, isQuoted: Bool = false) -> RecordScanner.Field { .init(start: start, count: position - start, isQuoted: isQuoted, hasQuotes: false) }

    /// What is wrong at the position.
    ///
    /// - Parameter cutOff: what is said instead at the line's end.
    func fault(_ reason: String, cutOff: String) -> LineFault {
        let start = min(position, line.upperBound)
        return LineFault(reason: start == line.upperBound ? cutOff : reason, place: start..<min(line.upperBound, start + 1))
    }

    func deallocate() {
        fields.deallocate()
        scratch.deallocate()
    }
}

/// Why a line holds no row.
struct LineFault: Error {
    let reason: String
    let place: Range<Int>
}

extension LineScanner {
    var fields: UnsafeMutablePointer<RecordScanner.Field> { cursor.fields }
    var base: UnsafePointer<UInt8> { cursor.base }
    var line: Range<Int> { cursor.line }
    var position: Int {
        get { cursor.position }
        set { cursor.position = newValue }
    }

    mutating func begin(_ base: UnsafePointer<UInt8>, _ line: Range<Int>, number: Int) {
        cursor.base = base
        cursor.line = line
        cursor.position = line.lowerBound
        cursor.isDone = false
        beginLine(number: number)
    }

    mutating func beginLine(number: Int) {}

    func deallocate() { cursor.deallocate() }
}

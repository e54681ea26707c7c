import Runtime

/// Cuts a line `user item item ...` into a row for each item, or a line `item item ...` whose user is the line.
struct SequenceScanner: LineScanner {
    static let hasManyRows = true

    let fields: UnsafeMutablePointer<RecordScanner.Field>
    private let user: DelimitedFormat.SequenceUser
    private let filePrefix: String
    private var base: UnsafePointer<UInt8>
    private var line = 0..<0
    private var position = 0
    private var rows = 0
    private var isDone = true
    private var scratch = ScannerScratch()

    /// - Parameter filePrefix: stands before the number of a line that is a user.
    init(user: DelimitedFormat.SequenceUser, filePrefix: String) {
        self.user = user
        self.filePrefix = filePrefix
        fields = .allocate(capacity: 2)
        fields.initialize(repeating: .init(start: 0, count: 0, isQuoted: false, hasQuotes: false), count: 2)
        base = UnsafePointer(fields).withMemoryRebound(to: UInt8.self, capacity: 1) { $0 }
    }

    func deallocate() {
        fields.deallocate()
        scratch.deallocate()
    }

    mutating func begin(_ base: UnsafePointer<UInt8>, _ line: Range<Int>, number: Int) {
        self.base = base
        self.line = line
        position = line.lowerBound
        rows = 0
        isDone = false
        switch user {
        case .first: if let word = word() { fields[0] = word }
        case .line:
            let name = "\(filePrefix)\(number)"
            scratch.reset(capacity: name.utf8.count)
            scratch.append(name)
            fields[0] = scratch.field(from: 0, base, isQuoted: false)
        }
    }

    mutating func next() -> LineRow {
        guard !isDone else { return .end }
        guard let item = word() else {
            isDone = true
            guard rows > 0 else { return .bad("a user without items", field: line) }
            return .end
        }
        fields[1] = item
        rows += 1
        return .row
    }

    private mutating func word() -> RecordScanner.Field? {
        while position < line.upperBound, base[position] == 0x20 || base[position] == 0x09 || base[position] == 0x0D { position += 1 }
        let start = position
        while position < line.upperBound, base[position] != 0x20, base[position] != 0x09, base[position] != 0x0D { position += 1 }
        return position > start ? .init(start: start, count: position - start, isQuoted: false, hasQuotes: false) : nil
    }
}

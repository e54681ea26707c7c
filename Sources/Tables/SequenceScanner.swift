import Runtime

/// Cuts a line `user item item ...` into a row for each item, or a line `item item ...` whose user is the line.
struct SequenceScanner: LineScanner {
    static let hasManyRows = true

    var cursor = LineCursor(fields: 2)
    private let user: DelimitedFormat.SequenceUser
    private let filePrefix: String
    private var rows = 0

    /// - Parameter filePrefix: stands before the number of a line that is a user.
    init(user: DelimitedFormat.SequenceUser, filePrefix: String) {
        self.user = user
        self.filePrefix = filePrefix
    }

    mutating func beginLine(number: Int) {
        rows = 0
        switch user {
        case .first: if let word = word() { fields[0] = word }
        case .line:
            let name = "\(filePrefix)\(number)"
            cursor.scratch.reset(capacity: name.utf8.count)
            cursor.scratch.append(name)
            fields[0] = cursor.scratch.field(from: 0, base, isQuoted: false)
        }
    }

    mutating func next() -> LineRow {
        guard !cursor.isDone else { return .end }
        guard let item = word() else {
            cursor.isDone = true
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
        return position > start ? cursor.text(from: start) : nil
    }
}

/// What the values of a column look like, from a sample of them.
public struct ColumnGuess: Sendable {
    public let kind: ColumnPlan.Kind
    /// How the values may be read as times, if nearly all can be.
    public let time: TimeFormat?
    /// Whether every value is a whole number in its plain form.
    public let isWhole: Bool
    /// Different values in the sample.
    public let distinct: Int
    /// Values in the sample that are there.
    public let present: Int
    /// Share of values that are the same as in the row before.
    public let runShare: Double

    /// - Parameters:
    ///   - values: the column's fields, row by row.
    ///   - areTexts: whether they are texts even where they look like numbers; written dates are times all the same.
    public init(_ values: [String], areTexts: Bool = false) {
        var present = 0
        var whole = 0
        var numbers = 0
        var losing = 0
        var truths = 0
        var calendars = 0
        var logTimes = 0
        var style: TimeFormat.Calendar?
        var fractionDigits = 0
        var seconds = 0, milliseconds = 0, microseconds = 0, compact = 0
        var same = 0
        var previous: String?
        var seen: Set<String> = []
        for value in values {
            if value == previous { same += 1 }
            previous = value
            var text = value
            text.withUTF8 { bytes in
                guard !FieldText.isMissingValue(bytes) else { return }
                present += 1
                if FieldText.integer(bytes) != nil { whole += 1 }
                if let number = FieldText.number(bytes) {
                    numbers += 1
                    if FieldText.wouldLoseDigits(bytes) { losing += 1 }
                    // From 1990 to 2100, so that ordinary counts and prices are not times.
                    if 631_152_000..<4_102_444_800 ~= number { seconds += 1 }
                    if 631_152_000_000..<4_102_444_800_000 ~= number { milliseconds += 1 }
                    if 631_152_000_000_000..<4_102_444_800_000_000 ~= number { microseconds += 1 }
                    if let day = TimeText.compactDate(bytes), day >= 631_152_000_000_000, day < 4_102_444_800_000_000 { compact += 1 }
                }
                if TimeText.combinedLog(bytes, zone: nil) != nil { logTimes += 1 }
                if ColumnSink.truth(bytes) != nil { truths += 1 }
                if let parsed = TimeText.calendar(bytes) {
                    calendars += 1
                    // A row with a time of day shows more of the style than one with a bare date.
                    if style == nil || parsed.style.hasTime { style = parsed.style }
                    fractionDigits = max(fractionDigits, parsed.style.fractionDigits)
                }
            }
            if seen.count < 100_000 { seen.insert(value) }
        }
        self.present = present
        distinct = seen.count
        isWhole = present > 0 && whole == present
        runShare = values.count > 1 ? Double(same) / Double(values.count - 1) : 0
        style?.fractionDigits = fractionDigits
        func nearlyAll(_ count: Int) -> Bool { present > 0 && count * 100 >= present * 95 }
        let time: TimeFormat? =
            if nearlyAll(calendars), let style { .calendar(style) }
            else if nearlyAll(logTimes) { .combinedLog }
            else if nearlyAll(seconds) { .epochSeconds }
            else if nearlyAll(milliseconds) { .epochMilliseconds }
            else if nearlyAll(microseconds) { .epochMicroseconds }
            else if nearlyAll(compact) { .compactDate }
            else { nil }
        self.time = time
        if present == 0 {
            kind = .text
        } else if calendars == present || logTimes == present, let time {
            kind = .time(time)
        } else if areTexts {
            kind = .text
        } else if truths == present {
            kind = .boolean
        } else if whole == present {
            kind = .integer
        } else if numbers == present, losing == 0 {
            kind = .number
        } else {
            kind = .text
        }
    }
}

extension FileSample {
    /// A guess for each column of the sample.
    public var guesses: [ColumnGuess] { format.names.indices.map { index in ColumnGuess(rows.map { $0[index] }, areTexts: stringColumns.contains(index)) } }
}

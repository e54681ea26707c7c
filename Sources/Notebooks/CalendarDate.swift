import Runtime

/// A day of the Gregorian calendar, as reports state it.
public struct CalendarDate: Sendable, Hashable, CustomStringConvertible {
    public let year: Int, month: Int, day: Int

    /// A date written `yyyy-mm-dd`; none for other texts and for days that the calendar has not.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }), let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        guard Gregorian.has(year: year, month: month, day: day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day in UTC of a count of seconds since 1970-01-01, as `SOURCE_DATE_EPOCH` gives it; none for other texts.
    public init?(secondsSince1970 text: String) {
        guard let seconds = Int(text), seconds >= 0, seconds < 253_402_300_800 else { return nil }
        (year, month, day) = Gregorian.date(seconds / 86_400)
    }

    /// `2017-11-25`.
    public var description: String { Gregorian.text(year: year, month: month, day: day) }

    /// `25 November 2017`.
    public var longText: String {
        let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
        return "\(day) \(months[month - 1]) \(year)"
    }
}

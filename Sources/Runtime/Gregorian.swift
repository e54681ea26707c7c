/// Days of the proleptic Gregorian calendar as numbers, without clocks and zones.
///
/// ### References
/// H. Hinnant. chrono-Compatible Low-Level Date Algorithms. 2013.
public enum Gregorian {
    /// The number of a day, counted from 1970-01-01; the day must be one of the calendar's.
    public static func number(year: Int, month: Int, day: Int) -> Int {
        // Years that begin in March put the leap day last.
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Whether the calendar has such a day.
    public static func has(year: Int, month: Int, day: Int) -> Bool {
        (1...12).contains(month) && day >= 1 && day <= daysInMonth(month, year: year)
    }

    /// - Parameter month: 1...12.
    public static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Year, month and day of a day's number.
    public static func date(_ number: Int) -> (year: Int, month: Int, day: Int) {
        let z = number + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// 1 for Monday to 7 for Sunday.
    public static func weekday(_ number: Int) -> Int { ((number + 3) % 7 + 7) % 7 + 1 }

    /// `2017-11-25`.
    public static func text(_ number: Int) -> String {
        let (year, month, day) = date(number)
        return text(year: year, month: month, day: day)
    }

    public static func text(year: Int, month: Int, day: Int) -> String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    /// With zeros in front.
    public static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

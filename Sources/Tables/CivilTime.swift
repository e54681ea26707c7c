/// Calendar arithmetic on microseconds since 1970-01-01T00:00 in UTC, in the proleptic Gregorian calendar.
///
/// ### References
/// H. Hinnant. chrono-Compatible Low-Level Date Algorithms. 2013.
public enum CivilTime {
    public static let microsecondsPerDay: Int64 = 86_400_000_000
    public static let microsecondsPerHour: Int64 = 3_600_000_000

    /// Days since 1970-01-01 of a date.
    public static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    public static func date(ofDay days: Int) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    public static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01, counted down for earlier times.
    public static func day(of time: Int64) -> Int { Int(floorDivide(time, microsecondsPerDay)) }
    public static func hour(of time: Int64) -> Int { Int(floorDivide(time, microsecondsPerHour) - 24 * floorDivide(time, microsecondsPerDay)) }
    /// 1 Monday to 7 Sunday.
    public static func weekday(of time: Int64) -> Int {
        let day = day(of: time)
        return ((day + 3) % 7 + 7) % 7 + 1
    }

    @inline(__always)
    static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        let quotient = a / b
        return a % b < 0 ? quotient - 1 : quotient
    }

    /// `2017-11-25`.
    public static func dayText(_ days: Int) -> String {
        let (year, month, day) = date(ofDay: days)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// `2017-11-25T08:00:00`, with the digits of a fraction of a second where there is one, or as many as are asked for.
    public static func text(_ time: Int64, separator: String = "T", fractionDigits: Int = 0) -> String {
        let day = day(of: time)
        let rest = time - Int64(day) * microsecondsPerDay
        let seconds = Int(rest / 1_000_000)
        let clock = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return dayText(day) + separator + clock + fraction(Int(rest % 1_000_000), atLeast: fractionDigits)
    }

    /// `.25` for 250,000 µs; nothing for 0 unless digits are asked for.
    static func fraction(_ microseconds: Int, atLeast digits: Int) -> String {
        var text = padded(microseconds, 6)
        while text.count > digits, text.last == "0" { text.removeLast() }
        return text.isEmpty ? "" : "." + text
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

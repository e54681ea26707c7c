import Runtime

/// Calendar arithmetic on microseconds since 1970-01-01T00:00 in UTC, in the proleptic Gregorian calendar.
public enum CivilTime {
    public static let microsecondsPerDay: Int64 = 86_400_000_000
    public static let microsecondsPerHour: Int64 = 3_600_000_000

    /// Days since 1970-01-01, counted down for earlier times.
    public static func day(of time: Int64) -> Int { Int(floorDivide(time, microsecondsPerDay)) }
    public static func hour(of time: Int64) -> Int { Int(floorDivide(time, microsecondsPerHour) - 24 * floorDivide(time, microsecondsPerDay)) }
    /// 1 Monday to 7 Sunday.
    public static func weekday(of time: Int64) -> Int {
        Gregorian.weekday(day(of: time))
    }

    @inline(__always)
    static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        let quotient = a / b
        return a % b < 0 ? quotient - 1 : quotient
    }

    /// `2017-11-25T08:00:00`, with the digits of a fraction of a second where there is one, or as many as are asked for.
    public static func text(_ time: Int64, separator: String = "T", fractionDigits: Int = 0) -> String {
        let day = day(of: time)
        let rest = time - Int64(day) * microsecondsPerDay
        let seconds = Int(rest / 1_000_000)
        let clock = "\(Gregorian.padded(seconds / 3600, 2)):\(Gregorian.padded(seconds / 60 % 60, 2)):\(Gregorian.padded(seconds % 60, 2))"
        return Gregorian.text(day) + separator + clock + fraction(Int(rest % 1_000_000), atLeast: fractionDigits)
    }

    /// `.25` for 250,000 µs; nothing for 0 unless digits are asked for.
    static func fraction(_ microseconds: Int, atLeast digits: Int) -> String {
        var text = Gregorian.padded(microseconds, 6)
        while text.count > digits, text.last == "0" { text.removeLast() }
        return text.isEmpty ? "" : "." + text
    }
}

/// Days of the Gregorian calendar as numbers, without clocks and zones.
enum Calendar {
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Year, month and day of a day counted from 1970-01-01 (H. Hinnant, chrono-Compatible Low-Level Date Algorithms).
    static func date(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// 0 for Monday.
    static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }

    /// `2017-12-03`.
    static func iso(_ day: Int) -> String {
        let (year, month, day) = date(day)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let digits = String(abs(year))
        return (year < 0 ? "-" : "") + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-\(two(month))-\(two(day))"
    }

    /// `3 Dec 2017`.
    static func words(_ day: Int) -> String {
        let (year, month, day) = date(day)
        return "\(day) \(months[month - 1]) \(year)"
    }

    /// Places for words on an axis from `first` to `last`: days, Mondays, months, quarters or years, at most about `count`.
    static func tics(_ first: Int, _ last: Int, count: Int) -> [Tic] {
        let span = last - first
        let most = max(2, count)
        if span < 7 * most, span / most < 7 {
            let step = [1, 2, 7].first { span / $0 < most } ?? 7
            let days = step == 7 ? (first...last).filter { weekday($0) == 0 } : Array(stride(from: first, through: last, by: step))
            return labelled(days) { "\($0.day) \(months[$0.month - 1])" }
        }
        if span / 14 < most {
            var days = (first...last).filter { weekday($0) == 0 }
            if span / 7 >= most { days = days.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) }
            return labelled(days) { "\($0.day) \(months[$0.month - 1])" }
        }
        let step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200].first { span / (30 * $0) < most } ?? 6_000
        let days = (first...last).filter { day in
            let (year, month, dayOfMonth) = date(day)
            return dayOfMonth == 1 && (year * 12 + month - 1) % step == 0
        }
        return labelled(days) { date in step >= 12 ? String(date.year) : months[date.month - 1] }
    }

    /// The first tic and the first of each year say the year.
    private static func labelled(_ days: [Int], _ words: ((year: Int, month: Int, day: Int)) -> String) -> [Tic] {
        var year: Int?
        return days.map { day in
            let date = date(day)
            let plain = words(date)
            let label = date.year == year || plain == String(date.year) ? plain : "\(plain) \(date.year)"
            year = date.year
            return Tic(value: Double(day), label: label)
        }
    }
}

import Runtime

/// Days on an axis.
enum Calendar {
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `3 Dec 2017`.
    static func words(_ day: Int) -> String {
        let (year, month, day) = Gregorian.date(day)
        return "\(day) \(months[month - 1]) \(year)"
    }

    /// Places for words on an axis from `first` to `last`: days, Mondays, months, quarters or years, at most about `count`.
    static func tics(_ first: Int, _ last: Int, count: Int) -> [Tic] {
        let span = last - first
        let most = max(2, count)
        if span < 7 * most, span / most < 7 {
            let step = [1, 2, 7].first { span / $0 < most } ?? 7
            let days = step == 7 ? (first...last).filter { Gregorian.weekday($0) == 1 } : Array(stride(from: first, through: last, by: step))
            return labelled(days) { "\($0.day) \(months[$0.month - 1])" }
        }
        if span / 14 < most {
            var days = (first...last).filter { Gregorian.weekday($0) == 1 }
            if span / 7 >= most { days = days.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) }
            return labelled(days) { "\($0.day) \(months[$0.month - 1])" }
        }
        let step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200].first { span / (30 * $0) < most } ?? 6_000
        let days = (first...last).filter { day in
            let (year, month, dayOfMonth) = Gregorian.date(day)
            return dayOfMonth == 1 && (year * 12 + month - 1) % step == 0
        }
        return labelled(days) { date in step >= 12 ? String(date.year) : months[date.month - 1] }
    }

    /// The first tic and the first of each year say the year.
    private static func labelled(_ days: [Int], _ words: ((year: Int, month: Int, day: Int)) -> String) -> [Tic] {
        var year: Int?
        return days.map { day in
            let date = Gregorian.date(day)
            let plain = words(date)
            let label = date.year == year || plain == String(date.year) ? plain : "\(plain) \(date.year)"
            year = date.year
            return Tic(value: Double(day), label: label)
        }
    }
}

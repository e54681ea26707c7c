import Runtime

extension TimeText {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `17/May/2015:10:05:03 +0000`: then optionally a fraction behind the seconds, and the offset, without which it is a local time of `zone`.
    static func combinedLog(_ text: UnsafeBufferPointer<UInt8>, zone: Zone?) -> Int64? {
        var first = 0
        var end = text.count
        if end >= 2, text[0] == UInt8(ascii: "["), text[end - 1] == UInt8(ascii: "]") {
            first = 1
            end -= 1
        }
        guard end - first >= 20, text[first + 2] == 0x2F, text[first + 6] == 0x2F, text[first + 11] == 0x3A, text[first + 14] == 0x3A, text[first + 17] == 0x3A,
            let day = number(text, first, 2), let month = month(text, first + 3), let year = number(text, first + 7, 4), let midnight = midnight(year, month, day),
            let hour = number(text, first + 12, 2), hour < 24, let minute = number(text, first + 15, 2), minute < 60, let second = number(text, first + 18, 2), second <= 60
        else { return nil }
        var time = midnight + Int64(hour * 3600 + minute * 60 + second) * 1_000_000
        var index = first + 20
        if index < end, text[index] == 0x2E {
            index += 1
            let digits = index
            var unit: Int64 = 100_000
            while index < end, case let digit = text[index] &- 0x30, digit < 10 {
                time += Int64(digit) * unit
                unit /= 10
                index += 1
            }
            guard index > digits else { return nil }
        }
        guard index < end else { return zone?.universal(time) ?? time }
        guard end == index + 6, text[index] == 0x20, text[index + 1] == 0x2B || text[index + 1] == 0x2D, let hours = number(text, index + 2, 2), hours <= 18,
            let minutes = number(text, index + 4, 2), minutes < 60
        else { return nil }
        let offset = Int64(hours * 60 + minutes) * 60_000_000
        return text[index + 1] == 0x2B ? time - offset : time + offset
    }

    private static func month(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        months.firstIndex { name in zip(name.utf8, text[start..<(start + 3)]).allSatisfy { $0 == $1 } }.map { $0 + 1 }
    }

    static func combinedLogText(_ time: Int64, zone: Zone?) -> String {
        let offset = zone?.offset(at: time) ?? 0
        let local = time + offset
        let day = CivilTime.day(of: local)
        let (year, month, dayOfMonth) = Gregorian.date(day)
        let rest = local - Int64(day) * CivilTime.microsecondsPerDay
        let seconds = Int(rest / 1_000_000)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Gregorian.padded($0, 2) }.joined(separator: ":")
        let minutes = Int(offset.magnitude / 60_000_000)
        let sign = offset < 0 ? "-" : "+"
        return "\(Gregorian.padded(dayOfMonth, 2))/\(months[month - 1])/\(Gregorian.padded(year, 4)):\(clock)\(CivilTime.fraction(Int(rest % 1_000_000), atLeast: 0)) "
            + "\(sign)\(Gregorian.padded(minutes / 60, 2))\(Gregorian.padded(minutes % 60, 2))"
    }
}

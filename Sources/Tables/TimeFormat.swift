import Runtime

/// How a time is written in a file. All are read as UTC unless they name a zone of their own, or the format has one.
public enum TimeFormat: Sendable, Hashable {
    /// Seconds since 1970, with or without a fraction.
    case epochSeconds
    case epochMilliseconds
    case epochMicroseconds
    /// `2017-11-25T08:00:00.25Z`, `2017-11-25 08:00:00`, `2017-11-25 08`, `2017-11-25`; told apart when read, kept for writing.
    case calendar(Calendar)
    /// `20171125`.
    case compactDate
    /// `17/May/2015:10:05:03 +0000`, with or without brackets.
    case combinedLog
    /// Any of these in a zone other than UTC: local times are read and written in it, and days and hours are counted in it.
    case zoned(Zoned)

    public struct Zoned: Sendable, Hashable {
        fileprivate enum Base: Sendable { case epochSeconds, epochMilliseconds, epochMicroseconds, calendar, compactDate, combinedLog }
        fileprivate let base: Base
        fileprivate let calendar: Calendar
        public let zone: Zone

        /// How times are written, without the zone.
        public var format: TimeFormat {
            switch base {
            case .epochSeconds: .epochSeconds
            case .epochMilliseconds: .epochMilliseconds
            case .epochMicroseconds: .epochMicroseconds
            case .calendar: .calendar(calendar)
            case .compactDate: .compactDate
            case .combinedLog: .combinedLog
            }
        }
    }

    /// The same format in a zone; none is UTC.
    public func inZone(_ zone: Zone?) -> TimeFormat {
        guard let zone else { return base }
        switch base {
        case .epochSeconds: return .zoned(Zoned(base: .epochSeconds, calendar: Calendar(), zone: zone))
        case .epochMilliseconds: return .zoned(Zoned(base: .epochMilliseconds, calendar: Calendar(), zone: zone))
        case .epochMicroseconds: return .zoned(Zoned(base: .epochMicroseconds, calendar: Calendar(), zone: zone))
        case .calendar(let style): return .zoned(Zoned(base: .calendar, calendar: style, zone: zone))
        case .compactDate: return .zoned(Zoned(base: .compactDate, calendar: Calendar(), zone: zone))
        case .combinedLog: return .zoned(Zoned(base: .combinedLog, calendar: Calendar(), zone: zone))
        case .zoned: return self
        }
    }

    /// The format without its zone.
    public var base: TimeFormat { if case .zoned(let zoned) = self { zoned.format } else { self } }

    public var zone: Zone? { if case .zoned(let zoned) = self { zoned.zone } else { nil } }

    /// What reads the texts: a count of seconds says the same in any zone.
    var reading: TimeFormat {
        switch base {
        case .epochSeconds, .epochMilliseconds, .epochMicroseconds: base
        case .calendar, .compactDate, .combinedLog, .zoned: self
        }
    }

    /// A time as people read it, in the format's zone.
    public func shown(_ time: Int64) -> String { CivilTime.text(zone?.local(time) ?? time, separator: " ") }

    public struct Calendar: Sendable, Hashable {
        public var hasTime: Bool
        public var separator: Separator
        public var fractionDigits: Int
        public var hasZone: Bool
        public enum Separator: String, Sendable { case t = "T", space = " " }

        public init(hasTime: Bool = true, separator: Separator = .t, fractionDigits: Int = 0, hasZone: Bool = false) {
            self.hasTime = hasTime
            self.separator = separator
            self.fractionDigits = fractionDigits
            self.hasZone = hasZone
        }
    }

    public static let iso = TimeFormat.calendar(Calendar(hasZone: true))

    /// The word by which a person chooses the format.
    public var word: String {
        switch self {
        case .epochSeconds: "s"
        case .epochMilliseconds: "ms"
        case .epochMicroseconds: "us"
        case .calendar: "iso"
        case .compactDate: "yyyymmdd"
        case .combinedLog: "combined-log"
        case .zoned(let zoned): zoned.format.word
        }
    }

    public static let words = ["s", "ms", "us", "iso", "yyyymmdd", "combined-log"]

    public init?(word: String) {
        switch word.lowercased() {
        case "s", "epoch", "seconds", "epoch-s": self = .epochSeconds
        case "ms", "milliseconds", "epoch-ms": self = .epochMilliseconds
        case "us", "µs", "microseconds", "epoch-us": self = .epochMicroseconds
        case "iso", "iso8601", "datetime", "date", "yyyy-mm-dd": self = .calendar(Calendar(separator: .space))
        case "yyyymmdd": self = .compactDate
        case "combined-log", "clf": self = .combinedLog
        default: return nil
        }
    }

    /// Microseconds since 1970 of a written time, or none if it is not one.
    public func parse(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        switch self {
        case .epochSeconds: TimeText.decimal(text, scale: 6)
        case .epochMilliseconds: TimeText.decimal(text, scale: 3)
        case .epochMicroseconds: TimeText.decimal(text, scale: 0)
        case .calendar: TimeText.calendar(text)?.time
        case .compactDate: TimeText.compactDate(text)
        case .combinedLog: TimeText.combinedLog(text, zone: nil)
        case .zoned(let zoned):
            switch zoned.base {
            case .calendar: TimeText.calendar(text).map { $0.style.hasZone ? $0.time : zoned.zone.universal($0.time) }
            case .compactDate: TimeText.compactDate(text).map(zoned.zone.universal)
            case .combinedLog: TimeText.combinedLog(text, zone: zoned.zone)
            case .epochSeconds, .epochMilliseconds, .epochMicroseconds: zoned.format.parse(text)
            }
        }
    }

    public func parse(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { parse($0) }
    }

    /// The time as this format writes it. A finer time than the format can hold is written with the digits that it needs.
    public func text(_ time: Int64) -> String {
        switch self {
        case .epochSeconds: Self.decimalText(time, digits: 6)
        case .epochMilliseconds: Self.decimalText(time, digits: 3)
        case .epochMicroseconds: String(time)
        case .compactDate where time % CivilTime.microsecondsPerDay == 0: Gregorian.text(CivilTime.day(of: time)).replacing("-", with: "")
        case .compactDate: CivilTime.text(time)
        case .calendar(let style):
            if !style.hasTime, time % CivilTime.microsecondsPerDay == 0 {
                Gregorian.text(CivilTime.day(of: time))
            } else {
                CivilTime.text(time, separator: style.separator.rawValue, fractionDigits: style.fractionDigits) + (style.hasZone ? "Z" : "")
            }
        case .combinedLog: TimeText.combinedLogText(time, zone: nil)
        case .zoned(let zoned):
            switch zoned.format {
            case .calendar(let style) where !style.hasZone: zoned.format.text(zoned.zone.local(time))
            case .compactDate: zoned.format.text(zoned.zone.local(time))
            case .combinedLog: TimeText.combinedLogText(time, zone: zoned.zone)
            default: zoned.format.text(time)
            }
        }
    }

    private static func decimalText(_ value: Int64, digits: Int) -> String {
        let unit: UInt64 = digits == 6 ? 1_000_000 : 1000
        let magnitude = value.magnitude
        let sign = value < 0 ? "-" : ""
        guard magnitude % unit != 0 else { return sign + String(magnitude / unit) }
        var fraction = Gregorian.padded(Int(magnitude % unit), digits)
        while fraction.last == "0" { fraction.removeLast() }
        return sign + String(magnitude / unit) + "." + fraction
    }
}

/// Readers of written times, over bytes.
enum TimeText {
    /// A decimal number times 10^scale, exact; digits beyond the scale are cut off.
    static func decimal(_ text: UnsafeBufferPointer<UInt8>, scale: Int) -> Int64? {
        var index = 0
        let isNegative = text.first == 0x2D
        if isNegative { index = 1 }
        var value: Int64 = 0
        var digits = 0
        while index < text.count, case let digit = text[index] &- 0x30, digit < 10 {
            if digits >= 18 { return nil }
            value = value * 10 + Int64(digit)
            digits += 1
            index += 1
        }
        guard digits > 0 else { return nil }
        var scale = scale
        var overflow = false
        func shift(_ by: Int64) {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = product.addingReportingOverflow(by)
            value = sum
            overflow = overflow || over || more
        }
        if index < text.count {
            guard text[index] == 0x2E else { return nil }
            index += 1
            guard index < text.count else { return nil }
            while index < text.count {
                let digit = text[index] &- 0x30
                guard digit < 10 else { return nil }
                if scale > 0 {
                    shift(Int64(digit))
                    scale -= 1
                }
                index += 1
            }
        }
        while scale > 0 {
            shift(0)
            scale -= 1
        }
        return overflow ? nil : isNegative ? -value : value
    }

    static func compactDate(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count == 8, let year = number(text, 0, 4), let month = number(text, 4, 2), let day = number(text, 6, 2) else { return nil }
        return midnight(year, month, day)
    }

    static func midnight(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
        guard (1...12).contains(month), day >= 1, day <= Gregorian.daysInMonth(month, year: year) else { return nil }
        return Int64(Gregorian.number(year: year, month: month, day: day)) * CivilTime.microsecondsPerDay
    }

    static func number(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ length: Int) -> Int? {
        guard start + length <= text.count else { return nil }
        var value = 0
        for index in start..<start + length {
            let digit = text[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// `yyyy-MM-dd`, then optionally `T` or a space, `HH`, `:mm`, `:ss`, a fraction, and `Z` or `±HH:mm`.
    static func calendar(_ text: UnsafeBufferPointer<UInt8>) -> (time: Int64, style: TimeFormat.Calendar)? {
        guard text.count >= 10, text[4] == 0x2D, text[7] == 0x2D, let year = number(text, 0, 4), let month = number(text, 5, 2),
            let day = number(text, 8, 2), var time = midnight(year, month, day)
        else { return nil }
        var style = TimeFormat.Calendar(hasTime: false)
        if text.count == 10 { return (time, style) }
        guard text[10] == 0x54 || text[10] == 0x20, let hour = number(text, 11, 2), hour < 24 else { return nil }
        style.hasTime = true
        style.separator = text[10] == 0x54 ? .t : .space
        time += Int64(hour) * CivilTime.microsecondsPerHour
        var index = 13
        if index < text.count, text[index] == 0x3A {
            guard let minute = number(text, index + 1, 2), minute < 60 else { return nil }
            time += Int64(minute) * 60_000_000
            index += 3
            if index < text.count, text[index] == 0x3A {
                guard let second = number(text, index + 1, 2), second <= 60 else { return nil }
                time += Int64(second) * 1_000_000
                index += 3
                if index < text.count, text[index] == 0x2E || text[index] == 0x2C {
                    index += 1
                    var unit: Int64 = 100_000
                    let first = index
                    while index < text.count, case let digit = text[index] &- 0x30, digit < 10 {
                        time += Int64(digit) * unit
                        unit /= 10
                        index += 1
                    }
                    guard index > first else { return nil }
                    style.fractionDigits = min(6, index - first)
                }
            }
        }
        guard index < text.count else { return (time, style) }
        if text.count >= index + 4, text[index] == 0x20, text[index + 1] == 0x55, text[index + 2] == 0x54, text[index + 3] == 0x43 {
            style.hasZone = true  // " UTC"
            return text.count == index + 4 ? (time, style) : nil
        }
        style.hasZone = true
        if text[index] == 0x5A { return text.count == index + 1 ? (time, style) : nil }
        guard text[index] == 0x2B || text[index] == 0x2D, let hours = number(text, index + 1, 2), hours <= 15 else { return nil }
        let sign: Int64 = text[index] == 0x2B ? 1 : -1
        index += 3
        var minutes = 0
        if index < text.count {
            if text[index] == 0x3A { index += 1 }
            guard let written = number(text, index, 2), written < 60, index + 2 == text.count else { return nil }
            minutes = written
        }
        return (time - sign * (Int64(hours) * CivilTime.microsecondsPerHour + Int64(minutes) * 60_000_000), style)
    }
}

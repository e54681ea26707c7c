import Diagnostics
import Foundation
import Synchronization

/// A time zone: what clocks show where, as they did at each time.
///
/// Named zones follow the IANA time zone database from 1800 to 2400 and keep the first and last offset beyond. Equal names give the same zone, which is never freed,
/// so that columns can carry it about at no cost.
public struct Zone: Hashable, @unchecked Sendable {
    /// `Asia/Shanghai`, or `+08:00`.
    public var name: String { rules.pointee.name }

    // Never changed and never freed once it is made.
    private let rules: UnsafeMutablePointer<Rules>

    private struct Rules {
        let name: String
        /// Microseconds since 1970 at which each offset begins, the first at the beginning of time; and the offsets from UTC in microseconds.
        let starts: UnsafeMutablePointer<Int64>, offsets: UnsafeMutablePointer<Int64>
        let count: Int

        init(_ name: String, _ parts: [(start: Int64, offset: Int64)]) {
            self.name = name
            count = parts.count
            starts = .allocate(capacity: parts.count)
            offsets = .allocate(capacity: parts.count)
            for (index, part) in parts.enumerated() {
                (starts + index).initialize(to: part.start)
                (offsets + index).initialize(to: part.offset)
            }
        }
    }

    private static let made = Mutex<[String: Zone]>([:])

    /// From its IANA name or its offset, `+08:00`; none if there is no such zone.
    public init?(_ name: String) {
        if let known = Self.made.withLock({ $0[name] }) {
            self = known
            return
        }
        let parts: [(start: Int64, offset: Int64)]
        if let offset = Self.offset(written: name) {
            parts = [(.min, offset)]
        } else {
            guard let found = Self.parts(ofZoneNamed: name) else { return nil }
            parts = found
        }
        self = Self.made.withLock { made in
            if let known = made[name] { return known }
            let zone = Zone(name, parts)
            made[name] = zone
            return zone
        }
    }

    private init(_ name: String, _ parts: [(start: Int64, offset: Int64)]) {
        rules = .allocate(capacity: 1)
        rules.initialize(to: Rules(name, parts))
    }

    /// The IANA name most like a misspelt one.
    public static func nearest(to name: String) -> String? { Diagnostics.nearest(to: name, in: TimeZone.knownTimeZoneIdentifiers.sorted()) }

    /// `+08:00`, `-0330` or `+8`.
    private static func offset(written name: String) -> Int64? {
        guard let match = name.wholeMatch(of: /([+-])(\d{1,2})(?::?(\d\d))?/), let hours = Int64(match.2), hours <= 18 else { return nil }
        let minutes = match.3.flatMap { Int64($0) } ?? 0
        guard minutes < 60 else { return nil }
        return (match.1 == "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000_000
    }

    private static func parts(ofZoneNamed name: String) -> [(start: Int64, offset: Int64)]? {
        guard name == "UTC" || name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
        var date = Date(timeIntervalSince1970: -5_364_662_400)
        let end = Date(timeIntervalSince1970: 13_569_465_600)
        func offset(_ date: Date) -> Int64 { Int64(zone.secondsFromGMT(for: date)) * 1_000_000 }
        var parts = [(start: Int64.min, offset: offset(date))]
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date, next < end {
            let offset = offset(next)
            if offset != parts[parts.count - 1].offset { parts.append((Int64((next.timeIntervalSince1970 * 1e6).rounded()), offset)) }
            date = next
        }
        return parts
    }

    /// Microseconds by which the clocks are ahead of UTC at a time.
    ///
    /// - Complexity: O(log(changes of the clocks)), about 10 ns.
    public func offset(at time: Int64) -> Int64 { rules.pointee.offsets[part(at: time)] }

    private func part(at time: Int64) -> Int {
        let rules = rules.pointee
        var low = 0
        var high = rules.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if rules.starts[middle] <= time { low = middle } else { high = middle }
        }
        return low
    }

    /// What the clocks show at a time, as microseconds since what they would call 1970-01-01T00:00.
    @inline(__always) public func local(_ time: Int64) -> Int64 { time &+ offset(at: time) }

    /// The time at which the clocks show `local`: the first of two when they are put back; where they are put forward over it, as if they had not been yet.
    public func universal(_ local: Int64) -> Int64 {
        let rules = rules.pointee
        // Clocks are at most a day off, so the right part is that of the day or a neighbour of it.
        var index = part(at: local &- CivilTime.microsecondsPerDay)
        while true {
            let time = local &- rules.offsets[index]
            if index + 1 == rules.count || time < rules.starts[index + 1] { return time }
            // Beyond this part's end. If the next part has not begun either, the clocks never show it.
            let next = local &- rules.offsets[index + 1]
            if next < rules.starts[index + 1] { return time }
            index += 1
        }
    }
}

extension Column {
    /// In which zone its times are shown and counted; none for UTC.
    public var zone: Zone? {
        // A column that was read is asked as it lies: unpacking it for this would take a second of twenty million rows.
        switch packed?.form {
        case .seconds(let format)?, .times(let format)?: return format.zone
        case .some: return nil
        case nil: if case .time(_, _, let format) = storage { return format.zone } else { return nil }
        }
    }
}

extension Table {
    /// The zone of its times.
    var zone: Zone? { columns.lazy.compactMap(\.zone).first }
}

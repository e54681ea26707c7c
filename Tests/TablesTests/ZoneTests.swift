import Runtime
import Testing

@testable import Tables

struct ZoneTests {
    /// From Python: `datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(name)).astimezone(UTC)`, fold 0.
    static let times: [(zone: String, local: String, universal: String)] = [
        ("Asia/Shanghai", "2017-11-25 00:00:00", "2017-11-24T16:00:00Z"), ("America/New_York", "2020-07-01 12:00:00", "2020-07-01T16:00:00Z"),
        ("America/New_York", "2020-01-01 12:00:00", "2020-01-01T17:00:00Z"), ("America/New_York", "2020-11-01 01:30:00", "2020-11-01T05:30:00Z"),
        ("America/New_York", "2020-03-08 02:30:00", "2020-03-08T07:30:00Z"), ("Europe/Moscow", "2014-10-26 01:30:00", "2014-10-25T21:30:00Z"),
        ("Pacific/Apia", "2011-12-29 12:00:00", "2011-12-29T22:00:00Z"), ("Pacific/Apia", "2011-12-31 12:00:00", "2011-12-30T22:00:00Z"),
        ("Asia/Kolkata", "1999-01-01 00:00:00", "1998-12-31T18:30:00Z"), ("+08:00", "2017-11-25 00:00:00", "2017-11-24T16:00:00Z"), ("-03:30", "2017-11-25 00:00:00", "2017-11-25T03:30:00Z"),
        ("UTC", "2017-11-25 00:00:00", "2017-11-25T00:00:00Z"), ("Europe/Berlin", "2050-07-01 12:00:00", "2050-07-01T10:00:00Z"),
    ]

    @Test(arguments: times.indices)
    func `local times are those of the zone`(index: Int) throws {
        let c = Self.times[index]
        let zone = try #require(Zone(c.zone))
        let format = TimeFormat.calendar(.init(separator: .space)).inZone(zone)
        let time = try #require(format.parse(c.local))
        #expect(TimeFormat.iso.text(time) == c.universal)
        #expect(format.parse(c.universal) == time, "a time with a zone of its own keeps it")
        // The hour that was skipped is shown as the clocks showed it.
        #expect(format.text(time) == (c.local == "2020-03-08 02:30:00" ? "2020-03-08 03:30:00" : c.local))
        let log = TimeFormat.combinedLog.inZone(zone)
        #expect(log.parse(log.text(time)) == time)
    }

    @Test func `every hour goes to local time and back`() throws {
        for name in ["America/New_York", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Shanghai"] {
            let zone = try #require(Zone(name))
            var wrong = 0
            for hour in stride(from: Int64(-700_000), to: 700_000, by: 7) {
                let time = hour * CivilTime.microsecondsPerHour
                let local = zone.local(time)
                let back = zone.universal(local)
                // Of two times that the clocks show alike, the first is meant.
                if zone.local(back) != local || back > time { wrong += 1 }
            }
            #expect(wrong == 0, "\(name)")
        }
    }

    @Test func `zones have names or offsets`() {
        for name in ["Asia/shanghai", "Nowhere/X", "8", "+25:00", "EST5", "", "+08:61"] { #expect(Zone(name) == nil, "\(name)") }
        #expect(Zone("+8") != nil && Zone("+0530") != nil)
        #expect(Zone.nearest(to: "Asia/Shangai") == "Asia/Shanghai")
        #expect(Zone("Asia/Shanghai") == Zone("Asia/Shanghai") && Zone("Asia/Shanghai") != Zone("+08:00"))
    }
}

import Runtime
import Foundation
import Testing

@testable import Plots

struct DrawingTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-12_345, "−12,345"), (1_000_000, "1,000,000"), (Int.max, "9,223,372,036,854,775,807"),
    ])
    func `counts have commas between thousands`(_ value: Int, _ text: String) { #expect(Format.count(value) == text) }

    @Test(arguments: [
        (0.0, "0"), (12.0, "12"), (1_234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0.01234, "0.012"), (0.00012, "0.00012"), (1.2e-7, "1.2e-7"),
        (1.25e6, "1.25 M"),
        (-3.4e9, "−3.4 bn"), (5e12, "5 tn"), (2e20, "2e20"), (.nan, "none"),
    ])
    func `numbers keep the digits that matter`(_ value: Double, _ text: String) { #expect(Format.significant(value) == text) }

    @Test(arguments: [(0, "0"), (953, "953"), (3_396, "3.4k"), (12_345, "12k"), (999_499, "999k"), (999_999, "1M"), (3_583_000_000, "3.58bn")])
    func `counts are shortened for small cells`(_ value: Int, _ text: String) { #expect(Format.short(value) == text) }

    @Test(arguments: [
        (0.0, "0%"), (0.0001, "<0.1%"), (0.004, "0.4%"), (0.04, "4.0%"), (0.5, "50%"), (0.996, "99.6%"), (0.99999, ">99.9%"), (1.0, "100%"),
    ])
    func `shares are percent`(_ share: Double, _ text: String) { #expect(Format.percent(share) == text) }

    struct Axis: Sendable {
        let low: Double, high: Double, whole: Bool, labels: [String]
    }

    @Test(arguments: [
        Axis(low: 0, high: 18_240, whole: false, labels: ["0", "5,000", "10,000", "15,000", "20,000"]),
        Axis(low: 1.05, high: 2.1, whole: false, labels: ["1.00", "1.25", "1.50", "1.75", "2.00", "2.25"]),
        Axis(low: 0, high: 3, whole: true, labels: ["0", "1", "2", "3"]),
        Axis(low: 0, high: 12, whole: true, labels: ["0", "5", "10", "15"]),
        Axis(low: 0, high: 4.1e6, whole: false, labels: ["0", "1 M", "2 M", "3 M", "4 M", "5 M"]),
        Axis(low: -3e-5, high: 3e-5, whole: false, labels: ["−0.00004", "−0.00002", "0", "0.00002", "0.00004"]),
        Axis(low: 5, high: 5, whole: false, labels: ["4.4", "4.6", "4.8", "5.0", "5.2", "5.4", "5.6"]),
    ])
    func `axes have round numbers`(_ axis: Axis) {
        let scale = Scale.linear(axis.low, axis.high, whole: axis.whole)
        #expect(scale.tics.map(\.label) == axis.labels)
        #expect(scale.lower <= axis.low && scale.upper >= axis.high)
    }

    @Test(arguments: [
        (-Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude), (0, .leastNonzeroMagnitude), (1e308, 1.1e308), (-1e-300, 1e-300), (0, 0),
    ])
    func `no range is too strange for an axis`(_ low: Double, _ high: Double) {
        let scale = Scale.linear(low, high)
        #expect(scale.lower < scale.upper && scale.lower.isFinite && scale.upper.isFinite && scale.tics.count <= 201)
        #expect(scale.tics.allSatisfy { $0.value.isFinite })
    }

    @Test func `logarithmic axes name decades, and more when there are few`() {
        #expect(Scale.logarithmic(1, 1_000_000).tics.map(\.label) == ["1", "10", "100", "1,000", "10,000", "100,000", "1 M"])
        #expect(Scale.logarithmic(3, 80, exact: true).tics.map(\.label) == ["5", "10", "20", "50"])
        #expect(Scale.logarithmic(1e-300, 1e300).tics.count <= 12)
        let scale = Scale.logarithmic(1, 100)
        #expect(abs(scale.position(10) - 0.5) < 1e-12)
    }

    @Test func `labels move apart as little as needed`() {
        #expect(Figure.spread([10, 50, 90], gap: 15, from: 0, to: 100) == [10, 50, 90])
        #expect(Figure.spread([50, 50, 50], gap: 10, from: 0, to: 100) == [40, 50, 60])
        #expect(Figure.spread([98, 99], gap: 10, from: 0, to: 100) == [90, 100])
        #expect(Figure.spread([1, 2], gap: 10, from: 0, to: 100) == [0, 10])
        #expect(Figure.spread([], gap: 10, from: 0, to: 100).isEmpty)
    }

    @Test func `names are cut in the middle`() {
        let measure: (String) -> Double = { Double($0.count) }
        #expect(Letters.elided("short", to: 10, measure: measure) == "short")
        #expect(Letters.elided("a long name of things", to: 11, measure: measure) == "a lon…hings")
        #expect(Letters.elided("abcdef", to: 1, measure: measure) == "…")
        #expect(Letters.elided(String(repeating: "x", count: 1_000_000), to: 5, measure: measure) == "xx…xx")
    }

    @Test(arguments: [(0, "1970-01-01"), (17_495, "2017-11-25"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (2_932_896, "9999-12-31")])
    func `days have their dates`(_ day: Int, _ text: String) { #expect(Gregorian.text(day) == text) }

    @Test func `days are named as finely as there is room for`() {
        #expect(Calendar.tics(17_495, 17_503, count: 6).map(\.label) == ["25 Nov 2017", "27 Nov", "29 Nov", "1 Dec", "3 Dec"])
        #expect(Calendar.tics(17_495, 17_555, count: 6).map(\.label) == ["27 Nov 2017", "11 Dec", "25 Dec", "8 Jan 2018", "22 Jan"])
        #expect(Calendar.tics(17_495, 17_695, count: 6).map(\.label) == ["Jan 2018", "Mar", "May"])
        #expect(Calendar.tics(17_495, 17_495 + 1_500, count: 6).map(\.label) == ["2018", "2019", "2020", "2021", "2022"])
        #expect(Calendar.tics(5, 5, count: 6).map(\.label) == ["6 Jan 1970"])
        for days in stride(from: 1, to: 40_000, by: 613) {
            let tics = Calendar.tics(17_495, 17_495 + days, count: 6)
            #expect((1...8).contains(tics.count), "\(days) days: \(tics.map(\.label))")
        }
    }

    @Test func `no two jobs share a colour, so that a picture tells them apart`() {
        #expect(Set(Theme.roles.map(\.light)).count == Theme.roles.count)
        #expect(Set(Theme.roles.map(\.name)).count == Theme.roles.count)
    }

    @Test(arguments: Theme.words + [Theme.ink, Theme.quiet, Theme.mark])
    func `words can be read on light and dark pages`(_ role: Theme.Role) {
        #expect(Theme.contrast(role.light, Theme.paper.light) >= 4.5)
        #expect(Theme.contrast(role.dark, Theme.paper.dark) >= 4.5)
    }

    @Test func `numbers can be read on every cell`() {
        for heat in stride(from: 0.0, through: 1, by: 0.01) {
            let opacity = HeatGrid.opacity(heat)
            let words = HeatGrid.needsLightLetters(heat) ? Theme.onHeat : Theme.ink
            #expect(Theme.contrast(words.light, Theme.blended(Theme.heat.light, over: Theme.paper.light, opacity: opacity)) >= 3.8, "light \(heat)")
            #expect(Theme.contrast(words.dark, Theme.blended(Theme.heat.dark, over: Theme.paper.dark, opacity: opacity)) >= 3.7, "dark \(heat)")
        }
    }

    @Test func `colours carry their opacity as gnuplot has it`() {
        #expect(Figure.colour(Theme.heat, opacity: 1) == Theme.heat.light)
        #expect(Figure.colour(Theme.heat, opacity: 0.5) == "#8008406f")
        #expect(Figure.colourNumber(Theme.heat, opacity: 1) == Double(0x08406F))
    }
}

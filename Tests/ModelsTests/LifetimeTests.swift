import Foundation
import Models
import Runtime
import TestSupport
import Testing

struct LifetimeTests {
    /// By `lifetime.py`, beside the fixture: SciPy's closed forms, and 30 digits of mpmath for single customers.
    struct Reference: Decodable, Sendable {
        struct Fit: Decodable, Sendable, CustomTestStringConvertible {
            let model: String, rows: [[Int]], parameters: [Double], logLikelihood: Double
            var testDescription: String { model }
            var histories: [PurchaseHistory] { rows.map { PurchaseHistory(repeats: $0[0], recency: Double($0[1]), age: Double($0[2])) } }
        }
        struct Single: Decodable, Sendable, CustomTestStringConvertible {
            let model: String, parameters: [Double], x: Int, t: Double, age: Double, over: Double, logLikelihood: Double, alive: Double, expected: Double
            var testDescription: String { "\(model) \(parameters) x=\(x)" }
        }
        struct Spread: Decodable, Sendable, CustomTestStringConvertible {
            let model: String, parameters: [Double], over: Double, values: [Double]
            var testDescription: String { "\(model) \(over)" }
        }
        struct Spending: Decodable, Sendable { let counts: [Int], means: [Double], parameters: [Double], logLikelihood: Double }
        let fits: [Fit], singles: [Single], spreads: [Spread], spending: Spending
    }

    static let reference = Fixture.read("lifetime", in: .module, as: Reference.self)

    static func type(_ name: String) -> any LifetimeModel.Type { name == "bgnbd" ? BetaGeometricModel.self : ParetoModel.self }

    /// Whether two numbers agree in their leading digits, however small they are.
    static func agreeRelatively(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool { abs(a - b) <= tolerance * max(abs(a), abs(b)) }

    static func fit<Model: LifetimeModel>(_ type: Model.Type, _ histories: [PurchaseHistory], work: Work = Work()) throws -> (parameters: [Double], value: Double, converged: Bool) {
        let fit = try type.fit(histories, work: work)
        return (fit.model.parameters, fit.logLikelihood, fit.converged && fit.unbounded.isEmpty)
    }

    @Test(arguments: reference.fits)
    func `finds the maximum that SciPy finds`(_ c: Reference.Fit) throws {
        let found = try Self.fit(Self.type(c.model), c.histories)
        #expect(found.converged)
        #expect(abs(found.value - c.logLikelihood) <= 1e-7)
        for (ours, theirs) in zip(found.parameters, c.parameters) { #expect(Self.agreeRelatively(ours, theirs, 1e-5)) }
    }

    @Test(arguments: reference.fits)
    func `the unit of time changes the scales alone, and the number of threads nothing`(_ c: Reference.Fit) throws {
        let days = try Self.fit(Self.type(c.model), c.histories)
        let two = try Self.fit(Self.type(c.model), c.histories, work: Work(threads: 2))
        #expect(days.parameters == two.parameters && days.value == two.value)
        let weeks = try Self.fit(Self.type(c.model), c.histories.map { PurchaseHistory(repeats: $0.repeats, recency: $0.recency / 7, age: $0.age / 7) })
        let scales: [Double] = c.model == "bgnbd" ? [1, 7, 1, 1] : [1, 7, 1, 7]
        for (index, scale) in scales.enumerated() { #expect(Self.agreeRelatively(weeks.parameters[index] * scale, days.parameters[index], 1e-4)) }
    }

    // Nanoseconds, and amounts in currencies of much and of little worth: scales far from 1 are found as well.
    @Test(arguments: reference.fits, [8.64e13])
    func `a unit of time however small or large gives the same model and likelihood`(_ c: Reference.Fit, unit: Double) throws {
        let days = try Self.fit(Self.type(c.model), c.histories)
        let found = try Self.fit(Self.type(c.model), c.histories.map { PurchaseHistory(repeats: $0.repeats, recency: $0.recency * unit, age: $0.age * unit) })
        #expect(found.converged)
        let scales: [Double] = c.model == "bgnbd" ? [1, unit, 1, 1] : [1, unit, 1, unit]
        for (index, scale) in scales.enumerated() { #expect(Self.agreeRelatively(found.parameters[index], days.parameters[index] * scale, 1e-5)) }
        let repeats = Double(c.histories.reduce(0) { $0 + $1.repeats })
        #expect(agree(found.value, days.value - repeats * log(unit), within: 1e-9))
    }

    @Test(arguments: [1e-6, 1e12])
    func `amounts however small or large give the same spending`(_ unit: Double) throws {
        let c = Self.reference.spending
        let fit = try GammaGammaModel.fit(zip(c.counts, c.means).map { ($0, $1 * unit) })
        #expect(fit.converged && fit.unbounded.isEmpty)
        for (index, scale) in [1, 1, unit].enumerated() { #expect(Self.agreeRelatively(fit.model.parameters[index], c.parameters[index] * scale, 1e-4)) }
        #expect(agree(fit.logLikelihood, c.logLikelihood - Double(c.means.count { $0 > 0 }) * log(unit), within: 1e-9))
    }

    @Test(arguments: reference.singles)
    func `likelihood, chance to be alive and expected purchases hold ten digits`(_ c: Reference.Single) {
        let model = Self.type(c.model).init(parameters: c.parameters)
        let history = PurchaseHistory(repeats: c.x, recency: c.t, age: c.age)
        #expect(agree(model.logLikelihood(history), c.logLikelihood, within: 1e-11), "\(model.logLikelihood(history)) is not \(c.logLikelihood)")
        #expect(Self.agreeRelatively(model.alive(history), c.alive, 1e-9), "\(model.alive(history)) is not \(c.alive)")
        #expect(Self.agreeRelatively(model.expected(history, over: c.over), c.expected, 1e-9), "\(model.expected(history, over: c.over)) is not \(c.expected)")
    }

    @Test(arguments: reference.spreads)
    func `chances of so many repeat purchases are those of the papers`(_ c: Reference.Spread) {
        let model = Self.type(c.model).init(parameters: c.parameters)
        for (repeats, value) in c.values.enumerated() { #expect(abs(model.probability(repeats: repeats, over: c.over) - value) <= 1e-11) }
        // Expected counts are the mean of that distribution: over a short time few buy often.
        if let last = c.values.last, last < 1e-8 {
            let mean = c.values.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
            #expect(abs(model.expected(PurchaseHistory(repeats: 0, recency: 0, age: 0), over: c.over) - mean) <= 1e-6)
        }
    }

    @Test func `gamma-gamma finds the maximum that SciPy finds`() throws {
        let c = Self.reference.spending
        let fit = try GammaGammaModel.fit(zip(c.counts, c.means).map { ($0, $1) })
        #expect(fit.converged && abs(fit.logLikelihood - c.logLikelihood) <= 1e-7)
        for (ours, theirs) in zip(fit.model.parameters, c.parameters) { #expect(Self.agreeRelatively(ours, theirs, 1e-4)) }
        // One purchase says less than many; the mean of all stands in for none.
        let (p, q, gamma) = (fit.model.p, fit.model.q, fit.model.gamma)
        let all = try #require(fit.model.expectedMean(purchases: 0, mean: 0))
        #expect(agree(all, p * gamma / (q - 1), within: 1e-12))
        let (one, many) = (try #require(fit.model.expectedMean(purchases: 1, mean: 2 * all)), try #require(fit.model.expectedMean(purchases: 90, mean: 2 * all)))
        #expect(all < one && one < many && many < 2 * all)
        #expect(GammaGammaModel(parameters: [2, 0.5, 3]).expectedMean(purchases: 0, mean: 0) == nil)
    }

    /// What Fader, Hardie and Lee (2005) print of CDNOW's sample of 2,357 customers over 39 weeks, and `lifetime.py` with the file of it to more digits.
    struct Published: Sendable, CustomTestStringConvertible {
        let model: String, parameters: [Double], digits: Int, logLikelihood: Double

        var testDescription: String { model }
    }

    static let published = [
        Published(model: "bgnbd", parameters: [0.2426, 4.4136, 0.7929, 2.4259], digits: 4, logLikelihood: -9582.429),
        Published(model: "paretonbd", parameters: [0.553, 10.578, 0.606, 11.669], digits: 3, logLikelihood: -9594.976),
    ]

    @Test(.enabled(if: CDNOW.isThere, "the CDNOW sample lies beside the project where it is developed"), arguments: published)
    func `CDNOW has the published parameters`(_ c: Published) throws {
        let found = try Self.fit(Self.type(c.model), CDNOW.histories(), work: Work(threads: 2))
        #expect(found.converged && abs(found.value - c.logLikelihood) < 0.0006)
        for (ours, theirs) in zip(found.parameters, c.parameters) { #expect(abs(ours - theirs) <= 0.51 * pow(10, -Double(c.digits)), "\(ours) is not \(theirs)") }
    }

    @Test func `says what it cannot fit`() {
        #expect(throws: LifetimeError.noCustomers) { try BetaGeometricModel.fit([]) }
        #expect(throws: LifetimeError.noRepeats(customers: 2)) { try ParetoModel.fit(Array(repeating: PurchaseHistory(repeats: 0, recency: 0, age: 3), count: 2)) }
        #expect(throws: LifetimeError.unusable(customer: 1)) { try BetaGeometricModel.fit([PurchaseHistory(repeats: 1, recency: 1, age: 3), PurchaseHistory(repeats: 1, recency: 4, age: 3)]) }
        #expect(throws: LifetimeError.tooFewValues(found: 1)) { try GammaGammaModel.fit([(1, 3), (0, 0), (2, -1)]) }
    }

    // Data that do not tell a parameter: it runs to the end of its range, which is said, and numbers stay finite.
    @Test(arguments: ["bgnbd", "paretonbd"])
    func `customers who never leave and all buy alike`(_ name: String) throws {
        let histories = (0..<50).map { PurchaseHistory(repeats: 10 + $0 % 2, recency: 99, age: 100) }
        func unbounded<Model: LifetimeModel>(_ type: Model.Type) throws -> (names: [String], expected: Double) {
            let fit = try type.fit(histories)
            return (fit.unbounded, fit.model.expected(histories[0], over: 10))
        }
        let found = try unbounded(Self.type(name))
        #expect(!found.names.isEmpty && abs(found.expected - 1.05) < 0.02)
    }
}

/// Purchases of CDNOW's sample up to the 30th of September 1997, in weeks; a customer's purchases of one day count once.
enum CDNOW {
    /// Beside the project, in the folder of shared data.
    static let path = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }.appendingPathComponent("shared/data/rfm/CDNOW_sample.txt").path
    static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    static func histories() throws -> [PurchaseHistory] {
        var days: [String: Set<Int>] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: " ")
            guard let date = Int(fields[2]), date <= 19_970_930 else { continue }
            days[String(fields[1]), default: []].insert(Gregorian.number(year: date / 10_000, month: date / 100 % 100, day: date % 100))
        }
        let end = Gregorian.number(year: 1997, month: 9, day: 30)
        return days.keys.sorted().compactMap { user in
            guard let own = days[user], let first = own.min(), let last = own.max() else { return nil }
            return PurchaseHistory(repeats: own.count - 1, recency: Double(last - first) / 7, age: Double(end - first) / 7)
        }
    }
}

import Algebra
import Features
import Runtime
import Testing

// Reference values of scikit-learn and pandas are tried in SelectionTests, beside their fixture; here stands what follows from the definition.
struct ScalingTests {
    static func features(_ columns: [(String, [Double])], users: [String]? = nil) throws -> FeatureMatrix {
        let rows = columns.first?.1.count ?? 0
        return try FeatureMatrix(
            columns: columns.map(\.0), values: DenseMatrix(rows: rows, columns: columns.count, values: (0..<rows).flatMap { row in columns.map { $0.1[row] } }),
            users: users.map(FeatureMatrix.RowNames.names))
    }

    static let shop = [
        ("recency", [1.0, 2, 3, 4, 5, 6, 7, 8]), ("frequency", [1.0, 1, 2, 2, 3, 4, 9, 80]), ("country", [3.3, 3.3, 3.3, 3.3, 3.3, 3.3, 3.3, 3.3]),
        ("monetary", [0.0, 5, 8, 9, 20, 30, 90, 900]), ("balance", [-1.0, 0, 0, 0, 1, 1, 2, 500]),
    ]

    @Test func `takes the logarithm of skewed columns without negative values, and says so`() throws {
        let scaling = try Scaling(learningFrom: Self.features(Self.shop))
        #expect(
            scaling.summary
                == "recency, balance: standardised; frequency, monetary: log1p, standardised; country: constant, takes no part")
        #expect(scaling.columns.map(\.log) == [false, true, false, true, false])
    }

    @Test func `never takes the logarithm when told so, or below the threshold`() throws {
        #expect(try Scaling(learningFrom: Self.features(Self.shop), log: .never).columns.allSatisfy { !$0.log })
        #expect(try Scaling(learningFrom: Self.features(Self.shop), log: .skewed(above: 100)).columns.allSatisfy { !$0.log })
    }

    @Test func `scaled columns have mean 0 and deviation 1, a constant one is 0`() throws {
        let features = try Self.features(Self.shop)
        let scaled = try Scaling(learningFrom: features).apply(to: features)
        for name in ["recency", "frequency", "monetary", "balance"] {
            let column = try scaled.column(named: name)
            #expect(abs(column.reduce(0, +)) < 1e-12 && abs(column.reduce(0) { $0 + $1 * $1 } / 8 - 1) < 1e-12)
        }
        #expect(try scaled.column(named: "country") == Array(repeating: 0, count: 8))
        #expect(scaled.users == features.users && scaled.columns == features.columns)
    }

    @Test func `inverts to the original units`() throws {
        let features = try Self.features(Self.shop)
        let scaling = try Scaling(learningFrom: features)
        let back = try scaling.invert(scaling.apply(to: features).values)
        for (a, b) in zip(back.values, features.values.values) { #expect(abs(a - b) <= 1e-12 * max(1, abs(b))) }
    }

    @Test func `threads change no bit`() throws {
        let features = try Self.features(Self.shop)
        #expect(try Scaling(learningFrom: features, work: Work(threads: 3)) == Scaling(learningFrom: features))
    }

    // 0.1 · 3 is not 0.3, and a sum of equal numbers has a rounding that must not count as spread.
    @Test(arguments: [0.1, 1e9 + 0.1, -7.7, 0])
    func `a constant is one in spite of rounding`(_ value: Double) throws {
        let features = try Self.features([("x", Array(repeating: value, count: 1001))])
        #expect(try Scaling(learningFrom: features).columns[0].constant)
    }

    @Test func `missing values are refused by name, or count as the mean`() throws {
        let gaps = try Self.features([("a", [1, 2, 3]), ("b", [1, .nan, .nan])], users: ["u", "v", "w"])
        #expect(throws: FeatureError.missing(column: "b", user: "v", count: 2)) { try Scaling(learningFrom: gaps) }
        let filled = try Self.features([("a", [1, .nan, 3, 5])])
        let scaling = try Scaling(learningFrom: filled, missing: .mean)
        #expect(scaling.columns[0].mean == 3 && scaling.summary == "a: standardised, 1 missing as the mean")
        #expect(try scaling.apply(to: filled, missing: .mean).values[1, 0] == 0)
        #expect(throws: FeatureError.missing(column: "a", user: "2", count: 1)) { try scaling.apply(to: filled) }
        #expect(throws: FeatureError.nothingKnown(column: "a")) { try Scaling(learningFrom: Self.features([("a", [.nan, .nan])]), missing: .mean) }
    }

    @Test func `replaying refuses other columns and negative values under a logarithm`() throws {
        let scaling = try Scaling(learningFrom: Self.features(Self.shop))
        var other = Self.shop
        other[1].0 = "visits"
        #expect(throws: FeatureError.otherColumns(expected: Self.shop.map(\.0), found: other.map(\.0))) { try scaling.apply(to: Self.features(other)) }
        other = Self.shop
        other[3].1[2] = -1
        #expect(throws: FeatureError.negativeForLog(column: "monetary", user: "3")) { try scaling.apply(to: Self.features(other)) }
        #expect(throws: FeatureError.columnCount(names: 5, found: 1)) { try scaling.invert(DenseMatrix(rows: 1, columns: 1)) }
    }

    static let mistakes: [(columns: [(String, [Double])], error: FeatureError)] = [
        ([], .noRows), ([("a", [])], .noRows), ([("a", [1, .infinity])], .tooLarge(column: "a", user: "2")),
        ([("a", [1, -1e200])], .tooLarge(column: "a", user: "2")),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (columns: [(String, [Double])], error: FeatureError)) throws {
        let features = try Self.features(c.columns)
        #expect(throws: c.error) { try Scaling(learningFrom: features) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test func `features are checked when they are put together`() throws {
        let values = DenseMatrix(rows: 2, columns: 2)
        #expect(throws: FeatureError.columnCount(names: 1, found: 2)) { try FeatureMatrix(columns: ["a"], values: values) }
        #expect(throws: FeatureError.repeatedColumn("a")) { try FeatureMatrix(columns: ["a", "a"], values: values) }
        #expect(throws: FeatureError.rowCount(users: 1, found: 2)) { try FeatureMatrix(columns: ["a", "b"], values: values, users: .names(["u"])) }
        #expect(throws: FeatureError.unknownUserCode(2, names: 2)) {
            try FeatureMatrix(columns: ["a", "b"], values: values, users: .codes([0, 2], dictionary: ["u", "v"]))
        }
        let features = try FeatureMatrix(columns: ["amount", "b"], values: values, users: .codes([1, 0], dictionary: ["u", "v"]))
        #expect(features.users[0] == "v")
        #expect(try features.selecting(rows: [1]).users[0] == "u")
        #expect(try features.selecting(columns: ["b"]).columns == ["b"])
        #expect(FeatureError.unknownColumn("amuont", known: features.columns).diagnostic.hint == "did you mean 'amount'?")
    }
}

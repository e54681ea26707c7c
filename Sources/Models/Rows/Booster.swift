import Algebra
import CXGBoost
import Diagnostics
import Runtime
import Synchronization

/// Why XGBoost cannot do what it was asked.
public enum BoosterError: Error, Hashable, Diagnosable {
    /// What the library said.
    case library(String)
    /// A file that is none of its models, and what it lacks.
    case file(String)
    /// A model of a sort that is not read: what it is.
    case unsupported(String)

    public var diagnostic: Diagnostic {
        switch self {
        case .library(let message): Diagnostic("xgboost-failed", "XGBoost stopped: \(message)", hint: "look at the rows with 'describe'")
        case .file(let problem): Diagnostic("bad-model", "the file is no model of XGBoost: \(problem)", category: .data, hint: "write it anew, as .json or .ubj")
        case .unsupported(let what):
            Diagnostic("unsupported-model", "\(what), which is not read", category: .data, hint: "a model of trees for classes, binary:logistic or multi:softprob, on columns of numbers")
        }
    }
}

/// Rows in XGBoost's own form: single precision, gaps as NaN.
final class BoosterRows {
    fileprivate let handle: DMatrixHandle

    /// Larger numbers, infinite ones among them, count as this one: a tree asks only which of two is larger, and the library takes no more.
    private static let most: Float = 1e37

    /// - Parameters:
    ///   - targets: classes, one a row, or none.
    ///   - weights: what a row of each class counts for; empty where all count 1.
    /// - Throws: `BoosterError`, `Cancelled`.
    init(_ rows: DenseMatrix, range: Range<Int>, targets: [Int32] = [], weights: [Double] = [], work: Work) throws {
        Booster.silence()
        let columns = rows.columns
        var values = [Float](repeating: 0, count: range.count * columns)
        try values.withUnsafeMutableBufferPointer { values in
            try work.forEachStretch(of: range) { for index in $0.lowerBound * columns..<$0.upperBound * columns { values[index - range.lowerBound * columns] = Self.single(rows.values[index]) } }
        }
        var made: DMatrixHandle?
        try Booster.check(XGDMatrixCreateFromMat_omp(values, UInt64(range.count), UInt64(columns), .nan, &made, Int32(work.workers.threads)))
        guard let made else { throw BoosterError.library("no matrix was made") }
        handle = made
        guard !targets.isEmpty else { return }
        try set("label", targets.map { Float($0) })
        if !weights.isEmpty { try set("weight", targets.map { Float(weights[Int($0)]) }) }
    }

    deinit { XGDMatrixFree(handle) }

    private func set(_ field: String, _ values: [Float]) throws(BoosterError) { try Booster.check(XGDMatrixSetFloatInfo(handle, field, values, UInt64(values.count))) }

    private static func single(_ value: Double) -> Float { value.isNaN ? .nan : min(most, max(-most, Float(value))) }
}

/// A model of the library, which owns it: trees, their objective and names.
///
/// The library does not let two threads ask one model at a time, so that calls wait for one another.
final class Booster: @unchecked Sendable {
    private let handle: BoosterHandle
    private let turn = Mutex(())

    private init(owning handle: BoosterHandle) { self.handle = handle }

    /// A model without trees.
    ///
    /// - Parameter rows: those that it will be asked of again and again, whose sums are kept.
    convenience init(_ parameters: [(name: String, value: String)], keeping rows: [BoosterRows]) throws(BoosterError) {
        self.init(owning: try Self.made { XGBoosterCreate(rows.map(\.handle), UInt64(rows.count), &$0) })
        for (name, value) in parameters { try Self.check(XGBoosterSetParam(handle, name, value)) }
    }

    /// A model as the library writes it, JSON or UBJSON, which must be one: the library trusts what it reads.
    convenience init(reading bytes: [UInt8]) throws(BoosterError) {
        self.init(owning: try Self.made { XGBoosterCreate(nil, 0, &$0) })
        try Self.check(XGBoosterLoadModelFromBuffer(handle, bytes, UInt64(bytes.count)))
    }

    deinit { XGBoosterFree(handle) }

    // MARK: Learning

    /// One round more.
    func boost(round: Int, _ rows: BoosterRows) throws(BoosterError) { try locked { XGBoosterUpdateOneIter(handle, Int32(round), rows.handle) } }

    /// What the model's metrics are on rows, in their order.
    func metrics(round: Int, _ rows: BoosterRows) throws(BoosterError) -> [Double] {
        var text = ""
        var handles: [DMatrixHandle?] = [rows.handle]
        try locked {
            "rows".withCString { name in
                var names: [UnsafePointer<CChar>?] = [name], found: UnsafePointer<CChar>?
                let status = XGBoosterEvalOneIter(handle, Int32(round), &handles, &names, 1, &found)
                if status == 0, let found { text = String(cString: found) }
                return status
            }
        }
        // [3]	rows-logloss:0.51	rows-error:0.2
        return text.split(separator: "\t").dropFirst().map { $0.split(separator: ":").last.flatMap { Double($0) } ?? .nan }
    }

    /// The model of the first rounds alone, without what it keeps of the rows it learnt from.
    func first(rounds: Int) throws(BoosterError) -> Booster {
        var made: BoosterHandle?
        try locked { XGBoosterSlice(handle, 0, Int32(rounds), 1, &made) }
        guard let made else { throw .library("no model was made") }
        return Booster(owning: made)
    }

    // MARK: Asking

    func rounds() throws(BoosterError) -> Int {
        var count: Int32 = 0
        try locked { XGBoosterBoostedRounds(handle, &count) }
        return Int(count)
    }

    /// What it says of rows, `[rows, 1 or classes]`: of two classes the probability of the second.
    func predictions(_ rows: BoosterRows, threads: Int) throws(BoosterError) -> [Float] {
        var values: [Float] = []
        try locked {
            let status = XGBoosterSetParam(handle, "nthread", "\(threads)")
            guard status == 0 else { return status }
            var shape: UnsafePointer<bst_ulong>?, dimensions: bst_ulong = 0, found: UnsafePointer<Float>?
            let config = #"{"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": true}"#
            let done = XGBoosterPredictFromDMatrix(handle, rows.handle, config, &shape, &dimensions, &found)
            guard done == 0, let shape, let found else { return done }
            let count = (0..<Int(dimensions)).reduce(1) { $0 * Int(shape[$1]) }
            values = Array(UnsafeBufferPointer(start: found, count: count))
            return done
        }
        return values
    }

    /// How many splits ask a column, their mean gain, or the mean cover of their rows: 0 for columns that none asks.
    func importances(_ kind: String, columns: Int) throws(BoosterError) -> [Double] {
        var values = [Double](repeating: 0, count: columns)
        let names: JSON = .array((0..<columns).map { .string("\($0)") })
        let config: JSON = ["importance_type": .string(kind), "feature_names": names]
        try locked {
            var count: bst_ulong = 0, found: UnsafeMutablePointer<UnsafePointer<CChar>?>?
            var dimensions: bst_ulong = 0, shape: UnsafePointer<bst_ulong>?, scores: UnsafePointer<Float>?
            let status = XGBoosterFeatureScore(handle, config.text, &count, &found, &dimensions, &shape, &scores)
            guard status == 0, let found, let scores else { return status }
            for place in 0..<Int(count) { if let name = found[place], let column = Int(String(cString: name)), values.indices.contains(column) { values[column] = Double(scores[place]) } }
            return status
        }
        return values
    }

    // MARK: Names and files

    /// Names the columns, for whoever opens the model's file.
    func name(columns: [String]) throws(BoosterError) {
        try locked { Self.withCStrings(columns) { XGBoosterSetStrFeatureInfo(handle, "feature_name", $0, UInt64(columns.count)) } }
    }

    /// Its file, as JSON or UBJSON, with a text of ours in it.
    func file(_ format: BoosterFormat, attribute: String, text: String) throws(BoosterError) -> [UInt8] {
        var bytes: [UInt8] = []
        try locked {
            let named = XGBoosterSetAttr(handle, attribute, text)
            guard named == 0 else { return named }
            var count: bst_ulong = 0, found: UnsafePointer<CChar>?
            let status = XGBoosterSaveModelToBuffer(handle, #"{"format": "\#(format.rawValue)"}"#, &count, &found)
            if status == 0, let found { bytes = UnsafeRawBufferPointer(start: found, count: Int(count)).map { $0 } }
            return status
        }
        return bytes
    }

    // MARK: The library

    /// It says nothing by itself: what is wrong is thrown. The setting is the thread's.
    fileprivate static func silence() { _ = XGBSetGlobalConfig(#"{"verbosity": 0}"#) }

    /// - Throws: what the library says of its last call on this thread, when that failed.
    fileprivate static func check(_ status: Int32) throws(BoosterError) {
        guard status != 0 else { return }
        // Behind the first line stands where in the library it was.
        let message = String(cString: XGBGetLastError()).split(separator: "\n").first.map(String.init) ?? "for no reason that it tells"
        throw .library(message)
    }

    private static func made(_ make: (inout BoosterHandle?) -> Int32) throws(BoosterError) -> BoosterHandle {
        silence()
        var handle: BoosterHandle?
        try check(make(&handle))
        guard let handle else { throw .library("no model was made") }
        return handle
    }

    private func locked(_ body: () -> Int32) throws(BoosterError) {
        try turn.withLock { _ throws(BoosterError) in
            Self.silence()
            try Self.check(body())
        }
    }

    private static func withCStrings<Result>(_ texts: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
        let bytes = texts.flatMap { Array($0.utf8CString) }
        return bytes.withUnsafeBufferPointer { bytes in
            var places: [UnsafePointer<CChar>?] = [], place = 0
            for text in texts {
                places.append(bytes.baseAddress.map { $0 + place })
                place += text.utf8.count + 1
            }
            return places.withUnsafeMutableBufferPointer { body($0.baseAddress) }
        }
    }
}

/// How XGBoost writes a model.
public enum BoosterFormat: String, Sendable, CaseIterable {
    case json, ubj
}

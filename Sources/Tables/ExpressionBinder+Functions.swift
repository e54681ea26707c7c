import Diagnostics
import Expressions
import Runtime
import class Foundation.NSRegularExpression
import struct Foundation.NSRange

#if canImport(Glibc)
    import Glibc
#endif

extension ExpressionBinder {
    /// Functions of one row.
    func scalar(_ name: String, _ arguments: [Expression], rowwise: Bool) throws -> BoundExpression {
        let first = try bind(arguments[0], rowwise: rowwise)
        if case .missing = first.kind { return .missing }
        switch name {
        case "hour": return calendar(first) { CivilTime.hour(of: $0) }
        case "weekday": return calendar(first) { CivilTime.weekday(of: $0) }
        case "day": return calendar(first) { Gregorian.date(CivilTime.day(of: $0)).day }
        case "month": return calendar(first) { Gregorian.date(CivilTime.day(of: $0)).month }
        case "log1p": return Self.mapped(first) { log1p($0) }
        case "abs":
            guard case .integer = first.kind else { return Self.mapped(first) { Swift.abs($0) } }
            return .integers { range in
                let values = try first.integers(range)
                let present = values.values.indices.map { values.isPresent($0) && values.values[$0] != .min }
                return Gapped(values: values.values.map { $0 == .min ? 0 : Swift.abs($0) }, present: present)
            }
        case "round": return try round(first, arguments, rowwise: rowwise)
        case "mod": return Self.mod(first, try bind(arguments[1], rowwise: rowwise))
        case "lower": return Self.retold(first) { $0.lowercased() }
        case "host": return Self.retold(first) { WebAddress($0).host }
        case "path": return Self.retold(first) { WebAddress($0).path }
        case "query": return try query(first, arguments[1], rowwise: rowwise)
        case "length":
            let lengths = (first.dictionary ?? TextDictionary()).names.map { Int64($0.count) }
            return .integers { range in
                let codes = try first.codes(range)
                return Gapped(values: codes.map { $0 < 0 ? 0 : lengths[Int($0)] }, present: codes.map { $0 >= 0 })
            }
        case "matches":
            guard case .regex(let pattern, let ignoresCase) = arguments[1].node,
                let regex = compiled.regexes[CompiledExpression.regexKey(pattern, ignoresCase)]
            else { return .missing }
            let isWatched = Self.mayTakeManySteps(pattern)
            // Each different text is searched once.
            let found: [Int8] = try (first.dictionary ?? TextDictionary()).names.map { try Self.isFound(regex, in: $0, isWatched: isWatched, at: arguments[1].span) ? 1 : 0 }
            return .booleans { try first.codes($0).map { $0 < 0 ? -1 : found[Int($0)] } }
        default: preconditionFailure("the function '\(name)' is declared in Expressions and has no meaning in Tables")
        }
    }

    /// Whether a regular expression is found in a text.
    ///
    /// The engine gives up on some texts and calls that no match, so a search that comes to nothing is only believed if it ended in a bounded number of steps.
    ///
    /// - Parameter isWatched: whether the steps are counted; that costs time, and only repeated groups and several repetitions can take so many.
    /// - Throws: `costly-regex` where the search was given up, for no match was then found and none was ruled out.
    private static func isFound(_ regex: NSRegularExpression, in text: String, isWatched: Bool, at span: SourceSpan) throws(Diagnostic) -> Bool {
        var isFound = false
        var isGivenUp = false
        var reports = 0
        let length = text.utf16.count
        regex.enumerateMatches(in: text, options: isWatched ? [.reportCompletion, .reportProgress] : .reportCompletion, range: NSRange(location: 0, length: length)) { match, flags, stop in
            if match != nil {
                isFound = true
                stop.pointee = true
            } else if flags.contains(.internalError) {
                isGivenUp = true
            } else if !flags.contains(.completed) {
                // A report comes for each place where a match might begin, and for each ten thousand steps of the search there.
                reports += 1
                if reports > length + 1000 {
                    isGivenUp = true
                    stop.pointee = true
                }
            }
        }
        guard isFound || !isGivenUp else {
            throw Diagnostic(
                "costly-regex", "the regular expression takes too many steps on '\(text.prefix(40))\(text.count > 40 ? "…" : "")'", category: .limit, at: span, label: "given up",
                hint: "write it without repetitions inside repetitions, such as (a+)+")
        }
        return isFound
    }

    /// Whether a pattern repeats a group or repeats in several places, so that a search may take more steps than anybody waits for.
    private static func mayTakeManySteps(_ pattern: String) -> Bool {
        let signs = Array(pattern.utf8)
        let repeats = signs.indices.filter { [UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "{")].contains(signs[$0]) }
        return repeats.count > 2 || repeats.contains { $0 > 0 && signs[$0 - 1] == UInt8(ascii: ")") }
    }

    /// - Parameter part: of what the clocks of the table's zone show.
    private func calendar(_ time: BoundExpression, _ part: @escaping @Sendable (Int64) -> Int) -> BoundExpression {
        let zone = zone
        return .integers { range in
            let times = try time.integers(range)
            return Gapped(values: times.values.map { Int64(part(zone?.local($0) ?? $0)) }, present: times.present)
        }
    }

    private static func mapped(_ operand: BoundExpression, _ function: @escaping @Sendable (Double) -> Double) -> BoundExpression {
        .numbers { range in
            let values = try operand.numbers(range)
            return finite(values.values.map(function), values.present ?? Array(repeating: true, count: range.count))
        }
    }

    /// Half away from zero; to decimals in -15...15.
    private func round(_ number: BoundExpression, _ arguments: [Expression], rowwise: Bool) throws -> BoundExpression {
        guard arguments.count > 1 else {
            if case .integer = number.kind { return number }
            return Self.mapped(number) { $0.rounded() }
        }
        let decimals = try bind(arguments[1], rowwise: rowwise)
        return .numbers { range in
            let values = try number.numbers(range)
            let digits = try decimals.numbers(range)
            let rounded = values.values.indices.map { index -> Double in
                let scale = pow(10, max(-15, min(15, digits.values[index].rounded())))
                return scale >= 1 ? (values.values[index] * scale).rounded() / scale : (values.values[index] * scale).rounded() * (1 / scale).rounded()
            }
            return Self.finite(rounded, rounded.indices.map { values.isPresent($0) && digits.isPresent($0) })
        }
    }

    /// The remainder with the sign of the divisor; of a division by zero, missing.
    private static func mod(_ left: BoundExpression, _ right: BoundExpression) -> BoundExpression {
        if case .integer = left.kind, case .integer = right.kind {
            return .integers { range in
                let a = try left.integers(range)
                let b = try right.integers(range)
                let values = a.values.indices.map { index -> Int64 in
                    let divisor = b.values[index]
                    guard divisor != 0, divisor != -1 else { return 0 }
                    let rest = a.values[index] % divisor
                    return rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest
                }
                return Gapped(values: values, present: values.indices.map { a.isPresent($0) && b.isPresent($0) && b.values[$0] != 0 })
            }
        }
        return .numbers { range in
            let a = try left.numbers(range)
            let b = try right.numbers(range)
            let values = a.values.indices.map { index -> Double in
                let rest = fmod(a.values[index], b.values[index])
                return rest != 0 && (rest < 0) != (b.values[index] < 0) ? rest + b.values[index] : rest
            }
            return finite(values, values.indices.map { a.isPresent($0) && b.isPresent($0) })
        }
    }

    /// A text made of each text; each different one is looked at once.
    private static func retold(_ operand: BoundExpression, _ function: (String) -> String?) -> BoundExpression {
        var interning = TextInterning()
        let codes: [Int32] = (operand.dictionary ?? TextDictionary()).names.map { function($0).map { interning.code(of: $0) } ?? -1 }
        return .texts(interning.dictionary) { try operand.codes($0).map { $0 < 0 ? -1 : codes[Int($0)] } }
    }

    private func query(_ address: BoundExpression, _ parameter: Expression, rowwise: Bool) throws -> BoundExpression {
        let names = try bind(parameter, rowwise: rowwise)
        guard let dictionary = names.dictionary else { return .missing }
        // One table for each parameter that is asked for: mostly one.
        var interning = TextInterning()
        let addresses = (address.dictionary ?? TextDictionary()).names.map(WebAddress.init)
        let codes: [[Int32]] = dictionary.names.map { name in addresses.map { $0.parameter(name).map { interning.code(of: $0) } ?? -1 } }
        return .texts(interning.dictionary) { range in
            let asked = try names.codes(range)
            return try address.codes(range).enumerated().map { index, code in code < 0 || asked[index] < 0 ? -1 : codes[Int(asked[index])][Int(code)] }
        }
    }
}

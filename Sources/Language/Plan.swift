import Diagnostics
import Runtime

/// What a statement would read, do and keep, found out without running it: measured on a small part and extrapolated.
public struct Plan: Sendable {
    public struct Step: Sendable {
        /// What is done: `read events.csv`.
        public let what: String
        /// Of how much: `1.2 GB, about 30,000,000 rows`.
        public let amount: String
        /// None when it is not known.
        public let seconds: Double?
        /// What is kept in memory; none when nothing is, or it is not known.
        public let bytes: Int?
        /// How the numbers come about, and what is not known.
        public let remark: String

        public init(_ what: String, amount: String = "", seconds: Double?, bytes: Int? = nil, remark: String = "") {
            self.what = what
            self.amount = amount
            self.seconds = seconds
            self.bytes = bytes
            self.remark = remark
        }
    }

    public var steps: [Step]

    public init(_ steps: [Step]) { self.steps = steps }

    /// All that is known of the seconds; none when nothing is.
    public var seconds: Double? {
        let known = steps.compactMap(\.seconds)
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    public var bytes: Int? {
        let known = steps.compactMap(\.bytes)
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    /// Whether a step's seconds are not known.
    public var isPartial: Bool { steps.contains { $0.seconds == nil } }

    /// Seconds with two digits, as people say them: `0.04 s`, `12 s`, `3.5 min`, `2 h`.
    public static func text(seconds: Double) -> String {
        switch seconds {
        case ..<0.01: "less than 0.01 s"
        case ..<120: "\(twoDigits(seconds)) s"
        case ..<7200: "\(twoDigits(seconds / 60)) min"
        default: "\(twoDigits(seconds / 3600)) h"
        }
    }

    private static func twoDigits(_ value: Double) -> String {
        if value >= 100 { return NumberText.fixed((value / 10).rounded() * 10, 0) }
        return NumberText.fixed(value, value >= 9.95 ? 0 : value >= 0.995 ? 1 : 2)
    }
}

extension Command {
    /// What running the statement would take; none when no estimate exists. Changes nothing, and takes at most half a second.
    ///
    /// - Throws: as `run`, where it is known already that the statement would fail.
    public func plan(_ call: Call, on input: Input?) throws -> Plan? { nil }
}

/// A statement that was read and not run.
public struct PreparedCall: Sendable {
    public let command: any Command.Type
    public let call: Call
    public let input: Input?
    /// What it reads, by its form.
    let reads: [Kind]
}

extension Context {
    /// The call of a statement that another one looks at, with its input, as it would be run here.
    ///
    /// - Throws: what the statement would fail with before it did anything.
    public func prepared(_ syntax: CallSyntax) throws(Diagnostic) -> PreparedCall { try prepared(syntax, by: Binder(parameters: parameters)) }

    /// A call with its arguments read and its input chosen, ready to run.
    func prepared(_ syntax: CallSyntax, by binder: Binder) throws(Diagnostic) -> PreparedCall {
        guard let command = catalogue.command(syntax.verb.text) else { throw .unknownVerb(syntax.verb, catalogue: catalogue) }
        let bound = try binder.whole(syntax, command.signature)
        let input = try input(for: bound, syntax)
        let call = Call(signature: command.signature, variant: bound.variant, span: syntax.span, context: self, isInputNamed: syntax.input != nil, arguments: bound.arguments)
        return PreparedCall(command: command, call: call, input: input, reads: bound.reads)
    }
}

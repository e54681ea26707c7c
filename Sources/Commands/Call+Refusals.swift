import Diagnostics
import Language

extension Call {
    /// Refuses an option that says nothing beside what else is given, or of the value that is read.
    ///
    /// - Throws: `wrong-value` at the first of the options that is given.
    func refuse(_ options: [String], because why: String, label: String = "does not apply", hint: String = "leave it out") throws(Diagnostic) {
        guard let option = options.first(where: isGiven) else { return }
        throw Diagnostic("wrong-value", why, category: .syntax, at: span(named: option), label: label, hint: hint)
    }

    /// - Throws: `repeated-option` where a name stands twice among those of a slot.
    func expectEachOnce(_ names: [String], of slot: String, hint: String) throws(Diagnostic) {
        guard let twice = names.first(where: { name in names.count { $0 == name } > 1 }) else { return }
        throw Diagnostic("repeated-option", "'\(twice)' is named twice", category: .syntax, at: span(named: slot), label: "once is enough", hint: hint)
    }
}

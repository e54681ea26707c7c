import Language
import Runtime
import Tables

extension TableValue {
    /// Rows spread over the whole table.
    func slice(_ rows: Int) -> TableValue {
        guard rows < table.rowCount else { return self }
        return with(table.subset(rows: (0..<rows).map { Int32($0 * table.rowCount / rows) }))
    }
}

extension Command {
    /// The plan of a verb whose work grows in proportion to the rows of the table that it reads: it is run on some of them.
    func planOverRows(_ what: String, _ call: Call, _ input: Input?, from first: Int = 500, keeps: Double? = nil, remark: String = "") throws -> Plan? {
        guard let input, let table = input.value.asTable else { return nil }
        let amount = NumberText.counted(table.table.rowCount, table.rowNoun)
        let memory = table.table.memory
        let bytes = keeps.map { Int(Double(memory.rows + memory.texts) * $0) }
        do {
            let seconds = try Probe.linear(total: table.table.rowCount, from: first) { rows in
                let slice = table.slice(rows)
                return (slice.table.rowCount, { _ = try self.run(call, on: Input(name: input.name, value: slice)) })
            }
            return Plan([Plan.Step(what, amount: amount, seconds: seconds, bytes: bytes, remark: remark)])
        } catch { return Plan([try Probe.unmeasured(what, amount: amount, bytes: bytes, error)]) }
    }
}

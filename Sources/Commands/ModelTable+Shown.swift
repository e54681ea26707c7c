import Language
import Models

extension DisplayTable {
    /// Something of a model: columns of numbers stand at the right.
    init(_ table: ModelTable) {
        let columns = table.columns.indices.map { index in
            let isNumber = table.rows.contains { if case .number = $0[index] { true } else { false } }
            return Column(table.columns[index], isNumber ? .right : .left)
        }
        self.init(
            title: table.title, columns: columns,
            rows: table.rows.map { row in
                row.map { cell -> Cell in
                    switch cell {
                    case .text(let text): .init(text)
                    case .number(let value?, let digits): digits == 0 ? .count(Int(value)) : .number(value, digits)
                    case .number(nil, _): .undefined
                    }
                }
            }, notes: table.notes)
    }
}

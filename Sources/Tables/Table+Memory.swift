extension Table {
    /// The bytes that the rows take in memory: what grows with their number, and the different texts of the columns.
    public var memory: (rows: Int, texts: Int) {
        columns.reduce(into: (rows: 0, texts: 0)) { sum, column in
            if let packed = column.packed {
                sum.rows += packed.count * packed.width
                switch packed.form {
                case .codes(_, let dictionary), .runs(_, let dictionary): sum.texts += dictionary.bytes.count + dictionary.starts.count * MemoryLayout<Int>.stride
                default: break
                }
                return
            }
            switch column.storage {
            case .text(let codes, let dictionary):
                sum.rows += codes.count * MemoryLayout<Int32>.stride
                sum.texts += dictionary.bytes.count + dictionary.starts.count * MemoryLayout<Int>.stride
            case .boolean(let values, _): sum.rows += values.count
            case .integer, .number, .time: sum.rows += column.count * 8
            }
        }
    }
}

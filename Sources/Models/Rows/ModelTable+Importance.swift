import Runtime

extension ModelTable {
    private static let most = 30

    /// How much the columns count, those that count most first.
    init(_ importance: FeatureImportance) {
        let order = importance.columns.indices.filter { importance.values[$0] != 0 }.sorted { importance.values[$0] != importance.values[$1] ? importance.values[$0] > importance.values[$1] : $0 < $1 }
        let rows = order.prefix(Self.most).map { place -> [Cell] in
            [.text(importance.columns[place]), .number(importance.values[place], digits: 4)] + (importance.deviations.map { [.number($0[place], digits: 4)] } ?? [])
        }
        let left = order.dropFirst(Self.most)
        let rest = left.isEmpty ? [] : ["\(NumberText.counted(left.count, "more columns")) of \(NumberText.short(importance.values[left[left.startIndex]])) at most."]
        self.init(
            "Importance of columns: \(importance.name)", columns: ["column", importance.name] + (importance.deviations == nil ? [] : ["deviation"]), rows: rows,
            notes: (order.count < importance.columns.count ? ["\(NumberText.counted(importance.columns.count - order.count, "more columns")): nothing depends on them."] : []) + ["\(importance.meaning.prefix(1).uppercased())\(importance.meaning.dropFirst())."] + rest)
    }
}

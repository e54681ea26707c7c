import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// One column of a reading, put together shard by shard in file order, in as few bytes a value as the values so far need.
///
/// Texts that all are whole numbers are kept as such; when the first comes that is none, all get codes, by first appearance. Users whose rows follow each other, as those of most
/// logs do, take no memory by row as long as their ids rise. `place` is called for one shard after the other; `copy` of shards that have their place may run at once.
final class ColumnBuilder: @unchecked Sendable {
    private let plan: ColumnPlan
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    /// Bytes of a value.
    private(set) var width: Int
    private var isCoded = false
    private var interner = TextInterner()
    private let translations: [Translation]
    /// Whether ids are kept once for all neighbouring rows of each; never again once that ends, which it does while nobody copies.
    private var isInRuns: Bool
    /// The rising ids, and where the rows of each end.
    private var runs: (ids: [Int32], ends: [Int]) = ([], [])
    /// Of a column of times.
    private var isWholeSeconds = true
    private var missing: [Int32] = []

    /// What the codes of a worker mean here; touched by that worker, and by nobody at the same time.
    private final class Translation {
        /// One more than the code here; 0 where no row has needed it yet.
        var codes: [Int32] = []
        /// All before this one are known.
        var known = 0
    }

    init(_ plan: ColumnPlan, contexts: Int) {
        self.plan = plan
        capacity = 16
        width = switch plan.kind {
            case .text, .time: 4
            case .boolean: 1
            case .integer, .number: 8
            }
        memory = PackedMemory.allocated(capacity * width)
        translations = (0..<contexts).map { _ in Translation() }
        isInRuns = plan.isOfUsers
    }

    deinit { free(memory) }

    private func values<Value>(_ type: Value.Type) -> UnsafeMutablePointer<Value> { memory.assumingMemoryBound(to: type) }

    /// Bytes of the different texts.
    var textBytes: Int { isCoded ? interner.bytes : 0 }

    // MARK: Place

    /// Numbers the texts of a shard that stands next in the file.
    ///
    /// - Parameters:
    ///   - row: where its rows begin.
    ///   - alone: waits until no copy is running, before memory is moved.
    func place(_ shard: ShardRows, _ index: Int, at row: Int, context: ParserContext, alone: () -> Void) {
        let sink = shard.sinks[index]
        if let gaps = sink.gaps { for offset in 0..<shard.rows where gaps[offset] { missing.append(Int32(row + offset)) } }
        if row + shard.rows > capacity {
            alone()
            reserve(max(capacity + capacity / 2, row + shard.rows))
            // Nothing may be written behind the memory that there is.
            guard row + shard.rows <= capacity else { PackedMemory.outOfMemory() }
        }
        if isInRuns, !follow(sink.isCoded ? nil : sink.runs) {
            alone()
            spreadRuns()
        }
        var needed = width
        switch plan.kind {
        case .text:
            if sink.isCoded, !isCoded {
                alone()
                code(rows: row)
            }
            guard isCoded else { break }
            if sink.isCoded { translate(shard, index, context) } else { translateIDs(shard, index) }
            needed = interner.count < 255 ? 1 : interner.count < 65_535 ? 2 : 4
        case .time where !sink.isWholeSeconds && isWholeSeconds:
            alone()
            widen(rows: row, to: 8, as: Int32.self, Int64.self) { Int64($0) * 1_000_000 }
            isWholeSeconds = false
        case .time, .boolean, .integer, .number: break
        }
        if needed > width {
            alone()
            switch (width, needed) {
            case (1, 2): widen(rows: row, to: 2, as: UInt8.self, UInt16.self) { UInt16($0) }
            case (1, _): widen(rows: row, to: 4, as: UInt8.self, Int32.self) { Int32($0) }
            default: widen(rows: row, to: 4, as: UInt16.self, Int32.self) { Int32($0) }
            }
        }
    }

    /// Takes the runs of a shard.
    ///
    /// - Returns: false where there are none, or ids do not rise with them; then nothing is taken.
    private func follow(_ more: [(id: Int32, rows: Int32)]?) -> Bool {
        guard let more else { return false }
        var before = runs.ids.last ?? -1
        for (place, run) in more.enumerated() {
            guard run.id > before || place == 0 && run.id == before else { return false }
            before = run.id
        }
        for run in more {
            let end = (runs.ends.last ?? 0) + Int(run.rows)
            if runs.ids.last == run.id {
                runs.ends[runs.ends.count - 1] = end
            } else {
                runs.ids.append(run.id)
                runs.ends.append(end)
            }
        }
        return true
    }

    /// Writes the ids so far into every row.
    private func spreadRuns() {
        var row = 0
        let ids = values(Int32.self)
        for (id, end) in zip(runs.ids, runs.ends) {
            (ids + row).update(repeating: id, count: end - row)
            row = end
        }
        isInRuns = false
        runs = ([], [])
    }

    /// Makes room for so many rows; room that is never written to takes no memory.
    func reserve(_ rows: Int) {
        guard rows > capacity, let grown = realloc(memory, rows * width) else { return }
        memory = grown
        capacity = rows
    }

    private func widen<Old, New>(rows: Int, to width: Int, as old: Old.Type, _ new: New.Type, _ convert: (Old) -> New) {
        let wide = PackedMemory.allocated(capacity * width)
        let (source, target) = (values(old), wide.assumingMemoryBound(to: new))
        for row in 0..<rows { target[row] = convert(source[row]) }
        free(memory)
        memory = wide
        self.width = width
    }

    /// Gives codes to the ids so far.
    private func code(rows: Int) {
        isCoded = true
        let ids = values(Int32.self)
        for row in 0..<rows { ids[row] = idCode(ids[row]) }
        // Without rows it may as well be narrow.
        width = rows == 0 ? 1 : 4
    }

    private func idCode(_ id: Int32) -> Int32 {
        guard id >= 0 else { return 0 }
        var text = String(id)
        return text.withUTF8 { interner.code(of: UnsafeRawBufferPointer($0)).code } + 1
    }

    private func translateIDs(_ shard: ShardRows, _ index: Int) {
        guard let ids = shard.sinks[index].codes else { return }
        for row in 0..<shard.rows { ids[row] = idCode(ids[row]) }
    }

    private func translate(_ shard: ShardRows, _ index: Int, _ context: ParserContext) {
        guard let own = context.interners[index], let codes = shard.sinks[index].codes else { return }
        let translation = translations[shard.context]
        if translation.codes.count < own.count { translation.codes += repeatElement(0, count: own.count - translation.codes.count) }
        func translate(_ code: Int) { translation.codes[code] = own.withText(of: code) { interner.code(of: $0).code } + 1 }
        let fresh = shard.newCodes[index]
        if fresh.lowerBound <= translation.known, shard.badCounts.isEmpty, shard.rows == shard.usable {
            // Each text that is new stands in a row, the worker met them in the order of rows, and all others have come up before.
            for code in fresh { translate(code) }
        } else {
            for row in 0..<shard.rows where codes[row] >= 0 && translation.codes[Int(codes[row])] == 0 { translate(Int(codes[row])) }
        }
        while translation.known < own.count, translation.codes[translation.known] != 0 { translation.known += 1 }
    }

    // MARK: Copy

    func copy(_ shard: ShardRows, _ index: Int, at row: Int) {
        let sink = shard.sinks[index]
        let rows = shard.rows
        switch plan.kind {
        case .text:
            guard let codes = sink.codes, !isInRuns else { return }
            guard isCoded else {
                (values(Int32.self) + row).update(from: codes, count: rows)
                return
            }
            func put<Code: FixedWidthInteger>(_ type: Code.Type) {
                let target = values(type) + row
                guard sink.isCoded else {
                    for place in 0..<rows { target[place] = Code(truncatingIfNeeded: codes[place]) }
                    return
                }
                translations[shard.context].codes.withUnsafeBufferPointer { translation in
                    for place in 0..<rows { target[place] = codes[place] < 0 ? 0 : Code(truncatingIfNeeded: translation[Int(codes[place])]) }
                }
            }
            switch width {
            case 1: put(UInt8.self)
            case 2: put(UInt16.self)
            default: put(Int32.self)
            }
        case .time where isWholeSeconds:
            if let seconds = sink.codes { (values(Int32.self) + row).update(from: seconds, count: rows) }
        case .time, .integer, .number:
            if let words = sink.words { (values(Int64.self) + row).update(from: words, count: rows) }
        case .boolean:
            if let words = sink.words { for place in 0..<rows { values(UInt8.self)[row + place] = UInt8(truncatingIfNeeded: words[place]) } }
        }
    }

    // MARK: Finish

    /// The column; nothing may be asked of the builder afterwards.
    func finish(rows: Int) -> Column {
        if isInRuns { return Column(plan.name, packed: .runs([0] + runs.ends, TextDictionary(decimals: runs.ids))) }
        let memory = realloc(memory, max(1, rows * width)) ?? memory
        self.memory = PackedMemory.allocated(1)
        var present: Mask?
        if !missing.isEmpty {
            var mask = Mask(repeating: true, count: rows)
            for row in missing { mask[Int(row)] = false }
            present = mask
        }
        let form: PackedColumn.Form =
            switch plan.kind {
            case .text: isCoded ? .codes(bytes: width, interner.dictionary) : .ids
            case .time(let format): isWholeSeconds ? .seconds(format) : .times(format)
            case .integer: .integers
            case .number: .numbers
            case .boolean: .truths
            }
        return Column(plan.name, packed: PackedColumn(form, count: rows, memory: PackedMemory(owning: memory), present: present))
    }
}

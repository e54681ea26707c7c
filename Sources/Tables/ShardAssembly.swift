import Runtime
import Synchronization

/// Puts the rows of shards together: one array a column, with text codes numbered by first appearance in row order.
struct ShardAssembly {
    let plans: [ColumnPlan]
    let shards: [ShardRows]
    let contexts: [ParserContext]
    let rows: Int
    let sampledPlan: Int?

    /// - Returns: the columns, and how many users were seen if users were sampled.
    func columns(_ work: Work) throws -> (columns: [Column], usersSeen: Int) {
        let made = try work.workers.map(shards: plans.count) { index in
            try work.check()
            return plans[index].kind == .text ? text(index) : (values(index), 0)
        }
        return (made.map(\.0), sampledPlan.map { made[$0].1 } ?? 0)
    }

    private func text(_ index: Int) -> (Column, Int) {
        // One dictionary for all workers, then a number for each text when its first row comes.
        guard let merged = contexts[0].interners[index] else { return (Column(plans[index].name, .text(codes: [], dictionary: TextDictionary())), 0) }
        var translations: [[Int32]] = [[]]
        for context in contexts.dropFirst() {
            guard let interner = context.interners[index] else { continue }
            let dictionary = interner.dictionary
            translations.append((0..<dictionary.count).map { code in dictionary.withBytes(of: code) { merged.code(of: $0).code } })
        }
        let dictionary = merged.dictionary
        var ranks = [Int32](repeating: -1, count: dictionary.count)
        var order: [Int32] = []
        let codes = [Int32](unsafeUninitializedCapacity: rows) { buffer, count in
            ranks.withUnsafeMutableBufferPointer { ranks in
                for shard in shards {
                    guard let own = shard.sinks[index].codes else { continue }
                    translations[shard.context].withUnsafeBufferPointer { translation in
                        let isMerged = shard.context == 0
                        for row in 0..<shard.rows {
                            let local = own[row]
                            guard local >= 0 else {
                                buffer[count] = -1
                                count += 1
                                continue
                            }
                            let code = isMerged ? local : translation[Int(local)]
                            if ranks[Int(code)] < 0 {
                                ranks[Int(code)] = Int32(order.count)
                                order.append(code)
                            }
                            buffer[count] = ranks[Int(code)]
                            count += 1
                        }
                    }
                    shard.sinks[index].deallocate()
                }
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(order.count == dictionary.count ? dictionary.bytes.count : 0)
        var starts = [0]
        starts.reserveCapacity(order.count + 1)
        dictionary.bytes.withUnsafeBufferPointer { source in
            for code in order {
                bytes.append(contentsOf: source[dictionary.starts[Int(code)]..<dictionary.starts[Int(code) + 1]])
                starts.append(bytes.count)
            }
        }
        var seen = 0
        if index == sampledPlan {
            var isSeen = [Bool](repeating: false, count: dictionary.count)
            for (context, translation) in zip(contexts, translations) {
                for code in 0..<context.hot.pointee.users where context.hot.pointee.flags[code] & 2 != 0 { isSeen[context.index == 0 ? code : Int(translation[code])] = true }
            }
            seen = isSeen.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        return (Column(plans[index].name, .text(codes: codes, dictionary: TextDictionary(bytes: bytes, starts: starts))), seen)
    }

    private func values(_ index: Int) -> Column {
        func joined<Value>(_ convert: (Int64) -> Value) -> [Value] {
            [Value](unsafeUninitializedCapacity: rows) { buffer, count in
                for shard in shards {
                    guard let words = shard.sinks[index].words else { continue }
                    for row in 0..<shard.rows { (buffer.baseAddress! + count + row).initialize(to: convert(words[row])) }
                    count += shard.rows
                }
            }
        }
        var present: Mask?
        if shards.contains(where: { $0.sinks[index].gaps != nil }) {
            var mask = Mask(repeating: true, count: rows)
            var first = 0
            for shard in shards {
                if let gaps = shard.sinks[index].gaps { for row in 0..<shard.rows where gaps[row] { mask[first + row] = false } }
                first += shard.rows
            }
            if mask.presentCount < rows { present = mask }
        }
        let storage: Column.Storage =
            switch plans[index].kind {
            case .number: .number(joined { Double(bitPattern: UInt64(bitPattern: $0)) }, present: present)
            case .boolean: .boolean(joined { $0 != 0 }, present: present)
            case .time(let format): .time(joined { $0 }, present: present, format: format)
            case .integer, .text: .integer(joined { $0 }, present: present)
            }
        for shard in shards { shard.sinks[index].deallocate() }
        return Column(plans[index].name, storage)
    }
}

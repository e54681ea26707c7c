import Algebra

/// The events of a shard's sequences one after the other, sequence by sequence, without padding: what attention reads.
///
/// Sequences are grouped into stretches that are small enough for what is computed on them to stay in the nearer caches.
final class EventTokens {
    /// Whole sequences: which, their tokens, and their queries, the tokens whose states are asked for.
    struct Stretch {
        var sequences: Range<Int>, tokens: Range<Int>, queries: Range<Int>
        /// Where the stretch's own starts begin.
        var firstStart: Int
    }

    /// A stretch is full with so many tokens.
    static let stretchTokens = 256
    /// The most tokens of a stretch.
    static func widest(_ room: ShardRoom) -> Int { min(room.nodes, stretchTokens + room.length) }

    /// The slot of each token, and its position counted from the end of its sequence.
    let slots: UnsafeMutableBufferPointer<Int32>, places: UnsafeMutableBufferPointer<Int32>
    /// The token of each query, counted from the first of its stretch: the last of each sequence that has events, or those that the tree names.
    let chosen: UnsafeMutableBufferPointer<Int32>
    /// The end that a query's state is for.
    let endOfQuery: UnsafeMutableBufferPointer<Int32>
    /// For each stretch the first token and the first query of its sequences, counted from those of the stretch, and those past the last.
    let starts: UnsafeMutableBufferPointer<Int32>, queryStarts: UnsafeMutableBufferPointer<Int32>
    private(set) var queryCount = 0
    private(set) var stretchCount = 0
    private let stretches: UnsafeMutableBufferPointer<Stretch>
    private let memory: Workspace<Int32>

    /// The sizes of all parts, in the order in which `init` takes them.
    static func parts(_ room: ShardRoom) -> [Int] {
        [room.nodes, room.nodes, room.ends, room.ends, 2 * room.sequences + 1, 2 * room.sequences + 1]
    }

    init(_ room: ShardRoom) {
        memory = Workspace(parts: Self.parts(room))
        (slots, places, chosen, endOfQuery) = (memory.next(), memory.next(), memory.next(), memory.next())
        (starts, queryStarts) = (memory.next(), memory.next())
        stretches = .allocate(capacity: max(1, room.sequences))
    }

    deinit { stretches.deallocate() }

    subscript(stretch: Int) -> Stretch { stretches[stretch] }

    /// Lays out the sequences of a tree in which each has a path of its own.
    func build(_ tree: PrefixTree) {
        var token = 0, query = 0, start = 0, stretch = Stretch(sequences: 0..<0, tokens: 0..<0, queries: 0..<0, firstStart: 0)
        stretchCount = 0
        func close(_ end: Int) {
            stretch.sequences = stretch.sequences.lowerBound..<end
            stretch.tokens = stretch.tokens.lowerBound..<token
            stretch.queries = stretch.queries.lowerBound..<query
            starts[start] = Int32(stretch.tokens.count)
            queryStarts[start] = Int32(stretch.queries.count)
            start += 1
            stretches[stretchCount] = stretch
            stretchCount += 1
            stretch = Stretch(sequences: end..<end, tokens: token..<token, queries: query..<query, firstStart: start)
        }
        for path in 0..<tree.pathCount {
            starts[start] = Int32(token - stretch.tokens.lowerBound)
            queryStarts[start] = Int32(query - stretch.queries.lowerBound)
            start += 1
            var node = Int(tree.paths[path])
            if node >= 0 {
                let low = tree.level(of: tree.paths[path])
                for level in stride(from: low, through: 0, by: -1) {
                    slots[token + level] = tree.slots[node]
                    places[token + level] = Int32(low - level)
                    if level > 0 { node = Int(tree.offsets[level - 1]) + Int(tree.parents[node]) }
                }
                for end in tree.endsOfPath(path) {
                    chosen[query] = Int32(token + (tree.asksWithin ? Int(tree.choices[end]) : low) - stretch.tokens.lowerBound)
                    endOfQuery[query] = Int32(end)
                    query += 1
                }
                token += low + 1
            }
            if token - stretch.tokens.lowerBound >= Self.stretchTokens { close(path + 1) }
        }
        if stretch.tokens.lowerBound < token { close(tree.pathCount) }
        queryCount = query
    }
}

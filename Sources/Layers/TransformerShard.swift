import Algebra
import CKernels

/// A transformer encoder over one shard: forward and back on one core, in memory of its own.
///
/// Stretch after stretch of the tokens goes through all layers. In the last layer only keys and values are made of all tokens; the rest is computed for the
/// queries alone, the tokens whose states are asked for. Nothing is allocated after `init`.
final class TransformerShard: BodyShard, BodyScorer {
    /// What a layer saves on the way forward for the way back; where nothing goes back, one stretch's, used by all layers in turn. Rows are tokens, or
    /// queries in what follows the attention of the last layer.
    struct LayerMemory {
        /// `[tokens, width]` twice and `[tokens, 2]`: the layer's input, the same after the norm, and the norm's moments.
        let x: Floats, normed: Floats, moments: Floats
        /// `[tokens, 2 · width]`.
        let keysValues: Floats
        /// `[rows, width]` thrice and `[rows, heads, 2]`: the queries, what the attention gave, the states after it, and the peaks of its softmax.
        let queries: Floats, attended: Floats, middle: Floats, peaks: Floats
        /// `[rows, width]` and `[rows, 2]`: `middle` after the norm, and the norm's moments.
        let middleNormed: Floats, middleMoments: Floats
        /// `[rows, feedForward]` twice: the slopes of GELU, and its values.
        let slopes: Floats, expanded: Floats
        /// `[rows, width]` twice: the rows of `x` and `normed` that are queries; empty but in the last layer.
        let chosen: Floats, chosenNormed: Floats
    }

    let weights: TransformerWeights
    let tokens: EventTokens
    /// `[slots, width]` twice: the projected inputs, and dL/d them; empty where nothing is projected.
    let projected: Floats, projectedGradients: Floats
    let layers: [LayerMemory]
    /// `[queries, width]` twice and `[queries, 2]`: the last layer's output, the same after the last norm, and the norm's moments.
    let top: Floats, topNormed: Floats, topMoments: Floats
    /// `[stretch, width]`: what is to be added to the states.
    let added: Floats
    let scratch: Floats, zeros: Floats

    // The way back, of one stretch; empty where nothing goes back.
    /// `[stretch, width]`: dL/d states of tokens, dL/d states of queries in the last layer, and dL/d normed, attended, dropped and queries.
    let stateGradients: Floats, queryStateGradients: Floats, normedGradients: Floats, attendedGradients: Floats, droppedGradients: Floats, queryGradients: Floats
    /// `[stretch, 2 · width]` and `[stretch, feedForward]`.
    let keyValueGradients: Floats, expandedGradients: Floats

    let dropout: Float
    private let training: Bool
    private let memory: Workspace<Float>

    static func parts(_ layout: TransformerLayout, _ room: ShardRoom) -> [Int] { parts(layout, room, training: true) }

    /// The sizes of all parts, in the order in which `init` takes them.
    private static func parts(_ layout: TransformerLayout, _ room: ShardRoom, training: Bool) -> [Int] {
        let configuration = layout.configuration, width = configuration.width, stretch = EventTokens.widest(room), tokens = training ? room.nodes : stretch
        let slots = layout.projection == nil ? 0 : room.slots * width
        var parts = [slots, training ? slots : 0]
        for index in training ? 0..<configuration.layers : configuration.layers - 1..<configuration.layers {
            let isLast = index == configuration.layers - 1
            // Where all layers share the memory, it has rows for all tokens.
            let rows = isLast && training ? min(room.ends, tokens) : tokens, chosen = isLast ? min(room.ends, tokens) : 0
            parts += [tokens * width, tokens * width, tokens * 2, tokens * 2 * width]
            parts += [rows * width, rows * width, rows * width, rows * configuration.heads * 2, rows * width, rows * 2]
            parts += [training ? rows * configuration.feedForward : 0, rows * configuration.feedForward, chosen * width, chosen * width]
        }
        parts += [room.ends * width, room.ends * width, room.ends * 2, stretch * width]
        parts += [cnb_attention_room(room.length, room.length, width / configuration.heads), width]
        let back = training ? stretch : 0
        parts += [Int](repeating: back * width, count: 6) + [back * 2 * width, back * configuration.feedForward]
        return parts
    }

    /// - Parameter training: whether there is a way back.
    init(_ weights: TransformerWeights, _ room: ShardRoom, training: Bool) {
        precondition(room.length <= weights.layout.configuration.length, "the sequences are longer than the transformer has positions")
        self.weights = weights
        self.training = training
        dropout = room.dropout
        tokens = EventTokens(room)
        let parts = Self.parts(weights.layout, room, training: training)
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        func next() -> Floats { memory.next() }
        (projected, projectedGradients) = (next(), next())
        func layer() -> LayerMemory {
            LayerMemory(
                x: next(), normed: next(), moments: next(), keysValues: next(), queries: next(), attended: next(), middle: next(), peaks: next(),
                middleNormed: next(), middleMoments: next(), slopes: next(), expanded: next(), chosen: next(), chosenNormed: next())
        }
        let count = weights.layout.configuration.layers
        layers = training ? (0..<count).map { _ in layer() } : [LayerMemory](repeating: layer(), count: count)
        (top, topNormed, topMoments, added) = (next(), next(), next(), next())
        (scratch, zeros) = (next(), next())
        (stateGradients, queryStateGradients, normedGradients) = (next(), next(), next())
        (attendedGradients, droppedGradients, queryGradients) = (next(), next(), next())
        (keyValueGradients, expandedGradients) = (next(), next())
    }

    var width: Int { weights.layout.configuration.width }

    /// Names the coins of one place where states are dropped: 0 for the inputs, then two a layer.
    func coins(_ place: Int, _ row: Int) -> UInt64 { UInt64(place) << 40 + UInt64(row * width) }

    /// A stretch's rows of a layer, and where they are in its memory.
    struct Rows {
        let tokens: Int, firstToken: Int
        /// Rows after the attention, and the number of the first in the shard.
        let count: Int, first: Int, number: Int
        let isLast: Bool
    }

    func rows(_ stretch: EventTokens.Stretch, _ index: Int) -> Rows {
        let isLast = index == layers.count - 1, part = isLast ? stretch.queries : stretch.tokens
        return Rows(
            tokens: stretch.tokens.count, firstToken: training ? stretch.tokens.lowerBound : 0, count: part.count, first: training ? part.lowerBound : 0,
            number: part.lowerBound, isLast: isLast)
    }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats) { forward(tree, inputs: inputs, into: ends, key: 0) }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats, key: UInt64) {
        let layout = weights.layout, width = width
        tokens.build(tree)
        weights.projection?.forward.multiply(inputs.baseAddress!, count: tree.slotCount, into: projected.baseAddress!)
        let inputs = weights.projection == nil ? inputs : projected
        for index in 0..<tokens.stretchCount {
            let stretch = tokens[index], first = stretch.tokens.lowerBound
            cnb_embed(
                stretch.tokens.count, width, inputs.baseAddress!, tokens.slots.baseAddress! + first, weights.pointer(layout.positions), tokens.places.baseAddress! + first,
                key, coins(0, first), dropout, layers[0].x.baseAddress! + (training ? first : 0) * width)
            for layer in layers.indices { forward(layer, stretch, key) }
        }
        cnb_layer_norm(
            tokens.queryCount, width, top.baseAddress!, weights.pointer(layout.norm.gain), weights.pointer(layout.norm.bias), topNormed.baseAddress!,
            topMoments.baseAddress!)
        ends.baseAddress!.update(repeating: 0, count: tree.endCount * width)
        for query in 0..<tokens.queryCount {
            (ends.baseAddress! + Int(tokens.endOfQuery[query]) * width).update(from: topNormed.baseAddress! + query * width, count: width)
        }
    }

    private func forward(_ index: Int, _ stretch: EventTokens.Stretch, _ key: UInt64) {
        let layer = weights.layout.layers[index], packed = weights.layers[index], memory = layers[index], rows = rows(stretch, index)
        let width = width, heads = weights.layout.configuration.heads, feedForward = weights.layout.configuration.feedForward
        let token = rows.firstToken * width, row = rows.first * width
        let x = memory.x.baseAddress! + token, normed = memory.normed.baseAddress! + token, keysValues = memory.keysValues.baseAddress! + 2 * token
        cnb_layer_norm(
            rows.tokens, width, x, weights.pointer(layer.attentionNorm.gain), weights.pointer(layer.attentionNorm.bias), normed,
            memory.moments.baseAddress! + 2 * rows.firstToken)
        packed.keyValue.forward.multiply(normed, count: rows.tokens, into: keysValues)
        var before = x, queried = normed
        if rows.isLast {
            let chosen = tokens.chosen.baseAddress! + stretch.queries.lowerBound
            (before, queried) = (memory.chosen.baseAddress! + row, memory.chosenNormed.baseAddress! + row)
            cnb_gather(rows.count, width, x, chosen, before)
            cnb_gather(rows.count, width, normed, chosen, queried)
        }
        let queries = memory.queries.baseAddress! + row, attended = memory.attended.baseAddress! + row, middle = memory.middle.baseAddress! + row
        packed.query.forward.multiply(queried, count: rows.count, into: queries)
        let starts = UnsafePointer(tokens.starts.baseAddress! + stretch.firstStart)
        cnb_attention(
            stretch.sequences.count, heads, width / heads, starts, rows.isLast ? UnsafePointer(tokens.queryStarts.baseAddress! + stretch.firstStart) : starts, nil, queries,
            weights.pointer(layer.query.bias), keysValues, weights.pointer(layer.keyValue.bias), zeros.baseAddress!, scratch.baseAddress!, attended,
            memory.peaks.baseAddress! + rows.first * heads * 2)
        packed.output.forward.multiply(attended, count: rows.count, into: added.baseAddress!)
        cnb_residual(
            rows.count, width, added.baseAddress!, weights.pointer(layer.output.bias), key, coins(1 + 2 * index, rows.number), dropout, before, middle)

        let middleNormed = memory.middleNormed.baseAddress! + row, expanded = memory.expanded.baseAddress! + rows.first * feedForward
        cnb_layer_norm(
            rows.count, width, middle, weights.pointer(layer.feedForwardNorm.gain), weights.pointer(layer.feedForwardNorm.bias), middleNormed,
            memory.middleMoments.baseAddress! + 2 * rows.first)
        if training {
            let slopes = memory.slopes.baseAddress! + rows.first * feedForward
            packed.expand.forward.multiply(middleNormed, count: rows.count, into: slopes)
            cnb_gelu_saving(rows.count, feedForward, weights.pointer(layer.expand.bias), slopes, expanded)
        } else {
            packed.expand.forward.multiply(middleNormed, count: rows.count, into: expanded)
            cnb_gelu(rows.count, feedForward, weights.pointer(layer.expand.bias), expanded)
        }
        packed.contract.forward.multiply(expanded, count: rows.count, into: added.baseAddress!)
        let out = rows.isLast ? top.baseAddress! + stretch.queries.lowerBound * width : layers[index + 1].x.baseAddress! + row
        cnb_residual(
            rows.count, width, added.baseAddress!, weights.pointer(layer.contract.bias), key, coins(2 + 2 * index, rows.number), dropout, middle, out)
    }
}

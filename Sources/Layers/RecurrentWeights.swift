import Algebra
import CKernels
import Runtime

/// The parameters of recurrent layers, and the packed forms that the products read.
final class RecurrentWeights: BodyWeights, @unchecked Sendable {
    /// Of a layer, one way.
    struct Direction {
        let layout: RecurrentLayout.Direction
        let input: PackedPair, recurrent: PackedPair
    }

    let layout: RecurrentLayout
    /// One a layer and direction.
    let directions: [[Direction]]
    private let vector: UnsafeMutablePointer<Float>
    var cell: RecurrentCell { layout.configuration.cell }

    init(_ layout: RecurrentLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        directions = layout.layers.map { layer in
            layer.directions.map { direction in
                Direction(layout: direction, input: PackedPair(direction.input, training: training), recurrent: PackedPair(direction.recurrent, training: training))
            }
        }
    }

    var packings: [Packing] { directions.joined().flatMap { $0.input.packings + $0.recurrent.packings } }

    func shard(_ room: ShardRoom) -> any BodyShard { RecurrentShard(self, room, training: true) }
    func scorer(_ room: ShardRoom) -> any BodyScorer {
        layout.configuration.bidirectional || room.showsNodes ? RecurrentShard(self, room, training: false) : RecurrentScorer(self, room)
    }

    /// One way, a scorer keeps one level at a time. Both ways, or to show them, it keeps a layer's nodes: as many sequences as take 16 MB.
    func tile(length: Int, showsNodes: Bool) -> Int {
        guard layout.configuration.bidirectional || showsNodes else { return 512 }
        let nodes = (16 << 20) / RecurrentShard.scoringBytes(layout)
        return max(1, min(512, nodes / max(1, length)))
    }

    /// Where a step of a cell writes: a row a node of its level.
    struct Step {
        /// `[level, hidden]`, and what the way back reads: `[level, kept · hidden]`, and of an LSTM `[level, hidden]` twice.
        let states: UnsafeMutablePointer<Float>, kept: UnsafeMutablePointer<Float>, cells: UnsafeMutablePointer<Float>, squashed: UnsafeMutablePointer<Float>
    }

    /// One step of a layer's direction over the nodes of a level; the pointers are those of the cells' kernels.
    func step(
        _ layer: RecurrentLayout.Layer, _ direction: RecurrentLayout.Direction, rows: Int, u: UnsafePointer<Float>, parents: UnsafePointer<Int32>?, x: UnsafePointer<Float>,
        inputs: UnsafePointer<Int32>?, states: UnsafePointer<Float>, cells: UnsafePointer<Float>, into step: Step
    ) {
        let bias = UnsafePointer(direction.bias.pointer(in: vector))
        switch cell {
        case .rnn: cnb_rnn_forward(rows, layer.hidden, u, parents, x, inputs, bias, step.states)
        case .gru:
            let recurrentBias = direction.recurrentBias.map { UnsafePointer($0.pointer(in: vector)) }
            cnb_gru_forward(rows, layer.hidden, u, parents, x, inputs, bias, recurrentBias, states, step.kept, step.states)
        case .lstm: cnb_lstm_forward(rows, layer.hidden, u, parents, x, inputs, bias, cells, step.kept, step.cells, step.squashed, step.states)
        }
    }
}

import Algebra
import Runtime

/// A head without parameters that gives the state as it is: what a network makes of a sequence, as numbers. There is nothing to learn by.
struct StateLayout: HeadLayout {
    let width: Int

    var widths: [Int] { [width] }
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {}
    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any HeadWeights { StateWeights(width: width) }
    func shardBytes(_ room: HeadRoom) -> Int { Workspace<Float>.bytes([room.ends * width]) }
}

final class StateWeights: HeadWeights {
    let width: Int

    init(width: Int) { self.width = width }

    var packings: [Packing] { [] }
    func shard(_ room: HeadRoom, training: Bool) -> any HeadShard { StateShard(width: width, ends: room.ends) }
}

final class StateShard: HeadShard {
    let states: Floats
    private let width: Int
    private let memory: Workspace<Float>
    private(set) var tallies = [OutputTally()]

    init(width: Int, ends: Int) {
        self.width = width
        memory = Workspace(parts: [ends * width])
        states = memory.next()
    }

    func forward(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader) {}

    func write(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, into outputs: [Floats]) {
        for (place, row) in rows.enumerated() {
            (outputs[0].baseAddress! + Int(row) * width).update(from: states.baseAddress! + Int(tree.endOfSequence[place]) * width, count: width)
        }
    }

    // The loss of a state is nothing, and so is its gradient.
    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float]) { tallies[0] = OutputTally() }
    func backward(_ tree: PrefixTree, gradient: UnsafeMutablePointer<Float>) { states.baseAddress!.update(repeating: 0, count: tree.endCount * width) }
    func judge(
        _ output: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, _ found: (_ row: Int, _ loss: Double?, _ right: Int) -> Void
    ) {
        for row in rows { found(Int(row), nil, 0) }
    }
}

extension Network {
    /// The part of a network up to one of the dense layers of its body, which gives what that layer says of a sequence: the code of an autoencoder.
    ///
    /// - Parameter layers: how many of the dense layers are kept.
    /// - Precondition: the body ends in as many.
    public func encoder(layers: Int) throws(TensorFailure) -> Network {
        guard case .dense(let body) = configuration.body, (1...body.layers.count).contains(layers) else { preconditionFailure("an encoder ends in a dense layer of the body") }
        let shortened = NetworkConfiguration(inputs: configuration.inputs, body: .dense(DenseConfiguration(Array(body.layers.prefix(layers)), on: body.below)), head: .state)
        let names = Set(shortened.tensorShapes.map(\.name))
        return try Network(configuration: shortened, tensors: tensors.filter { names.contains($0.name) })
    }

    /// The states of the sequences, `[set.count, width]`, of a network that gives them.
    public func states(_ set: SequenceSet, work: Work = Work()) throws -> [Float] { try outputs(set, work: work)[0] }
}

import Runtime

typealias Floats = UnsafeMutableBufferPointer<Float>

/// Where the parameters of a body lie, and how they are drawn: one conforming type a kind of body.
///
/// A body stands between the inputs of a shard's different events, `[slots, inputs]`, and the states of its sequences' ends, `[ends, width]`. Both are told by a
/// `PrefixTree`: `slots` names the event of each node, `ends` the last node of each different sequence (-1 for one without events, whose state is zero), or, where
/// events within are asked for, their nodes.
protocol BodyLayout: Sendable {
    /// Draws new parameters into the network's vector.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream)
    /// The parameters in the forms that products read.
    ///
    /// - Parameter training: whether the way back is wanted too.
    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any BodyWeights
    /// Whether sequences that begin alike may share the nodes of their common start when nothing is dropped: true of what only looks back.
    var sharesStarts: Bool { get }
    /// Whether its shards can show the states after all events, and take gradients of them.
    var showsNodes: Bool { get }
    /// What a shard's memory takes, in bytes.
    func shardBytes(_ room: ShardRoom) -> Int
}

/// The parameters of a body, and their packed forms. One owner writes (the trainer, between steps); shards only read.
protocol BodyWeights: AnyObject, Sendable {
    /// All packed forms.
    var packings: [Packing] { get }
    func shard(_ room: ShardRoom) -> any BodyShard
    /// The forward pass alone, in as little memory as it needs.
    func scorer(_ room: ShardRoom) -> any BodyScorer
    /// How many sequences of a length are well scored together; part of no result.
    ///
    /// - Parameter showsNodes: whether the states after all events are kept.
    func tile(length: Int, showsNodes: Bool) -> Int
}

/// For how much a shard has memory.
struct ShardRoom {
    /// Nodes of the prefix tree, sequences, events of a sequence, and different events.
    let nodes: Int, sequences: Int, length: Int, slots: Int
    /// Ends, the states that are asked for: one a sequence, or as many as nodes where it is asked for those within.
    let ends: Int
    /// The share of states that are dropped in training.
    let dropout: Float
    /// Whether the sequences share the nodes of their common starts.
    let sharing: Bool
    /// Whether the head reads the states after all events.
    var showsNodes = false
}

/// The states after each event of a shard's sequences, as heads read them that look at more than the last one.
struct NodeStates {
    /// `[nodes, width]`, in the order of the tree; what the last `forward` found.
    let states: Floats
    /// `[nodes, width]`: dL/d states that are asked for, beside those of the ends. Written whole by the head before the body's way back; empty where there is none.
    let gradients: Floats
}

protocol NodeShowing: AnyObject {
    /// None of a body that does not show them, or was not made for it.
    var nodes: NodeStates? { get }
}

extension NodeShowing {
    var nodes: NodeStates? { nil }
}

extension BodyLayout {
    var showsNodes: Bool { false }
}

/// One core's memory of a body for one shard of a batch. Nothing is allocated after its making.
protocol BodyShard: NodeShowing {
    /// The way from the different events to the states of the ends.
    ///
    /// - Parameters:
    ///   - inputs: `[slots, inputs]`.
    ///   - ends: `[ends, width]`, written whole.
    ///   - key: names what is dropped in this step and shard.
    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats, key: UInt64)
    /// The way back, of the same step.
    ///
    /// - Parameters:
    ///   - ends: dL/d states of the ends; may be written over.
    ///   - slots: `[slots, inputs]`: dL/d inputs, written whole.
    ///   - gradient: laid out as the parameters are; the body's own parts are written whole.
    func backward(_ tree: PrefixTree, inputs: Floats, ends: Floats, into slots: Floats, gradient: UnsafeMutablePointer<Float>, key: UInt64)
}

protocol BodyScorer: NodeShowing {
    /// As a shard's `forward`, with nothing dropped. The digits of a state follow from its sequence alone.
    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats)
}

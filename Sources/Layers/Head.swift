import Runtime

/// Where the parameters of a head lie, and how they are drawn: one conforming type a kind of head.
///
/// A head stands on the states of sequences' ends, `[ends, width]`, and predicts something of each sequence.
protocol HeadLayout: Sendable {
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream)
    /// The parameters in the forms that products read.
    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any HeadWeights
    /// How many numbers each output gives of a sequence.
    var widths: [Int] { get }
    /// What a shard's memory takes, in bytes.
    func shardBytes(_ room: HeadRoom) -> Int
}

/// The parameters of a head, and their packed forms. One owner writes (the trainer, between steps); shards only read.
protocol HeadWeights: AnyObject, Sendable {
    /// All packed forms.
    var packings: [Packing] { get }
    /// Brings up to date what follows from the packed forms, once these are.
    func refresh()
    func shard(_ room: HeadRoom, training: Bool) -> any HeadShard
}

extension HeadWeights {
    func refresh() {}
}

/// For how much a shard of a head has memory.
struct HeadRoom {
    /// States that it stands on, their width, and the numbers that are known of a whole sequence.
    let ends: Int, width: Int, sideInputs: Int
    /// Events of a sequence.
    let length: Int
    /// The states after all events, of a body that shows them.
    var nodes: NodeStates?
    /// How many continuations of a sequence are kept in a search; none where there is no search.
    var beam: Int?
}

/// One core's memory of a head for one shard of a batch. Nothing is allocated after its making.
protocol HeadShard: AnyObject {
    /// `[ends, width]`: the states of the ends, where the body writes them; after `backward` dL/d them.
    var states: Floats { get }
    /// From the states to what is predicted of each end.
    ///
    /// - Parameter rows: of the set; where there are side inputs, one an end.
    func forward(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader)
    /// The loss of the shard's sequences, and its gradient for the way back.
    ///
    /// - Parameters:
    ///   - options: one an output.
    ///   - shares: for each output, what a target of weight 1 counts for in the loss.
    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float])
    /// From the gradient of the loss to those of the head's parameters, which are written whole, and of the states.
    func backward(_ tree: PrefixTree, gradient: UnsafeMutablePointer<Float>)
    /// For each output what the last `score` found.
    var tallies: [OutputTally] { get }
    /// What the last `forward` predicts, output by output: `[count of the set, width]`, into the rows' places.
    func write(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, into outputs: [Floats])
    /// The loss of each row by itself, nothing smoothed, times what its targets count for; none for a row without any. And how many are right.
    func judge(_ output: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, _ found: (_ row: Int, _ loss: Double?, _ right: Int) -> Void)
}

/// The losses of some targets, added.
struct OutputTally: Sendable, Hashable, Codable {
    /// By the weights of the targets, and the sum of these.
    var loss = 0.0, weight = 0.0
    /// How many targets there were, and how many had their class as the likeliest.
    var known = 0, correct = 0

    mutating func add(_ other: OutputTally) {
        loss += other.loss
        weight += other.weight
        known += other.known
        correct += other.correct
    }
}

/// What a target counts for, and how far it is believed.
struct LossOptions: Sendable {
    /// What the output counts for beside others.
    let weight: Double
    /// One a class; empty where all count 1.
    let classWeights: [Float]
    /// The share of a target that is spread over all classes.
    let smoothing: Float
    /// The sum of the class weights.
    let weightSum: Float

    init(weight: Double = 1, classWeights: [Double] = [], smoothing: Double = 0, classes: Int) {
        self.weight = weight
        self.classWeights = classWeights.map { Float($0) }
        self.smoothing = Float(smoothing)
        weightSum = classWeights.isEmpty ? Float(classes) : self.classWeights.reduce(0, +)
    }

    func weight(_ target: Int32) -> Float { classWeights.isEmpty ? 1 : classWeights[Int(target)] }
}

/// The index of the greatest of `count` numbers, the first of equals.
func firstMaximum(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for index in 1..<max(count, 1) where values[index] > values[best] { best = index }
    return best
}

/// The sizes of a network that reads sequences of events: inputs of an event, a body that makes one state of a sequence, and a head that predicts from it.
public struct NetworkConfiguration: Sendable, Hashable {
    public let inputs: EventInputs
    public let body: BodyConfiguration
    /// Numbers that are known of the whole sequence and joined to its state before the head.
    public let sideInputs: Int
    public let head: HeadConfiguration

    /// - Precondition: all sizes are above 0, but for `sideInputs`, which may be 0, and is 0 for a decoder.
    public init(inputs: EventInputs, body: BodyConfiguration, sideInputs: Int = 0, head: HeadConfiguration) {
        precondition(inputs.width > 0 && sideInputs >= 0, "NetworkConfiguration needs sizes above 0")
        precondition(head != .tied || inputs.variables.count == 1 && inputs.width == body.width && sideInputs == 0, "a tied head needs one variable with an embedding as wide as the state")
        if case .decoder = head { precondition(sideInputs == 0, "a decoder reads no side inputs") }
        self.inputs = inputs
        self.body = body
        self.sideInputs = sideInputs
        self.head = head
    }

    /// A network that predicts a class.
    public init(inputs: EventInputs, body: BodyConfiguration, sideInputs: Int = 0, classes: Int) {
        self.init(inputs: inputs, body: body, sideInputs: sideInputs, head: .outputs([OutputConfiguration(.classes(classes))]))
    }

    /// A network that reads one code an event and predicts a class.
    public init(vocabulary: Int, embedding: Int, body: BodyConfiguration, classes: Int) {
        self.init(inputs: EventInputs([.init(name: nil, vocabulary: vocabulary, width: embedding)]), body: body, classes: classes)
    }

    /// How many numbers training learns. See `RecurrentConfiguration` for the biases of recurrent layers.
    public var parameterCount: Int { layout.parts.reduce(0) { $0 + $1.count } }

    /// The names and shapes of the parameters, in the order in which `Network.tensors` gives them.
    public var tensorShapes: [(name: String, shape: [Int])] { layout.parts.map { ($0.name, $0.shape) } }

    var layout: NetworkLayout { NetworkLayout(self) }

    func headRoom(ends: Int, length: Int, nodes: NodeStates? = nil, beam: Int? = nil) -> HeadRoom {
        HeadRoom(ends: ends, width: body.width, sideInputs: sideInputs, length: length, nodes: nodes, beam: beam)
    }
}

/// What is known of an event: coded variables, each with an embedding of its own, and numbers. An event is fed as all of these side by side.
public struct EventInputs: Sendable, Hashable {
    public struct Variable: Sendable, Hashable {
        /// None for the only variable of a network.
        public let name: String?
        /// The number of codes that it can have.
        public let vocabulary: Int
        /// The width of the embedding of a code.
        public let width: Int

        /// - Precondition: the sizes are above 0.
        public init(name: String?, vocabulary: Int, width: Int) {
            precondition(vocabulary > 0 && width > 0, "EventInputs.Variable needs sizes above 0")
            self.name = name
            self.vocabulary = vocabulary
            self.width = width
        }
    }

    public let variables: [Variable]
    /// How many numbers an event has; they are fed as they are, so the caller scales them.
    public let numbers: Int

    public init(_ variables: [Variable], numbers: Int = 0) {
        self.variables = variables
        self.numbers = numbers
    }

    /// What a body reads of an event.
    public var width: Int { variables.reduce(numbers) { $0 + $1.width } }
}

/// What makes one state of a sequence of events.
public enum BodyConfiguration: Sendable, Hashable {
    case recurrent(RecurrentConfiguration)
    case transformer(TransformerConfiguration)
    case convolution(ConvolutionConfiguration)
    indirect case dense(DenseConfiguration)

    /// The width of the state.
    var width: Int {
        switch self {
        case .recurrent(let configuration): configuration.width
        case .transformer(let configuration): configuration.width
        case .convolution(let configuration): configuration.channels
        case .dense(let configuration): configuration.width
        }
    }

    /// The standard deviation of a new embedding's numbers: PyTorch's 1; as small as those of the positions that are added to them in a transformer.
    var embeddingDeviation: Double {
        switch self {
        case .recurrent, .convolution: 1
        case .transformer: 0.02
        case .dense(let configuration): configuration.below?.embeddingDeviation ?? 1
        }
    }

    /// Whether a share of states to be dropped would drop anything.
    var canDrop: Bool {
        switch self {
        case .recurrent(let configuration): configuration.hidden.count > 1
        case .transformer, .convolution: true
        case .dense(let configuration): configuration.below?.canDrop ?? false
        }
    }

    /// Adds its parameters to those of the network.
    func layout(inputs: Int, _ table: inout ParameterTable) -> any BodyLayout {
        switch self {
        case .recurrent(let configuration): RecurrentLayout(configuration, inputs: inputs, &table)
        case .transformer(let configuration): TransformerLayout(configuration, inputs: inputs, &table)
        case .convolution(let configuration): ConvolutionLayout(configuration, inputs: inputs, &table)
        case .dense(let configuration): DenseLayout(configuration, inputs: inputs, &table)
        }
    }
}

/// Where each parameter of a network lies. The embeddings come last: a batch touches few of their rows, so shards keep their gradients of them apart. Those
/// that the head learns too, all rows of them, come first and are as the other parameters.
struct NetworkLayout {
    let body: any BodyLayout
    let head: any HeadLayout
    /// `[vocabulary, width]`, one a variable.
    let embeddings: [ParameterPart]
    /// Whether the head learns the embeddings too.
    let isTied: Bool
    let parts: [ParameterPart]
    /// The room of all parameters but the embeddings, and of all.
    let denseCount: Int, count: Int

    /// Whether the head reads what the body does not show.
    var lacksNodes: Bool { readsNodes && !body.showsNodes }
    let readsNodes: Bool

    init(_ configuration: NetworkConfiguration) {
        readsNodes = configuration.head.readsNodes
        var table = ParameterTable()
        func addEmbeddings() -> [ParameterPart] {
            configuration.inputs.variables.map { variable in table.add(variable.name.map { "embedding.\($0)" } ?? "embedding", variable.vocabulary, variable.width) }
        }
        isTied = configuration.head == .tied
        let first = isTied ? addEmbeddings() : []
        body = configuration.body.layout(inputs: configuration.inputs.width, &table)
        head = configuration.head.layout(inputs: configuration.body.width + configuration.sideInputs, embeddings: first, &table)
        denseCount = table.room
        embeddings = isTied ? first : addEmbeddings()
        parts = table.parts
        count = table.room
    }
}

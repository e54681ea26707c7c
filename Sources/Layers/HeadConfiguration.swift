/// What a network says of a sequence, given the state that its body makes of it.
public enum HeadConfiguration: Sendable, Hashable {
    /// Dense layers on the state, side by side: each predicts a class or a number.
    case outputs([OutputConfiguration])
    /// A dense layer with GELU, and of each event of the vocabulary the product with its embedding: which event it is. For networks of one variable whose embedding is
    /// as wide as the state.
    case tied
    /// Recurrent units that start from the state and predict one code after another.
    case decoder(DecoderConfiguration)
    /// The state itself, with nothing to learn.
    case state

    /// Whether it reads the states after all events, which only some bodies show.
    var readsNodes: Bool { if case .decoder(let configuration) = self { configuration.attention } else { false } }

    /// Adds its parameters to those of the network.
    ///
    /// - Parameters:
    ///   - inputs: the width of the state and its side inputs.
    ///   - embeddings: those of the network's inputs.
    func layout(inputs: Int, embeddings: [ParameterPart], _ table: inout ParameterTable) -> any HeadLayout {
        switch self {
        case .outputs(let outputs): OutputsLayout(outputs, inputs: inputs, &table)
        case .tied: TiedLayout(embedding: embeddings[0], &table)
        case .decoder(let configuration): DecoderLayout(configuration, hidden: inputs, &table)
        case .state: StateLayout(width: inputs)
        }
    }
}

/// One thing that a network predicts.
public struct OutputConfiguration: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A class: a softmax layer, learnt by cross entropy.
        case classes(Int)
        /// A number: a linear unit, learnt by the squared error.
        case number
    }

    /// None for the only output of a network.
    public let name: String?
    public let kind: Kind

    /// - Precondition: there is at least one class.
    public init(name: String? = nil, _ kind: Kind) {
        if case .classes(let count) = kind { precondition(count > 0, "OutputConfiguration needs a class") }
        self.name = name
        self.kind = kind
    }

    /// How many numbers it gives: a probability a class, or the number itself.
    public var width: Int { if case .classes(let count) = kind { count } else { 1 } }
}

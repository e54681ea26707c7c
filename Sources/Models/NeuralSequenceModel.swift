import Algebra
import Features
import Layers
import Runtime

/// A fitted network: embeddings of what is known of an event, a body, and a softmax head on the state of the last event.
public struct NeuralSequenceModel: SequenceModel {
    /// All that is not a tensor: what the model file keeps beside them.
    public struct Configuration: Sendable, Hashable {
        /// What becomes of a number of an event: minus the mean, divided by the standard deviation; 0 where there is no value.
        public struct Scale: Sendable, Hashable {
            public let name: String
            /// Of the events of the training windows; the deviation is 1 where all are the same.
            public let mean: Double, deviation: Double
        }

        public let body: BodyConfiguration
        /// The number of events a window has room for.
        public let length: Int
        /// The width of the embedding of each variable.
        public let embedding: Int
        public let variables: [SequenceInputs.Variable]
        public let numbers: [Scale]
        public let classes: [String]
        /// None where the class of the next event is all that is predicted.
        public let decoder: Decoder?

        /// - Precondition: all sizes are above 0.
        public init(body: BodyConfiguration, length: Int, embedding: Int, variables: [SequenceInputs.Variable], numbers: [Scale] = [], classes: [String], decoder: Decoder? = nil) {
            self.body = body
            self.length = length
            self.embedding = embedding
            self.variables = variables
            self.numbers = numbers
            self.classes = classes
            self.decoder = decoder
        }

        var network: NetworkConfiguration {
            // The embedding of an only variable needs no name.
            let isOnly = variables.count == 1 && numbers.isEmpty
            return NetworkConfiguration(
                inputs: EventInputs(variables.map { .init(name: isOnly ? nil : $0.name, vocabulary: $0.vocabulary.count, width: embedding) }, numbers: numbers.count), body: body,
                head: decoder.map { .decoder($0.configuration(classes: classes.count, embedding: embedding)) } ?? .outputs([OutputConfiguration(.classes(classes.count))]))
        }

        /// Windows as the network reads them.
        ///
        /// - Throws: `SequenceModelError`, or `Cancelled`.
        func set(_ windows: SequenceWindows, targets: [SequenceTarget] = [], work: Work) throws -> SequenceSet {
            do {
                let attributes = try windows.inputs.events.map { events throws(SequenceSet.Failure) in
                    try EventAttributes(
                        count: events.count, codes: events.codes, vocabularies: variables.map(\.vocabulary.count), numbers: scaled(events.numbers), numberCount: numbers.count)
                }
                return try SequenceSet(
                    events: windows.events, ends: windows.ends, known: windows.known, length: windows.length, vocabulary: windows.inputs.eventCount, attributes: attributes, targets: targets,
                    work: work)
            } catch let error as SequenceSet.Failure { throw SequenceModelError(error, numbers: numbers.map(\.name)) }
        }

        /// What is learnt from windows.
        func targets(_ windows: SequenceWindows) -> [SequenceTarget] {
            windows.ahead == 1 ? [.codes(windows.targets, classes: classes.count)] : [.codes(windows.continuations, steps: windows.ahead, classes: classes.count)]
        }

        private func scaled(_ values: [Double]) -> [Float] {
            guard !numbers.isEmpty else { return [] }
            return values.indices.map { index in
                let value = values[index], scale = numbers[index % numbers.count]
                return value.isNaN ? 0 : Float((value - scale.mean) / scale.deviation)
            }
        }
    }

    public let configuration: Configuration
    let network: Network

    init(_ configuration: Configuration, _ network: Network) {
        self.configuration = configuration
        self.network = network
    }

    /// Rebuilds a model from its tensors, in any order.
    ///
    /// - Throws: `SequenceModelError.tensor` when they do not make a network of these sizes, `.hyperparameter` when a size is not above 0.
    public init(configuration: Configuration, tensors: [Tensor]) throws(SequenceModelError) {
        let sizes = [
            ("embedding", configuration.embedding), ("vocabulary", configuration.variables.map(\.vocabulary.count).min() ?? 1), ("classes", configuration.classes.count),
            ("inputs", configuration.variables.count + configuration.numbers.count),
        ]
        for (name, size) in sizes where size < 1 { throw .hyperparameter(name: name, value: "\(size)", allowed: "at least 1") }
        self.configuration = configuration
        do { network = try Network(configuration: configuration.network, tensors: tensors) } catch { throw SequenceModelError(error) }
    }

    public var length: Int { configuration.length }
    public var variables: [SequenceInputs.Variable] { configuration.variables }
    public var numbers: [String] { configuration.numbers.map(\.name) }
    public var classes: [String] { configuration.classes }
    /// The learnt parameters by name and shape, in a fixed order.
    public var tensors: [Tensor] { network.tensors }
    public var parameterCount: Int { network.parameterCount }
    public var settings: [(name: String, value: String)] { [("embedding", "\(configuration.embedding)")] + configuration.body.settings + (configuration.decoder?.settings ?? []) }

    public func predict(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        try check(windows)
        return Matrix(rows: windows.count, columns: classes.count, values: try network.probabilities(configuration.set(windows, work: work), work: work))
    }
}

extension BodyConfiguration {
    /// The sizes, in words.
    var settings: [(name: String, value: String)] {
        switch self {
        case .recurrent(let configuration): [("hidden units", configuration.hidden.map(String.init).joined(separator: ", ") + (configuration.bidirectional ? " in each of both directions" : ""))]
        case .transformer(let configuration):
            [
                ("width", "\(configuration.width)"), ("heads", "\(configuration.heads)"), ("layers", "\(configuration.layers)"),
                ("feed-forward units", "\(configuration.feedForward)"),
            ]
        case .convolution(let configuration): [("channels", "\(configuration.channels)"), ("layers", "\(configuration.layers)"), ("kernel", "\(configuration.kernel)")]
        case .dense(let configuration):
            (configuration.below?.settings ?? []) + [("dense layers", configuration.layers.map { "\($0.units)\($0.activation == .linear ? "" : " \($0.activation.rawValue)")" }.joined(separator: ", "))]
        }
    }
}

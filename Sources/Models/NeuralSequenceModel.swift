import Algebra
import Features
import Layers
import Runtime

/// A fitted network: embeddings of what is known of an event, a body, and a softmax head on the state of the last event.
public struct NeuralSequenceModel: SequenceModel {
    /// All that is not a tensor: what the model file keeps beside them.
    public struct Configuration: Sendable, Hashable {
        public let body: BodyConfiguration
        /// The number of events a window has room for.
        public let length: Int
        /// The width of the embedding of each variable.
        public let embedding: Int
        public let variables: [SequenceInputs.Variable]
        public let numbers: [NumberScale]
        /// What is predicted, an output of the head each.
        public let targets: [ModelTarget]
        public let context: Context
        /// None where the class of the next event is all that is predicted; else the only target is a class.
        public let decoder: Decoder?

        /// - Precondition: all sizes are above 0.
        public init(
            body: BodyConfiguration, length: Int, embedding: Int, variables: [SequenceInputs.Variable], numbers: [NumberScale] = [], targets: [ModelTarget], context: Context = Context(),
            decoder: Decoder? = nil
        ) {
            self.body = body
            self.length = length
            self.embedding = embedding
            self.variables = variables
            self.numbers = numbers
            self.targets = targets
            self.context = context
            self.decoder = decoder
        }

        /// A network that predicts a class.
        public init(body: BodyConfiguration, length: Int, embedding: Int, variables: [SequenceInputs.Variable], numbers: [NumberScale] = [], classes: [String]) {
            self.init(body: body, length: length, embedding: embedding, variables: variables, numbers: numbers, targets: [ModelTarget(name: "action", .classes(classes))])
        }

        var network: NetworkConfiguration {
            // The embedding of an only variable needs no name, nor does the only output.
            let isOnly = variables.count == 1 && numbers.isEmpty
            let outputs = targets.map { target in
                let kind: OutputConfiguration.Kind = if case .classes(let names) = target.kind { .classes(names.count) } else { .number }
                return OutputConfiguration(name: targets.count == 1 ? nil : target.name, kind)
            }
            return NetworkConfiguration(
                inputs: EventInputs(variables.map { .init(name: isOnly ? nil : $0.name, vocabulary: $0.vocabulary.count, width: embedding) }, numbers: numbers.count), body: body,
                sideInputs: context.width, head: decoder.map { .decoder($0.configuration(classes: targets[0].classes.count, embedding: embedding)) } ?? .outputs(outputs))
        }

        /// Windows as the network reads them.
        ///
        /// - Parameter isLearnt: whether they are learnt, so that their targets are wanted.
        /// - Throws: `SequenceModelError`, or `Cancelled`.
        func set(_ windows: SequenceWindows, isLearnt: Bool = false, work: Work) throws -> SequenceSet {
            guard context.fits(windows.context) else { throw SequenceModelError.otherContext(context.names) }
            do {
                let attributes = try windows.inputs.events.map { events throws(SequenceSet.Failure) in
                    try EventAttributes(
                        count: events.count, codes: events.codes, vocabularies: variables.map(\.vocabulary.count), numbers: scaled(events.numbers), numberCount: numbers.count)
                }
                return try SequenceSet(
                    events: windows.events, ends: windows.ends, known: windows.known, length: windows.length, vocabulary: windows.inputs.eventCount, attributes: attributes,
                    sideInputs: context.sideInputs(windows.context, work: work), targets: isLearnt ? learnt(windows) : [], work: work)
            } catch let error as SequenceSet.Failure { throw SequenceModelError(error, numbers: numbers.map(\.name)) }
        }

        /// What is learnt: by a decoder the codes that follow, by others one thing an output.
        private func learnt(_ windows: SequenceWindows) -> [SequenceTarget] {
            guard windows.ahead > 1 else { return zip(windows.outputs, targets).map(Self.target) }
            return [.codes(windows.continuations, steps: windows.ahead, classes: targets[0].classes.count)]
        }

        /// What is learnt of one output: numbers as gaps to their mean, in standard deviations.
        private static func target(_ target: WindowTarget, _ model: ModelTarget) -> SequenceTarget {
            switch (target.values, model.kind) {
            case (.numbers(let numbers), .number(let mean, let deviation)): .numbers(numbers.map { Float(($0 - mean) / deviation) })
            case (.classes(let codes, let names), _): .codes(codes, classes: names.count)
            case (.numbers, .classes): preconditionFailure("windows are checked to have the model's targets")
            }
        }

        private func scaled(_ values: [Double]) -> [Float] {
            guard !numbers.isEmpty else { return [] }
            return values.indices.map { numbers[$0 % numbers.count].scaled(values[$0]) }
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
            ("embedding", configuration.embedding), ("vocabulary", configuration.variables.map(\.vocabulary.count).min() ?? 1), ("classes", configuration.targets.map(\.width).min() ?? 0),
            ("inputs", configuration.variables.count + configuration.numbers.count),
        ]
        for (name, size) in sizes where size < 1 { throw .hyperparameter(name: name, value: "\(size)", allowed: "at least 1") }
        self.configuration = configuration
        do { network = try Network(configuration: configuration.network, tensors: tensors) } catch { throw SequenceModelError(error) }
    }

    public var length: Int { configuration.length }
    public var variables: [SequenceInputs.Variable] { configuration.variables }
    public var numbers: [String] { configuration.numbers.map(\.name) }
    public var targets: [ModelTarget] { configuration.targets }
    public var context: [String] { configuration.context.names }
    /// The learnt parameters by name and shape, in a fixed order.
    public var tensors: [Tensor] { network.tensors }
    public var parameterCount: Int { network.parameterCount }
    public var settings: [(name: String, value: String)] { [("embedding", "\(configuration.embedding)")] + configuration.body.settings + (configuration.decoder?.settings ?? []) }

    public func predict(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        switch try predictions(windows, work: work)[0] {
        case .classes(let chances): chances
        case .numbers(let numbers): Matrix(rows: windows.count, columns: 1, values: numbers.map { Float($0) })
        }
    }

    public func predictions(_ windows: SequenceWindows, work: Work = Work()) throws -> [SequencePrediction] {
        try check(windows)
        let outputs = try network.outputs(configuration.set(windows, work: work), work: work)
        return try zip(targets, outputs).map { target, values in
            switch target.kind {
            case .classes(let names): .classes(Matrix(rows: windows.count, columns: names.count, values: values))
            case .number(let mean, let deviation): .numbers(try work.map(rows: values.count) { mean + deviation * Double(values[$0]) })
            }
        }
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

import Algebra
import Features
import Layers
import Runtime

/// A fitted recurrent network: says of each window how likely each class is to come next.
///
/// ### Shapes
/// Windows are `[count, length]` codes; probabilities are `[count, classes]`, each row summing to 1.
public struct RecurrentClassifier: Sendable {
    /// All that is not a tensor: what the model file keeps beside them.
    public struct Configuration: Sendable, Hashable {
        public let cell: RecurrentCell
        /// The number of events a window has room for.
        public let length: Int
        /// The width of an event's embedding.
        public let embedding: Int
        /// The units of each layer.
        public let hidden: [Int]
        /// The words of the event codes, and of the classes.
        public let vocabulary: [String], classes: [String]

        /// - Precondition: all sizes are above 0.
        public init(cell: RecurrentCell, length: Int, embedding: Int, hidden: [Int], vocabulary: [String], classes: [String]) {
            self.cell = cell
            self.length = length
            self.embedding = embedding
            self.hidden = hidden
            self.vocabulary = vocabulary
            self.classes = classes
        }

        var network: NetworkConfiguration {
            NetworkConfiguration(vocabulary: vocabulary.count, embedding: embedding, body: .recurrent(RecurrentConfiguration(cell: cell, hidden: hidden)), classes: classes.count)
        }
    }

    public let configuration: Configuration
    private let network: Network

    init(_ configuration: Configuration, _ network: Network) {
        self.configuration = configuration
        self.network = network
    }

    /// Rebuilds a classifier from its tensors, in any order.
    ///
    /// - Throws: `RecurrentError.tensor` when they do not make a network of these sizes, `.hyperparameter` when a size is not above 0.
    public init(configuration: Configuration, tensors: [Tensor]) throws(RecurrentError) {
        let sizes = [
            ("embedding", configuration.embedding), ("layers", configuration.hidden.count), ("hidden", configuration.hidden.min() ?? 1),
            ("vocabulary", configuration.vocabulary.count), ("classes", configuration.classes.count),
        ]
        for (name, size) in sizes where size < 1 { throw .hyperparameter(name: name, value: "\(size)", allowed: "at least 1") }
        self.configuration = configuration
        do { network = try Network(configuration: configuration.network, tensors: tensors) } catch { throw RecurrentError(error) }
    }

    /// The learnt parameters by name and shape, in a fixed order.
    public var tensors: [Tensor] { network.tensors }
    public var parameterCount: Int { network.parameterCount }

    /// The probabilities `[windows.count, classes]`. A row's digits follow from its window alone, in any batch and on any number of threads.
    ///
    /// - Throws: `RecurrentError` when the windows are not coded as the model's were, or `Cancelled`.
    public func predict(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        guard windows.vocabulary == configuration.vocabulary else {
            throw RecurrentError.vocabulary(expected: configuration.vocabulary.count, found: windows.vocabulary.count)
        }
        guard windows.length == configuration.length else {
            throw RecurrentError.length(expected: configuration.length, found: windows.length)
        }
        let set: SequenceSet
        do {
            set = try SequenceSet(
                events: windows.events, ends: windows.ends, known: windows.known, length: windows.length, vocabulary: configuration.vocabulary.count, work: work)
        } catch let error as SequenceSet.Failure { throw RecurrentError(error) }
        return Matrix(rows: windows.count, columns: configuration.classes.count, values: try network.probabilities(set, work: work))
    }
}

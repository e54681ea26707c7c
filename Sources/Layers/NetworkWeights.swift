import Algebra
import CKernels
import Runtime

/// The parameters of a network in one vector, and the packed forms that the products read.
///
/// One owner writes (the trainer, between steps); shards only read.
final class NetworkWeights: @unchecked Sendable {
    let configuration: NetworkConfiguration
    let layout: NetworkLayout
    let vector: UnsafeMutableBufferPointer<Float>
    let body: any BodyWeights
    let head: any HeadWeights
    let packings: [Packing]
    private let memory: Workspace<Float>

    init(_ configuration: NetworkConfiguration, training: Bool) {
        self.configuration = configuration
        let layout = configuration.layout
        self.layout = layout
        memory = Workspace(parts: [layout.count])
        vector = memory.next()
        body = layout.body.weights(vector.baseAddress!, training: training)
        head = layout.head.weights(vector.baseAddress!, training: training)
        packings = body.packings + head.packings
    }

    func pointer(_ part: ParameterPart) -> UnsafeMutablePointer<Float> { part.pointer(in: vector.baseAddress!) }

    /// Draws new parameters with PyTorch's distributions: body and head as they say, embeddings standard normal or as the body says.
    func draw(from stream: inout RandomStream) {
        let vector = vector.baseAddress!
        layout.body.draw(vector, from: &stream)
        layout.head.draw(vector, from: &stream)
        for embedding in layout.embeddings { embedding.fill(vector, deviation: configuration.body.embeddingDeviation, from: &stream) }
        pack()
    }

    /// Brings the packed forms up to date with the vector.
    func pack() {
        for packing in packings { packing.update(from: vector.baseAddress!) }
        head.refresh()
    }

    func copyVector(from other: UnsafeMutableBufferPointer<Float>) {
        _ = vector.update(from: other)
        pack()
    }

    var tensors: [Tensor] {
        layout.parts.map { part in
            Tensor(name: part.name, shape: part.shape, values: Array(UnsafeBufferPointer(start: pointer(part), count: part.count)))
        }
    }

    // MARK: Events

    /// The inputs of each different event of a tree, `[slots, width]`: the embeddings of its variables and its numbers side by side.
    func embed(_ tree: PrefixTree, _ set: SequenceReader, into inputs: Floats) {
        let width = configuration.inputs.width, into = inputs.baseAddress!
        guard let attributes = set.attributes else {
            cnb_gather(tree.slotCount, width, pointer(layout.embeddings[0]), tree.slotCodes.baseAddress!, into)
            return
        }
        for slot in 0..<tree.slotCount {
            let event = Int(tree.slotCodes[slot])
            var row = into + slot * width
            for (index, variable) in configuration.inputs.variables.enumerated() {
                row.update(from: pointer(layout.embeddings[index]) + Int(attributes.code(event, index)) * variable.width, count: variable.width)
                row += variable.width
            }
            if attributes.numberCount > 0 { row.update(from: attributes.numbers(event), count: attributes.numberCount) }
        }
    }

    /// Adds dL/d inputs of the different events of a tree to the gradients of the embeddings.
    ///
    /// - Parameter gradient: of the whole vector.
    func addEmbeddings(_ tree: PrefixTree, _ set: SequenceReader, _ slots: Floats, to gradient: UnsafeMutablePointer<Float>) {
        let width = configuration.inputs.width
        guard let attributes = set.attributes else {
            cnb_scatter_add(tree.slotCount, width, slots.baseAddress!, tree.slotCodes.baseAddress!, layout.embeddings[0].pointer(in: gradient))
            return
        }
        for slot in 0..<tree.slotCount {
            let event = Int(tree.slotCodes[slot])
            var row = slots.baseAddress! + slot * width
            for (index, variable) in configuration.inputs.variables.enumerated() {
                let into = layout.embeddings[index].pointer(in: gradient) + Int(attributes.code(event, index)) * variable.width
                for column in 0..<variable.width { into[column] += row[column] }
                row += variable.width
            }
        }
    }

    /// Puts back to zero what `addEmbeddings` wrote.
    func clearEmbeddings(_ tree: PrefixTree, _ set: SequenceReader, in gradient: UnsafeMutablePointer<Float>) {
        for (index, variable) in configuration.inputs.variables.enumerated() {
            let whole = layout.embeddings[index].pointer(in: gradient)
            for event in tree.slotCodes.prefix(tree.slotCount) {
                let code = set.attributes.map { $0.code(Int(event), index) } ?? event
                (whole + Int(code) * variable.width).update(repeating: 0, count: variable.width)
            }
        }
    }
}

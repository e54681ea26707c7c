import Layers
import Runtime

extension Case {
    static let decoder = [Case(name: "seq2seq-10-5", run: continuing)]

    /// An encoder and a decoder of 64 units: the last ten events, and the five after them, of 12 kinds. The peer has one embedding for what is read and said; ours are two.
    private static func continuing(_ setting: Setting) throws -> Measured {
        let name = "seq2seq-10-5", length = 10, steps = 5, states = 12, codes: [Int32], targets: [Int32]
        if setting.folder != nil {
            (codes, targets) = (try NumpyArray(path: setting.path("\(name).x.npy")).codes, try NumpyArray(path: setting.path("\(name).y.npy")).codes)
        } else {
            let (events, _) = try windows(name, count: 40_000, length: length + steps, states: states, setting)
            func columns(_ range: Range<Int>) -> [Int32] { (0..<40_000 * range.count).map { events[$0 / range.count * (length + steps) + range.lowerBound + $0 % range.count] } }
            (codes, targets) = (columns(0..<length), columns(length..<length + steps))
        }
        let set = try SequenceSet(
            codes: codes, count: targets.count / steps, length: length, vocabulary: states, targets: [.codes(targets, steps: steps, classes: states)], work: setting.work)
        let configuration = NetworkConfiguration(
            inputs: EventInputs([.init(name: nil, vocabulary: states, width: 32)]), body: .recurrent(RecurrentConfiguration(cell: .gru, hidden: [64])),
            head: .decoder(DecoderConfiguration(classes: states, steps: steps, embedding: 32)))
        return try train(configuration, set, batch: 256, setting)
    }
}

import Features
import Foundation
import Layers
import Models
import Runtime
import Store
import Testing

struct CheckpointTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-checkpoint-\(UUID().uuidString)").path

    private static func estimator(epochs: Int = 3, rate: Double = 0.003) -> GRU {
        var gru = GRU()
        gru.parameters.hidden = [8]
        gru.training.epochs = epochs
        gru.training.rate = rate
        gru.training.batch = 32
        return gru
    }

    /// Stops the work once training has told of its progress so often.
    private final class Stopper: Runtime.ProgressReporting, @unchecked Sendable {
        let cancellation: Cancellation, after: Int
        private var told = 0
        init(_ cancellation: Cancellation, after: Int) { (self.cancellation, self.after) = (cancellation, after) }
        func update(stage: String, fraction: Double?, detail: String) {
            told += 1
            if told == after { cancellation.cancel() }
        }
    }

    @Test func `a training that was stopped goes on from its file to the same bits`() throws {
        defer { unlink(path) }
        let training = chain(640, seed: 1).windows, validation = chain(100, seed: 2).windows
        let whole = try Self.estimator().fitNetwork(training, validation: validation, seed: 4)
        let cancellation = Cancellation()
        // Told of each sixteenth batch: twice an epoch.
        let work = Work(threads: 2, cancellation: cancellation, progress: Stopper(cancellation, after: 4))
        #expect(throws: Cancelled.self) {
            try Self.estimator().fitNetwork(training, validation: validation, seed: 4, checkpoint: TrainingCheckpoint(path: path, resumes: true), work: work)
        }
        let next = try Self.estimator().fitNetwork(training, validation: validation, seed: 4, checkpoint: TrainingCheckpoint(path: path, resumes: true))
        #expect(next.model.tensors == whole.model.tensors)
        #expect(next.history.epochs == whole.history.epochs && next.history.resumedEpoch == 2)
        // All epochs are done now, and the file says so.
        let again = try Self.estimator().fitNetwork(training, validation: validation, seed: 4, checkpoint: TrainingCheckpoint(path: path, resumes: true))
        #expect(again.model.tensors == whole.model.tensors)
        let anew = try Self.estimator().fitNetwork(training, validation: validation, seed: 4, checkpoint: TrainingCheckpoint(path: path, resumes: false))
        #expect(anew.history.resumedEpoch == nil && anew.model.tensors == whole.model.tensors)
    }

    @Test func `what is not the same is named`() throws {
        defer { unlink(path) }
        let training = chain(100, seed: 1).windows
        func fit(_ gru: GRU, on windows: SequenceWindows, seed: Int = 1) throws {
            _ = try gru.fitNetwork(windows, validation: nil, seed: seed, checkpoint: TrainingCheckpoint(path: path, resumes: true))
        }
        func problem(_ gru: GRU, on windows: SequenceWindows, seed: Int = 1) -> SequenceModelError? {
            #expect(throws: SequenceModelError.self) { try fit(gru, on: windows, seed: seed) }
        }
        try fit(Self.estimator(), on: training)
        #expect(problem(Self.estimator(rate: 0.01), on: training) == .checkpoint(.otherTraining("'rate' was 0.003 and is 0.01")))
        #expect(problem(Self.estimator(), on: training, seed: 2) == .checkpoint(.otherTraining("'seed' was 1 and is 2")))
        #expect(problem(Self.estimator(), on: chain(100, seed: 3).windows) == .checkpoint(.otherTraining("the training part is not the same")))
        var wider = Self.estimator()
        wider.parameters.hidden = [9]
        #expect(problem(wider, on: training) == .checkpoint(.otherTraining("the network is not the same")))
        try fit(Self.estimator(epochs: 4), on: training)
        // The tensors of a transformer have the same shapes, however many heads share them.
        func transformer(heads: Int) throws {
            var transformer = Transformer()
            (transformer.hidden, transformer.heads, transformer.training.epochs) = (8, heads, 1)
            _ = try transformer.fitNetwork(training, validation: nil, seed: 1, checkpoint: TrainingCheckpoint(path: path + "t", resumes: true))
        }
        defer { unlink(path + "t") }
        try transformer(heads: 2)
        #expect(throws: SequenceModelError.checkpoint(.otherTraining("the network is not the same"))) { try transformer(heads: 4) }
    }

    @Test func `files that are none are refused, and not written over`() throws {
        defer { unlink(path) }
        let training = chain(100, seed: 1).windows
        func problem(resumes: Bool) -> SequenceModelError? {
            #expect(throws: SequenceModelError.self) {
                try Self.estimator().fitNetwork(training, validation: nil, seed: 1, checkpoint: TrainingCheckpoint(path: path, resumes: resumes))
            }
        }
        try WholeFile.write("user,action\n1,pv\n".utf8, to: path)
        #expect(problem(resumes: false) == .checkpoint(.otherFile))
        guard case .checkpoint(.damaged) = problem(resumes: true) else { throw FileError(path, .missing) }
        #expect(try WholeFile.read(path) == Array("user,action\n1,pv\n".utf8))
        try Safetensors(metadata: ["format": "model"], entries: []).write(to: path)
        #expect(problem(resumes: false) == .checkpoint(.otherFile))
        // Cut off.
        unlink(path)
        _ = try Self.estimator().fitNetwork(training, validation: nil, seed: 1, checkpoint: TrainingCheckpoint(path: path, resumes: false))
        try WholeFile.write(try WholeFile.read(path).dropLast(100), to: path)
        guard case .checkpoint(.damaged) = problem(resumes: true) else { throw FileError(path, .missing) }
        let nowhere = TrainingCheckpoint(path: path + "/x/y", resumes: true)
        #expect(throws: FileError.self) { try Self.estimator().fitNetwork(training, validation: nil, seed: 1, checkpoint: nowhere) }
    }
}

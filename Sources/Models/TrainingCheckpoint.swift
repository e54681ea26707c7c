import Foundation
import Layers
import Runtime
import Store

/// A file in which a training keeps where it stands, and from which it goes on to the same bits as if it had never stopped.
///
/// It holds the weights, the best ones so far, the optimiser's moments and the epochs: about 16 bytes a parameter. It says of what training it is, and
/// no other goes on from it; only more epochs or another patience may be asked for. Digits are those of a machine's instruction set, which may be another one afterwards.
public struct TrainingCheckpoint: Sendable {
    public let path: String
    /// Whether to go on from the file if it is there; otherwise it is written anew.
    public let resumes: Bool
    /// How much time lies between two states within an epoch, at least.
    public var interval = Duration.seconds(60)

    public init(path: String, resumes: Bool) {
        self.path = path
        self.resumes = resumes
    }

    private static let format = "cnb training 1"

    /// Of what training it is: names and values, in the order in which a difference is told.
    struct Identity: Codable, Equatable {
        struct Member: Codable, Equatable {
            let name: String, value: String
        }

        let members: [Member]

        init(_ configuration: NetworkConfiguration, _ options: TrainingOptions, training: SequenceSet, validation: SequenceSet?) {
            var all: [(String, String)] = [("model", options.name), ("network", "\(configuration)"), ("seed", "\(options.seed)")]
            all += [
                ("batch", "\(options.batch)"), ("optimizer", options.optimiser.rawValue), ("rate", "\(options.rate)"), ("schedule", options.schedule.rawValue),
                ("warm-up", "\(options.warmUp)"), ("weight-decay", "\(options.decay)"), ("clip", "\(options.clip)"), ("dropout", "\(options.dropout)"),
                ("hidden events", "\(options.hidden.map { "\($0)" } ?? "none")"),
                ("class-weights", "\(options.classWeights)"), ("weights of the targets", "\(options.outputWeights)"), ("smoothing", "\(options.smoothing)"),
            ]
            // Where the rate does not follow from the number of all steps, there may be more of them.
            if options.schedule != .constant || options.warmUp > 0 { all.append(("epochs", "\(options.epochs)")) }
            all += [("training part", "\(training.digest)"), ("validation part", validation.map { "\($0.digest)" } ?? "none")]
            members = all.map { Member(name: $0.0, value: $0.1) }
        }

        /// The first thing that is not the same.
        func difference(to other: Identity) -> String? {
            for (own, wanted) in zip(members, other.members) where own != wanted {
                let isReadable = own.name == wanted.name && own.value.count < 40 && !own.name.hasSuffix("part")
                return isReadable ? "'\(own.name)' was \(own.value) and is \(wanted.value)" : "the \(wanted.name) is not the same"
            }
            return members.count == other.members.count ? nil : "the number of epochs counts for one of them alone"
        }
    }

    /// Where the training stood, if it is to go on from the file and the file is there.
    ///
    /// - Throws: `SequenceModelError.checkpoint` for a file that is none, or one of another training; `FileError` when it cannot be read.
    func state(_ identity: Identity) throws -> TrainingState? {
        let file: Safetensors
        do { file = try Safetensors(contentsOf: path) } catch let error as FileError {
            if case .missing = error.reason { return nil }
            throw error
        } catch let damage as Safetensors.Damage { throw SequenceModelError.checkpoint(resumes ? .damaged(damage.what) : .otherFile) }
        guard file.metadata["format"] == Self.format else { throw SequenceModelError.checkpoint(resumes ? .damaged("it is another kind of file") : .otherFile) }
        // A training that begins anew may write over one.
        guard resumes else { return nil }
        let decoder = JSONDecoder()
        let found: Identity, position: TrainingState.Position
        do {
            found = try decoder.decode(Identity.self, from: Data((file.metadata["training"] ?? "").utf8))
            position = try decoder.decode(TrainingState.Position.self, from: Data((file.metadata["position"] ?? "").utf8))
        } catch { throw SequenceModelError.checkpoint(.damaged("what it says of the training cannot be read")) }
        if let difference = found.difference(to: identity) { throw SequenceModelError.checkpoint(.otherTraining(difference)) }
        let parts = try ["parameters", "best", "first", "second"].map { name in
            guard let values = file[name], values.allSatisfy(\.isFinite) else { throw SequenceModelError.checkpoint(.damaged("its '\(name)' are missing or not finite")) }
            return values
        }
        return TrainingState(position: position, parameters: parts[0], best: parts[1], first: parts[2], second: parts[3])
    }

    /// Writes each state over the one before; the file is always whole.
    func keeper(_ identity: Identity) -> TrainingKeeper {
        TrainingKeeper(every: interval) { state in
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let metadata = [
                "format": Self.format, "training": String(decoding: try encoder.encode(identity), as: UTF8.self),
                "position": String(decoding: try encoder.encode(state.position), as: UTF8.self),
            ]
            let entries = [("parameters", state.parameters), ("best", state.best), ("first", state.first), ("second", state.second)].map { Safetensors.Entry($0.0, $0.1) }
            try Safetensors(metadata: metadata, entries: entries).write(to: path)
        }
    }
}

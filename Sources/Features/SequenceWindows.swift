/// Histories of equal length, each with what came next.
public struct SequenceWindows: Sendable {
    public let length: Int
    /// `[count, length]`, row-major; shorter histories are padded at the front with -1.
    public let codes: [Int32]
    /// The class of what came next.
    public let targets: [Int32]
    /// The user of each window, by index.
    public let groups: [Int32]
    public let vocabulary: [String]
    public let classes: [String]

    public init(length: Int, codes: [Int32], targets: [Int32], groups: [Int32], vocabulary: [String], classes: [String]) {
        self.length = length
        self.codes = codes
        self.targets = targets
        self.groups = groups
        self.vocabulary = vocabulary
        self.classes = classes
    }
}

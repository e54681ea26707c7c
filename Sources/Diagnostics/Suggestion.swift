/// The word of `candidates` that a person most probably meant, or none if nothing is near.
///
/// Near is an edit distance (insertions, deletions, exchanges and swaps of neighbours) of at most a third of the word's length, or a shared start.
/// Of equally near ones the first is given. Case does not count.
public func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased())
    // Nobody mistypes a word of such a length, and the distance would take long.
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    let allowed = wanted.count < 2 ? 0 : max(1, wanted.count / 3)
    var best: (word: String, distance: Int)?
    var starting: [String] = []
    for candidate in candidates {
        let letters = Array(candidate.lowercased())
        if wanted.count >= 2, letters.starts(with: wanted) { starting.append(candidate) }
        guard abs(letters.count - wanted.count) <= allowed else { continue }
        let distance = editDistance(wanted, letters)
        if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.word ?? (starting.count == 1 ? starting[0] : nil)
}

/// The restricted Damerau-Levenshtein distance of two words.
///
/// - Complexity: O(a · b) time, O(b) memory.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var older: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
        var current = [i + 1] + Array(repeating: 0, count: b.count)
        for j in 0..<b.count {
            let change = previous[j] + (a[i] == b[j] ? 0 : 1)
            current[j + 1] = min(change, previous[j + 1] + 1, current[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { current[j + 1] = min(current[j + 1], older[j - 1] + 1) }
        }
        older = previous
        previous = current
    }
    return previous[b.count]
}

import CKernels

/// What a softmax layer computes of some rows, and its cross entropy: a row may have several targets, or none.
struct SoftmaxRows {
    let classes: Int
    /// `[rows, classes]` twice, `[rows]`: logits (with their bias), probabilities, and logarithms of the sums of exponentials.
    let logits: Floats, probabilities: Floats, logSums: Floats

    /// The sizes of the parts.
    static func parts(rows: Int, classes: Int) -> [Int] { [rows * classes, rows * classes, rows] }

    /// From logits without their bias to probabilities.
    func finish(rows: Int, bias: UnsafePointer<Float>) { cnb_softmax(rows, classes, bias, logits.baseAddress!, probabilities.baseAddress!, logSums.baseAddress!) }

    func likeliest(_ row: Int) -> Int { firstMaximum(probabilities.baseAddress! + row * classes, classes) }

    /// The logarithm of the probability of a class.
    func logChance(_ row: Int, _ label: Int) -> Double { Double(logits[row * classes + label]) - Double(logSums[row]) }

    /// The cross entropy of some rows, whose logits it turns into dL/d logits.
    ///
    /// - Parameters:
    ///   - count: how many places with targets there are, in the order of their rows.
    ///   - row: the row of a place; not asked where there is no target.
    ///   - target: the target of a place, -1 where there is none.
    ///   - share: what a target of weight 1 counts for in the loss.
    @inline(__always)
    func learn(_ rows: Range<Int>, places count: Int, row: (Int) -> Int, target: (Int) -> Int32, _ options: LossOptions, share: Float) -> OutputTally {
        let spread = options.smoothing / Float(classes)
        var tally = OutputTally(), place = 0
        for current in rows {
            let scores = logits.baseAddress! + current * classes, chances = probabilities.baseAddress! + current * classes, logSum = logSums[current]
            let likeliest = firstMaximum(chances, classes), first = place
            var all: Float = 0, known: Float = 0
            // Of the classes' own losses, by their weights.
            let spreadLoss = spread > 0 ? spreadLoss(scores, logSum, options) : 0
            while place < count {
                let wanted = target(place)
                if wanted >= 0 {
                    guard row(place) == current else { break }
                    let weight = options.weight(wanted)
                    tally.loss += Double(1 - options.smoothing) * Double(weight) * (Double(logSum) - Double(scores[Int(wanted)])) + Double(spread) * spreadLoss
                    tally.weight += Double(weight)
                    tally.known += 1
                    if Int(wanted) == likeliest { tally.correct += 1 }
                    all += weight
                    known += 1
                }
                place += 1
            }
            let own = share * (1 - options.smoothing), others = share * spread * known
            let weight = own * all + others * options.weightSum
            if spread > 0 {
                for j in 0..<classes { scores[j] = weight * chances[j] - others * options.weight(Int32(j)) }
            } else {
                for j in 0..<classes { scores[j] = weight * chances[j] }
            }
            for earlier in first..<place {
                let wanted = target(earlier)
                if wanted >= 0 { scores[Int(wanted)] -= own * options.weight(wanted) }
            }
        }
        return tally
    }

    private func spreadLoss(_ scores: UnsafePointer<Float>, _ logSum: Float, _ options: LossOptions) -> Double {
        var sum = 0.0
        for j in 0..<classes { sum += Double(options.weight(Int32(j))) * (Double(logSum) - Double(scores[j])) }
        return sum
    }
}

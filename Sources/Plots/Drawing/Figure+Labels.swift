extension Figure {
    /// Words beside the end of a line, and how the line looks.
    struct EndLabel {
        var words: String
        /// Where the line ends.
        var y: Double
        var role: Theme.Role
    }

    /// Puts words beside the ends of lines, moved apart as little as needed so that none lies on another.
    mutating func endLabels(_ labels: [EndLabel], x: Double, limit: Double, within frame: Frame) {
        let order = labels.indices.sorted { (labels[$0].y, $0) < (labels[$1].y, $1) }
        let gap = min(line(), labels.count > 1 ? frame.height / Double(labels.count - 1) : line())
        let places = Self.spread(order.map { labels[$0].y }, gap: gap, from: frame.top, to: frame.bottom)
        for (place, index) in zip(places, order) {
            text(fitted(labels[index].words, limit), x, place, labels[index].role)
        }
    }

    /// Places at least `gap` apart that differ least from the sorted `wanted` ones (pooling neighbours that collide).
    static func spread(_ wanted: [Double], gap: Double, from low: Double, to high: Double) -> [Double] {
        var pools: [(sum: Double, count: Int)] = []
        for (index, place) in wanted.enumerated() {
            pools.append((place - Double(index) * gap, 1))
            while pools.count > 1, let last = pools.last,
                pools[pools.count - 2].sum / Double(pools[pools.count - 2].count) > last.sum / Double(last.count)
            {
                pools.removeLast()
                pools[pools.count - 1].sum += last.sum
                pools[pools.count - 1].count += last.count
            }
        }
        let room = max(low, high - Double(max(0, wanted.count - 1)) * gap)
        let bases = pools.flatMap { Array(repeating: min(max($0.sum / Double($0.count), low), room), count: $0.count) }
        return bases.enumerated().map { $1 + Double($0) * gap }
    }

    /// The widest of some words.
    func widest(_ words: some Sequence<String>, size: Double = Theme.textSize, bold: Bool = false) -> Double {
        words.reduce(0) { max($0, measure($1, size: size, bold: bold)) }
    }

    /// The room that a y axis needs to the left of its line.
    func axisWidth(_ scale: Scale) -> Double { widest(scale.tics.map(\.label), size: Theme.textSize - 0.5) + across(12) }

    /// The name of the y axis, lying above it at the left, where it is read first.
    mutating func nameY(_ name: String, of frame: Frame, left: Double? = nil) {
        let left = left ?? area.left
        text(fitted(name, area.right - left, size: Theme.smallSize), left, frame.top - (isText ? 0.5 : 16), size: Theme.smallSize, Theme.quiet)
    }

    /// The name of the x axis, in the middle below its words.
    mutating func nameX(_ name: String, of frame: Frame) {
        let limit = 2 * min((frame.left + frame.right) / 2 - area.left, area.right - (frame.left + frame.right) / 2)
        text(
            fitted(name, max(limit, frame.width), size: Theme.smallSize), (frame.left + frame.right) / 2, frame.bottom + (isText ? 2.5 : 33), .middle,
            size: Theme.smallSize, Theme.quiet)
    }

    /// The room for the two names and the words of x, in pixels or cells.
    var above: Double { isText ? 1 : 26 }
    var below: Double { isText ? 3.5 : 42 }

    /// The frame, narrower if the first or the last word of x would be cut off by the edge of the picture.
    func inset(_ frame: Frame, for x: Scale) -> Frame {
        var result = frame
        func half(_ tic: Tic) -> Double { measure(tic.label) / 2 + across(2) }
        if let first = x.tics.first {
            result.left += max(0, area.left - (frame.left + frame.width * x.position(first.value) - half(first)))
        }
        if let last = x.tics.last {
            result.right -= max(0, frame.left + frame.width * x.position(last.value) + half(last) - area.right)
        }
        return result
    }

    /// As many tics of x as have room beside each other, always with the first.
    func thinned(_ scale: Scale, width: Double) -> Scale {
        guard scale.tics.count > 1 else { return scale }
        var result = scale
        var every = 1
        let needed = widest(scale.tics.map(\.label)) + across(10)
        let spacing = width * abs(scale.position(scale.tics[1].value) - scale.position(scale.tics[0].value))
        if spacing > 0 { every = max(1, Int((needed / spacing).rounded(.up))) }
        result.tics = scale.tics.enumerated().filter { $0.offset % every == 0 }.map(\.element)
        return result
    }
}

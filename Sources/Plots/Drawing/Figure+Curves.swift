/// A line of the key of curves: what the curve is of, and its number.
struct CurveKey {
    let name: String
    let value: String
}

// Curves in a square, with a key beside it.

extension Figure {
    /// The size of a picture of curves with these names.
    static func size(beside names: [String]) -> ChartSize {
        let widest = names.reduce(0) { max($0, Letters.width($1, size: Theme.textSize)) }
        return ChartSize(clamping: 520 + Int(min(widest, 200)), 440)
    }

    /// Names the axes of a square plot, writes the key beside it, and says where the plot lies.
    ///
    /// - Parameters:
    ///   - heading: what the numbers of the key are.
    ///   - share: how much of the height the plot takes; the rest below it stays free.
    mutating func frame(beside key: [CurveKey], heading: String, x: (name: String, scale: Scale), y: (name: String, scale: Scale), share: Double = 1) -> Frame {
        let left = area.left + axisWidth(y.scale)
        let top = area.top + above
        let height = (area.bottom - below - top) * share
        let swatch = across(18)
        let gap = across(8)
        let valueWidth = widest(key.map(\.value) + (heading.isEmpty ? [] : [heading]), bold: true)
        let names = key.map(\.name)
        let wanted = across(24) + swatch + gap + widest(names) + gap * 2 + valueWidth
        let free = area.right - left
        let listWidth = min(wanted, free * 0.5)
        // Two cells of a terminal are about as wide as one is high.
        let side = min(isText ? height * 2.2 : height / share, free - listWidth)
        let frame = Frame(left: left, top: top, right: left + side, bottom: isText ? top + height : top + min(side * share, height))

        nameY(y.name, of: frame)
        if share == 1 { nameX(x.name, of: frame) }
        let keyX = frame.right + across(24)
        let nameLimit = min(widest(names), max(across(24), area.right - keyX - swatch - gap * 3 - valueWidth))
        let right = keyX + swatch + gap + nameLimit + gap * 2 + valueWidth
        let step = min(line() * (isText ? 1 : 1.25), frame.height / Double(key.count + 1))
        let size = min(Theme.textSize, max(5, step * 0.85))
        var place = frame.top + step / 2
        text(heading, right, place, .end, size: min(Theme.smallSize, size), Theme.quiet)
        for (index, entry) in key.enumerated() {
            place += step
            let role = Theme.series[index % Theme.series.count]
            sample(keyX, place, length: swatch, role, dash: Theme.dash(index), width: 2.5, index: index)
            text(fitted(entry.name, nameLimit, size: size), keyX + swatch + gap, place, size: size)
            text(entry.value, right, place, .end, size: size, bold: true)
        }
        return frame
    }

    /// The look of a curve of the key.
    func stroke(ofCurve index: Int) -> String { stroke(Theme.series[index % Theme.series.count], width: 2.2, dash: Theme.dash(index), index: index) }

    /// The points without those that move a curve in the unit square by less than a third of a pixel of a large picture.
    static func corners(_ x: [Double], _ y: [Double]) -> [Int] {
        let limit = 0.0006
        guard x.count > 400 else { return Array(x.indices) }
        var kept = [0]
        var turning: Int?
        for index in 1..<x.count {
            let last = kept[kept.count - 1]
            let dx = x[index] - x[last]
            let dy = y[index] - y[last]
            if abs(dx) > limit || abs(dy) > limit {
                // The point before a long step is a corner.
                if let corner = turning, abs(dx) > 2 * limit || abs(dy) > 2 * limit { kept.append(corner) }
                kept.append(index)
                turning = nil
            } else {
                turning = index
            }
        }
        if kept.last != x.count - 1 { kept.append(x.count - 1) }
        return kept
    }
}

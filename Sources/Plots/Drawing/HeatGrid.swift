/// A grid of coloured cells with words in them, as a matrix of counts or a plane of scores is shown.
struct HeatGrid {
    struct Cell {
        /// 0 for nothing, 1 for the most.
        var heat: Double
        /// The number that matters.
        var count: Int
        /// A line below it that gives way first.
        var second: String
        var isBold = false
        /// In place of the count.
        var words: String?
        /// Whether the heat is of too little, in the other colour.
        var isBelow = false

        func text(isShort: Bool) -> String { words ?? (isShort ? Format.short(count) : Format.count(count)) }
    }

    /// Names the columns together and the rows together.
    var columnAxis: String, rowAxis: String
    var columns: [String], rows: [String]
    /// Row by row, from the top.
    var cells: [[Cell]]
    /// Words at the right end of each row, and over them.
    var totals: [String] = [], totalsName = ""

    /// The opacity of the heat colour; the least is still seen as a cell.
    static func opacity(_ heat: Double) -> Double { 0.045 + 0.955 * min(max(heat, 0), 1) }
    /// Letters turn light here; both readings keep a contrast of at least 4 to 1.
    static func needsLightLetters(_ heat: Double) -> Bool { opacity(heat) > 0.66 }

    static func preferredSize(columns: Int, rows: Int, rowNames: [String], hasTotals: Bool) -> ChartSize {
        let most = max(columns, rows)
        let (width, height) = most <= 4 ? (112, 72) : most <= 6 ? (88, 60) : most <= 8 ? (70, 50) : (56, 44)
        let names = min(180, rowNames.reduce(0) { max($0, Letters.width($1, size: Theme.textSize)) })
        return ChartSize(clamping: max(360, Int(names) + columns * width + (hasTotals ? 96 : 30)), max(220, rows * height + (most <= 6 ? 66 : 150)))
    }

    func draw(_ figure: inout Figure) {
        let area = figure.area
        let rowLimit = min(figure.widest(rows + [rowAxis]), area.width * 0.3)
        let totalsRoom = totals.isEmpty ? 0 : min(figure.widest(totals + [totalsName], size: Theme.smallSize) + 14, area.width * 0.2)
        let left = area.left + rowLimit + 12
        let freeWidth = area.right - left - totalsRoom
        let freeHeight = area.height - 44
        let upright = figure.widest(columns) > freeWidth / Double(columns.count) - 8 && freeWidth / Double(columns.count) < 76
        let headRoom = upright ? min(figure.widest(columns), min(130, area.height * 0.3)) + 8 : 22
        let cellHeight = min((freeHeight - headRoom + 22) / Double(rows.count), 110)
        let cellWidth = min(freeWidth / Double(columns.count), max(cellHeight * 2.2, 30))
        let top = area.top + 18 + headRoom
        let frame = Frame(left: left, top: top, right: left + cellWidth * Double(columns.count), bottom: top + cellHeight * Double(rows.count))

        figure.text(
            figure.fitted(columnAxis, max(frame.width, area.right - left), size: Theme.smallSize), frame.left, area.top + 8, size: Theme.smallSize,
            Theme.quiet)
        figure.text(
            figure.fitted(rowAxis, rowLimit, size: Theme.smallSize), frame.left - 10, frame.top - 12, .end, size: Theme.smallSize, Theme.quiet)
        for (index, name) in columns.enumerated() {
            let middle = frame.left + (Double(index) + 0.5) * cellWidth
            if upright {
                figure.text(figure.fitted(name, headRoom - 8), middle, frame.top - 6, .start, upright: true)
            } else {
                figure.text(figure.fitted(name, cellWidth - 6), middle, frame.top - 12, .middle)
            }
        }
        if !totals.isEmpty { figure.text(totalsName, frame.right + totalsRoom, frame.top - 12, .end, size: Theme.smallSize, Theme.quiet) }

        let letters = CellLetters(self, figure, width: cellWidth, height: cellHeight)
        var boxes: [[Double]] = []
        for (row, line) in cells.enumerated() {
            let middle = frame.top + (Double(row) + 0.5) * cellHeight
            figure.text(figure.fitted(rows[row], rowLimit), frame.left - 10, middle, .end)
            if row < totals.count { figure.text(totals[row], frame.right + totalsRoom, middle, .end, size: Theme.smallSize, Theme.quiet) }
            for (column, cell) in line.enumerated() {
                boxes.append(box(row: row, column: column, cellWidth, cellHeight, cell))
                letters.write(cell, at: (frame.left + (Double(column) + 0.5) * cellWidth, middle), &figure)
            }
        }
        let block = figure.block(rows: boxes)
        figure.panel(
            frame, x: Scale(lower: 0, upper: Double(columns.count), tics: []), y: Scale(lower: 0, upper: Double(rows.count), tics: []), grid: false,
            baseline: false, ["\(block) using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable"])
    }

    /// A box of gnuplot's: middle, sides and colour. Cells stand one pixel apart, so that the page is seen between them.
    private func box(row: Int, column: Int, _ width: Double, _ height: Double, _ cell: Cell) -> [Double] {
        let x = Double(column), y = Double(rows.count - row - 1)
        let (dx, dy) = (0.75 / width, 0.75 / height)
        let sides = [x + 0.5, y + 0.5, x + dx, x + 1 - dx, y + dy, y + 1 - dy].map { ($0 * 1e4).rounded() / 1e4 }
        return sides + [Figure.colourNumber(cell.isBelow ? Theme.below : Theme.heat, opacity: Self.opacity(cell.heat))]
    }

    /// The letters of all cells: of one size, as large as the fullest cell allows. Below nine pixels counts are shortened to `3.4k`, and
    /// what still does not fit is left out.
    private struct CellLetters {
        let size: Double?
        let secondSize: Double?
        let isShort: Bool
        let apart: Double

        init(_ grid: HeatGrid, _ figure: Figure, width: Double, height: Double) {
            let room = width - 5
            func fitting(_ words: [(text: String, isBold: Bool)], _ most: Double) -> Double {
                words.reduce(most) { min($0, most * room / max(1, figure.measure($1.text, size: most, bold: $1.isBold))) }
            }
            let cells = grid.cells.flatMap { $0 }
            let second = fitting(cells.map { ($0.second, false) }, 11)
            secondSize = height >= 32 && second >= 8 && cells.contains { !$0.second.isEmpty } ? second : nil
            let most = min(secondSize != nil || height >= 24 ? 13.0 : 11.0, height * 0.8)
            let whole = fitting(cells.map { ($0.text(isShort: false), $0.isBold) }, most)
            let short = fitting(cells.map { ($0.text(isShort: true), $0.isBold) }, most)
            isShort = whole < 9
            size = !isShort ? whole : short >= 7 ? short : nil
            apart = min(8.5, height * 0.22)
        }

        func write(_ cell: Cell, at place: (x: Double, y: Double), _ figure: inout Figure) {
            guard let size else { return }
            let role = needsLightLetters(cell.heat) ? Theme.onHeat : Theme.ink
            let words = cell.text(isShort: isShort)
            guard let secondSize, !cell.second.isEmpty else {
                figure.text(words, place.x, place.y, .middle, size: size, bold: cell.isBold, role)
                return
            }
            figure.text(words, place.x, place.y - apart, .middle, size: size, bold: cell.isBold, role)
            figure.text(cell.second, place.x, place.y + apart + 0.5, .middle, size: secondSize, role)
        }
    }
}

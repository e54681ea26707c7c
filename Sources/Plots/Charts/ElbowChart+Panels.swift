extension ElbowChart {
    /// Inertia and each score in a panel of its own, two beside each other.
    func panels(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let area = figure.area, all = [Measure(name: "inertia", hint: "squared distances to the centroids", values: inertias.map { $0 }, best: knee)] + measures
        let columns = area.width >= 420 ? 2 : 1, rows = (all.count + columns - 1) / columns
        let between = 34.0, head = 34.0, foot = 24.0, height = max(24, (area.height - figure.below + foot) / Double(rows) - head - foot)
        let scales = all.map { Self.scale($0, steps: max(2, Int(height / 34))) }
        let room = scales.map(figure.axisWidth).max() ?? 0
        let width = (area.width - between * Double(columns - 1) - figure.across(10)) / Double(columns) - room
        let x = counts(width)
        for (index, measure) in all.enumerated() {
            let (row, column) = (index / columns, index % columns)
            let left = area.left + room + Double(column) * (width + room + between), top = area.top + head + Double(row) * (height + head + foot)
            let frame = Frame(left: left, top: top, right: left + width, bottom: top + height)
            let isLowest = index + columns >= all.count, edge = left - room + 4
            let name = measure.name.prefix(1).uppercased() + measure.name.dropFirst()
            figure.text(name, edge, top - 20, bold: true, Theme.words[index % Theme.words.count])
            let verdict = measure.best.map { index == 0 ? "knee at \($0)" : "best \($0)" } ?? (index == 0 ? "no clear knee" : "none of these")
            figure.text(verdict, frame.right, top - 20, .end, size: Theme.smallSize, bold: measure.best != nil, measure.best == nil ? Theme.quiet : Theme.words[index % Theme.words.count])
            let after = edge + figure.measure(String(name), bold: true) + 8, before = frame.right - figure.measure(verdict, size: Theme.smallSize, bold: true) - 10
            figure.text(figure.fitted(measure.hint, max(20, before - after), size: Theme.smallSize), after, top - 20, size: Theme.smallSize, Theme.quiet)
            if isLowest { figure.nameX("number of clusters", of: frame) }
            figure.panel(frame, x: figure.thinned(x, width: width), y: scales[index], lines(measure, index, frame, x, scales[index], &figure))
        }
        return figure.commands
    }

    /// The axis of the numbers of clusters, with a little room at both ends.
    private func counts(_ width: Double) -> Scale {
        let (first, last) = (Double(clusterCounts[0]), Double(clusterCounts[clusterCounts.count - 1])), room = max(0.25, (last - first) * 0.04)
        var x = Scale.linear(first, last, steps: 12, whole: true, exact: true)
        if clusterCounts.count <= 24 { x.tics = clusterCounts.map { Tic(value: Double($0), label: Format.count($0)) } }
        (x.lower, x.upper) = (first - room, last + room)
        return x
    }

    private static func scale(_ measure: Measure, steps: Int) -> Scale {
        let values = measure.values.compactMap { $0 } + measure.bounds.compactMap { $0 }.flatMap { [$0.lowerBound, $0.upperBound] }
        guard let low = values.min(), let high = values.max() else { return Scale(lower: 0, upper: 1, tics: []) }
        // Where the values begin near 0, the axis does too.
        return Scale.linear(low > 0 && low < high * 0.6 ? 0 : low, high, steps: steps)
    }

    private func lines(_ measure: Measure, _ index: Int, _ frame: Frame, _ x: Scale, _ y: Scale, _ figure: inout Figure) -> [String] {
        let role = Theme.series[index % Theme.series.count], at = clusterCounts.map(Double.init)
        guard measure.values.contains(where: { $0 != nil }) else {
            figure.text("not known", (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, .middle, Theme.quiet)
            return []
        }
        var plots: [String] = []
        if measure.bounds.contains(where: { $0 != nil }) {
            let block = figure.block(at, measure.bounds.map { $0?.lowerBound ?? .nan }, measure.bounds.map { $0?.upperBound ?? .nan })
            plots.append("\(block) using 1:2:3 with filledcurves fillcolor rgb '\(Figure.colour(role, opacity: 0.18))'")
        }
        let block = figure.block(at, measure.values.map { $0 ?? .nan })
        plots.append("\(block) using 1:2 with lines \(figure.stroke(role, width: 2.2, index: index))")
        if at.count <= 40 { plots.append("\(block) using 1:2 with points \(figure.mark(role, radius: 2.6))") }
        if let best = measure.best, let place = clusterCounts.firstIndex(of: best), let value = measure.values[place] {
            let px = frame.left + frame.width * x.position(Double(best)), py = frame.bottom - frame.height * y.position(value)
            figure.dot(px, py, radius: 6.5, Theme.paper)
            figure.dot(px, py, radius: 6.5, role, hollow: true)
            figure.dot(px, py, radius: 3, role)
        }
        return plots
    }

    public func text(_ page: TextPage) -> [String]? {
        guard !measures.isEmpty else { return nil }
        func cells(_ values: [Double?], _ best: Int?) -> [String] {
            zip(clusterCounts, values).map { count, value in (value.map(Format.significant) ?? "–") + (count == best ? "*" : " ") }
        }
        let columns = [cells(inertias.map { $0 }, knee)] + measures.map { cells($0.values, $0.best) }
        let body = clusterCounts.indices.map { place in [Format.count(clusterCounts[place])] + columns.map { $0[place] } }
        return page.table(["clusters", "inertia "] + measures.map { $0.name + " " }, body) + page.wrapped("* " + (knee == nil ? "the best of a score; inertia has no clear knee" : "the knee of inertia, and the best of each score"))
    }
}

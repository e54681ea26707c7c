import Runtime

extension Mixture {
    /// A row whose likeliest component is less probable than this is told as lying between segments.
    static let softBelow = 0.8

    public func segmentation(of rows: SegmentRows, work: Work) throws -> Segmentation {
        let attempts = try attempts(rows.numbers, work: work), fits = attempts.fits
        var best = fits[0]
        for fit in fits where fit.bic < best.bic { best = fit }
        let components = best.model.weights.count
        let (unordered, certainties) = try best.model.likeliest(rows.numbers.values, work: work)
        let order = SegmentOrder(unordered, count: components)
        let model = best.model.ordered(order.kept)

        var remarks = [
            "\(NumberText.counted(components, "components")) of \(covariance.rawValue) covariance, \(NumberText.counted(model.parameterCount, "parameters"))"
                + (fits.count > 1 ? ", the least BIC of k=\(NumberText.ranges(fits.map(\.model.weights.count)))" : "")]
        remarks.append(
            "the likeliest of \(NumberText.counted(restarts, "restarts")), "
                + (best.converged ? "settled after \(NumberText.counted(best.iterations, "iterations"))" : "not settled after \(NumberText.counted(best.iterations, "iterations")): iterations=\(iterations * 5) goes on"))
        if fits.count > 1, components == counts.max(), components < Self.mostComponents {
            remarks.append("BIC is least at the largest k that was tried: k=\(components)..\(min(Self.mostComponents, components + 4)) looks further")
        }
        if !attempts.wanting.isEmpty { remarks.append("left out for want of rows that differ: k=\(NumberText.ranges(attempts.wanting))") }
        if !attempts.collapsed.isEmpty {
            remarks.append("left out because a component shrank until its covariance could not be inverted: k=\(NumberText.ranges(attempts.collapsed)); ridge=\(max(0.001, 10 * ridge)) widens them")
        }
        let empty = components - order.kept.count
        if empty > 0 { remarks.append("\(NumberText.counted(empty, "components")) \(empty == 1 ? "is" : "are") the likeliest of no row, and left out") }
        let thin = model.thinComponents(ridge: ridge, of: rows.numbers.values)
        if !thin.isEmpty {
            remarks.append(
                "\(thin.count == 1 ? "segment" : "segments") \(thin.map { String($0 + 1) }.joined(separator: ", ")) \(thin.count == 1 ? "is" : "are") flat in some direction (equal rows, or a column that "
                    + "nearly follows from others), which BIC rewards: \(ridge < 0.01 ? "ridge=0.01 widens \(thin.count == 1 ? "it" : "them")" : "inputs= leaves such columns out")")
        }
        let soft = certainties.count { $0 < Self.softBelow }
        remarks.append("soft: \(NumberText.rate(soft, of: rows.count)) rows are of their segment with a probability below \(NumberText.percent(Self.softBelow, 0))")

        var tables = [componentTable(model, order, certainties)]
        if fits.count > 1 { tables.append(choiceTable(fits)) }
        return Segmentation(
            model: model, labels: order.labels, sizes: order.sizes,
            measures: [("BIC", best.bic), ("log likelihood", best.logLikelihood), ("AIC", best.aic)], remarks: remarks, tables: tables)
    }

    private func componentTable(_ model: Fitted, _ order: SegmentOrder, _ certainties: [Double]) -> ModelTable {
        var sums = [Double](repeating: 0, count: order.sizes.count)
        var soft = [Int](repeating: 0, count: order.sizes.count)
        for (row, label) in order.labels.enumerated() {
            sums[label] += certainties[row]
            if certainties[row] < Self.softBelow { soft[label] += 1 }
        }
        let rows = order.sizes.indices.map { segment -> [ModelTable.Cell] in
            [
                .text(String(segment + 1)), .number(model.weights[segment], digits: 4), .number(sums[segment] / Double(order.sizes[segment]), digits: 4),
                .text(NumberText.rate(soft[segment], of: order.sizes[segment])),
            ]
        }
        return ModelTable(
            "Components", columns: ["segment", "weight", "certainty", "soft rows"], rows: rows,
            notes: ["weight: the share of the component in the mixture; certainty: the mean probability with which its rows are of it"])
    }

    private func choiceTable(_ fits: [Fit]) -> ModelTable {
        ModelTable(
            "Components by BIC", columns: ["k", "BIC", "log likelihood", "AIC", "parameters"],
            rows: fits.map { fit in
                [
                    .number(Double(fit.model.weights.count), digits: 0), .number(fit.bic, digits: 1), .number(fit.logLikelihood, digits: 1), .number(fit.aic, digits: 1),
                    .number(Double(fit.model.parameterCount), digits: 0),
                ]
            }, notes: ["the least BIC is kept"])
    }
}

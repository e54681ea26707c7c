import Events
import Features
import Language
import Models
import Runtime
import Tables

extension FitCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        if let clustering = Self.clustering(call.variant) { return try clustering.init().plan(call, on: input) }
        guard let model = Self.sequenceModels.first(where: { $0.variant.word == call.variant }) else { return nil }
        return try plan(model.variant.word, try model.estimator(call), call, input)
    }

    /// A network is trained for one pass and for two on the windows of a few users: the difference is a pass. Another model is fitted on half of them and on all: what that takes longer grows with the windows.
    private func plan(_ name: String, _ given: any SequenceEstimator, _ call: Call, _ input: Input?) throws -> Plan {
        let work = Probe.quiet(call.context.work)
        if let table = input?.value.asTable { return try plan(name, given, call, table) }
        let events = try EventsValue.read(input, call)
        let probe = try EventsProbe(events, work: work)
        let network = given as? any NeuralEstimator
        let epochs = network?.training.epochs ?? 1
        let patience = network?.training.patience ?? 0
        let (task, _) = try Self.task(call, events, probe.part)
        let seed = try call[Self.seed] ?? call.context.seed
        let split = Self.plan(for: task, events)
        // Most events have one before them.
        var total = max(1, probe.total - Int(Double(probe.total) * Double(probe.part.userCount) / Double(max(1, probe.part.count))))
        var pass = 0.0
        var once = 0.0
        var scoring = 0.0
        var parts = (training: 0, validation: 0, test: 0)
        let classes = try Self.classes(task, probe.part, work)
        var size = max(1000, (network?.training.batch ?? 0) * 4)
        do {
            while true {
                let slice = try probe.slice(size, work: work)
                let windows = try EventWindows(of: slice, task, work: work)
                // Of users or sessions there is one window each.
                if case .label = task.target { total = max(1, Int(Double(probe.total) * Double(windows.count) / Double(max(1, slice.count)))) }
                parts = try Self.parts(of: windows, split, seed: seed, work: work)
                let training = try windows.windows.continued(Array(0..<parts.training), ahead: given.ahead)
                let validation = parts.validation == 0 ? nil : try windows.windows.continued(Array(parts.training..<parts.training + parts.validation), ahead: given.ahead)
                let rest = try windows.windows.continued(Array(parts.training + parts.validation..<parts.training + parts.validation + parts.test), ahead: given.ahead)
                func trained(_ epochs: Int) throws -> (seconds: Double, model: any SequenceModel) {
                    var estimator = given
                    if var network {
                        network.training.epochs = epochs
                        estimator = network
                    }
                    var model: (any SequenceModel)?
                    let took = try Probe.seconds { model = try estimator.fit(training, validation: validation, seed: seed, work: work).model }
                    guard let model else { throw SequenceModelError.noWindows }
                    return (took, model)
                }
                let half = network == nil ? try training.subset(Array(0..<training.count / 2)) : training
                func trainedOnHalf() throws -> Double { try Probe.seconds { _ = try given.fit(half, validation: validation, seed: seed, work: work) } }
                // The first network of all pays for cold memory, which the real one does once.
                if pass == 0 { _ = try trained(1) }
                let one = try trained(1)
                // The events of a few users hold few of very many classes, of which each costs time.
                let found = windows.windows.outputs.reduce(0) { $0 + $1.classes.count }
                let wider = network != nil && classes > Self.mostClasses ? Double(classes) / Double(max(1, found)) : 1
                let scale = Double(total) / Double(max(1, windows.count)) * wider
                var growth = 0.0
                if network == nil {
                    growth = max(0, one.seconds - (try trainedOnHalf())) * 2
                    if growth == 0 { growth = one.seconds }
                    pass = growth * scale
                    once = max(0, one.seconds - growth)
                } else {
                    let two = try trained(2)
                    growth = one.seconds + two.seconds
                    pass = max(0, two.seconds - one.seconds) * scale
                    if pass == 0 { pass = two.seconds / 2 * scale }
                    once = max(0, one.seconds * scale - pass)
                }
                scoring = rest.count == 0 ? 0 : try Probe.seconds { _ = try one.model.predict(rest, work: work) } * scale
                if growth > 0.06 || slice.count >= probe.part.count || size >= total { break }
                size *= 4
            }
        } catch { return Plan(probe.reading + [try Probe.unmeasured("train \(name)", amount: probe.amount, error)]) }
        let windowing = try probe.seconds(work) { _ = try EventWindows(of: $0, task) }
        let known = parts.training + parts.validation + parts.test
        let trainingRows = Int(Double(total) * Double(parts.training) / Double(max(1, known)))
        let bytes = total * 36
        let stop = patience > 0 && parts.validation > 0 ? "; training ends earlier when the validation loss no longer falls" : ""
        return Plan(
            probe.reading + [
                Plan.Step(
                    "make windows", amount: "\(Plan.rows(total, isExact: false, "windows")) of \(task.length)", seconds: windowing + once,
                    remark: "while it trains \(NumberText.bytes(bytes * 2)) are in use for them; the model keeps none"),
                Plan.Step(
                    "train \(name)",
                    amount: "\(network == nil ? "" : "at most \(NumberText.counted(epochs, "passes")) over ")\(Plan.rows(trainingRows, isExact: false, "windows"))",
                    seconds: pass * Double(epochs), remark: network == nil ? "" : "about \(Plan.text(seconds: pass)) a pass\(stop)"),
                Plan.Step("score held-back windows", seconds: scoring),
            ])
    }

    /// How many classes the next events have.
    private static func classes(_ task: SequenceTask, _ log: EventLog, _ work: Work) throws -> Int {
        try task.targets.reduce(0) { sum, target in
            guard case .next(let name) = target, log.column(named: name)?.kind == .text else { return sum }
            return sum + (try log.codes(of: name, work: work).names.count)
        }
    }

    /// Of a table it is fitted on some of the rows, for one pass.
    private func plan(_ name: String, _ given: any SequenceEstimator, _ call: Call, _ table: TableValue) throws -> Plan {
        let work = Probe.quiet(call.context.work)
        let rows = min(table.table.rowCount, 2000)
        let probe = table.with(table.table.subset(rows: (0..<Int32(rows)).map { $0 }))
        let lesson = try Self.lesson(probe, call)
        var estimator = given
        var epochs = 1
        if var network = given as? any NeuralEstimator {
            epochs = network.training.epochs
            network.training.epochs = 1
            estimator = network
        }
        let training = try lesson.windows.subset(lesson.divided(call[Self.seed] ?? call.context.seed).split.training)
        let took = try Probe.seconds { _ = try estimator.fit(training, validation: nil, seed: 0, work: work) }
        let pass = took * Double(table.table.rowCount) / Double(max(1, rows))
        return Plan([
            Plan.Step(
                "train \(name)", amount: "at most \(NumberText.counted(epochs, "passes")) over \(Plan.rows(table.table.rowCount, isExact: true, table.rowNoun))", seconds: pass * Double(epochs),
                remark: "about \(Plan.text(seconds: pass)) a pass")
        ])
    }

    /// How many of the windows train, validate and test. The shares are those of the split; which rows they are is no matter for the time.
    private static func parts(of windows: EventWindows, _ plan: SplitPlan, seed: Int, work: Work) throws -> (training: Int, validation: Int, test: Int) {
        do {
            let split = try plan.divide(windows, seed: seed, work: work)
            if split.training.count * 4 >= windows.count { return (split.training.count, split.validation.count, split.test.count) }
        } catch is DataError {
            // So few users that the split leaves nothing.
        }
        let (test, validation) = (Int(Double(windows.count) * plan.test), Int(Double(windows.count) * plan.validation))
        return (windows.count - test - validation, validation, test)
    }
}

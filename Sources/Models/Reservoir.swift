import Algebra
import Features
import Runtime

/// The fixed part of an echo state network: leaky tanh units with random sparse connections, fed by random embeddings of what is known of an event.
///
///     x(t) = (1 - leak) · x(t - 1) + leak · tanh(W · x(t - 1) + Σ E_variable[code] + Σ number · e + bias),    x = 0 before a window's first event.
struct Reservoir: Sendable {
    let units: Int
    private let leak: Float
    let connections: SparseMatrix
    /// What each word of each variable feeds, a row each; the bias is in the rows of the first variable, or a row of its own where there are numbers alone.
    let embeddings: [Float]
    /// The row of each variable's first word.
    private let firstRows: [Int]
    private let numberRows: [Float]
    private let scales: [NumberScale]

    /// Draws a reservoir: from streams of their own the connections (each unit is fed by the same number of units, at least one, with weights from -1 to 1, which are then scaled
    /// to the spectral radius) and the embeddings (from -scale to scale).
    ///
    /// - Throws: `SequenceModelError.eigenvalues`, or `Cancelled`.
    init(_ options: EchoState, variables: [SequenceInputs.Variable], scales: [NumberScale], seed: Int, work: Work) throws {
        units = options.hidden
        leak = Float(options.leak)
        self.scales = scales
        let fanIn = max(1, Int((options.density * Double(units)).rounded()))
        var stream = RandomStream(seed: seed, name: EchoState.schema.name, purpose: "connections")
        var columns: [Int32] = []
        var others = (0..<units).map { Int32($0) }
        for _ in 0..<units {
            for place in 0..<fanIn { others.swapAt(place, place + stream.below(units - place)) }
            columns += others[..<fanIn].sorted()
        }
        let weights = columns.map { _ in Float(2 * stream.uniform() - 1) }
        var drawn = SparseMatrix(size: units, starts: (0...units).map { Int32($0 * fanIn) }, columns: columns, values: weights)
        try work.check()
        guard let found = drawn.spectralRadius() else { throw SequenceModelError.eigenvalues }
        // Connections without any cycle have no radius to scale.
        let factor = found > 0 ? Float(options.radius / found) : 1
        for place in drawn.values.indices { drawn.values[place] *= factor }
        connections = drawn

        stream = RandomStream(seed: seed, name: EchoState.schema.name, purpose: "embeddings")
        func row() -> [Float] { (0..<options.hidden).map { _ in Float(options.inputScale * (2 * stream.uniform() - 1)) } }
        let bias = row()
        numberRows = scales.flatMap { _ in row() }
        var embeddings: [Float] = variables.isEmpty ? bias : []
        var firstRows: [Int] = []
        embeddings.reserveCapacity(options.hidden * variables.reduce(1) { $0 + $1.vocabulary.count })
        for (index, variable) in variables.enumerated() {
            firstRows.append(embeddings.count / options.hidden)
            for word in 0..<variable.vocabulary.count {
                if word & 0xFFF == 0 { try work.check() }
                let drawn = row()
                embeddings += index == 0 ? zip(drawn, bias).map { $0 + $1 } : drawn
            }
        }
        self.embeddings = embeddings
        self.firstRows = firstRows
    }

    /// The memory of a worker: states of `lanes` windows, and what they are fed.
    final class Room {
        fileprivate let leak: UnsafeMutableBufferPointer<Float>
        fileprivate var state: UnsafeMutableBufferPointer<Float>
        fileprivate var next: UnsafeMutableBufferPointer<Float>
        fileprivate let drive: UnsafeMutableBufferPointer<Float>
        private let memory: Workspace<Float>

        init(_ reservoir: Reservoir) {
            let size = reservoir.units * SparseMatrix.lanes
            memory = Workspace(parts: [SparseMatrix.lanes, size, size, size])
            leak = memory.next()
            state = memory.next()
            next = memory.next()
            drive = memory.next()
        }
    }

    /// The states after the last events of some windows, each followed by a 1: `[ranks.count, units + 1]`.
    ///
    /// Windows go side by side; one that has ended keeps its state. The digits of a window's state follow from that window alone.
    func states(_ ranks: ArraySlice<Int32>, of windows: Events, room: Room, into states: UnsafeMutablePointer<Float>) {
        let lanes = SparseMatrix.lanes
        for start in stride(from: ranks.startIndex, to: ranks.endIndex, by: lanes) {
            let rows = ranks[start..<min(ranks.endIndex, start + lanes)]
            room.state.update(repeating: 0)
            let longest = rows.reduce(0) { max($0, Int(windows.rows.lengths[Int($1)])) }
            embeddings.withUnsafeBufferPointer { embeddings in
                withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: lanes) { drive in
                    for step in 0..<longest {
                        for lane in 0..<lanes {
                            room.leak[lane] = 0
                            drive.initializeElement(at: lane, to: embeddings.baseAddress!)
                            guard lane < rows.count else { continue }
                            let row = Int(rows[rows.startIndex + lane])
                            guard step < Int(windows.rows.lengths[row]) else { continue }
                            room.leak[lane] = leak
                            let event = Int(windows.windows.events[Int(windows.rows.firsts[row]) + step])
                            drive[lane] = feed(event, windows.windows.inputs, embeddings.baseAddress!, scratch: room.drive.baseAddress! + lane * units)
                        }
                        connections.leakyStep(leak: room.leak.baseAddress!, drive: drive.baseAddress!, state: room.state.baseAddress!, into: room.next.baseAddress!)
                        swap(&room.state, &room.next)
                    }
                }
            }
            for lane in 0..<rows.count {
                let into = states + (start - ranks.startIndex + lane) * (units + 1)
                for unit in 0..<units { into[unit] = room.state[unit * lanes + lane] }
                into[units] = 1
            }
        }
    }

    /// What an event feeds to each unit: where that lies, which is a row of the embeddings or the scratch.
    private func feed(_ event: Int, _ inputs: SequenceInputs, _ embeddings: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
        guard let events = inputs.events else { return embeddings + event * units }
        let variables = firstRows.count
        func row(_ variable: Int) -> UnsafePointer<Float> { embeddings + (firstRows[variable] + Int(events.codes[event * variables + variable])) * units }
        let first = variables == 0 ? embeddings : row(0)
        if variables == 1, scales.isEmpty { return first }
        scratch.update(from: first, count: units)
        for variable in 0..<max(0, variables - 1) {
            let add = row(variable + 1)
            for unit in 0..<units { scratch[unit] += add[unit] }
        }
        numberRows.withUnsafeBufferPointer { rows in
            for (number, scale) in scales.enumerated() {
                let value = events.numbers[event * scales.count + number]
                // No value counts as the mean.
                guard !value.isNaN else { continue }
                let scaled = Float((value - scale.mean) / scale.deviation), add = rows.baseAddress! + number * units
                for unit in 0..<units { scratch[unit] += scaled * add[unit] }
            }
        }
        return UnsafePointer(scratch)
    }

    /// Checked windows, in an order that puts equally long ones side by side.
    struct Events: Sendable {
        let windows: SequenceWindows
        let rows: WindowRows
        /// The longest first; of equally long ones the first.
        let order: [Int32]

        /// - Throws: `SequenceModelError` for events that there are not or numbers that are not finite; `Cancelled`.
        init(_ windows: SequenceWindows, work: Work) throws {
            self.windows = windows
            let rows = try WindowRows(windows, work: work)
            self.rows = rows
            let numbers = windows.inputs.numbers.count
            if let events = windows.inputs.events, numbers > 0 {
                try work.forEachStretch(of: events.numbers.count) {
                    for place in $0 where events.numbers[place].isInfinite { throw SequenceModelError.notFinite(row: place / numbers, column: place % numbers, isOfEvents: true) }
                }
            }
            var starts = [Int](repeating: 0, count: windows.length + 2)
            for length in rows.lengths { starts[windows.length - Int(length) + 1] += 1 }
            for place in 0...windows.length { starts[place + 1] += starts[place] }
            var order = [Int32](repeating: 0, count: windows.count)
            try work.forEachStretch(of: windows.count) {
                for row in $0 {
                    let place = windows.length - Int(rows.lengths[row])
                    order[starts[place]] = Int32(row)
                    starts[place] += 1
                }
            }
            self.order = order
        }
    }
}

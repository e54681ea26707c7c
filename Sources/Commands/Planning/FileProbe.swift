import Events
import Foundation
import Language
import Runtime
import Store
import Tables

/// What the head of a file says of reading all of it, and the files beside it.
struct FileProbe {
    /// The rows of the head.
    let table: Table
    /// The rows of all files, estimated from the bytes that those of the head take; counted where the head is all there is.
    let rows: Int
    let isExact: Bool
    let bytesInMemory: Int

    private let head: FileHead
    private let detection: Detection
    private let names: String
    private let fileBytes: Int
    private let unpacking: Double

    /// As much of a file as is looked at.
    private static let headBytes = 8 << 20

    init(_ path: String, detection: Detection, files: [(name: String, bytes: Int)], work: Work) throws {
        guard !InputPipe.isPipe(path) else { throw DataError.file(FileError(path, .notReadable("a pipe can be read only once, so none of it is measured"))) }
        var head: FileHead?
        let seconds = try Probe.seconds { head = try FileHead(path, limit: Self.headBytes) }
        guard let head else { throw DataError.noRowsLeft("there is no file to read") }
        self.head = head
        self.detection = detection
        unpacking = head.isPacked ? seconds / Double(max(1, head.bytesOnDisk)) : 0
        fileBytes = files.reduce(0) { $0 + $1.bytes }
        names = files.map { URL(fileURLWithPath: $0.name).lastPathComponent }.joined(separator: ", ")
        let read = try head.read(bytes: 1 << 20, format: detection.format, plans: detection.plans, work)
        table = read.table
        isExact = files.count == 1 && head.isWhole && read.bytes == head.bytes.count
        let share = Double(read.bytes) / Double(max(1, head.bytes.count)) * Double(head.bytesOnDisk)
        let scale = Double(fileBytes) / max(1, share)
        rows = isExact ? table.rowCount : Int(Double(table.rowCount) * scale)
        let memory = table.memory
        // Texts come back the more often the more rows there are, which a head cannot tell: taken as if they did not.
        bytesInMemory = Int(Double(memory.rows + memory.texts) * (isExact ? 1 : scale))
    }

    var amount: String { "\(NumberText.bytes(fileBytes)), \(Plan.rows(rows, isExact: isExact, "rows"))" }

    /// Reading all of it, and sorting it as events.
    ///
    /// - Parameter draw: users to keep on the way.
    func readingStep(_ work: Work, sample draw: (draw: UserDraw, share: Double)? = nil) throws -> Plan.Step {
        let sample = draw.flatMap { draw in detection.roles[.user].map { (column: $0, draws: [draw]) } }
        let seconds = try Probe.linear(total: head.bytes.count, from: 1 << 18) { size in
            var measured = min(size, head.bytes.count)
            if measured < head.bytes.count { measured = (head.bytes[..<measured].lastIndex(of: 0x0A) ?? measured - 1) + 1 }
            return (
                measured,
                {
                    let read = try head.read(bytes: size, format: detection.format, plans: detection.plans, sample: sample, work)
                    if detection.kind == .events, read.table.rowCount > 0 { _ = try EventLog(read.table, roles: detection.roles, work: work) }
                }
            )
        }
        let scale = Double(fileBytes) / Double(max(1, head.bytesOnDisk))
        let all = seconds * scale + unpacking * Double(fileBytes)
        let share = draw?.share ?? 1
        let remark = isExact ? "" : "from the first \(NumberText.bytes(head.bytesOnDisk)); other texts are taken to come as often as there\(share < 1 ? "" : ", and up to twice the memory is in use while it is read")"
        return Plan.Step("read \(names)", amount: amount, seconds: all, bytes: Int(Double(bytesInMemory) * share), remark: remark)
    }
}

import Events
import Language
import Runtime
import Tables

extension LoadCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        let work = Probe.quiet(call.context.work)
        let request = try Request(call)
        let paths = request.paths
        // Looking at a pipe would take from it what reading needs.
        guard !paths.contains(where: InputPipe.isPipe) else { return nil }
        do {
            let (_, _, detection) = try Loaded.detect(paths, request.options)
            var files: [(name: String, bytes: Int)] = []
            for path in paths { files.append((path, try FileSample.bytes(path))) }
            let probe = try FileProbe(paths[0], detection: detection, files: files, work: work)
            var step = try probe.readingStep(work)
            let bytes = files.reduce(0) { $0 + $1.bytes }
            guard detection.kind == .events, bytes > Self.eagerBytes else { return Plan([step]) }
            step = Plan.Step(step.what, amount: step.amount, seconds: step.seconds, bytes: step.bytes, remark: "when it is first asked something, not by 'load'; " + step.remark)
            return Plan([Plan.Step("look at the head", amount: "\(files.count == 1 ? "1 file" : "\(files.count) files")", seconds: 0), step])
        } catch let error as DataError { throw Self.placed(error, request.shown, paths, call) }
    }
}

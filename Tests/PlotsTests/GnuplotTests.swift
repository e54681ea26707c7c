import Diagnostics
import Foundation
import Synchronization
import Testing

@testable import Plots

/// A shell script in the place of gnuplot, in a folder that goes with it.
struct StandIn: ~Copyable {
    let folder: String
    var path: String { folder + "/gnuplot" }

    init(_ script: String, interpreter: String = "#!/bin/sh\n") throws {
        folder = NSTemporaryDirectory() + "cnb-plots-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Another process writes it: a file that this one has open for writing, if only in a child just forked, cannot be started.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "cat > \"$1\" && chmod 755 \"$1\"", "sh", folder + "/gnuplot"]
        let pipe = Pipe()
        process.standardInput = pipe
        try process.run()
        try pipe.fileHandleForWriting.write(contentsOf: Data((interpreter + script + "\n").utf8))
        try pipe.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

struct GnuplotTests {
    private func failure(_ gnuplot: Gnuplot, _ script: String = "plot 1\n", mustStop: @escaping () -> Bool = { false }) -> PlotError? {
        do {
            _ = try gnuplot.run(script, mustStop: mustStop)
            return nil
        } catch { return error }
    }

    @Test func `says whether gnuplot is there`() throws {
        #expect(Gnuplot().isAvailable)
        #expect(!Gnuplot(searchPath: "").isAvailable)
        #expect(!Gnuplot(searchPath: "/nowhere:.:").isAvailable)
        #expect(!Gnuplot(program: "/tmp").isAvailable)
        let standIn = try StandIn("exit 0")
        #expect(Gnuplot(searchPath: "/nowhere:\(standIn.folder)").isAvailable)
        #expect(Gnuplot(program: standIn.path, searchPath: "").isAvailable)
    }

    @Test func `a missing gnuplot names the package`() throws {
        let chart = try Samples.roc()
        #expect(throws: PlotError.gnuplotMissing) { try Gnuplot(searchPath: "").render(chart) }
        let diagnostic = PlotError.gnuplotMissing.diagnostic
        #expect(diagnostic.code == "gnuplot-missing" && diagnostic.hint == "apt install gnuplot-nox" && diagnostic.category == .failure)
    }

    @Test func `a text form made here needs no gnuplot`() throws {
        let text = try Gnuplot(searchPath: "").render(try Samples.top(), as: .text(columns: 60, rows: 20, colour: false))
        #expect(String(decoding: text, as: UTF8.self).hasPrefix("shoes           12,345   18%  ██████"))
    }

    @Test func `an error of gnuplot is told in its own words`() throws {
        guard case .gnuplotFailed(let status, let message)? = failure(Gnuplot(), "plot nonsense(\n") else {
            Issue.record("should fail")
            return
        }
        #expect(status == 1 && message.contains("nonsense"))
        #expect(PlotError.gnuplotFailed(status: status, message: message).diagnostic.notes.contains { $0.contains("nonsense") })
    }

    @Test func `a gnuplot that hangs is ended`() throws {
        let standIn = try StandIn("echo waiting >&2; sleep 60")
        let start = ContinuousClock.now
        #expect(failure(Gnuplot(program: standIn.path, secondsAllowed: 0.4)) == .tooSlow(seconds: 0.4, message: "waiting\n"))
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `a gnuplot that closes its streams and hangs is ended`() throws {
        let standIn = try StandIn("exec 1>&- 2>&- 0<&-; sleep 60")
        #expect(failure(Gnuplot(program: standIn.path, secondsAllowed: 0.4)) == .tooSlow(seconds: 0.4, message: ""))
    }

    @Test func `a run stops when asked`() throws {
        let standIn = try StandIn("sleep 60")
        let asked = Atomic<Int>(0)
        #expect(failure(Gnuplot(program: standIn.path)) { asked.add(1, ordering: .relaxed).newValue > 3 } == .stopped)
    }

    @Test func `a gnuplot that dies without reading a long script is an error and no signal`() throws {
        let script = String(repeating: "# a long script\n", count: 500_000)
        let dead = try StandIn("exec 0<&-; echo gone >&2; exit 3")
        #expect(failure(Gnuplot(program: dead.path), script) == .gnuplotFailed(status: 3, message: "gone\n"))
        let killed = try StandIn("kill -9 $$")
        #expect(failure(Gnuplot(program: killed.path), script) == .gnuplotFailed(status: -9, message: ""))
    }

    @Test func `much output before the script is read does not block`() throws {
        let standIn = try StandIn("head -c 3000000 /dev/zero; cat")
        let script = String(repeating: "x", count: 3_000_000)
        #expect(try Gnuplot(program: standIn.path).run(script).count == 6_000_000)
    }

    @Test func `a program that the system cannot run is an error`() throws {
        let standIn = try StandIn("\u{0}\u{1}\u{2} not a program", interpreter: "")
        guard case .gnuplotNotStarted(let reason)? = failure(Gnuplot(program: standIn.path)) else {
            Issue.record("should not start")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: [ChartFormat.svg(), .svgFile, .png(), .pdf, .sixel])
    func `what is no picture is not handed on`(_ format: ChartFormat) throws {
        for words in ["", "echo nonsense", "echo '<svg viewBox=\"0 0 1 1\"><g>'", "echo '<svg viewBox=\"0 0 1 1\"><video/></svg>'"] {
            let standIn = try StandIn("cat >/dev/null; \(words)")
            let chart = try Samples.elbow()
            #expect(throws: PlotError.unreadable(format: format.name)) { try Gnuplot(program: standIn.path).render(chart, as: format) }
        }
    }

    @Test func `neither settings files nor variables of the user change a chart`() throws {
        // The stand-in tells what it was given.
        let standIn = try StandIn("echo \"$@\"; env | grep -E '^(GNU|LC_|LANG)'; true")
        #expect(String(decoding: try Gnuplot(program: standIn.path).run(""), as: UTF8.self) == "--default-settings\nLC_ALL=C.UTF-8\n")
    }
}

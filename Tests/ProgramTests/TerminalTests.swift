import Foundation
import Testing

@testable import cnb

/// The question for sixel, asked of a pseudo-terminal whose other end answers as terminals do.
struct TerminalTests {
    static func withTerminal(_ body: (_ master: Int32, _ slave: Int32) throws -> Void) throws {
        var master: Int32 = -1
        var slave: Int32 = -1
        var size = winsize(ws_row: 30, ws_col: 100, ws_xpixel: 900, ws_ypixel: 600)
        guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw POSIXError(.EIO) }
        defer {
            close(master)
            close(slave)
        }
        try body(master, slave)
    }

    static func echoes(_ descriptor: Int32) -> Bool {
        var attributes = termios()
        return tcgetattr(descriptor, &attributes) == 0 && attributes.c_lflag & tcflag_t(ECHO | ICANON) == tcflag_t(ECHO | ICANON)
    }

    @Test func `learns that images are shown, and keeps what was typed meanwhile`() throws {
        try Self.withTerminal { master, slave in
            let answering = Thread {
                var byte: UInt8 = 0
                while read(master, &byte, 1) == 1, byte != UInt8(ascii: "c") {}
                let answer = Array("hi\u{1B}[?62;1;4;22c".utf8)
                _ = answer.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            }
            answering.start()
            let attributes = Terminal.askAttributes(input: slave, output: slave, timeout: 20)
            #expect(attributes == Terminal.Attributes(showsSixel: true, typed: Array("hi".utf8)))
            #expect(Self.echoes(slave))
        }
    }

    @Test func `does not wait long for a terminal that is silent`() throws {
        try Self.withTerminal { _, slave in
            let started = ContinuousClock().now
            #expect(Terminal.askAttributes(input: slave, output: slave) == Terminal.Attributes(showsSixel: false, typed: []))
            #expect(ContinuousClock().now - started < .seconds(5))
            #expect(Self.echoes(slave))
        }
    }

    @Test func `asks nothing where there is no terminal`() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(Terminal.askAttributes(input: descriptor, output: descriptor) == Terminal.Attributes(showsSixel: false, typed: []))
        try pipe.fileHandleForWriting.close()
        #expect(try pipe.fileHandleForReading.readToEnd() ?? Data() == Data())
        #expect(!TerminalAbilities(environment: ["TERM": "dumb"]).showsSixel)
    }

    @Test func `knows the size of a terminal, and takes 80 columns elsewhere`() throws {
        try Self.withTerminal { _, slave in
            let size = try #require(Terminal.size(of: slave))
            #expect(size.columns == 100 && size.rows == 30)
            #expect(size.pixels?.width == 900 && size.pixels?.height == 600)
        }
        #expect(Terminal.width(of: Pipe().fileHandleForWriting.fileDescriptor) == 80)
    }
}

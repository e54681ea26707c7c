import Events
import Runtime
import Tables
import Testing

@testable import Features

struct WindowTargetTests {
    private static func windows(_ targets: [SequenceTask.Target], kinds: [TargetKind?]? = nil, context: [String] = []) throws -> EventWindows {
        let kinds = kinds ?? targets.map { _ in nil }
        return try EventWindows(of: SequenceTaskTests.log(), SequenceTask(targets, kinds: kinds, inputs: ["action"], context: context, length: 2))
    }

    @Test func `the next number is a target where the next event has one`() throws {
        // Of a the prices are 1, none, 3, none; of b 5, 6.
        let made = try Self.windows([.next("price")])
        guard case .numbers(let numbers) = made.windows.outputs[0].values else {
            Issue.record("a number is expected")
            return
        }
        #expect(numbers == [3, 6] && made.windows.targets.isEmpty && made.windows.classes.isEmpty)
        #expect((0..<2).map { made.windows[$0] } == [[0, 1], [-1, 2]])
    }

    @Test func `targets of the same events share their windows, and are missing where an event has none`() throws {
        let made = try Self.windows([.next("action"), .next("price")])
        let windows = made.windows
        #expect((0..<windows.count).map { windows[$0] } == [[-1, 0], [0, 1], [-1, 2]] && windows.targets == [1, 0, 0])
        guard case .numbers(let numbers) = windows.outputs[1].values else { return }
        #expect(numbers[0].isNaN && Array(numbers[1...]) == [3, 6])
        #expect(try windows.outputs[1].known() == [1, 2])
        let part = try windows.subset([2, 0])
        guard case .numbers(let chosen) = part.outputs[1].values else { return }
        #expect(chosen[0] == 6 && chosen[1].isNaN && part.targets == [0, 1])
    }

    @Test func `what is known of a user is that of the last event of the window`() throws {
        let made = try Self.windows([.next("action")], context: ["item", "price"])
        let context = try #require(made.windows.context), known = try #require(context.events)
        #expect(context.variables.map(\.name) == ["item"] && context.numbers == ["price"])
        // The windows end in a's first and second event, and in b's first, whose item is missing.
        #expect(known.codes.map { context.variables[0].vocabulary[Int($0)] } == ["x", "x", "(none)"])
        #expect(known.numbers[0] == 1 && known.numbers[1].isNaN && known.numbers[2] == 5)
        let part = try #require(made.windows.subset([2]).context?.events)
        #expect(part.count == 1 && part.numbers == [5])
    }

    @Test func `texts, conditions and whole numbers of few values are classes, other numbers are numbers`() throws {
        func kind(_ column: Column) throws -> TargetKind { try TargetKind(of: column, work: Work()) }
        #expect(try kind(Column("a", text: (0..<50).map { "\($0)" })) == .classes)
        #expect(try kind(Column("a", integers: (0..<100).map { Int64($0 % 20) })) == .classes)
        #expect(try kind(Column("a", integers: (0..<100).map { Int64($0 % 21) })) == .number)
        #expect(try kind(Column("a", numbers: [1, 2, 1])) == .number)
        #expect(try Self.windows([.next("price")], kinds: [.classes]).windows.targets.count == 4)
        #expect(throws: DataError.self) { try Self.windows([.next("item")], kinds: [.number]) }
    }
}

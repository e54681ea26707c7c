import Foundation

/// Lets the workers that hold the parts of a file do something one after the other, in the order of the parts, and then go on side by side.
final class Turns: @unchecked Sendable {
    // The condition guards everything below it.
    private let condition = NSCondition()
    private var next = 0
    private var copying = 0
    private var isAborted = false

    /// Does `body` for part `index` when those before it are done; not at all if one of them was aborted. Who took a turn must `leave`.
    ///
    /// Parts are begun in rising order, so that the one waited for is always in somebody's hands.
    /// - Parameter body: is handed a function that waits until nobody else is between turn and leave.
    func take(_ index: Int, _ body: (_ alone: () -> Void) throws -> Void) rethrows {
        condition.lock()
        while next != index, !isAborted { condition.wait() }
        let mayGo = !isAborted
        condition.unlock()
        if mayGo { try body(waitForCopies) }
        condition.lock()
        if mayGo { next += 1 }
        copying += 1
        condition.broadcast()
        condition.unlock()
    }

    private func waitForCopies() {
        condition.lock()
        while copying > 0 { condition.wait() }
        condition.unlock()
    }

    func leave() {
        condition.lock()
        copying -= 1
        condition.broadcast()
        condition.unlock()
    }

    /// Lets everybody go who waits: a part will never come.
    func abort() {
        condition.lock()
        isAborted = true
        condition.broadcast()
        condition.unlock()
    }
}

import Synchronization
import ZoneModel
import ZoneWire

/// The check that runs now, for whoever watches it; there is one at a time, as it is a command of the PC.
package final class CheckBoard: Sendable {
    private let running = Mutex<CheckJSON?>(nil)

    package init() {}

    package var current: CheckJSON? { running.withLock { $0 } }

    func show(_ check: CheckJSON?) { running.withLock { $0 = check } }

    func add(_ line: CheckJSON.Line) { running.withLock { _ = $0?.devices.append(line) } }
}

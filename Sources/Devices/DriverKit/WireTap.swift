import Synchronization

/// What passed at a port. `greeting`: what a device said about itself when it was opened, as JSON; `lost`: why the port
/// ended, as text.
package enum WireDirection: String, Sendable, Codable, CaseIterable { case greeting, out, `in`, lost, end }

/// Where a recorder listens: every port of a device tells its tap what passes, in both directions. While nobody
/// listens that costs one load of an atomic, and the bytes are not even put together.
package final class WireTap: Sendable {
    package typealias Listener = @Sendable (WireDirection, [UInt8]) -> Void

    private let isHeard = Atomic<Bool>(false)
    private let listener = Mutex<Listener?>(nil)

    package init() {}

    package func note(_ direction: WireDirection, _ bytes: @autoclosure () -> [UInt8]) {
        guard isHeard.load(ordering: .relaxed) else { return }
        listener.withLock { $0 }?(direction, bytes())
    }

    /// One listener at a time; it must not block.
    /// - Returns: `false` when somebody listens already.
    package func attach(_ new: @escaping Listener) -> Bool {
        listener.withLock { current in
            guard current == nil else { return false }
            current = new
            isHeard.store(true, ordering: .relaxed)
            return true
        }
    }

    package func detach() {
        listener.withLock { $0 = nil }
        isHeard.store(false, ordering: .relaxed)
    }
}

import NIOCore
import Synchronization

/// How much strangers and nodes may take of the agents' port.
package struct AgentLimits: Sendable, Hashable {
    /// At a time; about 60 KiB each while they are idle.
    package var connections = 16_384
    /// Of those, without a certificate: in the handshake, enrolling, or up to no good.
    package var newcomers = 2048
    /// From the first byte of TCP to a whole request head.
    package var firstHead = Duration.seconds(10)
    /// Between requests: a node comes each 60 s and need not shake hands each time.
    package var idle = Duration.seconds(90)
    /// A body may take this long plus the time its bytes take at the slowest rate.
    package var bodyStart = Duration.seconds(20)
    package var slowestBytesPerSecond = 16 * 1024
    /// From the end of a request to the end of its answer, which the other end may read slowly.
    package var answer = Duration.seconds(60)
    /// What is under way when the hub ends may take this long.
    package var farewell = Duration.seconds(3)
    /// As it comes over the wire with `Content-Encoding: deflate`.
    package var deflatedBody = 1 << 20
    /// As it is read.
    package var body = 4 << 20
    /// Of all bodies at one time.
    package var allBodies = 256 << 20
    package init() {}
}

/// Counts connections. When there are too many strangers, the one who has said nothing for longest goes.
final class PeerRoom: Sendable {
    private struct State {
        var count = 0
        var last = 0
        var strangers: [Int: any Channel] = [:]
        /// Ids in the order of arrival; those who left are passed over, and taken out now and then.
        var queue: [Int] = []
        var head = 0
    }

    private let state = Mutex(State())
    private let limits: AgentLimits

    init(limits: AgentLimits) { self.limits = limits }

    var count: Int { state.withLock { $0.count } }
    var strangers: Int { state.withLock { $0.strangers.count } }

    /// - Returns: a number for `leave` and `isKnown`; `nil` when there is no room.
    func enter(_ channel: any Channel) -> Int? {
        let (id, victim): (Int?, (any Channel)?) = state.withLock { state in
            let isFull = state.count >= limits.connections
            var victim: (any Channel)?
            if isFull || state.strangers.count >= limits.newcomers {
                victim = PeerRoom.oldest(&state)
                if isFull, victim == nil { return (nil, nil) }
            }
            state.last += 1
            state.count += 1
            state.strangers[state.last] = channel
            state.queue.append(state.last)
            PeerRoom.tidy(&state)
            return (state.last, victim)
        }
        victim?.close(promise: nil)
        return id
    }

    /// Somebody with a certificate.
    func letIn(_ id: Int) { state.withLock { _ = $0.strangers.removeValue(forKey: id) } }

    func leave(_ id: Int) {
        state.withLock { state in
            state.count -= 1
            state.strangers[id] = nil
        }
    }

    private static func oldest(_ state: inout State) -> (any Channel)? {
        while state.head < state.queue.count {
            let id = state.queue[state.head]
            state.head += 1
            if let channel = state.strangers.removeValue(forKey: id) { return channel }
        }
        return nil
    }

    private static func tidy(_ state: inout State) {
        guard state.queue.count > 1024 + 4 * state.strangers.count else { return }
        let strangers = state.strangers
        state.queue = state.queue.dropFirst(state.head).filter { strangers[$0] != nil }
        state.head = 0
    }
}

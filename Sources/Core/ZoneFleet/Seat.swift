import NIOCore
import ZoneModel

/// One simulated node with its line. Lives on one event loop.
final class Seat {
    var machine: NodeMachine
    var credential: NodeCredential
    let line: NodeLine
    let speaker: Ledger.Speaker
    /// ms since the base: until then there is no line.
    var offlineUntil = Int64.min
    /// When the request under way went out, or was due in an open loop.
    var since = NIODeadline.distantPast
    /// ms since the base: when it has taken too long.
    var deadline = Int64.max
    /// Its answer arrives and is thrown away.
    var losesAnswer = false
    /// When the heap holds it next.
    var queuedFor = Int64.max
    /// Changes with each request.
    var request = 0

    init(machine: NodeMachine, credential: NodeCredential, line: NodeLine, instance: Int) {
        (self.machine, self.credential, self.line) = (machine, credential, line)
        self.machine.anchors = credential.anchorsHash
        speaker = Ledger.Speaker(name: machine.name, instance: instance)
    }
}

/// Who is due next: a binary heap of (moment, seat).
struct DueHeap {
    private var items: [(due: Int64, seat: Int)] = []

    var first: Int64? { items.first?.due }

    mutating func push(_ due: Int64, _ seat: Int) {
        items.append((due, seat))
        var child = items.count - 1
        while child > 0, items[child].due < items[(child - 1) / 2].due {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop(until now: Int64) -> Int? {
        guard let first = items.first, first.due <= now else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var parent = 0
        while true {
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            var least = parent
            if left < items.count, items[left].due < items[least].due { least = left }
            if right < items.count, items[right].due < items[least].due { least = right }
            if least == parent { return first.seat }
            items.swapAt(parent, least)
            parent = least
        }
    }
}

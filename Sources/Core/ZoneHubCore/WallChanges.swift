import Synchronization
import ZoneModel

/// Zones that a watcher has still to be told about. A zone waits at most once, however often it changes: a reader that
/// is slow reads the newest picture, and none is forgotten.
final class WallChanges: Sendable {
    private struct State {
        var waiting: [ZoneID] = []
        var known: Set<ZoneID> = []
        var next = 0
        var reader: CheckedContinuation<ZoneID?, Never>?
        var isOver = false
    }

    private let state = Mutex(State())

    func tell(_ ids: some Sequence<ZoneID>) {
        let (reader, id) = state.withLock { state -> (CheckedContinuation<ZoneID?, Never>?, ZoneID?) in
            for id in ids where state.known.insert(id).inserted { state.waiting.append(id) }
            guard let reader = state.reader, let id = WallChanges.take(&state) else { return (nil, nil) }
            state.reader = nil
            return (reader, id)
        }
        reader?.resume(returning: id)
    }

    /// `nil` when the watching has ended.
    func next() async -> ZoneID? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let answer: ZoneID?? = state.withLock { state in
                    if state.isOver { return .some(nil) }
                    if let id = WallChanges.take(&state) { return .some(id) }
                    state.reader = reader
                    return nil
                }
                if let answer { reader.resume(returning: answer) }
            }
        } onCancel: {
            end()
        }
    }

    func end() {
        let reader = state.withLock { state in
            defer { (state.isOver, state.reader) = (true, nil) }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private static func take(_ state: inout State) -> ZoneID? {
        guard state.next < state.waiting.count else { return nil }
        let id = state.waiting[state.next]
        state.next += 1
        state.known.remove(id)
        if state.next == state.waiting.count { (state.waiting, state.next) = ([], 0) }
        return id
    }
}

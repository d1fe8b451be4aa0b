import ZoneModel
import ZoneTime
import ZoneWire

/// The live picture of all zones, and who watches it. Shows only what the store has committed.
package actor Wall {
    private let clock: any ZoneClock
    private var records: [ZoneID: [NodeID: NodeRecord]] = [:]
    private var shown: [ZoneID: ZoneJSON] = [:]
    private var watchers: [Int: AsyncStream<ZoneID>.Continuation] = [:]
    private var lastWatcher = 0

    package init(clock: any ZoneClock, nodes: [NodeRecord]) {
        self.clock = clock
        for record in nodes { records[record.zone, default: [:]][record.node] = record }
        let now = clock.wall()
        for (id, nodes) in records { shown[id] = ZoneJSON(Self.sorted(nodes), at: now) }
    }

    package func record(zone: ZoneID, node: NodeID) -> NodeRecord? { records[zone]?[node] }

    package func zone(_ id: ZoneID) -> ZoneJSON? { shown[id] }

    /// At most `limit` zones with ids above `after`, in the order of their ids.
    package func zones(after: ZoneID? = nil, limit: Int = .max) -> [ZoneJSON] {
        let all = shown.values.sorted { $0.zone < $1.zone }
        let rest = after.map { after in all.drop { !(after < $0.zone) } } ?? all[...]
        return Array(rest.prefix(limit))
    }

    package func take(_ record: NodeRecord) {
        records[record.zone, default: [:]][record.node] = record
        refresh(record.zone, always: true)
    }

    /// Answers when the wall is not stuck.
    package func pulse() {}

    /// Lets time pass: zones become late and silent.
    package func tick() {
        for id in records.keys { refresh(id, always: false) }
    }

    /// Ids of zones whose picture changed. A reader that is slow reads the newest picture once, not every step.
    package func changes() -> AsyncStream<ZoneID> {
        let (stream, output) = AsyncStream.makeStream(of: ZoneID.self, bufferingPolicy: .bufferingNewest(4096))
        lastWatcher += 1
        let id = lastWatcher
        watchers[id] = output
        output.onTermination = { [weak self] _ in Task { await self?.forget(id) } }
        return stream
    }

    private func forget(_ id: Int) { watchers[id] = nil }

    private func refresh(_ id: ZoneID, always: Bool) {
        guard let nodes = records[id], let fresh = ZoneJSON(Self.sorted(nodes), at: clock.wall()) else { return }
        guard fresh != shown[id] || always else { return }
        shown[id] = fresh
        for output in watchers.values { output.yield(id) }
    }

    private static func sorted(_ nodes: [NodeID: NodeRecord]) -> [NodeRecord] {
        nodes.values.sorted { $0.node < $1.node }
    }
}

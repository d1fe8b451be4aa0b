import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// The live picture of all zones, and who watches it. Shows only what the store has committed.
package actor Wall {
    /// What is known of one zone. Its picture is drawn when somebody looks.
    private struct Entry {
        var nodes: [NodeView] = []
        var roster: RosterEntry?
        var picture: ZoneJSON?
    }

    private static let clockSlack: Int64 = 60_000

    private let clock: any ZoneClock
    /// Silence before this moment may be the hub's own.
    package private(set) var listeningSince: WallTime
    private var entries: [ZoneID: Entry] = [:]
    /// In order; made anew when a zone comes or goes.
    private var ids: [ZoneID]?
    private var hasRoster = false
    private var watchers: [Int: WallChanges] = [:]
    private var lastWatcher = 0

    package init(clock: any ZoneClock, nodes: [NodeRecord], roster: [RosterEntry] = []) {
        self.clock = clock
        listeningSince = clock.wall()
        for record in nodes.sorted(by: { $0.node < $1.node }) {
            let judged = Wall.judge(record, at: listeningSince, since: listeningSince)
            entries[record.zone, default: Entry()].nodes.append(NodeView(record, judged, at: listeningSince))
        }
        for entry in roster { entries[entry.zone, default: Entry()].roster = entry }
        hasRoster = !roster.isEmpty
    }

    /// Whether this node was ever heard.
    package func knows(_ name: NodeName) -> Bool {
        entries[name.zone]?.nodes.contains { $0.record.node == name.node } ?? false
    }

    package func zone(_ id: ZoneID) -> ZoneJSON? {
        guard let entry = entries[id] else { return nil }
        if let picture = entry.picture { return picture }
        let picture = ZoneJSON(id, entry.nodes, roster: entry.roster, hasRoster: hasRoster)
        entries[id]?.picture = picture
        return picture
    }

    /// At most `limit` zones with ids above `after`, in the order of their ids.
    package func zones(after: ZoneID? = nil, limit: Int = .max) -> [ZoneJSON] {
        let all = ids ?? entries.keys.sorted()
        ids = all
        let rest = after.map { after in all.drop { !(after < $0) } } ?? all[...]
        return rest.prefix(limit).compactMap { zone($0) }
    }

    package func summary() -> ZonesSummary {
        let listed = entries.values.compactMap(\.roster).filter(\.onRoster)
        let states = entries.values.map { ZoneJSON.state(of: $0.nodes, roster: $0.roster).rawValue }
        return ZonesSummary(
            onRoster: listed.count, withAgent: listed.count(where: \.hasAgent),
            heard: entries.values.count { !$0.nodes.isEmpty },
            byState: states.reduce(into: [:]) { $0[$1, default: 0] += 1 })
    }

    /// What one commit has brought.
    package func take(_ news: [NodeNews]) {
        var changed: Set<ZoneID> = []
        for one in news {
            update(one)
            changed.insert(one.record.zone)
        }
        tell(changed)
    }

    private func update(_ news: NodeNews) {
        var (record, id) = (news.record, news.record.zone)
        if entries[id] == nil { ids = nil }
        var entry = entries[id] ?? Entry()
        let place = entry.nodes.firstIndex { $0.record.node == record.node }
        if let before = place.map({ entry.nodes[$0].record }) {
            if !news.hasState { record.state = before.state }
            if !news.hasHours { record.hours = before.hours }
        }
        let now = clock.wall()
        let view = NodeView(record, Wall.judge(record, at: now, since: listeningSince), at: now)
        if let place {
            entry.nodes[place] = view
        } else {
            entry.nodes.insert(
                view, at: entry.nodes.firstIndex { record.node < $0.record.node } ?? entry.nodes.count)
        }
        entry.picture = nil
        entries[id] = entry
    }

    /// A new list in place of the one before.
    package func setRoster(_ roster: [RosterEntry]) {
        for id in Array(entries.keys) {
            entries[id]?.roster = nil
            entries[id]?.picture = nil
        }
        for entry in roster { entries[entry.zone, default: Entry()].roster = entry }
        entries = entries.filter { !$0.value.nodes.isEmpty || $0.value.roster != nil }
        (ids, hasRoster) = (nil, !roster.isEmpty)
        tell(entries.keys)
    }

    /// Answers when the wall is not stuck.
    package func pulse() {}

    /// Lets time pass: nodes become late, silent and not opened.
    /// - Returns: what changed, to be written down.
    @discardableResult
    package func tick() -> [LivenessChange] {
        let now = clock.wall()
        if listeningSince.milliseconds - now.milliseconds > Wall.clockSlack { listeningSince = now }
        var (changes, redraw) = ([LivenessChange](), Set<ZoneID>())
        for (id, entry) in entries {
            for (place, view) in entry.nodes.enumerated() {
                var record = view.record
                // The hub's own clock was set back: heard in the future it would be live until then.
                let isAhead = record.lastHeard.milliseconds - now.milliseconds > Wall.clockSlack
                if isAhead { record.lastHeard = now }
                let judged = Wall.judge(record, at: now, since: listeningSince)
                var fresh = NodeView(record, judged, at: now)
                fresh.record.liveness = judged.word
                guard isAhead || !fresh.looksLike(view) else { continue }
                entries[id]?.nodes[place] = fresh
                redraw.insert(id)
                if judged.word != view.record.liveness {
                    changes.append(.init(name: view.record.name, word: judged.word, heard: view.record.lastHeard))
                }
            }
        }
        for id in redraw { entries[id]?.picture = nil }
        tell(redraw)
        return changes
    }

    private static func judge(_ record: NodeRecord, at now: WallTime, since listening: WallTime) -> Liveness {
        let grace = HubRhythm.of(purpose: record.state?.purpose).grace
        return Liveness(record, at: now, grace: grace, listeningSince: listening)
    }

    /// Ids of zones whose picture changed.
    package func changes() -> AsyncStream<ZoneID> {
        lastWatcher += 1
        let (id, changes) = (lastWatcher, WallChanges())
        watchers[id] = changes
        return AsyncStream {
            await changes.next()
        } onCancel: { [weak self] in
            changes.end()
            Task { await self?.forget(id) }
        }
    }

    private func forget(_ id: Int) { watchers[id] = nil }

    private func tell(_ ids: some Collection<ZoneID>) {
        guard !ids.isEmpty else { return }
        for watcher in watchers.values { watcher.tell(ids) }
    }
}

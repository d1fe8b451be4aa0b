import GRDB
import ZoneModel
import ZoneTime
import ZoneWire

/// One heartbeat at the hub's door, read, and not kept yet.
package struct IngestVisit: Sendable {
    package var incoming: Incoming
    /// Received.
    package var at: WallTime
    /// When the node wrote it, if it came in a file; over the line the receipt is the truth.
    package var writtenAt: WallTime?

    package init(_ incoming: Incoming, at now: WallTime, isFromFile: Bool = false) {
        (self.incoming, at) = (incoming, now)
        writtenAt = isFromFile ? min(now, incoming.heartbeat.sentAt) : nil
    }

    /// When the node spoke.
    var heard: WallTime { writtenAt ?? at }

    package var name: NodeName { NodeName(zone: incoming.heartbeat.zone, node: incoming.heartbeat.node) }
    /// Brings history rather than news.
    var isHistory: Bool { incoming.events.count > 20 }
}

/// What a heartbeat changed in the picture of its node.
package struct NodeNews: Sendable {
    package var record: NodeRecord
    /// Without these the record's are as they were.
    package var hasState: Bool
    package var hasHours: Bool
}

/// What became of a heartbeat, on the disk.
package struct IngestOutcome: Sendable {
    package var news: NodeNews
    /// Everything of the stream up to here is kept.
    package var acknowledged: Int64
    /// How many of its events were not held before.
    package var newEvents: Int
    /// What the hub lacks: `state`, `hours`.
    package var wants: [String]
    /// Two boots of this identity are at work side by side, and this heartbeat is the first in a day to show it.
    package var showedClone: Bool
}

/// Writes the heartbeats of one commit.
struct IngestWriter {
    private var sheet = RollupSheet()
    private let casesDown: CaseQueue

    private init(_ casesDown: CaseQueue) { self.casesDown = casesDown }

    static func write(_ visits: [IngestVisit], _ db: Database, _ casesDown: CaseQueue) throws -> [IngestOutcome] {
        var writer = IngestWriter(casesDown)
        let outcomes = try visits.map { try writer.take($0, db) }
        try writer.sheet.write(db)
        return outcomes
    }

    private mutating func take(_ visit: IngestVisit, _ db: Database) throws -> IngestOutcome {
        let (beat, now) = (visit.incoming.heartbeat, visit.at)
        var node = try IngestNode.find(visit.name, db) ?? IngestNode(visit.name, at: visit.heard)
        let isNew = node.id == 0
        if isNew { try node.insert(db) }
        let interleaved = node.interleaved
        let meeting = try meet(visit, &node, isNew: isNew, db)
        var (hasState, hours) = (false, OpeningHours?.none)
        if meeting == .newest {
            node.isGoodbye = beat.reason == .shutdown
            hasState = try takeState(visit.incoming, &node, db)
            hours = try takeHours(beat, at: now, &node, db)
        }
        let newEvents = try takeHistory(visit, node, db)
        try CaseFiles.held(beat.entries ?? [], by: visit.name, db, casesDown)
        let acknowledged = try IngestPosition.advance(visit.incoming, db)
        try judge(visit, &node, db)
        try node.save(db)
        let record = node.record(state: hasState ? beat.state : nil, hours: hours)
        return IngestOutcome(
            news: NodeNews(
                record: record, hasState: hasState, hasHours: hours != nil || node.hoursRevision == 0),
            acknowledged: acknowledged, newEvents: newEvents,
            wants: meeting == .newest ? wants(beat, node, at: now) : [],
            showedClone: node.interleaved - interleaved >= IngestNode.suspicion)
    }

    /// A file that was on its way says nothing about a node that was heard since.
    private mutating func meet(
        _ visit: IngestVisit, _ node: inout IngestNode, isNew: Bool, _ db: Database
    ) throws -> IngestMeeting {
        if let written = visit.writtenAt, !isNew, written <= node.heard { return .stale }
        let before = (node.epoch, node.hb)
        let meeting = try node.meet(visit.incoming.heartbeat, at: visit.heard, db)
        if meeting == .newest, visit.writtenAt == nil, before != (node.epoch, node.hb) {
            node.countBeat(at: visit.at, into: &sheet)
        }
        // Not the later of both: the hub's own clock may have been ahead.
        node.heard = visit.heard
        return meeting
    }

    private func judge(_ visit: IngestVisit, _ node: inout IngestNode, _ db: Database) throws {
        if visit.writtenAt == nil {
            try IntervalBook.setLiveness(node.isGoodbye ? .closed : .live, of: &node, at: visit.at, db)
        } else if node.liveness.isEmpty {
            try IntervalBook.setLiveness(.silent, of: &node, at: visit.at, db)
        }
    }

    private func takeState(_ incoming: Incoming, _ node: inout IngestNode, _ db: Database) throws -> Bool {
        guard let state = incoming.heartbeat.state, let content = incoming.state else { return false }
        node.interval = HubRhythm.of(purpose: state.purpose).interval.milliseconds
        let hash = incoming.heartbeat.stateHash
        guard node.stateHash != hash else { return false }
        try node.setState(content, hash: hash, db)
        return true
    }

    private func takeHours(
        _ beat: Heartbeat, at now: WallTime, _ node: inout IngestNode, _ db: Database
    ) throws -> OpeningHours? {
        guard beat.hoursRev > 0 else {
            if node.hoursRevision != 0 { try node.setHours(nil, db) }
            return nil
        }
        guard let told = beat.hours else { return nil }
        let hours = OpeningHours(revision: beat.hoursRev, told, at: now)
        try node.setHours(hours, db)
        try DayBook.note(hours, node: node.id, at: now, db)
        return hours
    }

    private func wants(_ beat: Heartbeat, _ node: IngestNode, at now: WallTime) -> [String] {
        var wants: [String] = []
        if node.stateHash != beat.stateHash { wants.append("state") }
        let held = OpeningHours(revision: node.hoursRevision, until: node.hoursUntil)
        if beat.hoursRev > 0, held.isWorn(at: now, revision: beat.hoursRev) { wants.append("hours") }
        return wants
    }

    /// - Returns: how many events are new.
    private mutating func takeHistory(_ visit: IngestVisit, _ node: IngestNode, _ db: Database) throws -> Int {
        let stream = visit.incoming.heartbeat.stream
        var shelf = IngestHistory(node: node.id, zone: visit.name.zone, stream: stream, at: visit.at)
        var (isRewound, isForgetful, newEvents) = (false, false, 0)
        for event in visit.incoming.events where try shelf.take(event, into: &sheet, db) {
            newEvents += 1
            if event.name == EventName.caseEntry.rawValue {
                try CaseFiles.take(event, from: visit.name, at: visit.at, db, casesDown)
            }
            isRewound = isRewound || event.name == EventName.journalRewound.rawValue
            isForgetful = isForgetful || IngestWriter.beginsAnew(event)
        }
        // A restored image, and a journal that is damaged or gone, have lost lines of both sides.
        if isRewound || isForgetful { try CaseFiles.tellAgain(visit.name, at: visit.at, db, casesDown) }
        if isRewound, let state = visit.incoming.heartbeat.state {
            try IntervalBook.reconcile(node.id, visit.name.zone, with: state, at: visit.heard, into: &sheet, db)
        }
        try IngestQuarantine.take(visit.incoming.poison, from: visit.name, at: visit.at, db)
        return newEvents
    }

    /// The agent was started without all that was written before.
    private static func beginsAnew(_ event: IncomingEvent) -> Bool {
        guard event.name == EventName.agentStarted.rawValue,
            let data = try? WireCoding.decode(JSONValue.self, Array(event.data.utf8))
        else { return false }
        return ["first", "journalDamaged"].contains(data["reason"]?.stringValue)
    }
}

extension OpeningHours {
    fileprivate init(revision: Int64, until: WallTime) {
        (self.revision, self.until, intervals) = (revision, until, [])
    }
}

/// Up to which number everything of a stream is on the disk.
enum IngestPosition {
    static func advance(_ incoming: Incoming, _ db: Database) throws -> Int64 {
        let beat = incoming.heartbeat
        let key: StatementArguments = [beat.zone.text, beat.node.text, beat.stream.text]
        let stored = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT ack FROM position WHERE zone = ? AND node = ? AND stream = ?"),
            arguments: key)
        guard let last = incoming.lastSeq else { return stored ?? 0 }
        // A stream nobody knows here is held from its first number on, or its node is asked for all it has: this may be
        // an older copy of the hub, and what is missing before was acknowledged by the other.
        let begin = stored ?? 0
        let ack = incoming.continues(from: begin) ? max(begin, last) : begin
        guard ack != stored else { return ack }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?)").execute(
            arguments: key + [ack])
        return ack
    }
}

import GRDB
import Synchronization
import ZoneIdentity
import ZoneModel

/// Who is shut out, in memory: thousands of heartbeats a second are looked up here. Changes with each commit, in the
/// order of the commits.
package final class Denials: Sendable {
    private let records: Mutex<[DenialRecord.Subject: DenialRecord]>

    init(_ list: [DenialRecord]) {
        var records: [DenialRecord.Subject: DenialRecord] = [:]
        for record in list { if let subject = record.subject { records[subject] = record } }
        self.records = Mutex(records)
    }

    /// Why somebody is shut out, by name or by key.
    package func why(_ name: NodeName, _ key: KeyFingerprint) -> String? {
        records.withLock { $0.isEmpty ? nil : ($0[.node(name)] ?? $0[.key(key)])?.why }
    }

    /// The latest first.
    package var all: [DenialRecord] { records.withLock { $0.values.sorted { $0.at > $1.at } } }

    fileprivate func set(_ subject: DenialRecord.Subject, _ record: DenialRecord?) {
        records.withLock { $0[subject] = record }
    }
}

extension IdentityBook {
    /// In force for the next request when this returns.
    package func deny(_ subject: DenialRecord.Subject, why: String, by actor: String, at now: WallTime) async throws
        -> DenialRecord
    {
        let record = DenialRecord(subject, why: why.cleaned(), at: now, by: actor)
        try await store.writer.write { [denials] db in
            try IdentityRows.put(db, record, subject)
            try OrderRows.audit(db, now, actor, "identity.denied", subject.description, record.why)
            db.afterNextTransaction { _ in denials.set(subject, record) }
        }
        return record
    }

    /// - Throws: `IdentityRefusal.notDenied`.
    package func allow(_ subject: DenialRecord.Subject, by actor: String, at now: WallTime) async throws {
        try await store.writer.write { [denials] db in
            guard try IdentityRows.denial(db, subject) != nil else { throw IdentityRefusal.notDenied }
            try db.execute(
                sql: "DELETE FROM identity_denial WHERE subject = ?", arguments: [subject.description])
            try OrderRows.audit(db, now, actor, "identity.allowed", subject.description, "")
            db.afterNextTransaction { _ in denials.set(subject, nil) }
        }
    }
}

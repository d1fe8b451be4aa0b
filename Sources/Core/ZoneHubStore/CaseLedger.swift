import GRDB
import ZoneCases
import ZoneModel
import ZoneWire

/// The district's case files, as people read and add to them.
package struct CaseLedger: Sendable {
    /// A file with whose it is.
    package struct File: Sendable, Hashable {
        package var name: NodeName
        package var file: Case
        /// Born here, of what the hub itself has noticed.
        package var isOurs: Bool
    }

    /// Of what is over, the latest; of what is not, everything is needed.
    private static let mostOver = 1000

    let store: HubStore

    package init(store: HubStore) { self.store = store }

    /// Those that are not over, or the last ones that are.
    /// - Parameter changedSince: only those with an entry of this time or later.
    package func files(
        isOver: Bool, zone: ZoneID? = nil, changedSince: WallTime = WallTime(milliseconds: 0)
    ) async throws -> [File] {
        try await store.reader.read { db in
            // -1: without a limit (SQLite, "SELECT", LIMIT).
            try CaseLedger.files(
                db,
                """
                SELECT id FROM case_file WHERE isOver = ? AND changed >= ? AND zone = coalesce(?, zone)
                    ORDER BY changed DESC LIMIT \(isOver ? CaseLedger.mostOver : -1)
                """, [isOver, changedSince.milliseconds, zone?.text])
        }
    }

    /// All that were born here and are not over, however many they are, and those in which something was written since:
    /// nobody may open them a second time.
    package func ours(since: WallTime) async throws -> [File] {
        try await store.reader.read { db in
            try CaseLedger.files(
                db, "SELECT id FROM case_file WHERE isOurs = 1 AND (isOver = 0 OR changed >= ?)", [since.milliseconds])
        }
    }

    /// - Parameter which: a query of their ids.
    /// - Returns: the last changed ones first.
    private static func files(_ db: Database, _ which: String, _ arguments: StatementArguments) throws -> [File] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT case_file.zone, case_file.node, case_file.id, case_file.isOurs, case_entry.content FROM case_file
                    JOIN case_entry ON case_entry.caseID = case_file.id WHERE case_file.id IN (\(which))
                """, arguments: arguments
        ).map(Cells.init)
        var (owners, lines): ([ULID: CaseFiles.Owner], [ULID: [CaseEntry]]) = ([:], [:])
        for cells in rows {
            guard let zone = Slug(cells.text(0)), let node = Slug(cells.text(1)), let id = ULID(cells.text(2)),
                let entry = try? WireCoding.decode(CaseEntry.self, Array(cells.text(4).utf8))
            else { continue }
            owners[id] = CaseFiles.Owner(name: NodeName(zone: zone, node: node), isOurs: cells.integer(3) == 1)
            lines[id, default: []].append(entry)
        }
        let files = owners.map { File(name: $1.name, file: Case(id: $0, lines[$0] ?? []), isOurs: $1.isOurs) }
        return files.map { ($0.file.changedAt?.milliseconds ?? 0, $0) }
            .sorted { ($0.0, $0.1.file.id) > ($1.0, $1.1.file.id) }.map(\.1)
    }

    package func file(_ id: ULID) async throws -> File? {
        try await store.reader.read { try CaseLedger.file(id, $0) }
    }

    private static func file(_ id: ULID, _ db: Database) throws -> File? {
        try CaseFiles.owner(of: id, db).map {
            File(name: $0.name, file: try CaseFiles.file(id, db), isOurs: $0.isOurs)
        }
    }

    /// A step of a person, checked and written in one transaction, with its line in the audit.
    /// - Returns: `nil` when there is no such case.
    /// - Throws: `CaseRefusal`, which is in the audit too when it is about who may; SQLite's errors.
    package func add(_ entry: CaseEntry, by actor: String, at now: WallTime) async throws -> File? {
        let refusal: CaseRefusal? = try await store.writeRelieved { [queue = store.casesDown] db in
            guard let owner = try CaseFiles.owner(of: entry.caseID, db), let step = entry.step else { return nil }
            let (file, subject) = (try CaseFiles.file(entry.caseID, db), owner.name.description)
            do throws(CaseRefusal) {
                try CaseRules.check(
                    step, by: entry.role, text: entry.text, on: file, among: CaseRules.hubRoles)
            } catch {
                if error.reason == .role {
                    try OrderRows.audit(db, now, actor, "case.refused", subject, "\(file.id) \(error.english)")
                }
                return error
            }
            try CaseFiles.add(file.placed(entry), of: owner, at: now, db, queue)
            try OrderRows.audit(db, now, actor, "case.\(step.rawValue)", subject, "\(file.id) \(entry.text)")
            return nil
        }
        if let refusal { throw refusal }
        return try await file(entry.caseID)
    }

    /// What an officer reports of a zone: a line in the file that is about this already, or the first one of a new file,
    /// which goes down to the node.
    /// - Parameter first: the line, as the first one; with the node whose it is.
    /// - Throws: `CaseRefusal`, which is in the audit too when it is about who may; SQLite's errors.
    package func report(_ first: CaseEntry, of name: NodeName, by actor: String, at now: WallTime) async throws -> File?
    {
        let outcome: Result<ULID, CaseRefusal> = try await store.writeRelieved { [queue = store.casesDown] db in
            let before = try CaseLedger.files(about: first, in: name.zone, db)
            let (entry, owner) = CaseLedger.placed(first, among: before, name)
            do throws(CaseRefusal) {
                let file = before.first { $0.file.id == entry.caseID }?.file ?? Case(id: entry.caseID)
                try CaseRules.check(
                    entry.step ?? .open, by: entry.role, text: entry.text, on: file, among: CaseRules.hubRoles)
            } catch {
                if error.reason == .role {
                    try OrderRows.audit(db, now, actor, "case.refused", owner.name.description, error.english)
                }
                return .failure(error)
            }
            try CaseFiles.add(entry, of: owner, at: now, db, queue)
            try OrderRows.audit(
                db, now, actor, "case.\(entry.word)", owner.name.description, "\(entry.caseID) \(entry.text)")
            return .success(entry.caseID)
        }
        return try await file(try outcome.get())
    }

    /// More cases nobody has in hand in one zone: what comes again is looked for among the last ones.
    private static let lookedThrough = 200

    /// Those that the zone knows, the last opened one first.
    private static func files(about first: CaseEntry, in zone: ZoneID, _ db: Database) throws -> [File] {
        guard let subject = first.subject else { return [] }
        return try files(
            db, "SELECT id FROM case_file WHERE zone = ? AND isOurs = 0 ORDER BY opened DESC LIMIT \(lookedThrough)",
            [zone.text]
        ).filter { $0.file.isSame(as: subject) }.sorted { $0.file.id > $1.file.id }
    }

    private static func placed(
        _ first: CaseEntry, among before: [File], _ name: NodeName
    ) -> (CaseEntry, CaseFiles.Owner) {
        var entry = first
        guard let same = before.first(where: \.file.isBroken) else {
            entry.follows = before.first?.file.id
            return (entry, CaseFiles.Owner(name: name, isOurs: false))
        }
        (entry.caseID, entry.word) = (same.file.id, CaseStep.repeated.rawValue)
        return (entry, CaseFiles.Owner(name: same.name, isOurs: false))
    }

    /// What the hub has noticed itself.
    package func open(_ entries: [CaseEntry], of name: NodeName, at now: WallTime) async throws {
        try await store.writeRelieved { [queue = store.casesDown] db in
            for entry in entries {
                let owner = try CaseFiles.owner(of: entry.caseID, db) ?? .init(name: name, isOurs: true)
                try CaseFiles.add(entry, of: owner, at: now, db, queue)
            }
        }
    }
}

import Hummingbird
import NIOCore
import ZoneHubCore
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// Files of `zonectl export`: the history of a node whose place has no line. Nothing of a file is used before the whole
/// of it was checked.
actor OfficeImport {
    private static let refusalsShown = 20
    private static let patience = 60

    private let ingest: Ingest
    private let identity: IdentityOffice
    private let book: OrderBook
    private let clock: any ZoneClock
    private let folder: String
    /// Files are read and written here.
    private let lane = BlockingLane(label: "import")
    private var isBusy = false

    init(
        folder: String, ingest: Ingest, identity: IdentityOffice, book: OrderBook, clock: any ZoneClock
    ) {
        (self.folder, self.ingest, self.identity) = (folder, ingest, identity)
        (self.book, self.clock) = (book, clock)
    }

    /// - Parameter acceptsOld: takes a file whose certificate ran out more than 30 days ago too: a place without a line
    ///   cannot renew.
    func take(_ body: RequestBody, acceptsOld: Bool, by actor: String) async throws -> ImportReportJSON {
        guard !isBusy else {
            throw OfficeError(
                .conflict, "import.busy", "another file is being imported: wait until it is done", zh: "正在导入另一个文件，请稍后再试"
            )
        }
        isBusy = true
        defer { isBusy = false }
        let file = try await OfficeImportFile(folder: folder, lane: lane)
        do {
            for try await chunk in body { try await file.write(Array(chunk.readableBytesView)) }
            let report = try await takeWhole(file, acceptsOld, actor)
            await file.remove()
            return report
        } catch {
            await file.remove()
            throw error
        }
    }

    private func takeWhole(_ file: OfficeImportFile, _ acceptsOld: Bool, _ actor: String) async throws
        -> ImportReportJSON
    {
        let now = clock.wall()
        let reader = try await file.reader(anchors: identity.authority.anchors, at: now)
        let (name, summary) = (reader.name, reader.summary)
        if let why = identity.book.denials.why(name, summary.certificate.fingerprint) {
            throw OfficeError(
                .forbidden, "identity.denied",
                "\(name) is shut out (\(why.cleaned())): zone-hub allow lets it in again",
                zh: "\(name) 已被禁止接入（\(why.cleaned())），如需恢复请用 zone-hub allow")
        }
        let flags = try OfficeImport.flags(reader.standing, acceptsOld)
        var report = ImportReportJSON(name: name, createdAt: summary.createdAt, flags: flags)
        while let line = try await file.next(of: reader) {
            report.heartbeats += 1
            try await take(line, name, &report)
        }
        let detail = ["\(report.heartbeats) heartbeats, \(report.newEvents) new events"] + flags
        try await book.note(
            "export.imported", name.description, detail.joined(separator: ", "), by: actor, at: clock.wall())
        return report
    }

    private func take(_ line: [UInt8], _ name: NodeName, _ report: inout ImportReportJSON) async throws {
        do {
            let imported = try await store(line, name)
            report.newEvents += imported.newEvents
            report.through.removeAll { $0.stream == imported.through.stream }
            report.through.append(imported.through)
        } catch let error as ErrorJSON {
            // The node itself wrote it: the others are no worse for it.
            report.refusedCount += 1
            guard report.refused.count < OfficeImport.refusalsShown else { return }
            report.refused.append("\(report.heartbeats): \(error.message)".cleaned())
        }
    }

    /// Live heartbeats come first: a full hub makes an import wait.
    private func store(_ line: [UInt8], _ name: NodeName) async throws -> Ingest.Imported {
        for _ in 1..<OfficeImport.patience {
            do {
                return try await ingest.takeExported(line, from: name)
            } catch let busy as Ingest.Overloaded {
                try await clock.sleep(for: min(busy.retryAfter, .seconds(10)))
            }
        }
        return try await ingest.takeExported(line, from: name)
    }

    private static func flags(_ standing: Standing, _ acceptsOld: Bool) throws -> [String] {
        switch standing {
        case .valid: return []
        case .expired: return ["certificate.expired"]
        case .tooOld where acceptsOld: return ["certificate.tooOld"]
        case .tooOld:
            throw OfficeError(
                .badRequest, "import.tooOld",
                "its certificate ran out more than 30 days ago: if you know where the file comes from, use --accept-old",
                zh: "文件的证书已过期 30 天以上，确认来源可靠后请加 --accept-old")
        case .notYet:
            throw OfficeError(
                .badRequest, "import.notYet", "its certificate is not valid yet: check this hub's clock",
                zh: "文件的证书尚未生效，请检查平台时钟")
        case .foreign: throw IdentityError.foreignExport
        }
    }
}

/// One file on its way in, in a place of its own.
private struct OfficeImportFile: Sendable {
    /// What must stay free on the disk: the hub's database needs it more.
    private static let reserve: UInt64 = 256 << 20

    private final class Target: Sendable {
        let path: String
        let file: OwnedFD

        init(_ path: String) throws {
            self.path = path
            file = try OwnedFD.create(path, mode: 0o600)
        }
    }

    private let target: Target
    private let lane: BlockingLane

    init(folder: String, lane: BlockingLane) async throws {
        target = try await lane.attempt {
            try SmallFile.makeDirectory(folder, mode: 0o700)
            // One import at a time: what lies here was left by a hub that ended in the middle of one.
            for name in SmallFile.list(folder) { SmallFile.remove("\(folder)/\(name)") }
            return try Target("\(folder)/\(HexID.make())")
        }
        self.lane = lane
    }

    /// Each chunk is on the disk before the next is taken from the socket, so a fast client never fills the memory.
    func write(_ bytes: [UInt8]) async throws {
        try await lane.attempt { [target] in
            let disk = try Machine.fileSystem(of: target.path)
            guard disk.available >= OfficeImportFile.reserve + UInt64(bytes.count) else {
                throw OfficeError(
                    .serviceUnavailable, "import.noRoom", "no room on the hub's disk: make some and import again",
                    zh: "平台磁盘空间不足，请清理后重新导入")
            }
            try SmallFile.write(bytes, to: target.file.raw, naming: "import")
        }
    }

    func reader(anchors: Anchors, at now: WallTime) async throws -> SignedExport.Reader {
        try await lane.attempt { [target] in try SignedExport.Reader(path: target.path, anchors: anchors, at: now) }
    }

    func next(of reader: SignedExport.Reader) async throws -> [UInt8]? {
        try await lane.attempt { try reader.next() }
    }

    func remove() async { await lane.run { [target] in SmallFile.remove(target.path) } }
}

extension BlockingLane {
    fileprivate func attempt<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await run { Result { try work() } }.get()
    }
}

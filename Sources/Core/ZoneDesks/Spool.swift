import Crypto
import Glibc
import ZoneLinux
import ZoneModel

/// Where documents wait for their device: one file per job, readable by the agent only, gone when the job is over.
package struct Spool: Sendable {
    package static let documentLimit: Int64 = 64 << 20
    /// Of all documents in memory together: they count as the agent's own (MemoryMax=256M of its unit).
    static let memoryLimit: Int64 = 64 << 20
    /// What must stay free on the disk after a document: the journal needs it more than a print job.
    static let reserve: UInt64 = 64 << 20

    private let directory: String
    /// On a tmpfs, for what must never touch a disk: somebody's identity card.
    private let memory: String?

    /// Makes the directories.
    package init(directory: String, memory: String? = nil) throws(SystemError) {
        (self.directory, self.memory) = (directory, memory)
        for folder in [directory] + (memory.map { [$0] } ?? []) {
            try SmallFile.makeDirectory(folder, mode: 0o700)
        }
    }

    package func path(of job: String) -> String {
        memory.map { "\($0)/\(job)" }.flatMap { SmallFile.exists($0) ? $0 : nil } ?? "\(directory)/\(job)"
    }

    /// Where a new document goes.
    func place(for job: String, inMemory: Bool) -> String {
        inMemory ? "\(memory ?? directory)/\(job)" : "\(directory)/\(job)"
    }

    package func remove(_ job: String) { SmallFile.remove(path(of: job)) }

    package func has(_ job: String) -> Bool { SmallFile.exists(path(of: job)) }

    /// Removes everything that belongs to no living job: what an upload left behind that was cut off.
    package func sweep(keeping jobs: Set<String>) {
        for folder in [directory] + (memory.map { [$0] } ?? []) {
            for name in SmallFile.list(folder) where !jobs.contains(name) { SmallFile.remove("\(folder)/\(name)") }
        }
    }

    package func hasRoom(for bytes: Int64, inMemory: Bool = false) -> Bool {
        guard !inMemory || held + bytes <= Spool.memoryLimit else { return false }
        guard let disk = try? Machine.fileSystem(of: inMemory ? memory ?? directory : directory) else { return false }
        return disk.available >= Spool.reserve + UInt64(clamping: bytes)
    }

    /// Bytes of all documents that wait in memory.
    private var held: Int64 {
        guard let memory else { return 0 }
        return SmallFile.list(memory).reduce(0) { sum, name in
            var facts = stat()
            return stat("\(memory)/\(name)", &facts) == 0 ? sum + Int64(facts.st_size) : sum
        }
    }
}

/// A document on its way to the disk. Each chunk is on its way before the next is read from the socket, so a fast
/// client never fills the memory.
package actor SpoolWriter {
    package struct TooLarge: Error {}
    package struct NoRoom: Error {}

    private nonisolated let lane: BlockingLane
    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let spool: Spool
    private let job: String
    private let isInMemory: Bool
    private let file: OwnedFD
    private var hash = SHA256()
    private var bytes: Int64 = 0

    package init(_ spool: Spool, job: String, lane: BlockingLane, inMemory: Bool = false) throws(SystemError) {
        (self.spool, self.job, self.lane, isInMemory) = (spool, job, lane, inMemory)
        file = try OwnedFD.create(spool.place(for: job, inMemory: inMemory), mode: 0o600)
    }

    package func write(_ chunk: [UInt8]) throws {
        guard bytes + Int64(chunk.count) <= Spool.documentLimit else { throw TooLarge() }
        // Asked per megabyte: a file system does not fill up faster.
        if bytes >> 20 != (bytes + Int64(chunk.count)) >> 20 || bytes == 0 {
            guard spool.hasRoom(for: Int64(chunk.count), inMemory: isInMemory) else { throw NoRoom() }
        }
        try SmallFile.write(chunk, to: file.raw, naming: "spool")
        hash.update(data: chunk)
        bytes += Int64(chunk.count)
    }

    /// Waits for the disk.
    /// - Returns: size and SHA-256 (hex) of the document.
    package func finish() throws(SystemError) -> (bytes: Int64, hash: String) {
        try file.synchronize()
        return (bytes, Hex.text(hash.finalize()))
    }

    package func abandon() { spool.remove(job) }
}

import Crypto
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTime

/// The hub's own authority at work: who issues, who is accepted, and what the agents' port shows. Every new connection
/// and every request reads `now`; changes are on the disk before they are in force.
package final class Authority: Sendable {
    /// What is in force at one moment, all of a piece.
    package struct Moment: Sendable {
        /// Counts the changes since the start; what was concluded under another number is looked at again.
        package let number: Int
        package let issuer: CertificateAuthority
        package let anchors: Anchors
        let tls: NIOSSLContext
        let file: AuthorityFile

        fileprivate init(_ file: AuthorityFile, number: Int) throws {
            (self.number, self.file, issuer) = (number, file, try file.authority)
            (anchors, tls) = (try file.anchors, try file.tls())
        }
    }

    /// Before this day no hub of this kind existed: a clock that says so was never set.
    private static let firstDay = WallTime(milliseconds: 1_750_000_000_000)

    private let folder: String
    private let clock: any ZoneClock
    private let log: Logger
    /// Changes one after the other, away from the pool: each waits for the disk.
    private let lane = BlockingLane(label: "hub authority")
    private let state: Mutex<Moment>

    /// Opens the authority, or makes one at the first start.
    /// - Parameters:
    ///   - folder: 0700, the file in it 0600.
    ///   - names: under which agents reach the hub: DNS names or IP addresses, at least one.
    /// - Throws: `AuthorityError`, `IdentityError` for a bad name, `SystemError`.
    package init(folder: String, names: [String], clock: any ZoneClock, log: Logger) throws {
        (self.folder, self.clock, self.log) = (folder, clock, log)
        let now = clock.wall()
        var file: AuthorityFile
        if let known = try AuthorityFile.read(folder) {
            file = known
            let issuer = try known.authority
            if now < issuer.notBefore || now > issuer.notAfter {
                // A clock that lost its battery comes back; nobody is turned away for it before.
                log.error(
                    "The clock is outside the authority's time",
                    metadata: ["clock": "\(now)", "begins": "\(issuer.notBefore)", "ends": "\(issuer.notAfter)"])
            } else if Set(known.server.names) != Set(names) || Authority.isServerDue(known, now) {
                file = try known.withServer(names: names, at: now)
                try file.write(folder)
            }
        } else {
            guard now >= Authority.firstDay else { throw AuthorityError.clock(now) }
            file = try AuthorityFile.make(names: names, at: now)
            try file.write(folder)
            log.notice("A new authority was made", metadata: ["folder": "\(folder)"])
        }
        state = Mutex(try Moment(file, number: 1))
    }

    package var now: Moment { state.withLock { $0 } }
    package var anchors: Anchors { now.anchors }

    /// A new authority issues from now on; the one before stays accepted until it is retired.
    /// - Throws: `AuthorityError.oneOldAlready`.
    package func rotate() async throws {
        let moment = clock.wall()
        try await change { file in
            if let old = file.old { throw AuthorityError.oneOldAlready(try Authority.hex(old.certificate)) }
            return try file.rotated(at: moment)
        }
    }

    /// Nodes that still hold a certificate of the old authority are shut out from now on.
    /// - Parameter hex: SHA-256 of its certificate in DER, or at least the first 8 digits of it.
    package func retire(_ hex: String) async throws {
        try await change { file in
            guard let old = file.old, hex.utf8.count >= 8,
                try Authority.hex(old.certificate).hasPrefix(hex.lowercased())
            else { throw AuthorityError.noSuchOld(hex) }
            var file = file
            file.old = nil
            return file
        }
    }

    /// The server's own certificate is renewed at two thirds of its life.
    /// - Returns: whether it was due.
    @discardableResult
    package func renewServerIfDue() async throws -> Bool {
        let moment = clock.wall()
        guard Authority.isServerDue(now.file, moment) else { return false }
        try await change { file in
            guard Authority.isServerDue(file, moment) else { return file }
            return try file.withServer(names: file.server.names, at: moment)
        }
        return true
    }

    private func change(_ make: @escaping @Sendable (AuthorityFile) throws -> AuthorityFile) async throws {
        let outcome = await lane.run { [self] in
            Result {
                let before = now
                let next = try Moment(try make(before.file), number: before.number + 1)
                try next.file.write(folder)
                state.withLock { $0 = next }
            }
        }
        try outcome.get()
        log.notice("The authority has changed", metadata: ["anchors": "\(anchors.hash)"])
    }

    private static func isServerDue(_ file: AuthorityFile, _ now: WallTime) -> Bool {
        let (begin, end) = (file.server.notBefore, file.server.notAfter)
        // A clock that was ahead when it was issued is as bad as one that ran out.
        return now >= Renewal.due(notBefore: begin, notAfter: end, spread: 0)
            || now < begin.advanced(byMilliseconds: -86_400_000)
    }

    /// SHA-256 of a certificate's DER, as in a token.
    static func hex(_ pem: String) throws -> String {
        try Anchors(pems: [pem]).hashes.first.map { Hex.text($0) } ?? ""
    }
}

/// Looks once an hour whether the server's certificate is due.
struct AuthorityKeeper: Service {
    let authority: Authority
    let clock: any ZoneClock
    let log: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await authority.renewServerIfDue()
                } catch {
                    log.error("The server's certificate could not be renewed", metadata: ["error": "\(error)"])
                }
                remind()
                try await clock.sleep(for: .seconds(3600))
            }
        }
    }

    private func remind() {
        let end = authority.now.issuer.notAfter
        guard clock.wall() > end.advanced(byMilliseconds: -365 * 86_400_000) else { return }
        log.warning("The authority ends within a year: zone-hub ca rotate", metadata: ["ends": "\(end)"])
    }
}

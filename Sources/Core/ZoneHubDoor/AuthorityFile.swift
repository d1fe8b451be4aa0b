import NIOCore
import NIOSSL
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// What the hub's authority consists of, in one file: whatever a power cut leaves is one whole authority, the old or the
/// new one.
struct AuthorityFile: Sendable, Codable {
    struct Pair: Sendable, Codable {
        /// PEM.
        var key: String
        var certificate: String
    }

    /// The authority before this one; its key is not kept.
    struct Old: Sendable, Codable {
        var certificate: String
        /// The new authority under the old one: nodes that know only the old one still verify the server.
        var cross: String
        var since: WallTime
    }

    struct Server: Sendable, Codable {
        var key: String
        var certificate: String
        /// Sorted.
        var names: [String]
        var notBefore: WallTime
        var notAfter: WallTime
    }

    static let lifetime = Duration.seconds(397 * 86_400)

    var v = 1
    var issuer: Pair
    var old: Old?
    var server: Server

    var authority: CertificateAuthority {
        get throws { try CertificateAuthority(keyPEM: issuer.key, certificatePEM: issuer.certificate) }
    }

    var anchors: Anchors {
        get throws { try Anchors(pems: [issuer.certificate] + (old.map { [$0.certificate] } ?? [])) }
    }

    /// A new authority and a certificate for the server.
    static func make(names: [String], at now: WallTime) throws -> AuthorityFile {
        let authority = try CertificateAuthority.make(named: "zone-hub", at: now)
        return AuthorityFile(
            issuer: Pair(key: authority.keyPEM, certificate: authority.certificatePEM),
            server: try server(by: authority, names: names, at: now))
    }

    /// The same with a new key and certificate for the server.
    func withServer(names: [String], at now: WallTime) throws -> AuthorityFile {
        var file = self
        file.server = try AuthorityFile.server(by: try authority, names: names, at: now)
        return file
    }

    /// A new authority issues from now on; the one before is still accepted.
    func rotated(at now: WallTime) throws -> AuthorityFile {
        let (before, next) = (try authority, try CertificateAuthority.make(named: "zone-hub", at: now))
        return AuthorityFile(
            issuer: Pair(key: next.keyPEM, certificate: next.certificatePEM),
            old: Old(
                certificate: before.certificatePEM, cross: try before.crossSign(next, at: now), since: now),
            server: try AuthorityFile.server(by: next, names: server.names, at: now))
    }

    private static func server(by authority: CertificateAuthority, names: [String], at now: WallTime) throws -> Server {
        let (key, names) = (IdentityKey(), Array(Set(names)).sorted())
        let certificate = try authority.issueServer(key: key, names: names, at: now, for: lifetime)
        let end = min(now.advanced(byMilliseconds: lifetime.milliseconds), authority.notAfter)
        return Server(key: key.pem, certificate: certificate, names: names, notBefore: now, notAfter: end)
    }

    /// Client certificates are asked for and judged by us (`Peer`); without one the handshake goes on.
    func tls() throws -> NIOSSLContext {
        let chain = try [server.certificate, old?.cross].compactMap { $0 }.map {
            NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem))
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(server.key.utf8), format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(
            try anchors.pems.map { try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem) })
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .seconds(2)
        return try NIOSSLContext(configuration: configuration)
    }
}

extension AuthorityFile {
    private static let limit = 256 * 1024

    static func path(in folder: String) -> String { folder + "/authority.json" }

    /// `nil` when there is none yet.
    /// - Throws: `AuthorityError` for one that is damaged or open to others: a new authority in its place would shut out
    ///   every node of the district.
    static func read(_ folder: String) throws -> AuthorityFile? {
        let path = path(in: folder)
        guard SmallFile.exists(path) else { return nil }
        guard try FileFacts(path: path, followingLinks: false).mode & 0o077 == 0 else {
            throw AuthorityError.open(path)
        }
        do {
            let file = try WireCoding.decode(AuthorityFile.self, try SmallFile.readBytes(path, limit: limit))
            guard file.v == 1 else { throw AuthorityError.damaged(path, "v \(file.v)") }
            _ = try file.tls()
            return file
        } catch let error as AuthorityError {
            throw error
        } catch {
            let why = error is DecodingError ? WireCoding.explain(error) : "\(error)".cleaned()
            throw AuthorityError.damaged(path, why)
        }
    }

    /// Blocks.
    func write(_ folder: String) throws {
        try SmallFile.makeDirectory(folder, mode: 0o700)
        let path = AuthorityFile.path(in: folder)
        // One that a crash left keeps its mode when it is opened again.
        SmallFile.remove(path + ".new")
        try SmallFile.replace(path, with: try WireCoding.text(self) + "\n", mode: 0o600)
    }
}

/// Why the hub has no authority, or keeps the one it has.
package enum AuthorityError: Error, Sendable, Hashable, CustomStringConvertible {
    case damaged(String, String)
    /// Others than its owner may read the file.
    case open(String)
    /// Certificates would end before they begin.
    case clock(WallTime)
    /// The authority before this one is still accepted.
    case oneOldAlready(String)
    case noSuchOld(String)

    package var en: String {
        switch self {
        case .damaged(let path, let why):
            "\(path) cannot be used (\(why)): put it back from the backup. A new one would shut out every node."
        case .open(let path):
            "\(path) may be read by others: chmod 600 it, and rotate the authority if others had access."
        case .clock(let now): "The clock says \(now): set it first, certificates count from it."
        case .oneOldAlready(let hex): "The authority before is still accepted: retire \(hex.prefix(16)) first."
        case .noSuchOld(let hex): "No old authority \(hex.cleaned(limit: 64)) is accepted here: see zone-hub ca show."
        }
    }

    package var zh: String {
        switch self {
        case .damaged(let path, let why): "\(path) 无法使用（\(why)）：请从备份恢复。重新生成会使所有节点都连不上。"
        case .open(let path): "\(path) 其他用户也能读：请 chmod 600；如果确有他人读过，请轮换签发机构。"
        case .clock(let now): "时钟显示 \(now)：请先校准，证书的有效期由它计算。"
        case .oneOldAlready(let hex): "上一个签发机构仍被接受：请先停用 \(hex.prefix(16))。"
        case .noSuchOld(let hex): "没有仍被接受的旧签发机构 \(hex.cleaned(limit: 64))：请看 zone-hub ca show。"
        }
    }

    package var description: String { "\(zh) \(en)" }
}

import NIOSSL
import ZoneIdentity
import ZoneModel

/// What a simulated node shows at the door, and whom it trusts.
package struct NodeCredential: Sendable {
    package let name: NodeName
    package let certificatePEM: String
    package let keyPEM: String
    package private(set) var anchors: [String]
    /// As heartbeats name the set.
    package private(set) var anchorsHash: String

    package init(name: NodeName, certificatePEM: String, keyPEM: String, anchors: Anchors) {
        (self.name, self.certificatePEM, self.keyPEM) = (name, certificatePEM, keyPEM)
        (self.anchors, anchorsHash) = (anchors.pems, anchors.hash)
    }

    /// A key and a certificate straight from the authority: only whoever has its key can do this.
    package init(
        name: NodeName, from authority: CertificateAuthority, trusting anchors: Anchors, at now: WallTime
    ) throws {
        let key = IdentityKey()
        let request = try SigningRequest(pem: try SigningRequest.make(key: key))
        let certificate = try authority.issue(request, to: name, at: now)
        self.init(name: name, certificatePEM: certificate.pem, keyPEM: key.pem, anchors: anchors)
    }

    /// What the hub says to trust from now on; what cannot be read changes nothing.
    mutating func trust(_ pems: [String]) {
        guard let fresh = try? Anchors(pems: pems) else { return }
        (anchors, anchorsHash) = (fresh.pems, fresh.hash)
    }

    /// Made for each connection and forgotten with it: ten thousand of them at rest would be most of the memory.
    func context() throws -> NIOSSLContext {
        try NodeCredential.context(trusting: anchors) { configuration in
            configuration.certificateChain = [.certificate(try NIOSSLCertificate(pem: certificatePEM))]
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem))
        }
    }

    /// - Parameter pems: `nil` believes anybody: a newcomer that compares hashes afterwards.
    static func context(
        trusting pems: [String]?, _ more: (inout TLSConfiguration) throws -> Void = { _ in }
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let pems {
            configuration.trustRoots = .certificates(try pems.map { try NIOSSLCertificate(pem: $0) })
        } else {
            configuration.certificateVerification = .none
        }
        try more(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }
}

extension NIOSSLCertificate {
    fileprivate convenience init(pem: String) throws { try self.init(bytes: Array(pem.utf8), format: .pem) }
}

/// `host:port` of the hub's agents' port.
package struct HubAddress: Sendable, Hashable {
    package let host: String
    package let port: Int

    package struct Unreadable: Error, CustomStringConvertible {
        package let text: String
        package var description: String {
            "“\(text.cleaned(limit: 80))” 不是 主机:端口。 Expected host:port, such as 127.0.0.1:8081."
        }
    }

    package init(_ text: String) throws {
        guard EnrolToken.isAddress(text), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...])
        else { throw Unreadable(text: text) }
        host = String(text[..<colon].filter { $0 != "[" && $0 != "]" })
        self.port = port
    }

    /// Sent as SNI; an address is compared with the certificate's addresses instead (RFC 6066, 3).
    var serverName: String? {
        let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        return isAddress ? nil : host
    }
}

import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import ZoneIdentity
import ZoneLinux
import ZoneModel

/// HTTP clients for the agents' port of a hub. Certificates of TLS are checked by BoringSSL against the system's own
/// clock; no option of NIOSSL (2.37) gives it another time, so a clock that stands in 1970 makes every certificate "not
/// yet valid" until it is set.
package enum IdentityTLS {
    package enum Trust: Sendable {
        /// Nobody is checked. Only to read what anybody may read, and nothing may be sent.
        case blind
        /// The hub's certificate must be by one of these, and be for the host name or address that was dialled.
        case anchors(Anchors, AgentIdentity?)
    }

    static let connectDeadline = Duration.seconds(5)
    /// Longer than the interval of heartbeats, so that a connection carries more than one.
    private static let idleTimeout = TimeAmount.seconds(150)

    /// Whoever gets one shuts it down.
    static func client(_ trust: Trust) throws -> HTTPClient {
        var configuration = HTTPClient.Configuration(tlsConfiguration: try tls(trust))
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .milliseconds(connectDeadline.milliseconds)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = idleTimeout
        // A hub that cannot prove who it is does not become another one by asking again.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }

    static func withClient<Value>(_ trust: Trust, _ body: (HTTPClient) async throws -> Value) async throws -> Value {
        let client = try client(trust)
        do {
            let value = try await body(client)
            try? await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    static func tls(_ trust: Trust) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // What is cut off for its length goes on being read until then: 5 s by default were 10 MiB (seen).
        tls.shutdownTimeout = .milliseconds(200)
        switch trust {
        case .blind: tls.certificateVerification = .none
        case .anchors(let anchors, let identity):
            tls.certificateVerification = .fullVerification
            tls.trustRoots = .certificates(try anchors.pems.map { try certificate($0) })
            if let identity {
                tls.certificateChain = [.certificate(try certificate(identity.certificate.pem))]
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.key.pem.utf8), format: .pem))
            }
        }
        return tls
    }

    private static func certificate(_ pem: String) throws -> NIOSSLCertificate {
        try NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem)
    }
}

/// What went wrong on the way to the hub, in words for the person who has to mend it.
struct IdentityTrouble {
    var notice: (zh: String, en: String)

    init(_ error: any Error, hub: String, keeper: IdentityKeeper) {
        if let failure = error as? HubFailure {
            notice = (
                "监管中心 \(hub) 没有正常回答。（\(failure.detail)）", "The hub \(hub) did not answer properly: \(failure.detail)."
            )
            return
        }
        let detail = IdentityTrouble.words(error).cleaned()
        guard IdentityTrouble.isCertificateFailure(detail) else {
            notice = ("连不上监管中心 \(hub)，会自动重试。（\(detail)）", "The hub \(hub) cannot be reached; trying again: \(detail).")
            return
        }
        if keeper.isClockBehind {
            notice = (
                "本机时钟不对（至少应为 \(keeper.now())），证书无法校验。请校准系统时间。",
                "This PC's clock is wrong (it is at least \(keeper.now())), so certificates cannot be checked. Set the clock."
            )
            return
        }
        notice = (
            "\(hub) 不能证明自己是监管中心：证书、域名或地址不符，没有发送任何内容。（\(detail)）",
            "\(hub) cannot prove that it is the hub: wrong certificate, host name or address; nothing was sent (\(detail))."
        )
    }

    private static func isCertificateFailure(_ detail: String) -> Bool {
        ["CERTIFICATE_VERIFY_FAILED", "validateHostname", "failedToValidateHostname", "noCertificateToValidate"]
            .contains { detail.contains($0) }
    }

    /// Without the place in BoringSSL's source, which is a path of the machine that built it.
    static func words(_ error: any Error) -> String {
        String(describing: error).replacing(#/ at /[^\s\])]+/#, with: "")
    }
}

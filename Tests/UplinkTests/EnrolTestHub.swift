import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// The agents' port of a hub as the agent sees it: real TLS, real certificates, and answers that a test decides.
final class EnrolTestHub: Sendable {
    struct Request: Sendable {
        var route: String
        var body: [UInt8]
        /// What the client showed.
        var client: NodeCertificate?
    }

    struct Answer: Sendable {
        var status = 200
        var body: [UInt8]
        var headers: [String] = []

        static func json(_ status: Int, _ value: some Encodable) throws -> Answer {
            Answer(status: status, body: try WireCoding.encode(value))
        }
    }

    typealias Script = @Sendable (Request) throws -> Answer

    /// How it proves who it is.
    struct Face: Sendable {
        var authority: CertificateAuthority
        var names = ["127.0.0.1"]
        var newestTLS: TLSVersion?
    }

    let port: Int
    private let channel: any Channel
    private let heard: Heard

    var address: String { "127.0.0.1:\(port)" }
    var requests: [Request] { heard.requests }
    func count(_ route: String) -> Int { requests.count { $0.route == route } }

    init(_ face: Face, _ script: @escaping Script) async throws {
        let heard = Heard()
        let context = try EnrolTestHub.context(face)
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let shown = Shown()
                    let door = NIOSSLServerHandler(context: context) { certificates, promise in
                        let der = try? certificates.first?.toDERBytes()
                        shown.certificate.withLock { $0 = der.flatMap { try? NodeCertificate(der: $0) } }
                        promise.succeed(.certificateVerified)
                    }
                    try channel.pipeline.syncOperations.addHandlers([
                        door, PlainHTTP { heard.answer($0, shown, script) },
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        (port, self.heard) = (channel.localAddress?.port ?? 0, heard)
    }

    func close() async { try? await channel.close().get() }

    private static func context(_ face: Face) throws -> NIOSSLContext {
        let key = IdentityKey()
        let pem = try face.authority.issueServer(key: key, names: face.names, at: SystemClock().wall())
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem)))
        tls.minimumTLSVersion = .tlsv1
        tls.maximumTLSVersion = face.newestTLS
        // Asked for, not required; who it is is looked at by the callback.
        tls.certificateVerification = .optionalVerification
        tls.trustRoots = .certificates([])
        return try NIOSSLContext(configuration: tls)
    }
}

/// What one client showed at the handshake.
private final class Shown: Sendable {
    let certificate = Mutex<NodeCertificate?>(nil)
}

private final class Heard: Sendable {
    private let list = Mutex<[EnrolTestHub.Request]>([])

    var requests: [EnrolTestHub.Request] { list.withLock { $0 } }

    func answer(
        _ request: (route: String, body: [UInt8]), _ shown: Shown, _ script: EnrolTestHub.Script
    ) -> EnrolTestHub.Answer {
        let whole = EnrolTestHub.Request(
            route: request.route, body: request.body, client: shown.certificate.withLock { $0 })
        list.withLock { $0.append(whole) }
        do { return try script(whole) } catch {
            return EnrolTestHub.Answer(status: 500, body: Array("\(error)".utf8))
        }
    }
}

/// As much of HTTP/1.1 as our own client speaks to a hub: one request, one answer, with lengths.
private final class PlainHTTP: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var bytes: [UInt8] = []
    private let answer: ((route: String, body: [UInt8])) -> EnrolTestHub.Answer

    init(_ answer: @escaping ((route: String, body: [UInt8])) -> EnrolTestHub.Answer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        guard let request = whole() else { return }
        let answer = answer(request)
        let lines =
            ["HTTP/1.1 \(answer.status) X", "Content-Type: application/json", "Content-Length: \(answer.body.count)"]
            + answer.headers
        let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: Array(head.utf8) + answer.body)), promise: nil)
    }

    private func whole() -> (route: String, body: [UInt8])? {
        let end = Array("\r\n\r\n".utf8)
        guard let split = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        let head = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n")
        let length =
            head.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
        let body = bytes[(split + end.count)...]
        guard body.count >= length, let first = head.first else { return nil }
        bytes = Array(body.dropFirst(length))
        return (first.split(separator: " ").prefix(2).joined(separator: " "), Array(body.prefix(length)))
    }
}

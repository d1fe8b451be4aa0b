import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import ZoneDeflate
import ZoneIdentity
import ZoneModel
import ZoneWire

/// A hub's agents' port over real TLS, in front of one `ModelHub` for each node.
final class ModelDoor: Sendable {
    struct State {
        var hubs: [NodeName: ModelHub] = [:]
        /// Heartbeats whose body named another node than the certificate.
        var impostors = 0
        var deflated = 0
        var enrolments: [String: Int] = [:]
        /// So many of these answers, then normal ones.
        var refusals: [HTTPResponseStatus] = []
    }

    let authority: CertificateAuthority
    let state = Mutex(State())
    private let now: WallTime
    private let listener: Mutex<(any Channel)?> = Mutex(nil)

    init(at now: WallTime) throws {
        self.now = now
        authority = try CertificateAuthority.make(named: "test", at: now)
    }

    /// - Returns: the port.
    func open() async throws -> Int {
        let key = IdentityKey()
        let certificate = try authority.issueServer(key: key, names: ["127.0.0.1"], at: now)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem)))
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: Array(authority.certificatePEM.utf8), format: .pem)
        ])
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(DoorHandler(door: self))
                }
            }.bind(host: "127.0.0.1", port: 0).get()
        listener.withLock { $0 = channel }
        return channel.localAddress?.port ?? 0
    }

    func close() async { try? await listener.withLock({ $0 })?.close().get() }

    func hub(_ name: NodeName) -> ModelHub { state.withLock { $0.hubs[name] ?? ModelHub() } }

    fileprivate func answer(
        _ head: HTTPRequestHead, _ body: [UInt8], from peer: NodeName?
    ) throws -> (HTTPResponseStatus, [UInt8]) {
        switch head.uri {
        case "/v1/anchors":
            return (.ok, try WireCoding.encode(["anchors": [authority.certificatePEM]]))
        case "/v1/enrolments": return try enrol(try WireCoding.decode(EnrolmentRequest.self, body))
        case "/v1/heartbeats":
            guard let peer else { return (.unauthorized, []) }
            return try beat(head, body, peer)
        default: return (.notFound, [])
        }
    }

    private func beat(_ head: HTTPRequestHead, _ body: [UInt8], _ peer: NodeName) throws -> (
        HTTPResponseStatus, [UInt8]
    ) {
        let isDeflated = head.headers.first(name: "Content-Encoding") == "deflate"
        let text = isDeflated ? try Inflate.bounded(body, limit: 4 << 20) : body
        return try state.withLock { state in
            if let refusal = state.refusals.popLast() { return (refusal, []) }
            state.deflated += isDeflated ? 1 : 0
            // Taken out and put back: a copy of everything for each heartbeat would take longer than the heartbeat.
            var hub = state.hubs.removeValue(forKey: peer) ?? ModelHub()
            defer { if !hub.heartbeats.isEmpty { state.hubs[peer] = hub } }
            hub.interval = 1000
            let reply = try hub.take(text)
            let told = hub.heartbeats.last.map { NodeName(zone: $0.zone, node: $0.node) }
            guard told == peer else {
                state.impostors += 1
                return (.forbidden, [])
            }
            return (.ok, try WireCoding.encode(reply))
        }
    }

    /// Pending at first, approved when asked again; the secret says which node it is.
    private func enrol(_ request: EnrolmentRequest) throws -> (HTTPResponseStatus, [UInt8]) {
        let asked = state.withLock { state in
            state.enrolments[request.secret, default: 0] += 1
            return state.enrolments[request.secret] ?? 0
        }
        let number = request.secret.utf8.reduce(0) { ($0 * 31 + Int($1)) % 10_000 }
        guard let name = NodeName("new-\(number)/pc-1") else { return (.badRequest, []) }
        let csr = try SigningRequest(pem: request.csr)
        let certificate = try authority.issue(csr, to: name, at: now)
        let reply = EnrolmentReply(
            status: asked > 1 ? .accepted : .pending, name: name, fingerprint: csr.fingerprint.short,
            certificate: asked > 1 ? certificate.pem : nil, anchors: [authority.certificatePEM], retryAfter: 1)
        return (asked > 1 ? .ok : .accepted, try WireCoding.encode(reply))
    }
}

private final class DoorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let door: ModelDoor
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(door: ModelDoor) { self.door = door }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let part): body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head else { return }
            let answer = (try? door.answer(head, body, from: peer(context))) ?? (.badRequest, [])
            var response = HTTPResponseHead(version: .http1_1, status: answer.0)
            response.headers.add(name: "Content-Length", value: "\(answer.1.count)")
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.1)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private func peer(_ context: ChannelHandlerContext) -> NodeName? {
        let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        guard let der = try? handler?.peerCertificate?.toDERBytes() else { return nil }
        return try? NodeCertificate(der: der).name
    }
}

import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import Synchronization
import Testing
import ZoneHubCore
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

/// A hub's agents' port over real TLS on loopback, with a clock that is cranked by hand.
///
/// TLS libraries look at the machine's own clock when they verify the server, so the bench's clock begins 200 days before
/// it and is brought up to it: an authority that old can issue certificates of the past.
final class IdentityBench: Sendable {
    static let age = Duration.seconds(200 * 86_400)

    let root: TemporaryRoot
    let clock: ManualClock
    let store: HubStore
    let book: IdentityBook
    let authority: Authority
    let office: IdentityOffice
    let door: AgentsDoor
    let taker: any HeartbeatTaker
    let port: Int
    private let group: ServiceGroup
    private let task: Task<Void, Never>

    static func start(
        root: TemporaryRoot? = nil, names: [String] = ["127.0.0.1", "localhost"], limits: AgentLimits = AgentLimits(),
        taker: (any HeartbeatTaker)? = nil
    ) async throws -> IdentityBench {
        try await IdentityBench(root ?? TemporaryRoot(), names, limits, taker)
    }

    private init(
        _ root: TemporaryRoot, _ names: [String], _ limits: AgentLimits, _ taker: (any HeartbeatTaker)?
    ) async throws {
        self.root = root
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let isNew = !SmallFile.exists(root.path + "/ca")
        let age = isNew ? IdentityBench.age : .zero
        clock = ManualClock(wall: SystemClock().wall().advanced(byMilliseconds: -age.milliseconds))
        store = try HubStore(path: root.path + "/hub.db")
        book = try IdentityBook(store: store)
        authority = try Authority(folder: root.path + "/ca", names: names, clock: clock, log: log)
        clock.advance(by: age)
        let wall = Wall(clock: clock, nodes: try store.nodes())
        self.taker = taker ?? Ingest(store: store, wall: wall, clock: clock, log: log)
        door = AgentsDoor(
            authority: authority, book: book, taker: self.taker, limits: limits, clock: clock, log: log)
        let (ports, output) = AsyncStream.makeStream(of: Int.self)
        let services = door.services(address: "127.0.0.1", port: 0) { output.yield($0) }
        let group = ServiceGroup(configuration: .init(services: services, logger: log))
        task = Task {
            try? await group.run()
            output.finish()
        }
        self.group = group
        var iterator = ports.makeAsyncIterator()
        let used = await iterator.next()
        let port = try #require(used)
        self.port = port
        office = IdentityOffice(authority: authority, book: book, clock: clock) { "127.0.0.1:\(port)" }
    }

    /// As the program after SIGTERM; `ended` follows.
    func beginToEnd() async { await group.triggerGracefulShutdown() }

    func ended() async {
        await task.value
        store.close()
    }

    /// The port is closed when this returns.
    func stop() async {
        task.cancel()
        await ended()
    }

    static func name(_ text: String = "jiangbei-1/pc-1") throws -> NodeName { try #require(NodeName(text)) }

    /// A node with a certificate that was issued behind the office's back, for any time.
    func node(
        _ text: String = "jiangbei-1/pc-1", issued ago: Duration = .zero,
        for lifetime: Duration = .seconds(90 * 86_400),
        by issuer: CertificateAuthority? = nil
    ) throws -> Caller {
        let key = IdentityKey()
        let request = try SigningRequest(pem: try SigningRequest.make(key: key))
        let at = clock.wall().advanced(byMilliseconds: -ago.milliseconds)
        let certificate = try (issuer ?? authority.now.issuer).issue(
            request, to: try IdentityBench.name(text), at: at, for: lifetime)
        return Caller(port: port, trust: authority.anchors.pems, key: key, certificate: certificate)
    }

    var stranger: Caller { Caller(port: port, trust: authority.anchors.pems) }
}

/// Somebody who calls the agents' port: a node, or nobody yet.
struct Caller: Sendable {
    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
        var retryAfter: String?

        func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value { try WireCoding.decode(type, body) }
        var code: String? { try? decoded(ErrorJSON.self).code }
    }

    var port: Int
    var host = "127.0.0.1"
    var trust: [String]
    var key = IdentityKey()
    var certificate: NodeCertificate?

    func client(atMost version: TLSVersion? = nil) throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.maximumTLSVersion = version
        tls.trustRoots = .certificates(try trust.map { try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem) })
        if let certificate {
            tls.certificateChain = [
                .certificate(try NIOSSLCertificate(bytes: Array(certificate.pem.utf8), format: .pem))
            ]
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem))
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, timeout: .init(connect: .seconds(30), read: .seconds(60)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// On a connection of its own.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        let client = try client()
        do {
            let answer = try await send(method, path, body, headers: headers, over: client)
            try await client.shutdown()
            return answer
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, headers: [String: String] = [:],
        over client: HTTPClient
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "https://\(host):\(port)\(path)")
        request.method = method
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        if method == .POST { request.headers.add(name: "Content-Type", value: "application/json") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: Int(response.status.code), body: Array(bytes.readableBytesView),
            retryAfter: response.headers.first(name: "Retry-After"))
    }

    func post(_ path: String, _ value: some Encodable, over client: HTTPClient? = nil) async throws -> Answer {
        let body = try WireCoding.encode(value)
        guard let client else { return try await send(.POST, path, body) }
        return try await send(.POST, path, body, over: client)
    }

    func report(_ beat: Heartbeat? = nil, over client: HTTPClient? = nil) async throws -> Answer {
        let name = try certificate?.name ?? IdentityBench.name()
        return try await post("/v1/heartbeats", beat ?? Caller.heartbeat(name), over: client)
    }

    static func heartbeat(_ name: NodeName, anchors: String? = nil) -> Heartbeat {
        var beat = Heartbeat(
            zone: name.zone, node: name.node, stream: HexID(random: 1), epoch: HexID(random: 2), boot: "b", hb: 1,
            reason: .periodic, sentAt: SystemClock().wall(), mono: SystemClock().mono(), clock: .synced,
            interval: .seconds(60), stateHash: "h")
        beat.anchors = anchors
        return beat
    }

    /// With a token's secret and this caller's key.
    func enrol(_ token: EnrolToken) async throws -> Answer {
        try await post(
            "/v1/enrolments",
            EnrolmentRequest(
                secret: Base64.encode(token.secret, .url), csr: try SigningRequest.make(key: key),
                facts: .init(hostname: "kiosk\u{1B}[2J", version: "1")))
    }

    /// The same node with the certificate of an answer.
    func accepting(_ answer: Answer, key: IdentityKey? = nil) throws -> Caller {
        let reply = try answer.decoded(EnrolmentReply.self)
        var next = self
        next.key = key ?? self.key
        next.certificate = try NodeCertificate(pem: try #require(reply.certificate))
        next.trust = reply.anchors
        return next
    }

    func renew(with key: IdentityKey = IdentityKey()) async throws -> Answer {
        try await post("/v1/renewals", RenewalRequest(csr: try SigningRequest.make(key: key)))
    }
}

/// Takes every heartbeat and remembers whose and how long it was.
final class NotingTaker: HeartbeatTaker {
    private let seen = Mutex<[(NodeName, Int)]>([])
    private let failure: (any Error)?

    init(failing failure: (any Error)? = nil) { self.failure = failure }

    var names: [NodeName] { seen.withLock { $0.map(\.0) } }
    var sizes: [Int] { seen.withLock { $0.map(\.1) } }

    func take(_ body: [UInt8], from name: NodeName) async throws -> HeartbeatReply {
        if let failure { throw failure }
        seen.withLock { $0.append((name, body.count)) }
        return HeartbeatReply(
            status: .accepted, ackThrough: nil, stateAck: nil, serverTime: SystemClock().wall(),
            interval: .seconds(60))
    }
}

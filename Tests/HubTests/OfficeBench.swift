import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing
import ZoneConfig
import ZoneControlClient
import ZoneHubCore
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

@testable import ZoneHubDoor

/// A hub with its office on a real Unix socket, and no other door.
final class OfficeBench: Sendable {
    let root: TemporaryRoot
    let places: Places
    let clock: ManualClock
    let store: HubStore
    let wall: Wall
    let ingest: Ingest
    let orders: OfficeOrders
    let identity: IdentityOffice
    private let task: Task<Void, Never>

    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// - Parameter staff: who is let in; by default whoever runs the test.
    init(root: TemporaryRoot? = nil, clock: ManualClock = ManualClock(), staff: OfficeStaff = .ofThisMachine())
        async throws
    {
        let root = try root ?? TemporaryRoot()
        (self.root, self.clock, places) = (root, clock, Places(root: root.path))
        try SmallFile.makeDirectory(places.hubState)
        let store = try HubStore(path: places.hubDatabase, clock: clock)
        let wall = Wall(clock: clock, nodes: try store.nodes(), roster: try store.roster())
        orders = OfficeOrders(book: try OrderBook(store: store), clock: clock, log: OfficeBench.log) { name in
            await wall.zone(name.zone)?.nodes.contains { $0.node == name.node } ?? false
        }
        ingest = Ingest(store: store, wall: wall, clock: clock, log: OfficeBench.log, orders: orders)
        identity = IdentityOffice(
            authority: try Authority(folder: places.hubCA, names: ["127.0.0.1"], clock: clock, log: OfficeBench.log),
            book: try IdentityBook(store: store), clock: clock
        ) { "127.0.0.1:8081" }
        (self.store, self.wall) = (store, wall)
        let office = Office(
            places: places, store: store, wall: wall, ingest: ingest, identity: identity, orders: orders,
            work: WorkTime(clock: clock, log: OfficeBench.log),
            staff: staff, clock: clock, log: OfficeBench.log)
        let (opened, output) = AsyncStream.makeStream(of: Void.self)
        let server = try office.server { output.yield() }
        task = Task {
            try? await server.run()
            output.finish()
        }
        var iterator = opened.makeAsyncIterator()
        try #require(await iterator.next() != nil)
    }

    /// The socket is closed when this returns.
    func stop() async {
        task.cancel()
        await task.value
        store.close()
    }

    /// Runs a story and closes everything behind it.
    static func run(
        staff: OfficeStaff = .ofThisMachine(), _ story: (OfficeBench) async throws -> Void
    ) async throws {
        let bench = try await OfficeBench(staff: staff)
        do {
            try await story(bench)
            await bench.stop()
        } catch {
            await bench.stop()
            throw error
        }
    }

    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]

        func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value { try WireCoding.decode(type, body) }
        var error: ErrorJSON? { try? decoded(ErrorJSON.self) }
    }

    func send(
        _ method: HTTPMethod, _ route: String, _ body: [UInt8] = [], headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: SocketURL.base(places.officeSocket) + route)
        request.method = method
        request.headers.add(name: "Host", value: "localhost")
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 16 << 20)
        return Answer(status: Int(response.status.code), body: Array(bytes.readableBytesView))
    }

    func post(_ route: String, _ value: some Encodable) async throws -> Answer {
        try await send(.POST, route, try WireCoding.encode(value))
    }

    func get<Value: Decodable>(_ type: Value.Type, _ route: String) async throws -> Value {
        try await send(.GET, route).decoded(type)
    }

    var audit: [AuditEntryJSON] {
        get async throws { try await get([AuditEntryJSON].self, "/v1/audit").reversed() }
    }

    @discardableResult
    func report(
        _ agent: AgentModel, _ events: [Event] = [], results: [OrderResultJSON]? = nil
    ) async throws -> HeartbeatReply {
        var beat = agent.beat(events)
        beat.results = results
        return try await ingest.take(try WireCoding.encode(beat), from: agent.name)
    }

    func place(_ request: OrderRequest) async throws -> OrderRecordJSON {
        try await post("/v1/orders", request).decoded(OrderRecordJSON.self)
    }

    func order(_ id: HexID) async throws -> OrderRecordJSON {
        try await get(OrderRecordJSON.self, "/v1/orders/\(id)")
    }

    /// A node with a certificate of this hub.
    func node(_ text: String, issuedAgo ago: Duration = .seconds(0)) throws -> (IdentityKey, NodeCertificate) {
        let (key, name) = (IdentityKey(), try #require(NodeName(text)))
        let request = try SigningRequest(pem: try SigningRequest.make(key: key))
        let at = clock.wall().advanced(byMilliseconds: -ago.milliseconds)
        return (key, try identity.authority.now.issuer.issue(request, to: name, at: at))
    }
}

extension HeartbeatReply {
    /// What it tells the node to do.
    var orders: [OrderJSON] {
        get throws { try commands.map { try WireCoding.decode(OrderJSON.self, try WireCoding.encode($0)) } }
    }
}

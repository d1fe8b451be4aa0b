import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ZoneModel

/// What came back on a line.
struct LineAnswer {
    var status: Int
    /// Seconds, from the header.
    var retryAfter: Int64?
    var body: [UInt8]
}

/// One keep-alive HTTP/1.1 connection over TLS. Lives on one event loop, and so does whoever owns it.
final class NodeLine {
    enum End: Error {
        /// No connection, or not in time.
        case noLine
        /// Not the hub that is trusted, or it does not trust us.
        case tls
        /// Gone in the middle.
        case cut
    }

    private let loop: any EventLoop
    private let hub: HubAddress
    private let headers: HTTPHeaders
    private var channel: (any Channel)?
    private var handler: LineHandler?
    private var waiting: ((Result<LineAnswer, End>) -> Void)?
    /// Connections are counted, so that the end of an old one says nothing about its successor.
    private var generation = 0
    private var queued: (head: HTTPRequestHead, body: [UInt8])?

    init(loop: any EventLoop, hub: HubAddress) {
        (self.loop, self.hub) = (loop, hub)
        headers = ["Host": "\(hub.host):\(hub.port)", "Content-Type": "application/json"]
    }

    var isBusy: Bool { waiting != nil }
    var isConnected: Bool { handler != nil }

    /// Sends one request; `then` is told once. Nothing may be under way.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8], isDeflated: Bool,
        context: () throws -> NIOSSLContext, then: @escaping (Result<LineAnswer, End>) -> Void
    ) {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
        if isDeflated { head.headers.add(name: "Content-Encoding", value: "deflate") }
        if method == .POST { head.headers.add(name: "Content-Length", value: "\(body.count)") }
        waiting = then
        if let handler { return handler.send(head, body) }
        queued = (head, body)
        do {
            connect(try context())
        } catch {
            finish(.failure(.tls))
        }
    }

    /// Ends the connection now; a request under way is cut.
    func cut() {
        generation += 1
        let old = channel
        (channel, handler, queued) = (nil, nil, nil)
        old?.close(promise: nil)
        finish(.failure(.cut))
    }

    private func connect(_ context: NIOSSLContext) {
        generation += 1
        let number = generation
        // Everything here happens on `loop`: the bound box checks it.
        let line = NIOLoopBound(self, eventLoop: loop)
        let serverName = hub.serverName
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(try NIOSSLClientHandler(context: context, serverHostname: serverName))
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(LineHandler(line: line.value, number: number))
                }
            }
        bootstrap.connect(host: hub.host, port: hub.port).whenComplete { result in
            line.value.connected(result, number)
        }
    }

    private func connected(_ result: Result<any Channel, any Error>, _ number: Int) {
        guard number == generation else {
            if case .success(let late) = result { late.close(promise: nil) }
            return
        }
        switch result {
        case .success(let open): channel = open
        case .failure: ended(number, .noLine)
        }
    }

    fileprivate func ready(_ handler: LineHandler, _ number: Int) {
        guard number == generation else { return }
        self.handler = handler
        guard let request = queued else { return }
        queued = nil
        handler.send(request.head, request.body)
    }

    fileprivate func answered(_ answer: LineAnswer, keepAlive: Bool, _ number: Int) {
        guard number == generation else { return }
        if !keepAlive { hangUp() }
        finish(.success(answer))
    }

    fileprivate func ended(_ number: Int, _ why: End) {
        guard number == generation else { return }
        hangUp()
        finish(.failure(why))
    }

    private func hangUp() {
        generation += 1
        channel?.close(promise: nil)
        (channel, handler, queued) = (nil, nil, nil)
    }

    private func finish(_ result: Result<LineAnswer, End>) {
        guard let then = waiting else { return }
        waiting = nil
        then(result)
    }
}

/// Turns parts of HTTP into one answer.
private final class LineHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private static let longestAnswer = 1 << 20

    private let line: NodeLine
    private let number: Int
    private var context: ChannelHandlerContext?
    private var answer: LineAnswer?
    private var keepAlive = true
    private var why = NodeLine.End.cut

    init(line: NodeLine, number: Int) { (self.line, self.number) = (line, number) }

    func send(_ head: HTTPRequestHead, _ body: [UInt8]) {
        guard let context else { return line.ended(number, .cut) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        // The handshake is still to come: the TLS handler keeps what is written until then.
        line.ready(self, number)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer = LineAnswer(
                status: Int(head.status.code),
                retryAfter: head.headers.first(name: "Retry-After").flatMap { Int64($0) },
                body: [])
            keepAlive = head.isKeepAlive
        case .body(let part):
            answer?.body.append(contentsOf: part.readableBytesView)
            if answer.map({ $0.body.count > LineHandler.longestAnswer }) == true { context.close(promise: nil) }
        case .end:
            guard let done = answer else { return }
            answer = nil
            line.answered(done, keepAlive: keepAlive, number)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError { why = .tls }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        line.ended(number, why)
        context.fireChannelInactive()
    }
}

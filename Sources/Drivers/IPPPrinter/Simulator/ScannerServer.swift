import NIOCore
import Synchronization

/// The simulated printer's scanner, on the same port: a connection that begins with a request for `/eSCL` is its.
package final class ScannerServer: Sendable {
    private let scanner = Mutex(SimulatedScanner())

    package init() {}

    package var state: SimulatedScanner { scanner.withLock { $0 } }

    /// - Returns: `nil` when the move is none of the scanner's.
    package func apply(_ key: String, _ value: String) -> Bool? { scanner.withLock { $0.apply(key, value) } }

    struct Answer {
        var bytes: [UInt8] = []
        var closes = false
    }

    func answer(_ request: ScannerRequest) -> Answer {
        switch state.manner {
        case .silent: return Answer()
        case .http500: return ScannerServer.reply("500 Internal Server Error")
        default: break
        }
        let path = request.path.split(separator: "/").map(String.init)
        switch (request.method, path.count) {
        case ("GET", 2) where path[1] == "ScannerCapabilities": return .xml(ESCLText.capabilities)
        case ("GET", 2) where path[1] == "ScannerStatus": return .xml(state.status)
        case ("POST", 2) where path[1] == "ScanJobs": return begin(request)
        case ("GET", 4) where path[3] == "NextDocument": return page(path[2])
        case ("DELETE", 3):
            let was = scanner.withLock { $0.end(Int(path[2]) ?? 0) }
            return ScannerServer.reply(was ? "200 OK" : "404 Not Found")
        default: return ScannerServer.reply("404 Not Found")
        }
    }

    private func begin(_ request: ScannerRequest) -> Answer {
        let (id, fromFeeder) = scanner.withLock { scanner in
            let job = ESCLText.job(request.body, feederHas: scanner.sheetsInFeeder)
            return (scanner.begin(job), job.fromFeeder)
        }
        guard let id else {
            return ScannerServer.reply(fromFeeder ? "409 Conflict" : "503 Service Unavailable")
        }
        return ScannerServer.reply("201 Created", ["Location: http://\(request.host)/eSCL/ScanJobs/\(id)"])
    }

    private func page(_ job: String) -> Answer {
        let (manner, picture) = scanner.withLock { ($0.manner, $0.page(Int(job) ?? 0)) }
        guard let picture else { return ScannerServer.reply("404 Not Found") }
        let body = manner == .garbage ? Array("this is no picture".utf8) : picture
        let whole = ScannerServer.reply("200 OK", ["Content-Type: image/png"], body)
        guard manner == .dies else { return whole }
        return Answer(bytes: Array(whole.bytes.prefix(whole.bytes.count / 2)), closes: true)
    }

    fileprivate static func reply(_ status: String, _ headers: [String] = [], _ body: [UInt8] = []) -> Answer {
        let head = (["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.count)", "", ""])
        return Answer(bytes: Array(head.joined(separator: "\r\n").utf8) + body)
    }
}

extension ScannerServer.Answer {
    fileprivate static func xml(_ text: String) -> Self {
        ScannerServer.reply("200 OK", ["Content-Type: text/xml"], Array(text.utf8))
    }
}

struct ScannerRequest {
    private static let longest = 64 << 10

    var method: String
    var path: String
    var host: String
    var body: String

    /// Takes a whole request off `pending`. `nil` while it is not complete.
    init?(taking pending: inout [UInt8]) {
        guard let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: pending[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        func header(_ name: String) -> String? {
            lines.first { $0.lowercased().hasPrefix(name + ":") }
                .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
        }
        let length = min(ScannerRequest.longest, header("content-length").flatMap { Int($0) } ?? 0)
        guard length >= 0, pending.count - end.upperBound >= length else { return nil }
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        (method, path) = (words.first ?? "", words.count > 1 ? words[1] : "")
        host = header("host") ?? "127.0.0.1"
        body = String(decoding: pending[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
        pending.removeFirst(end.upperBound + length)
    }
}

/// Looks at the first line of a connection: the scanner's requests are answered here, all others go on to the printer.
final class ScannerGate: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestLine = 512
    private static let longestRequest = 128 << 10
    private let scanner: ScannerServer
    private var pending: [UInt8] = []
    /// `nil` until the first line is there.
    private var isScan: Bool?

    init(_ scanner: ScannerServer) { self.scanner = scanner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isScan == false { return context.fireChannelRead(data) }
        pending += unwrapInboundIn(data).readableBytesView
        if isScan == nil {
            guard let end = pending.firstIndex(of: 0x0A) ?? (pending.count > ScannerGate.longestLine ? 0 : nil) else {
                return
            }
            isScan = String(decoding: pending[..<end], as: UTF8.self).contains(" /eSCL")
        }
        guard isScan == true else {
            context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: pending)))
            pending = []
            return
        }
        guard pending.count <= ScannerGate.longestRequest else { return context.close(promise: nil) }
        while let request = ScannerRequest(taking: &pending) {
            let answer = scanner.answer(request)
            let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer.bytes)))
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            if answer.closes { written.whenComplete { _ in bound.value.close(promise: nil) } }
        }
    }
}

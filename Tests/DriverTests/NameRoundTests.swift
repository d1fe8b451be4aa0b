import DriverKit
import NIOCore
import NIOPosix
import Testing
import ZoneLinux
import ZoneModel
import ZoneNetwork

/// A name server on loopback. It says to every question the same: an address, a code of refusal, or nothing. Who asks for
/// an address of the other family hears that there is none.
private final class NameServer: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    enum Manner: Sendable { case address([UInt8]), code(UInt8), silent }

    private let manner: Manner

    init(_ manner: Manner) { self.manner = manner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let asked = unwrapInboundIn(data)
        var bytes = Array(asked.data.readableBytesView)
        switch manner {
        case .silent: return
        case .code(let code): (bytes[2], bytes[3]) = (0x81, 0x80 | code)
        case .address(let address):
            (bytes[2], bytes[3]) = (0x81, 0x80)
            let type: UInt8 = address.count == 4 ? 1 : 28
            if bytes[bytes.count - 3] == type {
                bytes[7] = 1
                // The name of the question, type, class IN, a minute.
                bytes += [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(address.count)] + address
            }
        }
        let answer = AddressedEnvelope(remoteAddress: asked.remoteAddress, data: ByteBuffer(bytes: bytes))
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }

    static func listen(_ manner: Manner, at address: String, port: Int = 0) async throws -> any Channel {
        try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in channel.pipeline.addHandler(NameServer(manner)) }
            .bind(host: address, port: port).get()
    }
}

@Suite("Network: every name server is asked by itself")
struct NameRoundTests {
    /// What 127.0.0.1 and 127.0.0.2 say, asked for two names.
    private func ask(
        _ first: NameServer.Manner, _ second: NameServer.Manner, milliseconds: Int64, grace: Int64 = 1000
    ) async throws -> [String: [NameAnswer]] {
        let (one, two, port) = try await pair(first, second)
        let answers = await BlockingLane(label: "names").run {
            NameRound(
                servers: ["127.0.0.1", "127.0.0.2"], hosts: ["a.test", "b.test"], port: UInt16(clamping: port),
                grace: grace
            ).run(milliseconds: milliseconds)
        }
        try await one.close()
        try await two.close()
        return answers
    }

    /// Both at one port, which somebody else may have at the second address.
    private func pair(_ first: NameServer.Manner, _ second: NameServer.Manner) async throws
        -> (any Channel, any Channel, Int)
    {
        var left = 5
        while true {
            let one = try await NameServer.listen(first, at: "127.0.0.1")
            let port = try #require(one.localAddress?.port)
            do {
                return (one, try await NameServer.listen(second, at: "127.0.0.2", port: port), port)
            } catch {
                try await one.close()
                left -= 1
                guard left > 0 else { throw error }
            }
        }
    }

    @Test("each name has an answer of each server, with its time")
    func both() async throws {
        let answers = try await ask(.address([192, 0, 2, 80]), .code(3), milliseconds: 60_000, grace: 60_000)
        #expect(Set(answers.keys) == ["a.test", "b.test"])
        for one in answers.values {
            #expect(one.map(\.server) == ["127.0.0.1", "127.0.0.2"])
            #expect(one.map(\.outcome) == [.address("192.0.2.80"), .noSuchName])
            #expect(one.allSatisfy { $0.milliseconds != nil })
        }
    }

    @Test("a silent one is not waited for to the end when the other has answered")
    func oneIsSilent() async throws {
        let clock = SystemClock()
        let began = clock.mono()
        let answers = try await ask(.silent, .address([192, 0, 2, 80]), milliseconds: 600_000)
        #expect(answers["a.test"]?.map(\.outcome) == [.silent, .address("192.0.2.80")])
        #expect(clock.mono().since(began) < .seconds(300), "one second of grace, and whatever this machine takes")
    }

    private static let six: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]

    @Test("both families are asked for, and each has its answer")
    func families() async throws {
        let server = try await NameServer.listen(.address(Self.six), at: "127.0.0.1")
        let port = UInt16(clamping: try #require(server.localAddress?.port))
        let answers = await BlockingLane(label: "names").run {
            NameRound(servers: ["127.0.0.1"], hosts: ["a.test"], families: [.ipv4, .ipv6], port: port)
                .run(milliseconds: 60_000)
        }
        try await server.close()
        #expect(answers["a.test"]?.map(\.family) == [.ipv4, .ipv6])
        #expect(answers["a.test"]?.map(\.outcome) == [.refused(code: 0), .address("2001:db8::80")])
    }

    private static var hasIPv6: Bool {
        ((try? SmallFile.read("/proc/net/if_inet6")) ?? "").contains("00000000000000000000000000000001 ")
    }

    @Test(
        "a server is asked by IPv6, with its zone", .enabled(if: NameRoundTests.hasIPv6),
        arguments: ["::1", "::1%lo", "::1%1"])
    func serverOfIPv6(_ address: String) async throws {
        let server = try await NameServer.listen(.address([192, 0, 2, 80]), at: "::1")
        let port = UInt16(clamping: try #require(server.localAddress?.port))
        let answers = await BlockingLane(label: "names").run {
            NameRound(servers: [address], hosts: ["a.test"], port: port).run(milliseconds: 60_000)
        }
        try await server.close()
        #expect(answers["a.test"]?.map(\.outcome) == [.address("192.0.2.80")])
        #expect(answers["a.test"]?.map(\.server) == [address])
    }

    @Test("servers that refuse, and servers that are silent, end the round at its deadline at the latest")
    func none() async throws {
        let answers = try await ask(.code(5), .silent, milliseconds: 5000)
        #expect(answers["b.test"]?.map(\.outcome) == [.refused(code: 5), .silent])
        #expect(answers["b.test"]?.last?.milliseconds == nil)
    }
}

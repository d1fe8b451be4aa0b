import NIOCore
import NIOPosix

/// The worst kind of peer: accepts, says some bytes (or none), and keeps the line open.
package struct RawServer: Sendable {
    private let channel: any Channel
    package let port: Int

    package static func unix(_ path: String, says bytes: [UInt8]) async throws -> RawServer {
        let channel = try await bootstrap(bytes).bind(unixDomainSocketPath: path).get()
        return RawServer(channel: channel, port: 0)
    }

    /// On a free port of the loopback interface.
    package static func tcp(says bytes: [UInt8]) async throws -> RawServer {
        let channel = try await bootstrap(bytes).bind(host: "127.0.0.1", port: 0).get()
        return RawServer(channel: channel, port: channel.localAddress?.port ?? 0)
    }

    package func close() async { try? await channel.close().get() }

    private static func bootstrap(_ bytes: [UInt8]) -> ServerBootstrap {
        ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).childChannelInitializer { channel in
            if !bytes.isEmpty { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
    }
}

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import ZoneLinux
import ZoneModel
import ZoneWire

extension SocketClient {
    /// Sends a file as it is read from the disk; memory: one piece of 256 KiB.
    /// - Throws: `SocketClientError` when it cannot be read, or with the service's words when it refuses.
    package func upload<Value: Decodable>(
        _ type: Value.Type, _ route: String, file path: String, deadline: Duration
    ) async throws -> Value {
        let (facts, chunks) = try FileChunks.open(path)
        var request = request(.POST, route)
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.body = .stream(chunks, length: .known(facts.size))
        let response = try await execute(request, deadline: .milliseconds(deadline.milliseconds))
        guard (200..<300).contains(response.status.code) else { throw try await SocketClient.refusal(response) }
        return try WireCoding.decode(type, Array(try await response.body.collect(upTo: 16 << 20).readableBytesView))
    }
}

/// A file in pieces, read on a thread of its own.
private struct FileChunks: AsyncSequence, Sendable {
    fileprivate final class Source: Sendable {
        let file: OwnedFD
        let path: String
        let lane = BlockingLane(label: "upload")

        init(_ path: String) throws(SystemError) {
            self.path = path
            file = try OwnedFD(path: path, flags: O_RDONLY)
        }

        func read() throws(SystemError) -> ByteBuffer? {
            var chunk = [UInt8](repeating: 0, count: 256 << 10)
            while true {
                let count = Glibc.read(file.raw, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw SystemError("read \(path)") }
                return count == 0 ? nil : ByteBuffer(bytes: chunk.prefix(count))
            }
        }
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: Source

        mutating func next() async throws -> ByteBuffer? {
            try await source.lane.run { [source] in Result { try source.read() } }.get()
        }
    }

    private let source: Source

    static func open(_ path: String) throws(SocketClientError) -> (facts: FileFacts, chunks: FileChunks) {
        do throws(SystemError) {
            let facts = try FileFacts(path: path)
            // A FIFO under this name would hold the caller.
            guard facts.kind == .file else { throw SystemError("read \(path)", EINVAL) }
            return (facts, try FileChunks(path))
        } catch {
            throw SocketClientError(
                message: "文件读不出来，请检查路径和权限（\(error)）。 The file cannot be read: check its path and rights (\(error)).")
        }
    }

    private init(_ path: String) throws(SystemError) { source = try Source(path) }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }
}

import HTTPTypes
import Hummingbird
import NIOCore
import ZoneDeflate
import ZoneModel
import ZoneWire

/// Bodies within their bounds: on the wire, inflated, and all together.
struct AgentBody: Sendable {
    /// A request for a certificate has about 1 KiB.
    static let smallLimit = 32 * 1024

    let limits: AgentLimits
    let budget: ByteBudget

    /// Reads the body and hands it on; its room is free again when `use` has returned.
    /// - Throws: `AgentRefusal`.
    func read<Value>(_ request: Request, small: Bool = false, _ use: ([UInt8]) async throws -> Value) async throws
        -> Value
    {
        let isDeflated = try AgentBody.isDeflated(request)
        let limit = small ? AgentBody.smallLimit : isDeflated ? limits.deflatedBody : limits.body
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        if let declared, declared > limit { throw AgentRefusal.tooLarge(limit) }
        let room = min(max(0, declared ?? limit), limit)
        guard budget.take(room) else { throw AgentRefusal.busy(.seconds(5)) }
        defer { budget.give(room) }
        let bytes: [UInt8]
        do {
            let buffer = try await request.body.collect(upTo: limit)
            bytes = Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw AgentRefusal.tooLarge(limit)
        }
        guard isDeflated else { return try await use(bytes) }
        let inflated = try inflate(bytes, limit: small ? AgentBody.smallLimit : limits.body)
        guard budget.take(inflated.count) else { throw AgentRefusal.busy(.seconds(5)) }
        defer { budget.give(inflated.count) }
        return try await use(inflated)
    }

    private func inflate(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        do {
            return try Inflate.bounded(bytes, limit: limit)
        } catch .tooLarge {
            throw AgentRefusal.tooLarge(limit)
        } catch {
            throw AgentRefusal.unreadable("body.deflate", "\(error)")
        }
    }

    private static func isDeflated(_ request: Request) throws -> Bool {
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return false
        case "deflate": return true
        default:
            throw AgentRefusal(
                .unsupportedMediaType,
                .init(code: "body.encoding", message: "Content-Encoding: deflate or none", zh: "只支持 deflate 压缩"))
        }
    }
}

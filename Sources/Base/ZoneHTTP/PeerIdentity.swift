import NIOCore
import ZoneLinux

extension PeerCredentials {
    /// SO_PEERCRED and SO_PEERGROUPS are fixed at connect(2), so asking per request gives what was true at accept.
    package init(of channel: any Channel) async throws {
        guard let provider = channel as? any SocketOptionProvider else { throw SystemError("SO_PEERCRED", 95) }
        let peer: KernelCredentials = try await provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: KernelCredentials.optionName)
        ).get()
        self.init(uid: peer.uid, gid: peer.gid, groups: try await PeerCredentials.groups(of: provider))
    }

    /// More than 64 groups do not fit and count as none (ERANGE); slots that the kernel did not fill are zero, and
    /// group 0 gives nobody a right here.
    private static func groups(of provider: any SocketOptionProvider) async throws -> Set<UInt32> {
        let option: NIOBSDSocket.Option = .init(rawValue: 59)
        let filled: SIMD64<UInt32>? = try? await provider.unsafeGetSocketOption(level: .socket, name: option).get()
        guard let filled else { return [] }
        return Set(filled.indices.map { filled[$0] }.filter { $0 != 0 })
    }
}

/// `struct ucred` of socket(7); SO_PEERCRED is 17 and SO_PEERGROUPS 59 on x86-64 and arm64 (asm-generic/socket.h).
struct KernelCredentials: Sendable {
    static let optionName: CInt = 17
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
}

import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// The authority of a hub that is there to be tested, taken from its folder: who has its key can be any node.
package struct BorrowedAuthority: Sendable {
    package struct Unusable: Error, CustomStringConvertible {
        let path: String
        let why: String
        package var description: String { "\(path) 无法使用。 \(path) cannot be used: \(why)" }
    }

    /// What of the hub's `authority.json` is needed here; see `AuthorityFile` of the hub.
    private struct File: Decodable {
        struct Pair: Decodable {
            var key: String
            var certificate: String
        }

        struct Old: Decodable { var certificate: String }

        var issuer: Pair
        var old: Old?
    }

    package let issuer: CertificateAuthority
    package let anchors: Anchors

    package init(issuer: CertificateAuthority) throws {
        self.issuer = issuer
        anchors = try Anchors(pems: [issuer.certificatePEM])
    }

    /// - Parameter folder: the hub's folder with `authority.json`.
    package init(folder: String) throws {
        let path = folder + "/authority.json"
        do {
            let file = try WireCoding.decode(File.self, try SmallFile.readBytes(path, limit: 256 * 1024))
            issuer = try CertificateAuthority(keyPEM: file.issuer.key, certificatePEM: file.issuer.certificate)
            anchors = try Anchors(pems: [file.issuer.certificate] + (file.old.map { [$0.certificate] } ?? []))
        } catch {
            let why = error is DecodingError ? WireCoding.explain(error) : "\(error)".cleaned()
            throw Unusable(path: path.cleaned(), why: why)
        }
    }

    package static let warning = """
        注意：正在使用平台签发机构的私钥给模拟节点发证书。只可用于测试平台，不可用于正式平台。
        CAREFUL: this signs certificates for simulated nodes with the hub's own key. For test hubs only: whoever runs \
        it can speak for every zone.

        """

    /// Certificates for these nodes, made on all processors.
    /// - Parameter progress: told how many are ready, now and then.
    @concurrent
    package func issue(
        to names: [NodeName], at now: WallTime, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [NodeCredential] {
        var made: [NodeCredential] = []
        made.reserveCapacity(names.count)
        let chunk = 250
        for start in stride(from: 0, to: names.count, by: 2 * chunk) {
            async let left = some(names.dropFirst(start).prefix(chunk), at: now)
            async let right = some(names.dropFirst(start + chunk).prefix(chunk), at: now)
            made += try await left
            made += try await right
            progress(made.count)
        }
        return made
    }

    @concurrent
    private func some(_ names: ArraySlice<NodeName>, at now: WallTime) async throws -> [NodeCredential] {
        try names.map { try NodeCredential(name: $0, from: issuer, trusting: anchors, at: now) }
    }
}

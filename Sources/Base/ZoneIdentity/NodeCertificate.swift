import Crypto
import FoundationEssentials
import SwiftASN1
import X509
import ZoneModel

/// What an authority says of a node: whose key this is, from when until when. Whether the authority is to be believed is
/// said by `Anchors.standing`.
package struct NodeCertificate: Sendable {
    package let der: [UInt8]
    package let name: NodeName
    package let fingerprint: KeyFingerprint
    /// Lower-case hex digits.
    package let serial: String
    package let notBefore: WallTime
    package let notAfter: WallTime
    /// Which key of an authority has signed it, hex (RFC 5280, 4.2.1.1); empty when it does not say.
    package let authorityKey: String
    private let key: P256.Signing.PublicKey

    package var pem: String { BoundedPEM.text(der) }

    /// - Throws: `IdentityError`.
    package init(pem: String) throws {
        try self.init(der: try BoundedPEM.bytes(pem, label: "CERTIFICATE", .certificate))
    }

    /// - Throws: `IdentityError` for more than 8 KiB, another key than P-256, and unless the names agree: the one
    ///   alternative name is the URI `zone:ZONE/NODE`, the subject is O=ZONE, CN=NODE. (One CN for both could have 65
    ///   characters; X.520 allows 64.)
    package init(der: [UInt8]) throws {
        let certificate = try Certificate(bounded: der, .certificate)
        key = try certificate.key(.certificate)
        guard let name = NodeCertificate.name(of: certificate) else { throw IdentityError.badName }
        (self.der, self.name, fingerprint) = (der, name, KeyFingerprint(key))
        serial = Hex.text(certificate.serialNumber.bytes)
        (notBefore, notAfter) = (WallTime(certificate.notValidBefore), WallTime(certificate.notValidAfter))
        authorityKey = certificate.authorityKeyText
    }

    /// Whether the owner of this certificate's key has signed `bytes`; see `IdentityKey.sign`.
    package func verify(signature: [UInt8], of bytes: some Sequence<UInt8>) -> Bool {
        verify(signature: signature, of: SHA256.hash(data: Array(bytes)))
    }

    func verify(signature: [UInt8], of digest: SHA256Digest) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
        return key.isValidSignature(signature, for: digest)
    }

    static let scheme = "zone:"

    private static func name(of certificate: Certificate) -> NodeName? {
        guard let names = try? certificate.extensions.subjectAlternativeNames, names.count == 1,
            case .uniformResourceIdentifier(let uri)? = names.first, uri.hasPrefix(scheme),
            let name = NodeName(String(uri.dropFirst(scheme.count)))
        else { return nil }
        return (try? subject(name)) == certificate.subject ? name : nil
    }

    static func subject(_ name: NodeName) throws -> DistinguishedName {
        try DistinguishedName([
            .init(type: .RDNAttributeType.organizationName, utf8String: name.zone.text),
            .init(type: .RDNAttributeType.commonName, utf8String: name.node.text),
        ])
    }
}

extension NodeCertificate: Hashable {
    package static func == (left: NodeCertificate, right: NodeCertificate) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

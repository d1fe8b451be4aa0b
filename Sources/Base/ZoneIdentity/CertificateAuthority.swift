import Crypto
import FoundationEssentials
import SwiftASN1
import X509
import ZoneModel

/// The hub's own authority: says which key belongs to which node, and to the hub itself.
package struct CertificateAuthority: Sendable {
    let key: IdentityKey
    let certificate: Certificate
    private let der: [UInt8]

    package var keyPEM: String { key.pem }
    package var certificatePEM: String { BoundedPEM.text(der) }
    /// SHA-256 of the certificate's DER, 32 bytes: what a token carries.
    package var anchorHash: [UInt8] { Array(SHA256.hash(data: der)) }
    package var fingerprint: KeyFingerprint { key.fingerprint }
    package var notBefore: WallTime { WallTime(certificate.notValidBefore) }
    package var notAfter: WallTime { WallTime(certificate.notValidAfter) }

    /// - Throws: `IdentityError` unless the certificate is a self-signed authority's and the key is its key.
    package init(keyPEM: String, certificatePEM: String) throws {
        key = try IdentityKey(pem: keyPEM)
        _ = try Anchors(pems: [certificatePEM])
        der = try BoundedPEM.bytes(certificatePEM, label: "CERTIFICATE", .authority)
        certificate = try Certificate(bounded: der, .authority)
        guard KeyFingerprint(try certificate.key(.authority)) == key.fingerprint else { throw IdentityError.otherKey }
    }

    private init(key: IdentityKey, _ certificate: Certificate) throws {
        (self.key, self.certificate, der) = (key, certificate, try certificate.der())
    }

    /// A new key and its certificate for 10 years. The key's short fingerprint is in the name: two authorities of one name
    /// would confuse those who look for the issuer by name.
    package static func make(named name: String, at time: WallTime) throws -> CertificateAuthority {
        let key = IdentityKey()
        let subject = try DistinguishedName([
            .init(
                type: .RDNAttributeType.commonName, utf8String: "\(name.cleaned(limit: 48)) \(key.fingerprint.short)")
        ])
        let form = Form(
            subject: subject, publicKey: .init(key.secret.publicKey),
            notBefore: time.advanced(byMilliseconds: -Lead.authority), notAfter: time.advanced(byMilliseconds: tenYears)
        )
        return try CertificateAuthority(
            key: key, form.signed(by: .init(key.secret), named: subject, extensions: try form.authority(paths: 1)))
    }

    /// Whether this authority's key has signed it, by what the certificate says (`Anchors.standing` looks at the
    /// signature).
    package func hasIssued(_ other: NodeCertificate) -> Bool {
        !other.authorityKey.isEmpty && other.authorityKey == certificate.subjectKeyText
    }

    private static let tenYears: Int64 = 3652 * 86_400_000

    /// How far before now a certificate begins to be valid, ms: clocks differ.
    enum Lead {
        /// A zone's PC with an empty clock battery may be hours behind when it first meets the hub.
        static let authority: Int64 = 86_400_000
        static let node: Int64 = 5 * 60_000
    }
}

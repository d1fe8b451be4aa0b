import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A request for a certificate (PKCS #10, RFC 2986): proves that whoever made it has the private key. Its names mean
/// nothing, the authority decides who it is.
package struct SigningRequest: Sendable {
    static let label = "CERTIFICATE REQUEST"

    let key: P256.Signing.PublicKey

    package var fingerprint: KeyFingerprint { KeyFingerprint(key) }

    /// - Throws: for more than 8 KiB, for anything but one PKCS #10 request in PEM, for another key than P-256, and for a
    ///   signature that this key has not made.
    package init(pem: String) throws(IdentityError) {
        try self.init(der: try BoundedPEM.bytes(pem, label: Self.label, .request))
    }

    package init(der: [UInt8]) throws(IdentityError) {
        guard der.count <= BoundedPEM.longest else { throw .tooLong(.request, limit: BoundedPEM.longest) }
        let request: CertificateSigningRequest
        do { request = try CertificateSigningRequest(derEncoded: der) } catch { throw .unreadable(.request) }
        guard BoundedPEM.endsWithWholeBytes(der) else { throw .unreadable(.request) }
        // Before the signature is looked at: RSA of a hostile size would cost time.
        guard let key = P256.Signing.PublicKey(request.publicKey), request.signatureAlgorithm == .ecdsaWithSHA256
        else { throw .notP256(.request) }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw .badSignature(.request)
        }
        self.key = key
    }

    /// PEM. The subject is empty.
    package static func make(key: IdentityKey) throws -> String {
        let request = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName(), privateKey: .init(key.secret), attributes: .init(),
            signatureAlgorithm: .ecdsaWithSHA256)
        return try request.serializeAsPEM().pemString + "\n"
    }
}

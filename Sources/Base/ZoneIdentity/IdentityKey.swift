import Crypto
import FoundationEssentials

/// A private key on P-256; whoever writes it down gives the file mode 0600.
package struct IdentityKey: Sendable {
    /// No key of this kind is longer; openssl's PKCS #8 form has 241 bytes.
    package static let longest = 4096

    let secret: P256.Signing.PrivateKey

    /// A new one.
    package init() { secret = P256.Signing.PrivateKey() }

    /// - Throws: `IdentityError` unless `pem` is a P-256 key in PKCS #8 (`PRIVATE KEY`) or SEC 1 (`EC PRIVATE KEY`).
    package init(pem: String) throws {
        guard pem.utf8.count <= Self.longest else { throw IdentityError.tooLong(.key, limit: Self.longest) }
        do { secret = try P256.Signing.PrivateKey(pemRepresentation: pem) } catch {
            throw IdentityError.unreadable(.key)
        }
    }

    /// PKCS #8.
    package var pem: String { secret.pemRepresentation + "\n" }

    package var fingerprint: KeyFingerprint { KeyFingerprint(secret.publicKey) }

    /// ECDSA with SHA-256, DER (RFC 3279, 2.2.3).
    package func sign(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
        Array(try secret.signature(for: Array(bytes)).derRepresentation)
    }
}

extension KeyFingerprint {
    init(_ key: P256.Signing.PublicKey) { self.init(digest: SHA256.hash(data: key.derRepresentation)) }
}

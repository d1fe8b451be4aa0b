import Crypto
import FoundationEssentials
import SwiftASN1
import X509
import ZoneModel

/// How certificates and requests come in: bounded before anything looks at them.
enum BoundedPEM {
    /// Ours have about 600 bytes, a long chain of names might have 2000.
    static let longest = 8192

    /// - Throws: `IdentityError` for what is too long, not one PEM document, or of another kind than `label`.
    static func bytes(_ pem: String, label: String, _ thing: IdentityError.Thing) throws(IdentityError) -> [UInt8] {
        guard pem.utf8.count <= longest else { throw .tooLong(thing, limit: longest) }
        let document: PEMDocument
        do { document = try PEMDocument(pemString: pem) } catch { throw .unreadable(thing) }
        guard document.discriminator == label else { throw .unreadable(thing) }
        return document.derBytes
    }

    /// Certificates and requests end with a BIT STRING that has no unused bits (RFC 5280, 4.1.1.3). The library passes over
    /// that number, so that one signature would have eight spellings.
    static func endsWithWholeBytes(_ der: [UInt8]) -> Bool {
        guard let root = try? DER.parse(der), case .constructed(let parts) = root.content,
            let last = Array(parts).last, let signature = try? ASN1BitString(derEncoded: last)
        else { return false }
        return signature.paddingBits == 0
    }

    static func text(_ der: [UInt8], label: String = "CERTIFICATE") -> String {
        PEMDocument(type: label, derBytes: der).pemString + "\n"
    }
}

extension Certificate {
    /// - Throws: `IdentityError` unless it is a version 3 certificate whose key is on P-256 and which is signed by ECDSA
    ///   with SHA-256.
    init(bounded der: [UInt8], _ thing: IdentityError.Thing) throws(IdentityError) {
        guard der.count <= BoundedPEM.longest else { throw .tooLong(thing, limit: BoundedPEM.longest) }
        do { self = try Certificate(derEncoded: der) } catch { throw .unreadable(thing) }
        guard version == .v3, BoundedPEM.endsWithWholeBytes(der) else { throw .unreadable(thing) }
        guard signatureAlgorithm == .ecdsaWithSHA256 else { throw .notP256(thing) }
    }

    /// - Throws: `IdentityError.notP256`.
    func key(_ thing: IdentityError.Thing) throws(IdentityError) -> P256.Signing.PublicKey {
        guard let key = P256.Signing.PublicKey(publicKey) else { throw .notP256(thing) }
        return key
    }

    /// All that is critical is understood here (RFC 5280, 4.2).
    var hasKnownCriticalsOnly: Bool {
        extensions.allSatisfy { !$0.critical || Certificate.known.contains($0.oid) }
    }

    private static let known: Set<ASN1ObjectIdentifier> = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
        .X509ExtensionID.subjectAlternativeName,
    ]

    var authorityKeyText: String {
        guard let value = try? extensions.authorityKeyIdentifier, let id = value.keyIdentifier else { return "" }
        return Hex.text(id)
    }

    var subjectKeyText: String { (try? extensions.subjectKeyIdentifier).map { Hex.text($0.keyIdentifier) } ?? "" }

    /// May sign certificates.
    var isAuthority: Bool {
        guard hasKnownCriticalsOnly, case .isCertificateAuthority? = try? extensions.basicConstraints,
            let usage = try? extensions.keyUsage
        else { return false }
        return usage.keyCertSign
    }

    func der() throws(IdentityError) -> [UInt8] {
        var writer = DER.Serializer()
        do { try writer.serialize(self) } catch { throw .unreadable(.certificate) }
        return writer.serializedBytes
    }
}

extension WallTime {
    /// Certificates know whole seconds.
    var dateInSeconds: Date {
        Date(timeIntervalSince1970: (Double(milliseconds) / 1000).rounded(.down))
    }

    init(_ date: Date) { self.init(milliseconds: Int64(date.timeIntervalSince1970.rounded()) * 1000) }
}

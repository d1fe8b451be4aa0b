// Purpose: who an agent is and how it proves it: keys, requests, certificates, authorities, tokens for enrolment, signed
// files. Every signature is ECDSA with SHA-256 over P-256. What comes in is hostile: bounded, read once, refused in words.
import ZoneModel

/// Why something that should prove an identity does not.
package enum IdentityError: Error, Sendable, Hashable {
    /// What was looked at.
    package enum Thing: String, Sendable, Hashable, CaseIterable { case key, request, certificate, authority }

    case tooLong(Thing, limit: Int)
    /// Not PEM, not DER, or something else in it than it says.
    case unreadable(Thing)
    case notP256(Thing)
    /// Not signed by whom it names, or changed since.
    case badSignature(Thing)
    /// Its names are missing, or contradict each other.
    case badName
    /// A certificate for another purpose.
    case wrongUse(Thing)
    /// The key is not the one in the certificate.
    case otherKey
    /// The authority's own certificate does not cover this time.
    case authorityOutOfTime
    case badServerName(String)
    case badAnchorCount(limit: Int)
    case badExport(ExportFault)
    /// The export's certificate is by no authority that is trusted here.
    case foreignExport
    /// The file system's words.
    case file(String)

    package var en: String {
        switch self {
        case .tooLong(let thing, let limit): "The \(thing.en) is longer than \(limit) bytes."
        case .unreadable(let thing): "The \(thing.en) cannot be read: it is damaged, or something else."
        case .notP256(let thing): "The \(thing.en) uses another kind of key; only P-256 with SHA-256 is taken."
        case .badSignature(let thing): "The signature of the \(thing.en) is wrong: it was changed, or forged."
        case .badName: "The certificate does not name one zone and node, or names two different ones."
        case .wrongUse(let thing): "The \(thing.en) is for another purpose."
        case .otherKey: "The private key does not belong to this certificate."
        case .authorityOutOfTime: "The authority's own certificate is not valid at this time: check the clock."
        case .badServerName(let name): "\(name.cleaned(limit: 80)) is neither a DNS name nor an IP address."
        case .badAnchorCount(let limit): "There must be 1 to \(limit) trusted authorities."
        case .badExport(let fault): fault.en
        case .foreignExport: "The file is signed with a certificate that no authority of this hub has issued."
        case .file(let words): words
        }
    }

    package var zh: String {
        switch self {
        case .tooLong(let thing, let limit): "\(thing.zh)超过 \(limit) 字节。"
        case .unreadable(let thing): "\(thing.zh)读不出来：已损坏，或者是别的东西。"
        case .notP256(let thing): "\(thing.zh)用的是另一种密钥；只接受 P-256 和 SHA-256。"
        case .badSignature(let thing): "\(thing.zh)的签名不对：被改动过，或者是伪造的。"
        case .badName: "证书没有写明唯一的专区和节点，或者写了两个不同的。"
        case .wrongUse(let thing): "\(thing.zh)不是作这个用途的。"
        case .otherKey: "私钥和证书不是一对。"
        case .authorityOutOfTime: "签发机构自己的证书此时不在有效期内：请检查时钟。"
        case .badServerName(let name): "\(name.cleaned(limit: 80)) 既不是域名，也不是 IP 地址。"
        case .badAnchorCount(let limit): "受信任的签发机构必须有 1 到 \(limit) 个。"
        case .badExport(let fault): fault.zh
        case .foreignExport: "文件上的签名所用的证书，不是本中心的签发机构签发的。"
        case .file(let words): words
        }
    }
}

extension IdentityError: CustomStringConvertible {
    package var description: String { "\(zh) \(en)" }
}

extension IdentityError.Thing {
    fileprivate var en: String {
        switch self {
        case .key: "private key"
        case .request: "certificate request"
        case .certificate: "certificate"
        case .authority: "authority's certificate"
        }
    }

    fileprivate var zh: String {
        switch self {
        case .key: "私钥"
        case .request: "证书申请"
        case .certificate: "证书"
        case .authority: "签发机构的证书"
        }
    }
}

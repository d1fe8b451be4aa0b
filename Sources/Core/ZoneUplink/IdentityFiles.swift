import Glibc
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// The folder `identity` of the agent's state, for nobody but its owner. Each file is replaced as a whole; the order of
/// writing is such that after a power cut at any moment a key still stands beside its certificate. Blocks.
package struct IdentityFiles: Sendable {
    private static let longest = 65_536

    enum Name: String, CaseIterable {
        case key = "key.pem"
        case certificate = "certificate.pem"
        case anchors = "anchors.pem"
        case hub = "hub"
        case nextKey = "next-key.pem"
        case nextCertificate = "next-certificate.pem"
        case nextAnchors = "next-anchors.pem"
        case pending = "pending.json"
        case time = "last-known-time"

        var isSecret: Bool { [.key, .nextKey, .pending].contains(self) }
    }

    package let directory: String

    package init(state: String) { directory = state + "/identity" }

    // MARK: Reading

    /// Never fails: what cannot be used is complained of.
    package func load() -> StoredIdentity {
        var stored = StoredIdentity()
        func attempt<Value>(_ read: () throws(IdentityComplaint) -> Value?) -> Value? {
            do throws(IdentityComplaint) { return try read() } catch { stored.complaints.append(error) }
            return nil
        }
        stored.pending = attempt { () throws(IdentityComplaint) in try readPending() }
        // Not worth a complaint: without it the clock alone is asked.
        stored.lastKnownTime = (try? text(.time)).flatMap { $0 }.flatMap { WallTime(rfc3339: $0.trimmedLine) }
        let current = attempt { () throws(IdentityComplaint) in try pair(.key, .certificate) }
        let next = attempt { () throws(IdentityComplaint) in try pair(.nextKey, .nextCertificate) }
        let anchors = attempt { () throws(IdentityComplaint) in try readAnchors(.anchors) }
        let nextAnchors = attempt { () throws(IdentityComplaint) in try readAnchors(.nextAnchors) }
        let hub = attempt { () throws(IdentityComplaint) in try readHub() }
        guard let best = current ?? next else { return stored }
        guard let trusted = anchors ?? nextAnchors, let hub else {
            stored.complaints.append(IdentityFiles.incomplete(anchors == nil ? .anchors : .hub))
            return stored
        }
        stored.current = AgentIdentity(key: best.key, certificate: best.certificate, anchors: trusted, hub: hub)
        stored.isHalfPromoted = current == nil
        stored.next = candidate(to: stored.current, next, nextAnchors)
        return stored
    }

    private typealias Pair = (key: IdentityKey, certificate: NodeCertificate)

    private func candidate(to current: AgentIdentity?, _ pair: Pair?, _ anchors: Anchors?) -> AgentIdentity? {
        guard var next = current else { return nil }
        if let pair { (next.key, next.certificate) = (pair.key, pair.certificate) }
        if let anchors { next.anchors = anchors }
        let isNew = next.certificate != current?.certificate || next.anchors != current?.anchors
        return isNew ? next : nil
    }

    /// `nil` when there is neither of both; a key alone belongs to an attempt that did not end.
    private func pair(_ keyFile: Name, _ certificateFile: Name) throws(IdentityComplaint) -> Pair? {
        let (keyText, certificateText) = (try text(keyFile), try text(certificateFile))
        guard let certificateText else { return nil }
        guard let keyText else { throw IdentityFiles.incomplete(keyFile) }
        let key = try parse(keyFile) { try IdentityKey(pem: keyText) }
        let certificate = try parse(certificateFile) { try NodeCertificate(pem: certificateText) }
        guard key.fingerprint == certificate.fingerprint else {
            throw IdentityComplaint(keyFile.rawValue, IdentityError.otherKey)
        }
        return (key, certificate)
    }

    private func readAnchors(_ name: Name) throws(IdentityComplaint) -> Anchors? {
        guard let text = try text(name) else { return nil }
        return try parse(name) { try Anchors(pems: PEMText.documents(text)) }
    }

    private func readHub() throws(IdentityComplaint) -> String? {
        guard let address = try text(.hub)?.trimmedLine else { return nil }
        guard EnrolToken.isAddress(address) else {
            throw IdentityComplaint(
                zh: "hub：不是 主机:端口 形式的地址。", en: "hub: expected an address of the form host:port.")
        }
        return address
    }

    private func readPending() throws(IdentityComplaint) -> PendingEnrolment? {
        guard let text = try text(.pending) else { return nil }
        return try parse(.pending) { try WireCoding.decode(PendingEnrolment.self, Array(text.utf8)) }
    }

    private func text(_ name: Name) throws(IdentityComplaint) -> String? {
        do throws(SystemError) { return try SmallFile.read(path(name), limit: IdentityFiles.longest) } catch {
            if error.errno == ENOENT { return nil }
            throw IdentityComplaint(name.rawValue, error)
        }
    }

    private func parse<Value>(_ name: Name, _ read: () throws -> Value) throws(IdentityComplaint) -> Value {
        do { return try read() } catch { throw IdentityComplaint(name.rawValue, error) }
    }

    private static func incomplete(_ name: Name) -> IdentityComplaint {
        IdentityComplaint(
            zh: "\(name.rawValue)：缺少这个文件，请用新的令牌重新注册。",
            en: "\(name.rawValue): this file is missing; enrol again with a new token.")
    }

    // MARK: Writing

    /// Takes the place of whatever identity there was, and of a pending enrolment.
    /// - Throws: `IdentityComplaint`.
    package func adopt(_ identity: AgentIdentity) throws(IdentityComplaint) {
        remove(.nextCertificate, .nextKey, .nextAnchors)
        try write(.hub, identity.hub + "\n")
        try write(.anchors, identity.anchors.pems.joined())
        try write(.key, identity.key.pem)
        try write(.certificate, identity.certificate.pem)
        // Last: until here the hub gives the same answer again.
        remove(.pending)
    }

    /// Puts a newer identity beside the current one.
    package func stage(_ next: AgentIdentity, beside current: AgentIdentity) throws(IdentityComplaint) {
        // The old certificate goes first, so that it never stands beside the new key.
        remove(.nextCertificate)
        if next.certificate != current.certificate {
            try write(.nextKey, next.key.pem)
            try write(.nextCertificate, next.certificate.pem)
        } else {
            remove(.nextKey)
        }
        guard next.anchors != current.anchors else { return remove(.nextAnchors) }
        try write(.nextAnchors, next.anchors.pems.joined())
    }

    /// The newer one has worked: it becomes the only one.
    package func promote(_ next: AgentIdentity) throws(IdentityComplaint) {
        try write(.anchors, next.anchors.pems.joined())
        // Between these two writes `load` finds no pair here, and takes the one that is still beside.
        try write(.key, next.key.pem)
        try write(.certificate, next.certificate.pem)
        remove(.nextCertificate, .nextKey, .nextAnchors)
    }

    package func dropNext() { remove(.nextCertificate, .nextKey, .nextAnchors) }

    package func save(_ pending: PendingEnrolment) throws(IdentityComplaint) {
        do { try write(.pending, WireCoding.text(pending)) } catch { throw IdentityComplaint("pending.json", error) }
    }

    package func forgetPending() { remove(.pending) }

    package func save(lastKnownTime time: WallTime) throws(IdentityComplaint) {
        try write(.time, time.rfc3339 + "\n")
    }

    private func path(_ name: Name) -> String { "\(directory)/\(name.rawValue)" }

    private func write(_ name: Name, _ text: String) throws(IdentityComplaint) {
        do throws(SystemError) {
            try SmallFile.makeDirectory(directory, mode: 0o700)
            guard chmod(directory, 0o700) == 0 else { throw SystemError("chmod \(directory)") }
            // What is left of a write that was cut off may have another mode.
            SmallFile.remove(path(name) + ".new")
            try SmallFile.replace(path(name), with: text, mode: name.isSecret ? 0o600 : 0o640)
        } catch { throw IdentityComplaint(name.rawValue, error) }
    }

    private func remove(_ names: Name...) { for name in names { SmallFile.remove(path(name)) } }
}

/// Several PEM documents in one text (RFC 7468, 2).
enum PEMText {
    static func documents(_ text: String) -> [String] {
        let end = "-----END CERTIFICATE-----"
        return text.split(separator: "\n", omittingEmptySubsequences: true).reduce(into: [[Substring]]()) {
            found, line in
            if found.isEmpty || found.last?.last?.hasPrefix(end) == true { found.append([]) }
            found[found.count - 1].append(line)
        }.map { $0.joined(separator: "\n") + "\n" }
    }
}

extension String {
    fileprivate var trimmedLine: String { String(prefix { $0 != "\n" && $0 != "\r\n" && $0 != " " }) }
}

import Hummingbird
import ZoneHTTP
import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneWire

/// Tokens, enrolments, certificates, denials and the authority.
struct OfficeIdentityRoutes: Sendable {
    private static let reasonLimit = 200

    let identity: IdentityOffice

    func add(to router: Router<OfficeContext>) {
        addEnrolments(to: router.group("v1"))
        addDenials(to: router.group("v1").group("denials"))
        addAuthority(to: router.group("v1").group("ca"))
    }

    private func addEnrolments(to v1: RouterGroup<OfficeContext>) {
        v1.post("tokens") { request, context in
            let wanted = try await request.decode(TokenRequest.self, context)
            let name = NodeName(zone: wanted.zone, node: wanted.node)
            return try JSONResponse.make(
                try await identity.makeToken(for: name, address: wanted.address, by: try await context.caller()),
                status: .created)
        }
        v1.get("enrolments") { _, _ in try JSONResponse.make(try await identity.enrolments()) }
        v1.post("enrolments/:fingerprint/approve") { _, context in
            let key = try context.parameter("fingerprint")
            return try JSONResponse.make(try await identity.approve(key, by: try await context.caller()))
        }
        v1.post("enrolments/:fingerprint/reject") { _, context in
            let key = try context.parameter("fingerprint")
            return try JSONResponse.make(try await identity.reject(key, by: try await context.caller()))
        }
        v1.get("certificates") { request, _ in
            try JSONResponse.make(try await identity.certificates(of: try request.zone()))
        }
    }

    private func addDenials(to denials: RouterGroup<OfficeContext>) {
        denials.get { _, _ in try JSONResponse.make(identity.denials()) }
        denials.post { request, context in
            let wanted = try await request.decode(DenialRequest.self, context)
            let why = (wanted.why ?? "").cleaned(limit: OfficeIdentityRoutes.reasonLimit)
            guard !why.allSatisfy(\.isWhitespace) else { throw OfficeError.invalid("why: say why, for the audit") }
            let subject = try await subject(of: wanted)
            return try JSONResponse.make(
                try await identity.deny(subject, why: why, by: try await context.caller()), status: .created)
        }
        denials.delete { request, context in
            let subject = try await subject(of: try await request.decode(DenialRequest.self, context))
            try await identity.allow(subject, by: try await context.caller())
            return Response(status: .noContent)
        }
    }

    /// A node, or a key in either form; the short one must be among the certificates or denials that are known.
    private func subject(of request: DenialRequest) async throws -> DenialRecord.Subject {
        switch (request.zone, request.node, request.key) {
        case (let zone?, let node?, nil): return .node(NodeName(zone: zone, node: node))
        case (nil, nil, let typed?):
            if let whole = KeyFingerprint(hex: typed.lowercased()) { return .key(whole) }
            let held = try await identity.certificates().map(\.fingerprint)
            let known = Set(held + identity.denials().compactMap(\.fingerprint))
            let short = KeyFingerprint.short(typed: typed)
            let found = known.filter { $0.short == short }
            guard let key = found.first, found.count == 1 else {
                throw OfficeError.notFound(
                    "no certificate with this fingerprint: see zone-hub certificates",
                    zh: "没有这个指纹的证书，请看 zone-hub certificates")
            }
            return .key(key)
        default: throw OfficeError.invalid("zone, node, key: expected zone and node, or a key")
        }
    }

    private func addAuthority(to ca: RouterGroup<OfficeContext>) {
        ca.get { _, _ in try JSONResponse.make(try await identity.caInfo()) }
        ca.post("rotate") { _, context in
            try JSONResponse.make(try await identity.rotate(by: try await context.caller()))
        }
        ca.delete(":hex") { _, context in
            let hex = try context.parameter("hex")
            return try JSONResponse.make(try await identity.retire(hex, by: try await context.caller()))
        }
    }
}

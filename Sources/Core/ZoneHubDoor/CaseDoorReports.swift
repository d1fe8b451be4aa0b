import Hummingbird
import ZoneCases
import ZoneHTTP
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// What an officer reports of a zone.
extension CaseDoor {
    func report(_ request: Request, _ context: HubContext) async throws -> Response {
        let wanted = try await CaseDoor.body(HubReportJSON.self, request)
        let zone = try await zone(context)
        let (subject, node) = try CaseDoor.subject(of: wanted, in: zone)
        guard !wanted.text.allSatisfy(\.isWhitespace) else {
            throw OfficeError(.badRequest, "request.invalid", "text: say what is wrong", zh: "请写明情况")
        }
        // Who may not is told so by the rules, and stands in the audit.
        let role = wanted.role ?? .district
        let now = clock.wall()
        var entry = CaseEntry(
            id: .make(at: now), of: .make(at: now), .open, role: role, by: "people's port", at: now, text: wanted.text,
            origin: .hub)
        entry.subject = subject
        entry.deadline = times.deadline(of: subject, from: now, in: await work.timetable())
        let name = NodeName(zone: zone.zone, node: node)
        let file = try await ledger.report(entry, of: name, by: "\(role.rawValue) via people's port", at: now)
        guard let file else { throw OfficeError.notFound("no case \(entry.caseID)", zh: "没有这个报修件") }
        return try JSONResponse.make(await view(file), status: .created)
    }

    private func zone(_ context: HubContext) async throws -> ZoneJSON {
        let text = try context.parameters.require("id")
        guard let slug = Slug(text), let zone = await wall.zone(slug) else {
            throw OfficeError.notFound("no zone \(text.cleaned(limit: 40))", zh: "没有找到这个专区")
        }
        return zone
    }

    /// The node that has the device in its list takes the case down to the zone; of the zone as a whole, the first one.
    private static func subject(of wanted: HubReportJSON, in zone: ZoneJSON) throws -> (CaseSubject, NodeID) {
        let foundBy = wanted.foundBy ?? .inspection
        guard foundBy.isPerson else {
            throw OfficeError.invalid("foundBy: expected inspection, citizen or staff; the machine reports by itself")
        }
        guard zone.state != .retired, let first = zone.nodes.first?.node else {
            throw OfficeError(
                .conflict, "case.noNode",
                "this zone is retired, or no PC of it has been heard yet: nobody would see the case",
                zh: "这个专区已停用，或还没有接入电脑，报修件无人能看到；请先接入")
        }
        guard let id = wanted.device else { return (CaseSubject(foundBy: foundBy), first) }
        guard let device = zone.devices.first(where: { $0.id == id }) else {
            throw OfficeError.notFound("no device \(id) in this zone", zh: "这个专区没有编号为“\(id)”的设备")
        }
        let subject = CaseSubject(foundBy: foundBy, device: id, kind: device.kind, place: device.place)
        return (subject, device.node)
    }
}

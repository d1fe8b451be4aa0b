import ZoneControlClient
import ZoneModel
import ZoneWire

/// `zonectl forms`, what the agent does.
extension Technician {
    package func forms() async throws {
        show(FormsTable.text(try await agent.get(FormListJSON.self, "/v1/forms")))
    }

    /// - Parameter device: `nil`: the one that `forms.printer` names, or the only printer.
    package func printForm(_ form: String, copies: Int, device: String?) async throws {
        struct Nothing: Encodable {}
        let place = device.map { "&device=\(PathSegment.encode($0))" } ?? ""
        let answer = try await agent.post(
            JobJSON.self, "/v1/forms/\(PathSegment.encode(form))/print?copies=\(copies)\(place)", Nothing())
        show(FormsTable.printed(answer))
    }
}

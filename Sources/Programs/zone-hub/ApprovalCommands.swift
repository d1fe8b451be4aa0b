import ArgumentParser
import ZoneControlClient
import ZoneHubDoor
import ZoneModel
import ZoneWire

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "批准接入：先与电脑上的指纹核对。 Lets a PC in, after comparing its fingerprint.")
    @OptionGroup var options: OfficeOptions
    @Argument(help: "指纹 fingerprint, e.g. K7QM-2X4P-9TRC") var fingerprint: String

    func run() async throws {
        let route = "/v1/enrolments/\(PathSegment.encode(fingerprint))/approve"
        try options.show(try await options.office.post(ApprovalJSON.self, route, JSONValue.null), Approve.text)
    }

    private static func text(_ approval: ApprovalJSON) -> String {
        let entry = approval.enrolment
        let host = entry.facts.hostname.cleaned(limit: 64)
        var text =
            "已批准 \(entry.zone)/\(entry.node)（\(host)），电脑稍后会自动取得证书。"
            + " Approved; the PC fetches its certificate by itself.\n"
        guard !approval.others.isEmpty else { return text }
        text += "此节点还有别的证书。如果那台电脑已换下或遗失： There are other certificates of this node; if that PC is gone:\n"
        for other in approval.others { text += "  zone-hub deny-key \(other.short) --why 换机 replaced\n" }
        return text
    }
}

struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "拒绝接入。 Turns a request down.")
    @OptionGroup var options: OfficeOptions
    @Argument(help: "指纹 fingerprint") var fingerprint: String

    func run() async throws {
        let route = "/v1/enrolments/\(PathSegment.encode(fingerprint))/reject"
        try options.show(try await options.office.post(EnrolmentCaseJSON.self, route, JSONValue.null)) { entry in
            "已拒绝 \(entry.zone)/\(entry.node)。如需重来，请另发令牌： Rejected; to try again make another token:"
                + " zone-hub enroll new \(entry.zone) \(entry.node)\n"
        }
    }
}

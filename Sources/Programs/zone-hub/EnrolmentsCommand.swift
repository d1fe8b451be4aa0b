import ArgumentParser
import ZoneHubDoor
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

struct ListEnrolments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "接入申请。 Requests for a certificate.")
    @OptionGroup var options: OfficeOptions

    func run() async throws {
        try options.show(try await options.get([EnrolmentCaseJSON].self, "/v1/enrolments"), ListEnrolments.text)
    }

    private static func text(_ entries: [EnrolmentCaseJSON]) -> String {
        guard !entries.isEmpty else {
            return "没有申请。发令牌： No requests. To make a token: zone-hub enroll new ZONE NODE\n"
        }
        var table = TextTable(header: [
            "指纹 FINGERPRINT", "节点 NODE", "状态 STATE", "主机 HOST", "版本 VERSION", "来自 FROM", "何时 WHEN",
        ])
        for entry in entries {
            table.add([
                entry.short, "\(entry.zone)/\(entry.node)", HubWords.enrolment(entry.state), entry.facts.hostname,
                entry.facts.version, entry.address, entry.askedAt.shown,
            ])
        }
        guard entries.contains(where: { $0.state == .pending }) else { return table.text }
        return table.text + "\n与电脑上显示的指纹一致才可批准。 Approve only what the PC itself shows: zone-hub approve FINGERPRINT\n"
    }
}

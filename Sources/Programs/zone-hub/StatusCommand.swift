import ArgumentParser
import ZoneModel
import ZoneTime
import ZoneWire

struct HubStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "平台一览。 The hub at a glance.")
    @OptionGroup var options: OfficeOptions

    func run() async throws {
        try options.show(try await options.get(HubSummaryJSON.self, "/v1/summary")) { summary in
            var table = TextTable(header: ["项目 WHAT", "数量 COUNT"])
            for (state, count) in summary.zones.sorted(by: { $0.key < $1.key }) {
                table.add(["专区 zones: \(HubWords.zone(state))", "\(count)"])
            }
            table.add(["名册 roster", "\(summary.onRoster)（上报 with agent \(summary.withAgent)）"])
            table.add(["待批准 pending: zone-hub enroll list", "\(summary.pendingEnrolments)"])
            table.add(["已禁止 denied: zone-hub denials", "\(summary.denied)"])
            table.add(["未结束的命令 open orders: zone-hub orders", "\(summary.openOrders)"])
            return table.text + (summary.notices ?? []).map { $0.cleaned(limit: 400) + "\n" }.joined()
        }
    }
}

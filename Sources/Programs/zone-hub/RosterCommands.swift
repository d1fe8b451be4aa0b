import ArgumentParser
import ZoneControlClient
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

struct RosterCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster", abstract: "全区专区名册，包括没有接入的。 All zones of the district, with and without agents.",
        subcommands: [ImportRoster.self, ShowRoster.self], defaultSubcommand: ShowRoster.self)
}

struct ImportRoster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "用 CSV 文件整体替换名册。 Replaces the roster by a CSV file.")
    @OptionGroup var options: OfficeOptions
    @Argument(help: "CSV 文件 the CSV file") var file: String

    func run() async throws {
        let report = try await options.office.upload(
            RosterReport.self, "/v1/roster", file: file, deadline: .seconds(60))
        try options.show(report) { report in
            "名册共 \(report.zones) 个专区：新增 \(report.added)，更改 \(report.changed)，移除 \(report.removed)，"
                + "不在名册但上报过的 \(report.kept)。\n\(report.zones) zones: \(report.added) added,"
                + " \(report.changed) changed, \(report.removed) removed, \(report.kept) kept because they have reported.\n"
        }
    }
}

struct ShowRoster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "显示名册。 Show the roster.")
    @OptionGroup var options: OfficeOptions

    func run() async throws {
        try options.show(try await options.get([RosterEntry].self, "/v1/roster")) { zones in
            guard !zones.isEmpty else {
                return "还没有名册。导入： No roster yet. To import one: zone-hub roster import FILE.csv\n"
            }
            var table = TextTable(header: ["专区 ZONE", "名称 NAME", "类型 TYPE", "地点 PLACE", "上报 AGENT"])
            for zone in zones {
                table.add([
                    zone.zone.text, zone.name, zone.type, zone.place ?? "", zone.hasAgent ? "是 yes" : "否 no",
                ])
            }
            return table.text
        }
    }
}

import ArgumentParser
import ZoneModel
import ZoneTime
import ZoneWire

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "谁在何时做了什么。 Who did what, and when.")
    @OptionGroup var options: OfficeOptions
    @Option(help: "条数，最多 500。 How many, at most 500.") var limit = 50

    func run() async throws {
        try options.show(try await options.get([AuditEntryJSON].self, "/v1/audit?limit=\(max(1, limit))")) { entries in
            var table = TextTable(header: ["何时 WHEN", "何人 WHO", "何事 WHAT", "对象 ABOUT", "说明 DETAIL"])
            for entry in entries {
                table.add([entry.at.shown, entry.actor, entry.act, entry.subject, entry.detail])
            }
            return table.text
        }
    }
}

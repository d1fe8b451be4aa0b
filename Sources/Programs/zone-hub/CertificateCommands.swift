import ArgumentParser
import ZoneHubDoor
import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

struct Certificates: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "各电脑的证书。 The certificates of the PCs.")
    @OptionGroup var options: OfficeOptions
    @Option(help: "只看一个专区 of one zone only") var zone: ZoneID?

    func run() async throws {
        let route = "/v1/certificates" + (zone.map { "?zone=\($0)" } ?? "")
        try options.show(try await options.get([CertificateJSON].self, route)) { entries in
            var table = TextTable(header: ["节点 NODE", "指纹 FINGERPRINT", "有效期至 UNTIL", "机构 CA", "禁止 DENIED"])
            for entry in entries {
                table.add([
                    "\(entry.zone)/\(entry.node)", entry.short, entry.notAfter.shown,
                    entry.isCurrent ? "现用 current" : "旧 old", entry.denied ?? "",
                ])
            }
            return table.text
        }
    }
}

struct Denials: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "被禁止的节点和密钥。 Nodes and keys that are shut out.")
    @OptionGroup var options: OfficeOptions

    func run() async throws {
        try options.show(try await options.get([DenialRecord].self, "/v1/denials")) { records in
            var table = TextTable(header: ["对象 WHO", "原因 WHY", "何时 WHEN", "何人 BY"])
            for record in records {
                let key = record.fingerprint?.short ?? ""
                let name = record.zone.map { "\($0)/\(record.node?.text ?? "")" }
                table.add([name ?? key, record.why, record.at.shown, record.by])
            }
            return table.text
        }
    }
}

import ArgumentParser
import NIOHTTP1
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

struct Orders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "最近的命令；--cancel 撤回还没发出的。 Latest orders; --cancel takes back one that was not sent yet.")
    @OptionGroup var options: OfficeOptions
    @Option(help: "只看一个专区 of one zone only") var zone: ZoneID?
    @Option(help: "撤回此编号 the id to take back") var cancel: String?

    func run() async throws {
        if let cancel {
            try await options.office.send(.DELETE, "/v1/orders/\(PathSegment.encode(cancel))")
            return options.show("已撤回。 Taken back.\n")
        }
        let route = "/v1/orders" + (zone.map { "?zone=\($0)" } ?? "")
        try options.show(try await options.get([OrderRecordJSON].self, route), OrderTable.text)
    }
}

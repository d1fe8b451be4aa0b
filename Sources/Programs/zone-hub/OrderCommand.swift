import ArgumentParser
import NIOHTTP1
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

struct Order: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "向一台电脑下达命令。 Orders something of a PC.",
        discussion: "zone-hub order liangping-01 pc-1 heal --device printer-1 step=reopen --wait")
    @OptionGroup var options: OfficeOptions
    @OptionGroup var node: NodeArguments
    @Argument(help: "命令 what to do") var verb: OrderVerb
    @Argument(help: "参数 arguments, key=value") var arguments: [String] = []
    @Option(help: "设备编号 id of the device") var device: DeviceID?
    @Option(name: .customLong("file"), help: "参数 text 的内容取自此文件。 Reads the argument “text” from a file.") var file:
        String?
    @Option(help: "条件 condition, repeatable") var requires: [OrderJSON.Requirement] = []
    @Option(help: "多久内须被接受，如 10m。 In which it must be accepted.") var within = "10m"
    @Flag(help: "等到有结果。 Waits for the end.") var wait = false

    func run() async throws {
        guard let ttl = Duration(shortText: within) else { throw ValidationError("--within: 30s, 10m, 2h …") }
        var request = OrderRequest(
            name: node.name, verb: verb, device: device, requires: requires.isEmpty ? nil : requires,
            ttl: ttl.milliseconds)
        request.args = try OrderArguments.parse(arguments, file: file)
        var order = try await options.office.post(OrderRecordJSON.self, "/v1/orders", request)
        if wait { order = try await follow(order) }
        try options.show(order, OrderTable.outcome)
        let isBad = order.state.isOver && order.state != .succeeded
        if isBad { throw ExitCode.failure }
    }

    /// At most its time and as long again: a node that accepted it may take a while.
    private func follow(_ placed: OrderRecordJSON) async throws -> OrderRecordJSON {
        let (clock, route) = (SystemClock(), "/v1/orders/\(placed.id)")
        let left = placed.expiresAt.milliseconds - placed.createdAt.milliseconds
        let deadline = clock.mono().advanced(by: .milliseconds(2 * left + 60_000))
        var order = placed
        while !order.state.isOver, clock.mono() < deadline {
            try await clock.sleep(for: .seconds(1))
            order = try await options.get(OrderRecordJSON.self, route)
        }
        return order
    }
}

extension OrderVerb: ExpressibleByArgument {}
extension OrderJSON.Requirement: ExpressibleByArgument {}

import ArgumentParser
import ZoneCommandLine
import ZoneWire

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "检查全部设备并留存结果；写设备编号只看一台。 Check all devices and keep the result; with an id: look at one.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号 device id") var device: String?
    @Flag(help: "开门自检。 As each morning: all at the same time.") var opening = false
    @Flag(help: "作为本月检查。 Call it the month's.") var monthly = false
    @Flag(help: "每台打印机打一张测试页。 One test page at each printer.") var print = false
    @Flag(help: "最近的检查和期限。 The latest checks, and what is due.") var list = false
    @Flag(help: "只输出 JSON。 As JSON.") var json = false

    private var kind: CheckKind { opening ? .opening : monthly ? .monthly : .full }

    func validate() throws {
        guard [device != nil, opening, monthly, list].count(where: { $0 }) <= 1,
            !print || !(opening || list || device != nil)
        else {
            throw ValidationError("这些选项不能一起用。 These options do not go together.")
        }
    }

    func run() async throws {
        if list { return try await options.technician.checks(asJSON: json) }
        if let device { return try await options.end { try await $0.check(device) } }
        let wish = CheckRequest(check: kind, print: print ? true : nil)
        try await options.end { try await $0.check(wish, asJSON: json, progress: json ? nil : .onErrorOutput) }
    }
}

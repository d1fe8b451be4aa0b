import ArgumentParser
import ZoneCommandLine
import ZoneLinux

struct Printers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "打印机：一览、查找、打印系统的设置。 Printers: list, find, cupsd's settings.",
        subcommands: [ListPrinters.self, AdoptPrinters.self, CUPSDSettings.self], defaultSubcommand: ListPrinters.self)
}

struct ListPrinters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "打印机一览：型号、情况、耗材、总印数。 Printers, what is wrong, what is left in them.")
    @OptionGroup var options: RootOption
    @Flag var json = false
    func run() async throws { try await options.technician.printers(asJSON: json) }
}

struct AdoptPrinters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "查找免驱动打印机，建议 agent.yaml 条目。 Find driverless printers for agent.yaml.",
        discussion: "不写地址只看本机的 ipp-usb。 Without an address only this PC's ipp-usb is asked.")
    @OptionGroup var options: RootOption
    @Argument(help: "地址，如 192.168.1.7 an address") var addresses: [String] = []
    @Option(help: "查找网段，如 192.168.1.0/24 a network of at most 256 addresses") var network: String?
    @Option(help: "再建一个 cupsd 队列 also make a queue of this name") var queue: String?
    @Flag(help: "写入 agent.yaml。 Write it into agent.yaml.") var write = false

    func run() async throws {
        let wish = try AdoptionWish.read(addresses: addresses, network: network, queue: queue, writes: write)
        Signals.ignoreBrokenPipes()
        let desk = try AdoptionDesk.ofThisMachine(
            root: options.root, clock: SystemClock(), show: StandardOutput.write)
        guard try await desk.run(wish) else { throw ExitCode.failure }
    }
}

struct CUPSDSettings: AsyncParsableCommand {
    @Argument(help: "check | set | undo") var verb: Verb = .check
    @OptionGroup var options: RootOption
    @Flag(help: "写入；不加只显示改动。 Write it; without, only the changes are shown.") var yes = false
    @Flag(help: "随后重启 cups。 Restart cups afterwards.") var restart = false

    enum Verb: String, ExpressibleByArgument { case check, set, undo }
    static let configuration = CommandConfiguration(
        commandName: "cupsd", abstract: "打印系统的设置：检查、设置、恢复。 cupsd's settings: check, set, undo.")

    func run() async throws {
        let desk = CUPSDDesk(root: options.root, clock: SystemClock(), show: StandardOutput.write)
        switch verb {
        case .check: throw ExitCode(await desk.check())
        case .set: try await desk.set(isAgreed: yes, restarts: restart)
        case .undo: try await desk.undo(isAgreed: yes, restarts: restart)
        }
    }
}

import ArgumentParser
import ZoneCommandLine
import ZoneWire

struct Probe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "立即检查一台设备。 Look at a device now.")
    @OptionGroup var options: RootOption
    @Argument var device: String
    func run() async throws { try await options.command(device, CommandRequest(verb: "probe")) }
}

struct TestPage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-page", abstract: "打印一张测试页。 Print one test page.")
    @OptionGroup var options: RootOption
    @Argument(help: "打印机编号 the printer's id") var printer: String

    func run() async throws { try await options.end { try await $0.testPage(printer) } }
}

struct RestartService: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart-service", abstract: "重启系统服务，每天四次。 Restart a service of the PC, four times a day.")
    @OptionGroup var options: RootOption
    @Argument(help: "cups.service") var unit = "cups.service"

    func run() async throws { try await options.end { try await $0.restartService(unit) } }
}

struct Diagnostics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "诊断包，写入新文件（不含密码和姓名）。 A bundle for who helps, into a new file; no secrets, no names.")
    @OptionGroup var options: RootOption
    @Argument(help: "新文件 a new file") var file: String

    func run() async throws { try await options.end { try await $0.diagnostics(to: file) } }
}

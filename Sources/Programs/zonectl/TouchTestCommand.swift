import ArgumentParser
import ZoneCommandLine

struct TestPanel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "试触：显示触点和没有触到的地方。 See touches as they come, and what was never felt.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号 device id") var device: String
    @Option(help: "多少秒，5 到 600。 How many seconds, 5 to 600.") var seconds = 60
    @Flag(help: "结束时只输出 JSON。 Only the summary, as JSON.") var json = false

    func validate() throws {
        guard Technician.touchTestSeconds.contains(seconds) else {
            throw ValidationError("--seconds 应为 5 到 600。 --seconds: expected 5 to 600.")
        }
    }

    func run() async throws { try await options.technician.testPanel(device, seconds: seconds, asJSON: json) }
}

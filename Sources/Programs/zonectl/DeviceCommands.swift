import ArgumentParser
import ZoneCommandLine

struct Devices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "设备清单。 The list of devices.", subcommands: [Status.self, ForgetDevice.self],
        defaultSubcommand: Status.self)
}

struct ForgetDevice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "忘记已拆走的设备。 Forget a found device that is gone for good.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号 device id") var device: String
    func run() async throws { try await options.technician.forget(device) }
}

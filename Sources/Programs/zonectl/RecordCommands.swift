import ArgumentParser
import ZoneCommandLine
import ZoneLinux

struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "录制一台设备的通信，供报障和测试。 Record what passes at a device's port, for bug reports and tests.",
        discussion: "开始时设备会重新打开一次。 The device is opened anew at the beginning.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号 device id") var device: String
    @Argument(help: "新文件 a new file") var file: String
    @Option(help: "多少秒，1 到 600。 How many seconds, 1 to 600.") var seconds = 60
    @Flag(help: "连同手指位置（须征得同意）。 With the positions of fingers; ask the people first.") var withContacts = false

    func run() async throws {
        try await options.technician.record(device, to: file, seconds: seconds, withContacts: withContacts)
    }
}

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "重放录制文件，不需要设备和服务。 Play a recording; needs neither device nor service.",
        discussion: "也可以是 evemu 文件。 A file of evemu will do, too.")
    @Argument(help: "录制文件 the file") var file: String
    @Flag(help: "只输出不带时间的结果。 Only the story, without times.") var story = false

    func run() async throws { try await ReplayDesk(show: StandardOutput.write).replay(file, storyOnly: story) }
}

struct Evemu: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "触摸屏录制与 evemu 文件互换。 A panel's recording as a file of evemu, or the way back.")
    @Argument(help: "录制文件，或 evemu 文件。 A recording, or a file of evemu.") var file: String
    @Argument(help: "新文件 a new file") var output: String

    func run() async throws {
        try EvemuDesk(clock: SystemClock(), show: StandardOutput.write).convert(file, to: output)
    }
}

import ArgumentParser
import ZoneCommandLine
import ZoneWire

struct Touch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "触摸屏：试触、检测、校准、清洁。 Touch panels: test, check, calibrate, clean.",
        subcommands: [TestPanel.self, CheckPanel.self, CalibratePanel.self, CleanPanel.self])
}

struct CheckOptions: ParsableArguments {
    @Option(help: "点数，9 或 25。 Marks: 9 or 25.") var points = 9
    @Option(help: "多少秒，1 到 60。 How many seconds, 1 to 60.") var seconds = TouchCheckRequest.defaultSeconds
    var request: TouchCheckRequest { TouchCheckRequest(points: points, seconds: seconds) }
}

struct CheckPanel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "触摸检测。 Touch marks in turn.")
    @OptionGroup var options: RootOption
    @OptionGroup var check: CheckOptions
    @Argument(help: "设备编号 device id") var device: String

    func run() async throws {
        try await options.end { try await $0.checkPanel(device, check.request) }
    }
}

struct CalibratePanel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "检测后写入校准；--undo 撤销。 Check, then write what it found; --undo takes it back.")
    @OptionGroup var options: RootOption
    @OptionGroup var check: CheckOptions
    @Argument(help: "设备编号 device id") var device: String
    @Flag(help: "撤销校准，恢复原样 take it back, to what stood there before the first") var undo = false

    func run() async throws {
        try await options.end {
            undo ? try await $0.undoCalibration(device) : try await $0.calibratePanel(device, check.request)
        }
    }
}

struct CleanPanel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "暂停触摸，以便擦屏幕。 No touches for a while, so that the glass can be wiped.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号 device id") var device: String
    @Option(help: "多少秒，5 到 120。 How many seconds, 5 to 120.") var seconds = 30

    func run() async throws {
        try await options.end { try await $0.cleanPanel(device, seconds: seconds) }
    }
}

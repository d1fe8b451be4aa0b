import ArgumentParser
import ZoneCommandLine
import ZoneModel
import ZoneWire

struct HoldDevice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "暂停设备或整个专区（zone）。 Take a device, or the zone, out of service.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号或 zone") var subject: String
    @Argument(help: "closed | maintenance | disabled") var mode: String
    @Option(help: "原因 why") var reason: String?
    @Option(help: "多少分钟后自动恢复 ends by itself after so many minutes") var minutes: Int?
    @Option(help: "到什么时候 ends by itself then, such as 17:30 or 2026-11-23T09:00, Beijing time") var until: String?

    func validate() throws {
        if minutes != nil, until != nil {
            throw ValidationError("--minutes 和 --until 只能用一个。 Give either --minutes or --until.")
        }
        let most = HoldRequest.mostDays * 1440
        if let minutes, !(1...most).contains(minutes) {
            throw ValidationError(
                "--minutes 应为 1 到 \(most)（\(HoldRequest.mostDays) 天）；不写就一直停用，直到解除。 "
                    + "--minutes: expected 1 to \(most) (\(HoldRequest.mostDays) days); without it the hold lasts until released."
            )
        }
    }

    func run() async throws {
        try await options.technician.hold(
            subject, try heldMode(mode), reason: reason, minutes: minutes, until: try until.map(HeldUntil.init))
    }
}

struct ReleaseDevice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "恢复服务。 Put it back into service.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号或 zone") var subject: String
    @Argument(help: "closed | maintenance | disabled") var mode: String

    func run() async throws { try await options.technician.release(subject, try heldMode(mode)) }
}

private func heldMode(_ text: String) throws -> Mode {
    guard let mode = Mode(rawValue: text), mode != .service else {
        throw ValidationError("应为 closed、maintenance 或 disabled。 Expected closed, maintenance or disabled.")
    }
    return mode
}

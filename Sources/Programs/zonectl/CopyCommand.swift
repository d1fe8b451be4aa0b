import ArgumentParser
import ZoneCommandLine
import ZoneModel
import ZoneWire

struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "试复印一次。 Copy what lies on the glass, as the kiosk does.")
    @OptionGroup var options: RootOption
    @Argument(help: "复印机编号 the machine") var device: String
    @Flag(help: "身份证两面印一页 both sides of a card on one page") var idCard = false
    @Flag(help: "从进纸器 from the feeder") var feeder = false
    @Flag(help: "彩色 in colour") var color = false
    @Option(help: "份数 copies, 1 to 9") var copies = 1

    func run() async throws {
        guard let id = DeviceID(device) else { throw ValidationError("编号不对。 No such device: \(device.cleaned())") }
        let request = CopyRequest(
            device: id, mode: idCard ? .idCard : feeder ? .feeder : .page, copies: copies, color: color)
        try await options.end { technician in try await technician.copy(request) { _ = readLine() } }
    }
}

import DriverKit
import Testing
import ZoneLinux
import ZoneTestKit

@testable import ZoneAgentCore

@Suite("Print system: what an agent may do to the PC's own")
struct CUPSToolsTests {
    @Test("an agent with a root of its own restarts nothing, and makes no queue in the PC's cupsd")
    func rooted() async throws {
        let root = try TemporaryRoot()
        let tools = CUPSTools(units: nil, folder: root.path, clock: SystemClock())
        let restart = await #expect(throws: DeviceError.self) { try await tools.restartScheduler(within: .seconds(5)) }
        let make = await #expect(throws: DeviceError.self) {
            try await tools.makeQueue("hall", to: "ipp://x/", at: "/run/cups/cups.sock", within: .seconds(5))
        }
        #expect(restart?.code == .unsupported && make?.code == .unsupported)
    }

    @Test(
        "a name that could be an option or a path is refused before anything is started", arguments: ["-h", "a/b", ""])
    func names(_ name: String) async throws {
        let root = try TemporaryRoot()
        let tools = CUPSTools(units: nil, folder: root.path, clock: SystemClock())
        let error = await #expect(throws: DeviceError.self) {
            try await tools.makeQueue(name, to: "ipp://x/", at: root.path + "/cups.sock", within: .seconds(5))
        }
        #expect(error?.code == .refused)
        #expect(QueueNames.isFit("hall-1") && QueueNames.isFit("大厅") && !QueueNames.isFit("a b"))
    }

    @Test("a driver that is none, or that names a filter which runs commands, is not given to cupsd")
    func drivers() {
        #expect(throws: DeviceError.self) { try CUPSTools.complain(about: "", "make") }
        #expect(throws: DeviceError.self) {
            try CUPSTools.complain(about: "*PPD-Adobe: \"4.3\"\n*cupsFilter2: \"a b 0 foomatic-rip\"\n", "make")
        }
        #expect(throws: Never.self) { try CUPSTools.complain(about: "*PPD-Adobe: \"4.3\"\n", "make") }
    }
}

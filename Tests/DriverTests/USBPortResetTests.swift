import DriverKit
import Glibc
import Testing
import USBPrinterSimulator
import ZoneLinux
import ZoneModel
import ZoneTestKit

@testable import USBPrinterDriver
@testable import ZonePorts

@Suite("USB printer: its port is reset when it hangs, and never under a document")
struct USBPortResetTests {
    private func heal(_ device: any LiveDevice, _ bench: LPBench) async throws {
        try await bench.passing(
            Task {
                do throws(DeviceError) {
                    return Result<Void, DeviceError>.success(try await device.heal(.resetPort))
                } catch {
                    return .failure(error)
                }
            }
        ).get()
    }

    @Test("one that hangs is there again once the kernel's driver has it")
    func hanging() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        #expect(device.healingSteps == [.resetPort])
        #expect(HealingStep.resetPort.harm == .interruptsUse && HealingStep.resetPort.dailyBudget == 3)
        bench.port.fail(.timedOut)
        #expect(try await device.check(within: .seconds(30)).link == .down)
        try await heal(device, bench)
        #expect(bench.port.with { $0.resets } == 1)
        #expect(try await device.check(within: .seconds(30)).link == .up)
        await device.close()
    }

    @Test("while a document is on its way it is refused, and the document arrives")
    func printing() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        let gate = Gate()
        bench.port.with { $0.finishing = gate }
        let order = try bench.order(20_000)
        let printing = Task { await device.printDocument(order, progress: { _ in }) }
        while bench.port.with({ $0.finished }) == 0 { await Task.yield() }
        let error = await #expect(throws: DeviceError.self) { try await heal(device, bench) }
        #expect(error?.code == .busy)
        gate.open()
        #expect(await bench.passing(printing) == .printed(pagesProven: nil))
        #expect(bench.port.with { $0.resets } == 0 && bench.port.with { $0.printer.byteCount } == 20_000)
        await device.close()
    }

    @Test("somebody else has it: the step fails, and says so")
    func held() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        bench.port.fail(.busy)
        let error = await #expect(throws: DeviceError.self) { try await heal(device, bench) }
        #expect(error?.code == .busy)
        await device.close()
    }
}

@Suite("A USB port, where sysfs has it")
struct USBPortTests {
    private let root: TemporaryRoot
    private let path = "/dev/bus/usb/003/002"
    private let interface: String

    init() throws {
        root = try TemporaryRoot()
        // Bus 3, device 2: 2 * 128 + 1.
        interface = "\(root.path)/dev/char/189:257/3-1:1.0"
        try SmallFile.makeDirectory(interface)
        try SmallFile.replace("\(interface)/bInterfaceClass", with: "07\n")
        try SmallFile.replace("\(interface)/bInterfaceSubClass", with: "01\n")
    }

    /// - Returns: what was reset, and the error.
    private func reset(isOpen: Bool = false, _ errno: CInt = 0) -> (done: [String], code: DeviceError.Code?) {
        var done: [String] = []
        let port = USBPort(path, sysfs: root.path, isOpen: { _ in isOpen }) { path throws(SystemError) in
            done.append(path)
            if errno != 0 { throw SystemError("USBDEVFS_RESET", errno) }
        }
        do throws(DeviceError) { try port.reset() } catch { return (done, error.code) }
        return (done, nil)
    }

    @Test("usblp's, or nobody's, it is reset; a program's, or open, it is left alone")
    func holders() throws {
        #expect(reset().done == [path])
        try SmallFile.makeDirectory("\(interface)/usbmisc/lp0")
        #expect(reset().done == [path] && reset().code == nil)
        let open = reset(isOpen: true)
        #expect(open.done.isEmpty && open.code == .busy)
        SmallFile.remove("\(interface)/usbmisc/lp0")
        #expect(rmdir("\(interface)/usbmisc/lp0") == 0)
        #expect(symlink("/sys/bus/usb/drivers/usbfs", "\(interface)/driver") == 0)
        let claimed = reset()
        #expect(claimed.done.isEmpty && claimed.code == .busy)
    }

    @Test("a device that comes back as another one is gone, and found anew; what is not permitted is said")
    func other() {
        #expect(reset(ENODEV).code == .absent)
        #expect(reset(EPERM).code == .permission)
    }
}

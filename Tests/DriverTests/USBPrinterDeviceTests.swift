import DriverKit
import Testing
import USBPrinterSimulator
import ZoneLinux
import ZoneModel
import ZonePorts
import ZoneTestKit

@Suite("USB printer: what it tells while it is idle")
struct USBPrinterDeviceTests {
    private func sights(_ report: Report) -> [String] {
        report.symptoms.map { symptom in
            switch symptom.sight {
            case .wrong: "\(symptom.code.rawValue) wrong"
            case .fine: "\(symptom.code.rawValue) fine"
            case .unknown, .superseded: "\(symptom.code.rawValue) unknown"
            }
        }
    }

    private func check(_ device: any LiveDevice, _ bench: LPBench) async throws -> Report {
        try await bench.passing(
            Task {
                do throws(DeviceError) {
                    return Result<Report, DeviceError>.success(try await device.check(within: .seconds(30)))
                } catch {
                    return .failure(error)
                }
            }
        ).get()
    }

    @Test("out of paper while nobody prints is told, and that it was refilled")
    func paper() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        let good = ["prn.paper.out fine", "prn.service.required fine", "prn.link.down fine"]
        #expect(sights(try await check(device, bench)) == good)
        bench.port.printer { $0.paperSheets = 0 }
        let empty = try await check(device, bench)
        #expect(empty.looked(at: .printerPaperOut) == .wrong(evidence: "port status 0x38"))
        #expect(empty.link == .up && empty.presence == .present && empty.details?["portStatus"] == "0x38")
        bench.port.printer { $0.paperSheets = 10 }
        #expect(sights(try await check(device, bench)) == good)
        await device.close()
    }

    @Test(
        "three bits are three facts; with no paper the other two say nothing more",
        arguments: [
            (
                online: true, error: true, paper: 1,
                ["prn.paper.out fine", "prn.service.required wrong", "prn.link.down fine"]
            ),
            (false, false, 1, ["prn.paper.out fine", "prn.service.required fine", "prn.link.down wrong"]),
            (false, true, 1, ["prn.paper.out fine", "prn.service.required wrong", "prn.link.down fine"]),
            (false, true, 0, ["prn.paper.out wrong", "prn.service.required unknown", "prn.link.down fine"]),
            (true, false, 0, ["prn.paper.out wrong", "prn.service.required fine", "prn.link.down fine"]),
        ])
    func bits(online: Bool, error: Bool, paper: Int, expected: [String]) async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        bench.port.printer { ($0.isOnLine, $0.hasError, $0.paperSheets) = (online, error, paper) }
        #expect(sights(try await check(device, bench)) == expected)
        await device.close()
    }

    @Test("while another program has it nothing is known and nothing is down, and it is known by its name all the same")
    func held() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        bench.port.printer { $0.paperSheets = 0 }
        bench.port.fail(.busy)
        let before = try await check(device, bench)
        #expect(before.identity?.model == "Laser 1" && before.identity?.serial == "SN-1")
        bench.port.fail(nil)
        #expect(try await check(device, bench).identity?.model == "USB Page Printer")
        bench.port.fail(.busy)
        let report = try await check(device, bench)
        #expect(report.presence == .present && report.link == .unknown && report.reason == "heldByOther")
        #expect(report.activity == .busy)
        #expect(sights(report) == ["prn.link.down unknown", "prn.paper.out unknown", "prn.service.required unknown"])
        #expect(report.identity?.model == "USB Page Printer" && report.identity?.busId == "222a:0088")
        await device.close()
    }

    @Test("plugged in, the kernel's driver is waited for; one that never comes is said")
    func driver() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        bench.port.fail(.unsupported)
        let checking = Task { try await device.check(within: .seconds(30)) }
        while bench.port.with({ $0.looks }) < 2 {
            await Task.yield()
            if bench.clock.sleeperCount > 0 { bench.clock.advance(by: .milliseconds(100)) }
        }
        bench.port.fail(nil)
        let report = await bench.passing(Task { try? await checking.value })
        #expect(report?.link == .up)
        bench.clock.advance(by: .seconds(10))
        bench.port.fail(.unsupported)
        let looks = bench.port.with { $0.looks }
        let missing = try await check(device, bench)
        #expect(missing.reason == "noDriver" && missing.link == .unknown && missing.presence == .present)
        #expect(bench.port.with { $0.looks } == looks + 1)
        await device.close()
    }

    @Test("silence is a report, being unplugged is the end")
    func silentAndGone() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        bench.port.fail(.timedOut)
        let silent = try await check(device, bench)
        #expect(silent.link == .down && silent.presence == .present && silent.reason == "silent")
        #expect(sights(silent) == ["prn.link.down wrong", "prn.paper.out unknown", "prn.service.required unknown"])
        bench.port.fail(.absent)
        let error = await #expect(throws: DeviceError.self) { try await check(device, bench) }
        #expect(error?.code == .absent)
        await device.close()
    }

    @Test("a state that is not told, or not to be believed, is neither good nor bad")
    func untold() async throws {
        let bench = try LPBench()
        let device = try await bench.open()
        bench.port.printer { $0.manner = .stateless }
        let report = try await check(device, bench)
        #expect(report.link == .up && report.details?["portStatus"] == nil)
        #expect(sights(report) == ["prn.link.down fine", "prn.paper.out unknown", "prn.service.required unknown"])
        await device.close()
        let doubted = try await bench.open(["portStatus": "ignored"])
        bench.port.printer { ($0.manner, $0.paperSheets) = (.honest, 0) }
        let ignored = try await check(doubted, bench)
        #expect(ignored.looked(at: .printerPaperOut) == .unknown(reason: "notTrusted"))
        #expect(ignored.details?["portStatus"] == "0x38")
        await doubted.close()
    }
}

@Suite("USB printer: where sysfs has it")
struct USBPrinterPlaceTests {
    private func tree(_ root: TemporaryRoot, _ interfaceClass: String) throws -> String {
        // Bus 3, device 2: 2 * 128 + 1.
        let interface = "\(root.path)/dev/char/189:257/3-1:1.0"
        try SmallFile.makeDirectory(interface)
        try SmallFile.replace("\(interface)/bInterfaceClass", with: interfaceClass + "\n")
        try SmallFile.replace("\(interface)/bInterfaceSubClass", with: "01\n")
        return interface
    }

    @Test("the node of usblp, and the id, while usblp has it; nobody's before and after")
    func node() throws {
        let root = try TemporaryRoot()
        let interface = try tree(root, "07")
        let place = try USBPrinterPlace("/dev/bus/usb/003/002", sysfs: root.path)
        #expect(place.isPrinter && place.isThere && place.holder == .nobody && place.deviceID == nil)
        try SmallFile.makeDirectory("\(interface)/usbmisc/lp7")
        try SmallFile.replace("\(interface)/ieee1284_id", with: "MFG:Zone;MDL:\u{1B}Laser;")
        #expect(place.holder == .node("/dev/usb/lp7") && place.deviceID == "MFG:Zone;MDL:Laser;")
    }

    @Test("what is no printer, no USB device, or is gone, is told apart")
    func others() throws {
        let root = try TemporaryRoot()
        _ = try tree(root, "03")
        #expect(try !USBPrinterPlace("/dev/bus/usb/003/002", sysfs: root.path).isPrinter)
        for (path, code) in [("/dev/bus/usb/003/003", DeviceError.Code.absent), ("/dev/usb/lp0", .unsupported)] {
            let error = #expect(throws: DeviceError.self) { try USBPrinterPlace(path, sysfs: root.path) }
            #expect(error?.code == code, "\(path)")
        }
    }
}

import DriverKit
import Testing
import ZoneAccess
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTouch
import ZoneWire

@testable import ZoneAgentCore

@Suite("Touch desk: calibration on a technician's word")
struct TouchDeskCalibrationTests {
    private let rig: TouchRig
    private let technician = Caller(door: .admin, uid: 1001, role: .technician)
    init() throws { rig = try TouchRig() }

    private var rules: String { rig.rig.root.path + "/etc/udev/rules.d" }

    private func checked(_ desk: TouchDesk, _ hand: (GlassPoint) -> GlassPoint?) async throws -> CalibrationRequest {
        let begun = try await desk.beginCheck(rig.device, TouchCheckRequest(points: 9), lease: nil, by: technician)
        _ = try await rig.touchAll(desk, begun, hand)
        return CalibrationRequest(check: begun.check)
    }

    @Test("written as a rule for this panel, written again, and taken back to what stood there before the first")
    func written() async throws {
        try await rig.withDesk { desk, journal in
            let mirrored = try await checked(desk) { GlassPoint(x: 1 - $0.x, y: $0.y) }
            let first = try await desk.calibrate(rig.device, mirrored, by: technician)
            #expect(first.canUndo && first.isInForce == nil && first.file == rules + "/99-zone-agent-touch-1.rules")
            let text = try SmallFile.read(first.file)
            #expect(text.contains("ATTRS{id/vendor}==\"222a\", ATTRS{id/product}==\"0001\""))
            #expect(text.contains("ENV{ID_PATH}==\"pci-0000:00:14.0-usb-0:3:1.0\""))
            #expect(
                text.contains(
                    "ENV{LIBINPUT_CALIBRATION_MATRIX}=\"-1.000000 0.000000 1.000000 0.000000 1.000000 0.000000\""))
            #expect(try await desk.calibration(rig.device).matrix == first.matrix)
            let second = try await desk.calibrate(
                rig.device, try await checked(desk) { GlassPoint(x: $0.y, y: $0.x) }, by: technician)
            #expect(second.matrix != first.matrix)
            let own = "# 由现场技术人员写 the site's own\n"
            try SmallFile.replace(first.file, with: own)
            _ = try await desk.calibrate(rig.device, mirrored, by: technician)
            let left = try await desk.undoCalibration(rig.device, by: technician)
            #expect(left.matrix == nil && SmallFile.list(rules).isEmpty, "nothing stood there before the first")
            #expect(
                await rig.code { _ = try await desk.undoCalibration(rig.device, by: technician) } == "calibration.none")
            #expect(try await journal.rows(.calibrationWritten, .calibrationUndone).count == 4)
            try SmallFile.replace(first.file, with: own)
            _ = try await desk.calibrate(rig.device, mirrored, by: technician)
            _ = try await desk.undoCalibration(rig.device, by: technician)
            #expect(try SmallFile.read(first.file) == own)
        }
    }

    @Test("taken back, nothing is left of the first one")
    func undone() async throws {
        try await rig.withDesk { desk, _ in
            _ = try await desk.calibrate(
                rig.device, try await checked(desk) { GlassPoint(x: $0.x + 0.05, y: $0.y) }, by: technician)
            #expect(SmallFile.list(rules).count == 1)
            let left = try await desk.undoCalibration(rig.device, by: technician)
            #expect(left.matrix == nil && !left.canUndo && SmallFile.list(rules).isEmpty)
        }
    }

    @Test("a check after a calibration sees through it: passed, and the next matrix still takes the place of this one")
    func judgedThroughIt() async throws {
        try await rig.withDesk { desk, journal in
            func check(_ hand: @escaping (GlassPoint) -> GlassPoint?) async throws -> TouchCheckJSON {
                try #require(await desk.check(try await checked(desk, hand).check, of: rig.device))
            }
            let first = try await checked(desk) { GlassPoint(x: 1 - $0.x, y: $0.y) }
            let written = try await desk.calibrate(rig.device, first, by: technician)
            let second = try await check { GlassPoint(x: 1 - $0.x, y: $0.y) }
            #expect(second.state == .passed && second.shape == "fits" && second.matrix == written.matrix)
            #expect(second.results.allSatisfy { $0.state == .hit && $0.place == $0.target })
            for (is_, wanted) in zip(second.calibration ?? [], written.matrix ?? []) {
                #expect(abs(is_ - wanted) < 0.01)
            }
            #expect(second.calibration?.count == 6)
            // Somebody has turned the panel round meanwhile: the old matrix spoils what would be right without it.
            let third = try await checked(desk) { $0 }
            let seen = try #require(await desk.check(third.check, of: rig.device))
            #expect(seen.state == .failed && seen.shape == "inverted")
            let again = try await desk.calibrate(rig.device, third, by: technician)
            for (is_, wanted) in zip(again.matrix ?? [], [1.0, 0, 0, 0, 1, 0]) { #expect(abs(is_ - wanted) < 0.01) }
            #expect(try await check { $0 }.state == .passed)
            let left = try await desk.undoCalibration(rig.device, by: technician)
            #expect(left.matrix == nil)
            #expect(try await check { GlassPoint(x: 1 - $0.x, y: $0.y) }.shape == "inverted")
            let rows = try await eventually("all are told") {
                let rows = try await journal.rows(.checkDone)
                return rows.count == 5 ? rows : nil
            }
            #expect(rows.map { $0.data["matrix"] != nil } == [false, true, true, true, false])
        }
    }

    @Test("no check, somebody else's check, and one without a rule in it are refused")
    func refused() async throws {
        try await rig.withDesk { desk, _ in
            #expect(
                await rig.code { _ = try await desk.calibrate(rig.device, .init(check: "x"), by: technician) }
                    == "not.found")
            let bad = [0.9, 0.1, 0.5, 0.1, 0.9, 0.2, 0.5, 0.9, 0.1]
            var index = 0
            let wild = try await checked(desk) { _ in
                index += 1
                return GlassPoint(x: bad[index - 1], y: bad[9 - index])
            }
            #expect(
                await rig.code { _ = try await desk.calibrate(rig.device, wild, by: technician) } == "calibration.unfit"
            )
            #expect(
                await rig.code { _ = try await desk.calibrate(StationRig.printer, wild, by: technician) } == "not.found"
            )
            #expect(SmallFile.list(rules).isEmpty)
        }
    }

    @Test(
        "what udev says of a path never gets out of its quotes",
        arguments: ["a\", RUN+=\"x", "a*", "a\nb", "$env{X}", ""])
    func hostile(_ path: String) throws {
        let matrix = try #require(CalibrationMatrix(.identity))
        let subject = CalibrationSubject(busId: "222a:0001", idPath: path, sysPaths: [])
        let text = try #require(CalibrationRule.text(for: rig.device, subject, matrix))
        #expect(!text.contains("ID_PATH") && !text.contains("RUN"))
        let nameless = CalibrationSubject(busId: "\"x:0001", idPath: nil, sysPaths: [])
        #expect(CalibrationRule.text(for: rig.device, nameless, matrix) == nil)
    }
}

import DriverKit
import Testing
import ZoneAgentCore
import ZoneModel
import ZoneProfiles
import ZoneUdev

@Suite("What is plugged in is for a driver when a rule and a hw-profile say so")
struct HardwareScoutTests {
    private func scout(_ profiles: String...) -> HardwareScout {
        let sources = profiles.enumerated().map { index, text in
            ProfileShelf.Source(path: "\(index).yaml", root: 0, folder: "10-generic", text: text)
        }
        return HardwareScout(shelf: ProfileShelf(sources), drivers: DriverRegistry.shipped)
    }

    private let box =
        "kind: suggestionBox\ndriver: mcp2221-box\nmatch: {usb: \"04d8:00dd\"}\nset: {slotPin: gp1, burst: many}\n"

    private func hidraw(_ id: String, _ more: [String: String] = [:]) -> UdevDevice {
        UdevDevice(
            sysPath: "/sys/devices/x/hidraw/hidraw0", node: "/dev/hidraw0", subsystem: "hidraw",
            properties: more.merging(["HID_ID": id]) { first, _ in first })
    }

    @Test("a chip that a profile names is a box, with the settings that its driver can use and no others")
    func fits() throws {
        guard case .fits(let fit) = scout(box).look(at: hidraw("0003:000004D8:000000DD")) else {
            Issue.record("no fit")
            return
        }
        #expect(fit.rule.kind == .suggestionBox && fit.driver.name == "mcp2221-box")
        #expect(fit.profile.settings == ["slotPin": "gp1"])
    }

    @Test(
        "any other HID device of the PC is none of ours, and nobody is bothered with it",
        arguments: [
            "0003:0000046D:0000C31C", "0005:000004D8:000000DD", "", "0003:4D8", "0003:000004D8:000000DD:1",
        ])
    func strangers(id: String) {
        switch scout(box).look(at: hidraw(id)) {
        case .fits: Issue.record("\(id) is taken for a box")
        case .unmatched(let rule): #expect(!rule.isCertain)
        case .notOurs: break
        }
    }

    @Test("a touchscreen without a profile is worth a word; its mouse node is not")
    func touchscreen() {
        func device(_ node: String) -> UdevDevice {
            UdevDevice(sysPath: "/sys/x", node: node, subsystem: "input", properties: ["ID_INPUT_TOUCHSCREEN": "1"])
        }
        guard case .unmatched(let rule) = scout(box).look(at: device("/dev/input/event3")) else {
            Issue.record("not seen")
            return
        }
        #expect(rule.isCertain && rule.kind == .touchPanel)
        if case .notOurs = scout(box).look(at: device("/dev/input/mouse0")) {} else { Issue.record("the mouse node") }
    }

    @Test("a printer is its USB device, whose name lasts; usblp's node and other USB devices are none of ours")
    func usbPrinter() {
        let profile = "kind: printer\ndriver: usb-printer\nmatch: {udev.USB_PRINTER: \"1\"}\n"
        func device(_ node: String, _ subsystem: String, _ properties: [String: String]) -> UdevDevice {
            UdevDevice(sysPath: "/sys/x", node: node, subsystem: subsystem, properties: properties)
        }
        let printer = device("/dev/bus/usb/003/002", "usb", ["USB_PRINTER": "1", "ID_SERIAL_SHORT": "S"])
        guard case .fits(let fit) = scout(profile).look(at: printer) else {
            Issue.record("no fit")
            return
        }
        #expect(fit.driver.name == "usb-printer" && fit.rule.kind == .printer)
        #expect(printer.bindingKey == "usb:serial:S")
        for other in [
            device("/dev/bus/usb/003/003", "usb", ["ID_SERIAL_SHORT": "S"]), device("/dev/usb/lp0", "usbmisc", [:]),
        ] {
            guard case .notOurs = scout(profile).look(at: other) else {
                Issue.record("\(other.node)")
                continue
            }
        }
    }

    @Test(
        "what udev collects of a device's interfaces says whether it is a printer, and one for ipp-usb",
        arguments: [
            (":070102:", "1"), (":ff0000:070101:", "1"), (":070102:070104:", "ipp"), (":070104:", "ipp"),
            (":090000:", nil), (":080650:030101:", nil), (":0702", nil), ("", nil),
        ])
    func printerKind(interfaces: String, expected: String?) {
        #expect(UdevDevice.printerKind(interfaces: interfaces) == expected)
    }

    @Test("what names a device stays the same when it is plugged in elsewhere, as far as it can tell")
    func bindingKeys() {
        let id = "0003:000004D8:000000DD"
        #expect(hidraw(id, ["HID_UNIQ": "S1", "HID_PHYS": "usb-1/input2"]).bindingKey == "hidraw:serial:S1")
        #expect(hidraw(id, ["HID_UNIQ": "", "HID_PHYS": "usb-1/input2"]).bindingKey == "hidraw:path:usb-1/input2")
        #expect(hidraw(id, ["HID_NAME": "chip"]).bindingKey == "hidraw:name:chip")
        #expect(hidraw(id).bindingKey == "hidraw:path:/sys/devices/x/hidraw/hidraw0")
    }
}

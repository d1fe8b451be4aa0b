import Testing
import ZoneAgentCore
import ZoneJournal
import ZoneModel
import ZoneTestKit

@Suite("Bindings: no damage renames a device")
struct BindingTests {
    @Test("the same hardware keeps its id, new hardware gets the next free one")
    func stable() {
        var bindings = Bindings([], reserved: [DeviceID(.touchPanel, 1)])
        let first = bindings.bind(key: "serial:A", kind: .touchPanel, taken: [])
        #expect(first.binding.device.text == "touch-2" && first.isNew, "touch-1 belongs to the configuration")
        #expect(bindings.bind(key: "serial:B", kind: .touchPanel, taken: []).binding.device.text == "touch-3")
        let again = bindings.bind(key: "serial:A", kind: .touchPanel, taken: [])
        #expect(again.binding == first.binding && !again.isNew)
    }

    @Test("twins without a serial get an id each, and keep the pair of ids when one is pulled")
    func twins() {
        var bindings = Bindings([], reserved: [])
        let left = bindings.bind(key: "name:X", kind: .touchPanel, taken: []).binding.device
        let right = bindings.bind(key: "name:X", kind: .touchPanel, taken: [left]).binding.device
        #expect(left != right)
        #expect(bindings.bind(key: "name:X", kind: .touchPanel, taken: [right]).binding.device == left)
    }

    @Test("two that say the same serial number are told apart by their ports, whichever is plugged in first")
    func sameSerial() {
        var bindings = Bindings([], reserved: [])
        func bind(_ port: String, _ taken: Set<DeviceID>) -> DeviceID {
            bindings.bind(key: "serial:0001", port: port, kind: .touchPanel, taken: taken).binding.device
        }
        let left = bind("usb-1", [])
        let right = bind("usb-2", [left])
        #expect(left != right)
        #expect(bind("usb-2", []) == right && bind("usb-1", [right]) == left)
        #expect(bind("usb-1", []) == left && bind("usb-2", [left]) == right)
        #expect(bind("usb-3", [right]) == left, "one alone keeps its id at another port")
        #expect(bindings.table.map(\.key) == ["serial:0001", "serial:0001@usb-2"])
    }

    @Test("what an older version called otherwise keeps its id, under the new key from then on")
    func formerKey() {
        var bindings = Bindings(
            [Binding(key: "path:2:1.0", device: DeviceID(.touchPanel, 4), kind: .touchPanel)], reserved: [])
        let first = bindings.bind(key: "path:2", former: "path:2:1.0", kind: .touchPanel, taken: [])
        #expect(first.isNew && first.binding.device.text == "touch-4" && bindings.table.map(\.key) == ["path:2"])
        let other = bindings.bind(key: "path:2", former: "path:2:1.1", kind: .touchPanel, taken: [])
        #expect(!other.isNew && other.binding.device.text == "touch-4")
    }

    private func readBack(_ keys: [String]) throws -> (written: [Binding], read: [Binding]) {
        var bindings = Bindings([], reserved: [])
        for key in keys { _ = bindings.bind(key: key, kind: .touchPanel, taken: []) }
        return (bindings.table, try Bindings.read(bindings.yaml, file: "bindings.yaml"))
    }

    @Test("the exported file reads back to the same table, whatever the keys contain")
    func exported() throws {
        let plain = ["input:serial:1", "a \"b\" \\ c", "触摸屏: #1", "- x", "&x *x", "\u{1F512}"]
        // A quote or backslash and the mark behind it are one character.
        let marked = ["a\"\u{301}b", "\\\u{301}", "e\u{301}", "\"\u{FE0F}", "\u{301}\""]
        let (written, read) = try readBack(plain + marked)
        #expect(read == written)
    }

    @Test("a key that no device should have spoils no other: what cannot be seen is lost when it is read")
    func unseen() throws {
        let keys = ["a\nb", "a\r\nc", "d\u{0}", "e\u{7F}\u{85}\u{2028}", "f\u{202E}", "g\u{FFFE}\u{FFFF}", "h"]
        let (written, read) = try readBack(keys)
        #expect(read.map(\.key) == written.map { $0.key.cleaned() })
        #expect(read.map(\.device) == written.map(\.device))
    }
}

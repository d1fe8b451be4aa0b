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

    @Test("the exported file reads back to the same table, whatever the keys contain")
    func exported() throws {
        var bindings = Bindings([], reserved: [])
        for key in ["input:serial:1", "a \"b\" \\ c", "触摸屏: #1", "- x"] {
            _ = bindings.bind(key: key, kind: .touchPanel, taken: [])
        }
        #expect(try Bindings.read(bindings.yaml, file: "bindings.yaml") == bindings.table)
    }
}

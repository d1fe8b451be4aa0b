import Testing
import ZoneConfig
import ZoneModel
import ZoneYAML

@Suite("agent.yaml: what stands on the sheets")
struct SheetConfigTests {
    @Test("names of the units, who fills it in, and asset numbers by device, also of devices that are found")
    func whole() throws {
        let read = try Layers.read(
            """
            zone: a
            node: b
            sheet:
              unit: 示例镇公共服务中心
              superior: 示例镇人民政府
              recipient: 示例区人民政府办公室
              person: 综合窗口
            assets:
              printer-1: 示资2021-0032
              pc-1: "0118"
            """, "sheet:\n  recipient: 区政府办公室\nassets:\n  touch-1: 示资2024-0117\n")
        let sheet = read.config.sheet
        #expect(sheet.unit == "示例镇公共服务中心" && sheet.superior == "示例镇人民政府" && sheet.person == "综合窗口")
        #expect(sheet.recipient == "区政府办公室", "the hub's layer counts before the site's")
        #expect(sheet.assets[DeviceID(.printer, 1)] == "示资2021-0032" && sheet.assets[DeviceID(.queryPC, 1)] == "0118")
        #expect(sheet.assets[DeviceID(.touchPanel, 1)] == "示资2024-0117")
        #expect(ConfigurationKey.describing("assets.pc-1")?.zh == "资产编号")
        #expect(try Layers.read("zone: a\nnode: b\n").config.sheet == SheetConfig())
    }

    @Test(
        "a mistake is told with file, line and field",
        arguments: [
            ("sheet:\n  unit: \" \"", 4, "sheet.unit"), ("sheet:\n  boss: x", 4, "sheet.boss"),
            ("sheet: x", 3, "sheet"), ("assets:\n  Drucker 1: x", 4, "assets.Drucker 1"),
            ("assets:\n  printer-1: \(String(repeating: "9", count: 41))", 4, "assets.printer-1"),
        ])
    func mistakes(_ text: String, _ line: Int, _ field: String) {
        let complaint = Layers.complaint("zone: a\nnode: b\n" + text + "\n")
        #expect(complaint?.line == line && complaint?.field == field, "\(complaint.map { "\($0)" } ?? "accepted")")
    }
}

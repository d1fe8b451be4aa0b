import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl printers`.
extension Technician {
    package func printers(asJSON: Bool) async throws {
        var list = try await agent.get(DeviceListJSON.self, "/v1/devices")
        list.devices.removeAll { $0.kind != .printer && $0.kind != .copier }
        show(asJSON ? try WireCoding.text(list) + "\n" : PrinterTable.text(list, now: clock.wall()))
    }
}

/// Printers and copiers as a technician wants them: which one it is, what is wrong, what is left in it. What a device
/// does not say is a question mark, never nought.
package enum PrinterTable {
    package static func text(_ list: DeviceListJSON, now: WallTime) -> String {
        guard !list.devices.isEmpty else {
            return "没有打印机；查找用 no printer is known; to find one: zonectl printers adopt\n"
        }
        var state = TextTable(header: [
            "打印机 PRINTER", "型号 MODEL", "地址 ADDRESS", "状态 HEALTH", "连接 LINK", "情况 WHAT IS WRONG",
        ])
        var stock = TextTable(
            header: ["打印机 PRINTER", "序列号 SERIAL", "总印数 PAGES EVER", "耗材和纸 TONER, PAPER", "来源 SOURCE", "多久前 AGE"])
        for device in list.devices {
            let name = device.id.text + (device.simulated ? "（模拟）" : "")
            let wrong = wrong(device)
            let head = [
                name, device.identity.model ?? "?", device.identity.busPath ?? "?", Words.health(device.health),
                device.link.rawValue,
            ]
            for (index, words) in wrong.enumerated() {
                state.add((index == 0 ? head : ["", "", "", "", ""]) + [words])
            }
            for row in rows(device, now).enumerated() {
                let head = [name, device.identity.serial ?? "?", counter(device)]
                stock.add((row.offset == 0 ? head : ["", "", ""]) + row.element)
            }
        }
        return "专区 zone \(list.zone) · \(list.node) · \(ZoneCivil.text(now))\n\n" + state.text + "\n" + stock.text
    }

    private static func wrong(_ device: DeviceJSON) -> [String] {
        let conditions = device.conditions.map { condition in
            (condition.texts.map { "\($0.headline) / \($0.english)" } ?? condition.code) + " [\(condition.code)]"
        }
        guard conditions.isEmpty else { return conditions }
        if device.mode != .service { return [Words.mode(device.mode)] }
        let reason = device.health == .ok ? nil : device.reason
        return [reason.map { ReasonWords($0, of: device.kind).meaning }.map { "\($0.zh) / \($0.en)" } ?? ""]
    }

    /// One for each colorant, tank and tray; one of question marks when the device tells of none.
    private static func rows(_ device: DeviceJSON, _ now: WallTime) -> [[String]] {
        let age = device.lastSeen.map {
            ZoneCivil.spanInChinese(.milliseconds(max(0, now.milliseconds - $0.milliseconds)))
        }
        let stores = ["supplies", "trays"].flatMap { key in
            (device.details?[key]?.arrayValue ?? []).prefix(16).map { [level($0), source(key, device), age ?? "?"] }
        }
        return stores.isEmpty ? [["?", source("supplies", device), age ?? "?"]] : stores
    }

    private static func level(_ store: JSONValue) -> String {
        let level = store["level"]?.integerValue.map { "\($0) %" } ?? "?"
        let fills = store["fillsUp"] == .bool(true) ? "（已满多少 how full）" : ""
        // ippeveprinter's waste tank has "unknown" for a colour, and a type.
        let names = [store["name"]?.stringValue, store["type"]?.stringValue].compactMap { $0 }
        return "\(names.first { $0 != "unknown" } ?? "?") \(level)\(fills)"
    }

    private static func counter(_ device: DeviceJSON) -> String {
        let count = device.details?["impressionsCompleted"]?.integerValue
        return count.map { "\($0)（\(source("impressionsCompleted", device))）" } ?? "?"
    }

    /// Each fact of the second source says so.
    private static func source(_ key: String, _ device: DeviceJSON) -> String {
        let details = device.details
        return details?["sources"]?[key]?.stringValue ?? details?["source"]?.stringValue ?? "?"
    }
}

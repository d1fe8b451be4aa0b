import ZoneModel
import ZoneYAML

/// What stands on sheets and no program can find out: who fills them in, to whom they go, the devices' asset numbers.
package struct SheetConfig: Sendable, Hashable {
    /// 填报单位.
    package var unit: String?
    /// 主管单位.
    package var superior: String?
    /// 报送单位.
    package var recipient: String?
    /// 填报人.
    package var person: String?
    /// 资产编号, also of devices that are found by themselves.
    package var assets: [DeviceID: String] = [:]

    package init() {}

    init(in root: inout LayeredSection) throws(FileComplaint) {
        if var section = try root.section("sheet") {
            let name = "a name of at most 60 characters"
            unit = try section.value("unit", expected: name, SheetConfig.line(60))
            superior = try section.value("superior", expected: name, SheetConfig.line(60))
            recipient = try section.value("recipient", expected: name, SheetConfig.line(60))
            person = try section.value(
                "person", expected: "a name or post of at most 30 characters", SheetConfig.line(30))
            try section.finish()
            root.absorb(section)
        }
        guard var numbers = try root.section("assets") else { return }
        for key in numbers.keys {
            guard let device = Slug(key) else {
                throw numbers.complaint(key, expected: "the id of a device such as printer-1")
            }
            assets[device] = try numbers.required(
                key, expected: "an asset number of at most 40 characters", SheetConfig.line(40))
        }
        root.absorb(numbers)
    }

    /// One line of a table.
    private static func line(_ limit: Int) -> (String) -> String? {
        { text in
            let plain = text.cleaned(limit: limit + 1)
            return plain.allSatisfy(\.isWhitespace) || plain.unicodeScalars.count > limit ? nil : plain
        }
    }
}

import ZoneConfig
import ZoneForms
import ZoneModel

/// `zonectl forms check`: works on files, without a running agent.
package struct FormsCheck: Sendable {
    private let folder: String
    private let show: @Sendable (String) -> Void

    package init(root: String, show: @escaping @Sendable (String) -> Void) {
        (folder, self.show) = (Places(root: root).forms, show)
    }

    /// Every form of the list, whatever the zone's type; and documents that the list does not name.
    /// - Returns: whether there was nothing to complain about.
    package func run() -> Bool {
        let shelf = FormShelf(folder: folder)
        if let complaint = shelf.complaint {
            show("\(complaint)\n")
            return false
        }
        var table = TextTable(header: ["表格 FORM", "类别 KIND", "行 LINE", "文件 FILE", "状态 STATE"])
        for item in shelf.items {
            let reason = item.trouble.map { "（\($0.reason)）" } ?? ""
            table.add([
                item.entry.id.text, item.entry.kind.zh, "\(item.entry.line)", item.entry.file,
                FormsTable.state(item.state.rawValue) + reason,
            ])
        }
        show(table.text)
        for name in shelf.strangers {
            show("\(name.cleaned())：没有登记在 \(FormList.name) 里 not in \(FormList.name)\n")
        }
        let wrong = shelf.items.count { $0.state != .there }
        show("\(shelf.items.count) 种表格，\(wrong) 种不可用。 \(shelf.items.count) forms, \(wrong) not usable.\n")
        return wrong == 0
    }
}

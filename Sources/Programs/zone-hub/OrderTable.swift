import ZoneModel
import ZoneTime
import ZoneWire

/// `zone-hub orders`.
enum OrderTable {
    static func text(_ orders: [OrderRecordJSON]) -> String {
        guard !orders.isEmpty else { return "没有命令。 No orders.\n" }
        var table = TextTable(header: ["编号 ID", "节点 NODE", "命令 VERB", "设备 DEVICE", "状态 STATE", "何时 WHEN", "何人 WHO"])
        for order in orders {
            table.add([
                order.id.text, order.name.description, order.verb, order.device?.text ?? "",
                HubWords.command(order.state), order.createdAt.shown, order.actor,
            ])
        }
        return table.text
    }

    /// One order, and what to do next.
    static func outcome(_ order: OrderRecordJSON) -> String {
        var text = "\(order.id)  \(order.name)  \(order.verb): \(HubWords.command(order.state))\n"
        if let result = order.result, let json = try? WireCoding.text(result) {
            text += json.cleaned(limit: 20_000) + "\n"
        }
        if !order.state.isOver {
            text +=
                "有效到 \(order.expiresAt.shown)，查看： Good until then; look with: zone-hub orders --zone \(order.zone)\n"
        }
        return text
    }
}

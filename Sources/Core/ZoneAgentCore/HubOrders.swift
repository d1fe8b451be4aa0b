import ZoneAccess
import ZoneDesks
import ZoneModel
import ZoneUplink
import ZoneWire

/// What the agent makes of the hub's orders: a command like anybody's, in the same queues, under the role `hub`.
/// What it will not do is rejected in words, and stands in the journal as that.
struct HubOrders: OrderHandler {
    /// Orders are remembered beside the requests of people, who are numbers, under a route that no socket has.
    private static let route = "hub"

    let commands: CommandDesk
    let board: Board

    func begin(_ order: OrderJSON) async throws {
        let draft = CommandDraft(order)
        do {
            try check(order, draft.device)
            // The id alone: the hub may repeat an order with another time left.
            let key = RequestKey(user: 0, route: HubOrders.route, key: order.id.text, bodyHash: order.id.text)
            try await commands.accept(draft, key: key)
        } catch let error as ErrorJSON {
            try await commands.reject(draft, because: error)
        }
    }

    private func check(_ order: OrderJSON, _ device: DeviceID) throws(ErrorJSON) {
        let action = try commands.action(of: order.verb)
        guard let verb = OrderVerb(rawValue: order.verb), action.rule.roles.contains(.hub) else {
            throw ErrorJSON(
                code: "access.denied", message: "the hub may not \(order.verb.cleaned(limit: 40)): see zonectl access",
                zh: "平台没有权限执行这个命令")
        }
        guard verb.needsDevice != true || order.device != nil else {
            throw .invalid("device: missing; \(verb.rawValue) is done to a device")
        }
        guard board.state(of: device) != nil else {
            throw ErrorJSON(
                code: "not.found", message: "no device \(device) at this node", zh: "本机没有设备 \(device)")
        }
    }
}

import ZoneHubDoor
import ZoneModel
import ZoneTime
import ZoneWire

/// `zone-hub ca`: the authorities that count, and what to do about them.
enum AuthorityTable {
    static func text(_ info: AuthorityJSON) -> String {
        var table = TextTable(header: ["编号 NUMBER", "角色 ROLE", "时间 TIME"])
        table.add([String(info.issuer.sha256.prefix(16)), "颁发 issues", "至 until \(info.notAfter.shown)"])
        if let old = info.old {
            let since = info.oldSince.map { "自 since \($0.shown)" } ?? ""
            table.add([String(old.sha256.prefix(16)), "仅接受 accepted only", since])
        }
        return table.text + "\n上报端口的证书 the agents' port: \(info.serverNames.joined(separator: " ").cleaned()),"
            + " 至 until \(info.serverUntil.shown)\n" + advice(info)
    }

    private static func advice(_ info: AuthorityJSON) -> String {
        guard let old = info.old?.sha256.prefix(16) else { return "" }
        guard info.nodesOnOld == 0 else {
            return "还有 \(info.nodesOnOld) 个节点没有换证，它们上报时会自动换。"
                + " \(info.nodesOnOld) nodes have not renewed yet; they do so when they report.\n"
        }
        return "所有节点都已换证，可以停用旧的： All nodes have renewed; the old one can go: zone-hub ca retire \(old)\n"
    }
}

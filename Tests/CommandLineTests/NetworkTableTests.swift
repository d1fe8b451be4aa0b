import Testing
import ZoneCommandLine
import ZoneModel
import ZoneWire

/// `Tests/Chaos/netfaults` holds the table against real networks that are really broken.
@Suite("zonectl network")
struct NetworkTableTests {
    private func network(_ details: JSONValue, _ conditions: [Condition] = []) throws -> DeviceJSON {
        let seen = try #require(WallTime(rfc3339: "2026-09-30T01:00:00Z"))
        var state = DeviceState(card: DeviceCard(id: DeviceID(.network, 1), kind: .network))
        (state.details, state.conditions, state.lastSeen) = (details, conditions, seen)
        return DeviceJSON(state)
    }

    private func condition(_ code: ConditionCode, _ evidence: String) throws -> Condition {
        let since = try #require(WallTime(rfc3339: "2026-09-30T00:59:00Z"))
        return Condition(
            code: code, severity: code.severity, since: since, lastSeen: since, fixer: code.fixer, evidence: evidence,
            simulated: false)
    }

    private var enrolled: EnrolmentJSON {
        var enrolment = EnrolmentJSON(.enrolled)
        enrolment.hub = "hub.gov.example:8443"
        return enrolment
    }

    private let good: JSONValue = [
        "interface": "eth0", "kind": "wired", "speedMbps": 1000, "duplex": "full", "address": "192.168.1.20",
        "gateway": "192.168.1.1", "verdict": "ok",
        "families": [
            [
                "family": "ipv4", "verdict": "ok", "addresses": ["192.168.1.20"],
                "gateways": [
                    ["address": "192.168.1.1", "interface": "eth0", "state": "ok", "neighbour": "reachable"]
                ],
            ]
        ],
        "nameServers": [
            ["address": "192.168.1.1", "state": "ok", "milliseconds": 12],
            ["address": "223.5.5.5", "state": "no answer"],
        ],
        "portals": [["name": "门户", "state": "ok", "status": 200, "certificateDays": 80]],
    ]

    @Test("a line that is well: each part with what is seen of it, the hub last")
    func well() throws {
        let device = try network(good)
        #expect(
            NetworkTable.text(device, hub: enrolled) == """
                一段 PART       状态 STATE  看到的 WHAT IS SEEN
                网线 link       ● 正常 ok   eth0 wired 1000 Mbit/s full
                地址 address    ● 正常 ok   192.168.1.20
                路由器 router   ● 正常 ok   192.168.1.1 eth0 reachable
                域名 names      ● 正常 ok   192.168.1.1 ok 12 ms; 223.5.5.5 no answer
                页面 page 门户  ● 正常 ok   HTTP 200 证书还有 80 天 certificate for 80 days more
                监管中心 hub    ● 正常 ok   hub.gov.example:8443

                查看时间 looked at: 2026-09-30 09:00:00
                再看一次 look again: zonectl check network-1

                """)
    }

    @Test("it breaks off at one part; what lies behind is not guessed, and who acts reads what to do")
    func broken() throws {
        let details: JSONValue = [
            "interface": "eth0", "kind": "wired", "address": "192.168.1.20", "gateway": "192.168.1.1",
            "verdict": "gateway",
            "families": [
                ["family": "ipv4", "gateways": [["address": "192.168.1.1", "interface": "eth0", "state": "wrong"]]]
            ],
            "nameServers": [["address": "223.5.5.5", "state": "no answer"]],
            "portals": [["name": "门户", "state": "unknown", "broken": "gateway"]],
        ]
        let told = [try condition(.networkGateway, "192.168.1.1: no echo, which it gave before\u{1B}[2J")]
        let lines = NetworkTable.text(try network(details, told), hub: enrolled).split(separator: "\n")
        let states = lines.dropFirst().prefix(6).map { line in "✕?●".first { line.contains($0) }.map(String.init) ?? ""
        }
        #expect(states == ["●", "●", "✕", "?", "?", "?"])
        let rest = lines.dropFirst(7).joined(separator: "\n")
        #expect(rest.contains(ConditionCode.networkGateway.texts.nextStep) && rest.contains("[net.gateway]"))
        #expect(rest.contains("no echo, which it gave before[2J"))
    }

    @Test("a page alone is broken, IPv6 ends beside a good IPv4, and the hub is away: each says so itself")
    func besides() throws {
        let details: JSONValue = [
            "interface": "eth0", "address": "192.168.1.20", "verdict": "certificate",
            "families": [
                ["family": "ipv4", "gateways": [["address": "192.168.1.1", "interface": "eth0", "state": "ok"]]],
                ["family": "ipv6", "evidence": "fe80::1%eth0: neither echo nor NDP"],
            ],
            "portals": [["name": "门户", "state": "unknown", "broken": "certificate", "certificateDays": -3]],
        ]
        let told = [
            try condition(.networkPortalCertificate, "expired on 2026-09-27"), try condition(.networkHub, "HTTP 500"),
        ]
        let text = NetworkTable.text(try network(details, told), hub: enrolled)
        for line in [
            #/IPv6 +▲ 需注意 ailing +fe80::1%eth0: neither echo nor NDP/#, #/域名 names +— 没有 none/#,
            #/页面 page 门户 +✕ 不通 broken +证书 certificate 证书已过期 3 天/#, #/监管中心 hub +✕ 不通 broken +HTTP 500/#,
        ] { #expect(text.contains(line)) }
    }

    @Test("nobody has looked yet, and a PC without hub")
    func unknown() throws {
        let (unseen, alone) = (try network([:]), try network(good))
        #expect(NetworkTable.text(unseen, hub: nil).hasPrefix("还没有看过网络。"))
        #expect(NetworkTable.text(alone, hub: EnrolmentJSON(.none)).contains("未注册 not enrolled"))
    }
}

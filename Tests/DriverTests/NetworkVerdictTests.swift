import NetworkDriver
import Testing
import ZoneModel
import ZoneTestKit

@Suite("Network: the verdict is one layer")
struct NetworkVerdictTests {
    private static let page: [NetworkLayer: LayerState] = [.certificate: .good, .page: .good, .content: .good]
    private static let line: [NetworkLayer: LayerState] = [
        .link: .good, .address: .good, .gateway: .good, .names: .good, .captive: .good,
    ]

    private func wrong(_ verdict: NetworkVerdict) -> [ConditionCode] {
        verdict.symptoms.compactMap { if case .wrong = $0.sight { $0.code } else { nil } }
    }

    @Test(
        "each broken layer is its own code, whatever is broken behind it",
        arguments: [
            (NetworkLayer.link, ConditionCode.networkLink), (.address, .networkGateway), (.gateway, .networkGateway),
            (.names, .networkDNS), (.captive, .networkCaptive), (.certificate, .networkPortalCertificate),
            (.page, .networkPortal), (.content, .networkPortalContent),
        ])
    func table(_ layer: NetworkLayer, _ code: ConditionCode) {
        let behind = NetworkLayer.allCases.drop { $0 != layer }
        let bad = Dictionary(uniqueKeysWithValues: behind.map { ($0, LayerState.bad(evidence: $0.rawValue)) })
        let verdict = NetworkVerdict(
            line: Self.line.merging(bad.filter(\.key.isOfTheLine)) { $1 },
            portals: [Self.page.merging(bad.filter { !$0.key.isOfTheLine }) { $1 }])
        #expect(wrong(verdict) == [code])
        #expect(verdict.broken?.layer == layer)
        #expect(verdict.broken?.evidence == layer.rawValue)
    }

    @Test("whatever is seen, the line ends at most once, and each page at most once")
    func property() {
        var random = SeededGenerator(seed: 11)
        let states: [LayerState] = [.good, .ailing(evidence: "a"), .bad(evidence: "b"), .unknown(why: "c")]
        for _ in 0..<5000 {
            func seen(_ isOfTheLine: Bool) -> [NetworkLayer: LayerState] {
                var result: [NetworkLayer: LayerState] = [:]
                for layer in NetworkLayer.allCases where layer.isOfTheLine == isOfTheLine {
                    result[layer] = states.randomElement(using: &random)
                }
                return result
            }
            let verdict = NetworkVerdict(line: seen(true), portals: [seen(false)])
            let bad = NetworkLayer.allCases.filter { verdict.state(of: $0).isBad }
            #expect(bad.count <= 1)
            #expect(bad.first == verdict.broken?.layer)
            #expect(Set(verdict.symptoms.map(\.code)).count == verdict.symptoms.count)
        }
    }

    @Test("two pages with two troubles are two conditions")
    func twoPages() {
        var (first, second) = (Self.page, Self.page)
        first[.certificate] = .bad(evidence: "expired")
        second[.page] = .bad(evidence: "HTTP 500")
        let verdict = NetworkVerdict(line: Self.line, portals: [first, second])
        #expect(wrong(verdict) == [.networkPortalCertificate, .networkPortal])
        #expect(verdict.broken?.layer == .certificate)
    }

    @Test("what ends soon is a warning and hides nothing")
    func ailing() {
        var page = Self.page
        page[.certificate] = .ailing(evidence: "in 3 days")
        page[.content] = .bad(evidence: "no mark")
        let verdict = NetworkVerdict(line: Self.line, portals: [page])
        #expect(wrong(verdict) == [.networkPortalCertificate, .networkPortalContent])
        #expect(
            verdict.symptoms.first { $0.code == .networkPortalCertificate }?.sight
                == .wrong(evidence: "in 3 days", severity: .warning))
        #expect(verdict.broken?.layer == .content)
    }

    @Test("without pages nothing is said of pages")
    func noPages() {
        let verdict = NetworkVerdict(line: Self.line, portals: [])
        #expect(verdict.state(of: .page) == .unknown(why: "not configured"))
        #expect(verdict.broken == nil)
    }
}

import DriverKit
import IPPPrinterDriver
import Testing
import ZonePrinting
import ZoneTestKit

@Suite("Printer: what a document's way proves")
struct PrintEvidenceTests {
    private typealias Look = PrintEvidence.Look
    private let done = PrintEvidence.End.told(.completed, reason: "")

    private func seen(
        _ before: Look?, _ after: Look?, pages: Int? = 3, copies: Int = 2, seconds: Int = 30
    ) -> PrintEvidence {
        var order = PrintOrder(path: "/dev/null", format: "application/pdf", copies: copies)
        order.expectedImpressions = pages
        return PrintEvidence(order: order, before: before, after: after, elapsed: .seconds(seconds))
    }

    private func isUnknown(_ result: PrintResult, _ words: String) -> Bool {
        if case .unknown(let reason) = result { return reason.contains(words) }
        return false
    }

    @Test("printed is what the counter moved by as was asked; others' pages beside it are not ours")
    func proven() {
        #expect(seen(Look(impressions: 100), Look(impressions: 106)).result(done) == .printed(pagesProven: 6))
        #expect(seen(Look(impressions: 100), Look(impressions: 109)).result(done) == .printed(pagesProven: 6))
        #expect(
            seen(Look(impressions: 100), Look(impressions: 104), pages: nil).result(done) == .printed(pagesProven: 4))
    }

    @Test("done by its own word, while its counter stands still or falls short: nobody knows")
    func unproven() {
        #expect(isUnknown(seen(Look(impressions: 100), Look(impressions: 100)).result(done), "counted 0 of 6"))
        #expect(isUnknown(seen(Look(impressions: 100), Look(impressions: 105)).result(done), "counted 5 of 6"))
    }

    @Test("without a counter of the same device, its word is all there is, and no page is proven")
    func noCounter() {
        for (before, after) in [
            (nil, nil), (Look(), Look()), (Look(impressions: 100), nil),
            (Look(impressions: 100), Look(impressions: 91)),
            (Look(impressions: 100, serial: "A"), Look(impressions: 106, serial: "B")),
        ] { #expect(seen(before, after).result(done) == .printed(pagesProven: nil)) }
    }

    @Test(
        "a printer that was switched off and on in mid-job forgets its jobs and calls them done: that is not believed",
        arguments: [(600, 5), (40, 12), (10, 20)])
    func powerCycle(_ first: Int, _ last: Int) {
        let evidence = seen(
            Look(impressions: 100, upTimeSeconds: first), Look(impressions: 106, upTimeSeconds: last), seconds: 60)
        #expect(evidence.wasRestarted)
        #expect(isUnknown(evidence.result(done), "switched off and on"))
        #expect(isUnknown(evidence.result(.forgotten), "switched off and on"))
    }

    @Test("a clock that stood still in a short sleep is no restart")
    func sleep() {
        let evidence = seen(
            Look(impressions: 100, upTimeSeconds: 600), Look(impressions: 106, upTimeSeconds: 645), seconds: 60)
        #expect(evidence.result(done) == .printed(pagesProven: 6))
    }

    @Test("a job that it no longer knows counts as printed only when every page was counted")
    func forgotten() {
        #expect(seen(Look(impressions: 100), Look(impressions: 106)).result(.forgotten) == .printed(pagesProven: 6))
        #expect(isUnknown(seen(Look(impressions: 100), Look(impressions: 105)).result(.forgotten), "5 pages counted"))
        #expect(isUnknown(seen(Look(impressions: 1), Look(impressions: 9), pages: nil).result(.forgotten), "knows"))
    }

    @Test("cancelled, aborted and given up say how many pages came out all the same")
    func stopped() {
        let evidence = seen(Look(impressions: 100), Look(impressions: 102))
        #expect(evidence.result(.told(.canceled, reason: "by user")) == .cancelled("by user; 2 pages counted"))
        #expect(evidence.result(.told(.aborted, reason: "")) == .failed("the printer gave it up; 2 pages counted"))
        #expect(
            evidence.result(.givenUp(after: .seconds(300)))
                == .failed("no page for 300 s, so the printer was asked to stop; 2 pages counted"))
    }

    @Test("whatever was seen, no more pages are proven than were counted, and none after a restart")
    func property() {
        for seed in Seeds.first(300) {
            var random = SeededGenerator(seed: seed)
            func maybe(_ range: ClosedRange<Int>) -> Int? {
                Bool.random(using: &random) ? nil : Int.random(in: range, using: &random)
            }
            func look() -> Look? {
                guard Int.random(in: 0..<8, using: &random) > 0 else { return nil }
                return Look(
                    impressions: maybe(0...40), upTimeSeconds: maybe(0...4000), serial: maybe(0...1).map { "\($0)" })
            }
            let evidence = seen(
                look(), look(), pages: maybe(1...20), copies: Int.random(in: 1...99, using: &random),
                seconds: Int.random(in: 0...1900, using: &random))
            let states: [PrinterJob.State] = [.completed, .canceled, .aborted, .stopped]
            let ends = states.map { PrintEvidence.End.told($0, reason: "") } + [.forgotten, .silent]
            for end in ends {
                guard case .printed(let pages) = evidence.result(end) else { continue }
                #expect(!evidence.wasRestarted, "seed \(seed) \(end)")
                if let pages { #expect(pages > 0 && pages <= evidence.counted ?? 0, "seed \(seed) \(end)") }
            }
        }
    }
}

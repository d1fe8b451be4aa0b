import Testing
import ZoneModel
import ZonePrinting
import ZoneTestKit
import ZoneWire

@testable import ZoneCommandLine

@Suite("zonectl jobs")
struct JobTableTests {
    private func job(_ state: JobState, reason: String? = nil, collect: String? = nil) throws -> JobJSON {
        var job = JobJSON(
            id: "3e298fd071d87d42", device: DeviceID(.printer, 1), format: "application/pdf", bytes: 1, copies: 1,
            actor: "kiosk", requestedAt: try #require(WallTime(rfc3339: "2026-11-21T03:35:00Z")))
        (job.state, job.reason, job.collect) = (state, reason, collect)
        return job
    }

    @Test("where the paper is taken has a column as soon as one job is taken elsewhere")
    func collect() throws {
        let beside = try job(.printed)
        #expect(!JobTable.text([beside]).contains("COLLECT"))
        let text = JobTable.text([beside, try job(.printed, collect: "一楼服务台")])
        #expect(text.contains("取件处 COLLECT AT") && text.contains("一楼服务台"))
    }

    @Test(
        "a reason is told in plain Chinese, with the raw word behind it",
        arguments: [
            ("the agent restarted while it was printed", "打印时后台服务重新启动，不知道纸出来没有"),
            ("by kiosk, uid 1000 via kiosk.sock before it began", "打印开始前被取消"),
            ("no page for 300 s, so the printer was asked to stop; 1 pages counted", "很久没有出纸，已要求打印机停止"),
            ("refused: Connection refused", "打印机在网上，但拒绝连接"), ("job-canceled-at-device", "在打印机面板上取消了"),
        ])
    func reasons(_ raw: String, _ chinese: String) throws {
        #expect(JobTable.text([try job(.failed, reason: raw)]).contains("\(chinese)（\(raw)）"))
    }

    @Test("words that are Chinese already, and those that nobody knows, stay as they are")
    func others() throws {
        for raw in ["打印机停了 the printer stopped", "a-word-of-next-year"] {
            let text = JobTable.text([try job(.failed, reason: raw)])
            #expect(text.contains("  \(raw)\n"))
        }
    }

    @Test("each way in which a printer can be silent has words", arguments: PrinterSilence.Kind.allCases)
    func silences(_ kind: PrinterSilence.Kind) {
        #expect(JobReasonWords.chinese("\(PrinterSilence(kind, "detail"))") != nil)
        #expect(JobReasonWords.chinese("\(PrinterSilence(kind))") != nil)
    }
}

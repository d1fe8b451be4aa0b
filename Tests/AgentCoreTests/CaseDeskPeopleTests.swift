import Logging
import Testing
import ZoneAccess
import ZoneAgentCore
import ZoneCases
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime
import ZoneWire

/// What people may, and what they are told when they may not.
extension CaseDeskTests {
    @Test("each step that is refused is in the journal, the same one once a minute")
    func refusals() async throws {
        try await rig.withDesk { desk, journal in
            let file = try await report(desk)
            let steps = [CaseStep.answered, .declined, .assigned, .closed, .answered]
            for step in steps {
                let wanted = CaseStepJSON(step: step, text: "好了")
                #expect(await refusal { _ = try await desk.add(wanted, to: file.id, by: CaseRig.staff) } == "case.role")
            }
            let rows = try await eventually("the refusals are on the disk") {
                let rows = try await journal.rows(.accessDenied)
                return rows.count >= 4 ? rows : nil
            }
            #expect(rows.compactMap { $0.data["step"]?.stringValue } == steps.dropLast().map(\.rawValue))
        }
    }

    @Test("staff do not move the deadline, nor say who repairs")
    func deadline() async throws {
        try await rig.withDesk { desk, _ in
            let told = try await report(desk)
            let step = CaseStepJSON(
                step: .acknowledged, deadline: rig.clock.wall().advanced(byMilliseconds: 1 << 40), fixer: .vendor)
            let taken = try await desk.add(step, to: told.id, by: CaseRig.staff)
            #expect(taken.state == .acknowledged && taken.deadline == told.deadline && taken.fixer == told.fixer)
        }
    }

    @Test("citizens choose from a list, and are not counted twice within a minute")
    func citizen() async throws {
        try await rig.withDesk { desk, _ in
            let offered = try #require(desk.reportable().first)
            #expect(offered.symptoms.map(\.id.rawValue) == ["noPaper", "badPrint", "other"])
            for bad in [
                CaseReportJSON(device: "printer-1", symptom: "noPaper", text: "我叫"),
                CaseReportJSON(device: "printer-1"),
                CaseReportJSON(device: "printer-1", symptom: "noTouch"), CaseReportJSON(symptom: "noPaper"),
                CaseReportJSON(device: "printer-1", symptom: "noPaper", code: "prn.jam"),
            ] {
                #expect(await refusal { _ = try await desk.report(bad, by: CaseRig.citizen) } == "request.invalid")
            }
            #expect(
                await refusal {
                    _ = try await desk.report(CaseReportJSON(device: "x", symptom: "other"), by: CaseRig.citizen)
                } == "not.found")
            let first = try await report(desk)
            #expect(try await report(desk).repeats == 0, "the same tap again")
            #expect(first.deadline != nil && first.headline.zh == "打不出来")
            #expect(desk.publicReports().map(\.text) == ["已报修（11月21日），修好后在此告知"])
            for count in 1..<12 {
                rig.clock.advance(by: .seconds(61))
                #expect(try await report(desk).repeats == count)
            }
            rig.clock.advance(by: .seconds(61))
            #expect(await refusal { _ = try await report(desk) } == "case.tooMany")
        }
    }

    @Test("the wrong role is refused in words, and the journal has it")
    func refused() async throws {
        try await rig.withDesk { desk, journal in
            let file = try await report(desk)
            #expect(
                await refusal {
                    _ = try await desk.add(CaseStepJSON(step: .answered, text: "好了"), to: file.id, by: CaseRig.staff)
                } == "case.role")
            let row = try await eventually("the refusal is on the disk") {
                try await journal.rows(.accessDenied).first
            }
            #expect(row.data["step"] == "answered" && row.data["role"] == "staff")
            #expect(try await desk.file(file.id)?.state == .open)
            #expect(
                await refusal {
                    _ = try await desk.add(
                        CaseStepJSON(step: .closed), to: .make(at: rig.clock.wall()), by: CaseRig.staff)
                } == "not.found")
        }
    }

    @Test("whoever calls the vendor has the card of the device")
    func vendor() async throws {
        try await rig.withDesk { desk, _ in
            let file = try await report(desk, CaseRig.technician)
            let step = CaseStepJSON(step: .vendorContacted, text: "约明天上门")
            let called = try await desk.add(step, to: file.id, by: CaseRig.technician)
            #expect(
                called.vendor
                    == VendorCard(company: "某维修公司", phone: "023-12345678", model: "M1", serial: "S1"))
            #expect(desk.publicReports().first?.text == "正在维修（11月21日报修），修好后在此告知")
        }
    }
}

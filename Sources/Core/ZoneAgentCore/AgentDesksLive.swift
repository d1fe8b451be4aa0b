import DriverKit
import Logging
import ZoneConfig
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime

extension LeaseDesk {
    /// Of this agent.
    static func live(_ journal: Journal, _ clock: any ZoneClock) -> LeaseDesk {
        LeaseDesk(clock: clock) { name, device, data in
            let event = EventDraft(
                name, .c, subject: device.text, at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
                data: data)
            _ = journal.submit([Entry(event)])
        }
    }
}

extension HealDesk {
    /// Of this agent, with the counts of an earlier one.
    static func live(
        _ machine: MachineHealing, _ station: Station, _ journal: Journal, _ restored: Restored, _ clock: any ZoneClock
    ) -> HealDesk {
        let spent = restored.devices.filter { state in state.conditions.contains { $0.code == .healBudgetSpent } }
        return HealDesk(
            journal: journal, clock: clock, counts: restored.heals, ladders: restored.ladders,
            spent: Set(spent.map(\.card.id))
        ) { id, step throws(DeviceError) in
            try await machine.heal(id, step)
        } tellSpent: { id, isSpent in
            let sight: Symptom.Sight = isSpent ? .wrong(evidence: "daily budget spent") : .fine
            await station.takeForGood(Symptom(.healBudgetSpent, sight), from: id)
        }
    }
}

extension JobDesk {
    /// Of this agent, with what it was asked before.
    static func live(
        _ store: ConfigurationStore, _ places: Places, _ journal: Journal, _ supervisor: Supervisor,
        _ restored: Restored, _ clock: any ZoneClock, _ log: Logger
    ) throws -> JobDesk {
        JobDesk(
            spool: try Spool(directory: places.spool, memory: places.copies), journal: journal, clock: clock,
            remembered: restored.remembered, log: log, saw: AgentJobs.sight(supervisor),
            collect: { store.config.collect($0) }, effect: AgentJobs.effect(supervisor))
    }
}

extension DutyDesk {
    /// Of this agent, with what was entered before.
    static func live(
        _ rules: PolicyRules, _ store: ConfigurationStore, _ forms: FormsDesk, _ journal: Journal, _ station: Station,
        _ restored: Restored, _ clock: any ZoneClock, _ log: Logger
    ) -> DutyDesk {
        DutyDesk(
            DutyTools(
                policy: { rules.view.policy }, isChosen: { rules.view.isChosen }, type: { store.config.type },
                hours: { store.config.hours }, shelf: forms.list, journal: journal, station: station, clock: clock,
                log: log),
            restored: restored)
    }
}

extension ReportDesk {
    static func live(
        _ sheets: AgentSheetSource, _ teller: SheetTeller, _ places: Places, _ clock: any ZoneClock
    ) -> ReportDesk {
        ReportDesk(
            shelf: ReportShelf(folder: places.agentState + "/reports"),
            source: { sheets.source { await teller.tell() } }, notices: sheets.notice,
            openConditions: sheets.openConditions, journal: sheets.journal, clock: clock)
    }
}

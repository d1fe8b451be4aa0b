import DriverKit
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

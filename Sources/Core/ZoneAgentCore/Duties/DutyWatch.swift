import Logging
import ZoneJournal
import ZoneModel
import ZonePolicy
import ZoneTime

/// How often the time is looked at; also the longest that a condition waits.
private let round = Duration.seconds(30)

/// What time does: duties become known, begin, and are overdue.
extension DutyDesk {
    /// Once a second.
    func tick() async {
        let mono = tools.clock.mono()
        if let lookedAt, mono.since(lookedAt) < round { return }
        lookedAt = mono
        guard !isClockDoubtful else { return }
        do {
            try await learn()
            try await followTriggers()
        } catch {
            tools.log.error("Duties are not written down", metadata: ["error": "\(error)"])
        }
        await look()
    }

    /// Nothing is owed for what was before a duty was known here.
    private func learn() async throws {
        let today = today
        // One that is still to come was written while the clock ran ahead.
        for duty in duties where since[duty.id].map({ $0 > today }) ?? true {
            try await tools.journal.write(
                [Entry(nil, [.duty(.known(duty: duty.id, since: today.description))])], .now)
            since[duty.id] = today
        }
    }

    /// What the agent itself writes may begin a duty. After a start some of what was written before is read again: it may
    /// have ended before it came to that, and who is told twice has begun once.
    private func followTriggers() async throws {
        let waiting = duties.compactMap { duty -> (Duty, String)? in
            if case .after(let event, _) = duty.rhythm { (duty, event) } else { nil }
        }
        guard !waiting.isEmpty else { return }
        while case let events = try await tools.journal.page(after: position, limit: 500), !events.isEmpty {
            for event in events {
                for (duty, name) in waiting where event.name.rawValue == name {
                    try await begin(duty, at: event.at)
                }
                position = event.seq
            }
        }
    }

    private func begin(_ duty: Duty, at time: WallTime) async throws {
        let mark = DutyMark(
            duty: duty.id, kind: .begun, date: CivilDate(of: time), at: time, role: "agent", isVouched: isClockVouched)
        guard let since = since[duty.id], mark.date >= since else { return }
        guard !marks.contains(where: { $0.isSame(as: mark) }) else { return }
        try await write(.dutyBegun, mark.data(note: nil, by: nil), .entered(mark.record(note: nil)))
        marks.append(mark)
    }

    /// Says of the two conditions how it is with them, when it is otherwise than before.
    func look() async {
        // A zone that staff have closed asks nobody for anything, and neither do rules that nobody has chosen.
        let isClosed = await tools.station.closure != nil
        let (book, now, type) = (book, now, zoneType)
        let overdue =
            isClosed || !tools.isChosen()
            ? [] : duties.filter { $0.obliges(type) && book.status(of: $0, at: now).state == .overdue }
        for (code, alarm) in [(ConditionCode.cleaningOverdue, Duty.Alarm.cleaning), (.dutyOverdue, .duty)] {
            let names = overdue.filter { $0.alarm == alarm }.map { duty in
                let date = book.status(of: duty, at: now).occurrence?.dueDate
                return "\(duty.id)\(date.map { " \($0)" } ?? "")"
            }
            let evidence = names.joined(separator: ", ").cleaned(limit: 400)
            guard told[code] != evidence else { continue }
            told[code] = evidence
            let sight: Symptom.Sight = evidence.isEmpty ? .fine : .wrong(evidence: evidence)
            await tools.station.takeForGood(Symptom(code, sight), from: DeviceID(.queryPC, 1))
        }
    }
}

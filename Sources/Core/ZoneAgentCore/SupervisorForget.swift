import Logging
import ZoneAccess
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// What was found once and will not come back.
extension Supervisor {
    /// Takes a found device off the list for good: its binding, what it has learned, its holds and its open conditions.
    /// The same hardware, plugged in again, is a new device; the id is free for the next one of its kind.
    /// - Throws: `ErrorJSON`: no such binding, or it is plugged in; what the journal says, and then nothing has changed.
    package func forget(_ id: DeviceID, by caller: Caller) async throws {
        guard bindings.table.contains(where: { $0.device == id }) else { throw ErrorJSON.neverFound(id) }
        guard !plugged.values.contains(where: { $0.id == id }), assignments[id] == nil else {
            throw ErrorJSON.stillThere(id)
        }
        // Before the first suspension: plugged in meanwhile, it is bound anew.
        let forgotten = bindings.forget(id)
        awaited[id] = nil
        let event = EventDraft(
            .deviceForgotten, .a, subject: id.text, at: clock.wall(), clockQuality: clock.quality(),
            mono: clock.mono(),
            data: [
                "actor": .string(caller.description), "keys": .array(forgotten.map { .string($0.key) }),
            ])
        do {
            try await journal.write([Entry(event, [.bindingGone(id)])], .now)
        } catch {
            bindings.restore(forgotten)
            throw error
        }
        do { try SmallFile.replace(bindingsFile, with: bindings.yaml) } catch {
            log.error("Bindings are not exported", metadata: ["error": "\(error)"])
        }
        try await station.releaseAll(of: id, why: "forgotten by \(caller)")
        // Bound anew meanwhile, it is another device under this id, and on the list by right.
        guard !plugged.values.contains(where: { $0.id == id }) else { return }
        await station.dismiss(id)
    }
}

extension ErrorJSON {
    fileprivate static func neverFound(_ id: DeviceID) -> ErrorJSON {
        ErrorJSON(
            code: "not.found", message: "\(id) was not found by plugging in: there is nothing to forget",
            zh: "“\(id)”不是自动发现的设备，没有可以忘记的记录", fixer: .none)
    }

    fileprivate static func stillThere(_ id: DeviceID) -> ErrorJSON {
        ErrorJSON(
            code: "device.present",
            message: "\(id) is plugged in: unplug it first, else it would be found again at once",
            zh: "设备还接在电脑上，请先拔下再忘记它")
    }
}

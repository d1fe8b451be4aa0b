// Purpose: the agent put together: who watches what, who writes, who is told. The only place that knows all drivers.
import Synchronization
import ZoneJudge
import ZoneModel
import ZoneWire

/// The committed picture of all devices, for readers. Nothing appears here before its event is on the disk.
package final class Board: Sendable {
    private let devices = Mutex<[DeviceID: DeviceState]>([:])

    package init() {}

    package var states: [DeviceState] {
        devices.withLock { Array($0.values) }.sorted { $0.card.id < $1.card.id }
    }

    package func state(of id: DeviceID) -> DeviceState? { devices.withLock { $0[id] } }

    func remove(_ id: DeviceID) { devices.withLock { _ = $0.removeValue(forKey: id) } }

    func publish(_ state: DeviceState) { devices.withLock { $0[state.card.id] = state } }
}

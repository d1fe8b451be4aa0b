// Purpose: the agent put together: who watches what, who writes, who is told. The only place that knows all drivers.
import Synchronization
import ZoneJudge
import ZoneModel
import ZoneWire

/// The committed picture of all devices, for readers. Nothing appears here before its event is on the disk.
package final class Board: Sendable {
    private let devices = Mutex<[DeviceID: (version: Int, state: DeviceState)]>([:])

    package init() {}

    package var states: [DeviceState] {
        devices.withLock { $0.values.map(\.state) }.sorted { $0.card.id < $1.card.id }
    }

    package func state(of id: DeviceID) -> DeviceState? { devices.withLock { $0[id]?.state } }

    /// Commits may be told in another order than they happened: an older picture never replaces a newer one.
    func publish(_ state: DeviceState, version: Int) {
        devices.withLock { devices in
            if let shown = devices[state.card.id], shown.version > version { return }
            devices[state.card.id] = (version, state)
        }
    }
}

import DriverKit
import ZoneModel

/// Who can start the whole PC anew.
protocol MachineRestarter: Sendable {
    /// Returns when it was agreed to; what comes then is the end.
    func reboot(within deadline: Duration) async throws(DeviceError)
}

extension SystemdUnits: MachineRestarter {
    func reboot(within deadline: Duration) async throws(DeviceError) {
        switch await run(["reboot", "--no-ask-password"], within: deadline) {
        case .ended(0, _): return
        case .ended(_, let words): throw DeviceError(.ioFailed, doing: "reboot", words.cleaned(limit: 200))
        case .failed(let detail): throw DeviceError(.ioFailed, doing: "reboot", detail)
        case nil:
            throw DeviceError(.timedOut, doing: "reboot", "no answer of systemd in \(deadline.milliseconds) ms")
        }
    }
}

import DriverKit
import ZoneAccess
import ZoneDesks
import ZoneModel

/// `diagnostics`: a bundle for whoever helps from afar.
enum DiagnosticsVerb {
    static func make(_ tools: AgentTools) -> Verb {
        Verb("diagnostics", action: .readDiagnostics, on: .machine, isIdempotent: true, deadline: .seconds(30)) {
            _ throws(DeviceError) in
            do {
                return try await Diagnostics(tools: tools).bundle().packed().json
            } catch {
                throw DeviceError(.ioFailed, doing: "diagnostics", "\(error)".cleaned())
            }
        }
    }
}

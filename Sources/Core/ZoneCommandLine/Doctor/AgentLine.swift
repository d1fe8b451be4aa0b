import Glibc
import ZoneConfig
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneWire

/// Why a running agent cannot be asked.
package enum AgentSilence: Error, Sendable, Hashable {
    /// No socket.
    case absent
    /// A socket that an agent has left behind.
    case nobodyListens
    case notPermitted
    case pathTooLong
    /// Connected, or nearly, and no good answer within the deadline.
    case noAnswer(String)
}

/// What the doctor asks a running agent.
package protocol AgentLine: Sendable {
    func status(at socket: String) async throws(AgentSilence) -> StatusJSON
    func devices() async throws(AgentSilence) -> DeviceListJSON
    func configuration() async throws(AgentSilence) -> ConfigurationJSON
}

/// The agent behind its sockets.
package struct SocketAgentLine: AgentLine {
    private static let patience = Duration.seconds(3)

    private let places: Places

    package init(places: Places) { self.places = places }

    package func status(at socket: String) async throws(AgentSilence) -> StatusJSON {
        try await ask(StatusJSON.self, "/v1/status", at: socket)
    }

    package func devices() async throws(AgentSilence) -> DeviceListJSON {
        try await ask(DeviceListJSON.self, "/v1/devices", at: places.adminSocket)
    }

    package func configuration() async throws(AgentSilence) -> ConfigurationJSON {
        try await ask(ConfigurationJSON.self, "/v1/config", at: places.adminSocket)
    }

    private func ask<Value: Decodable & Sendable>(
        _ type: Value.Type, _ route: String, at socket: String
    ) async throws(AgentSilence) -> Value {
        guard (try? UnixSocket.check(socket)) != nil else { throw .pathTooLong }
        do throws(SystemError) {
            _ = try UnixSocket.connect(socket)
        } catch {
            throw AgentSilence(error)
        }
        do {
            return try await SocketClient(path: socket, timeout: SocketAgentLine.patience).get(type, route)
        } catch {
            throw .noAnswer("\(error)".cleaned())
        }
    }
}

extension AgentSilence {
    fileprivate init(_ error: SystemError) {
        switch error.errno {
        case ENOENT, ENOTDIR: self = .absent
        case ECONNREFUSED: self = .nobodyListens
        case EACCES, EPERM: self = .notPermitted
        default: self = .noAnswer(error.description.cleaned())
        }
    }
}

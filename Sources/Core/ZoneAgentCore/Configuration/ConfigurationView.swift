import ZoneConfig
import ZoneModel
import ZoneWire
import ZoneYAML

extension ConfigurationStore.State {
    /// Every key in force with its origin, and the ones that nobody set.
    var json: ConfigurationJSON {
        let origins = inForce.origins.values
        let set = origins.keys.sorted().map { path in key(path, origins[path]) }
        let unset = ConfigurationKey.all.filter { key in
            // Days of the week are not "unset" where one line says the hours of all.
            !key.path.contains("*") && !origins.keys.contains { $0 == key.path || key.path.hasPrefix("\($0).") }
        }
        return ConfigurationJSON(
            revision: revision, keys: set + unset.map { key($0.path, nil) }, ignored: inForce.origins.ignored.sorted(),
            complaint: complaint.map { "\($0)" }, pendingRestart: pendingRestart)
    }

    private func key(_ path: String, _ origin: Origins.Origin?) -> ConfigurationKeyJSON {
        let schema = ConfigurationKey.describing(path)
        let layer: ConfigurationKeyJSON.Layer = origin.map { $0.layer == 0 ? .site : .remote } ?? .default
        return ConfigurationKeyJSON(
            key: path, value: (origin?.text ?? schema?.fallback).map { .string($0) }, layer: layer, file: origin?.file,
            line: origin?.line, locked: inForce.locks.contains { path == $0 || path.hasPrefix("\($0).") },
            effect: schema?.effect == .restart ? .restart : .live, meaning: schema?.meaning ?? "",
            zh: schema?.zh ?? "")
    }
}

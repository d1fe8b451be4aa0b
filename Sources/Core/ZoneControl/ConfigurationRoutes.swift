import Hummingbird
import ZoneAccess
import ZoneHTTP
import ZoneModel
import ZoneWire

/// `/v1/config`: what is in force and where each value comes from.
struct ConfigurationRoutes: Sendable {
    let backend: any ControlBackend
    let reception: Reception

    private var help: RouteHelp { RouteHelp(backend: backend) }

    func add(to router: Router<ControlContext>) {
        let config = router.group("v1").group("config")
        config.get { request, context in
            _ = try await reception.admit(request, context, for: .readConfiguration)
            return try JSONResponse.make(backend.configuration())
        }
        config.get(":key") { request, context in
            _ = try await reception.admit(request, context, for: .readConfiguration)
            let key = try help.parameter("key", context)
            guard let found = backend.configuration().keys.first(where: { $0.key == key }) else {
                let name = key.cleaned(limit: 60)
                throw APIError.notFound("key \(name): see zonectl config", zh: "没有配置项“\(name)”，用 zonectl config 查看全部")
            }
            return try JSONResponse.make(found)
        }
        config.post("reload") { request, context in
            let caller = try await reception.admit(request, context, for: .reloadConfiguration)
            return try JSONResponse.make(try await backend.reloadConfiguration(by: caller))
        }
        config.put("remote") { request, context in
            let caller = try await reception.admit(request, context, for: .pushConfiguration)
            let text = String(decoding: try await help.bytes(request, context), as: UTF8.self)
            return try JSONResponse.make(try await backend.pushConfiguration(text, by: caller))
        }
    }
}

// Purpose: the hub's doors: agents, people and the office on this machine; and the wiring of one hub.
import Hummingbird
import NIOCore

/// Remembers the connection, so that a reader who does not read can be cut off.
struct HubContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        (coreContext, channel) = (CoreRequestContextStorage(source: source), source.channel)
    }

    /// A heartbeat with 200 events is about 80 KiB.
    var maxUploadSize: Int { 4 << 20 }
}

// Purpose: can a citizen get to the portal, and if not, where does it end: link, address, gateway, name, page.
// Must not know how the kernel is asked.
import ZoneModel

/// A page whose opening proves that citizens can read.
package struct Portal: Sendable, Hashable {
    package var name: String
    package var url: String
    package var mark: String?

    package init(name: String, url: String, mark: String?) { (self.name, self.url, self.mark) = (name, url, mark) }

    /// `nil` when the address is not one.
    package var address: WebAddress? { WebAddress(url) }

    package var isOnThisMachine: Bool { address?.isOnThisMachine ?? false }
}

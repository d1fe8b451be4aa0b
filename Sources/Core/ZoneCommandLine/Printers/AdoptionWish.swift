/// What a technician wants to have found and done.
package struct AdoptionWish: Sendable {
    package var addresses: [PrinterAddress] = []
    package var network: NetworkRange?
    package var queue: QueueName?
    package var writes = false

    package init() {}

    /// What stands behind the words of a command.
    package static func read(
        addresses: [String], network: String?, queue: String?, writes: Bool
    ) throws(PrinterRefusal) -> AdoptionWish {
        var wish = AdoptionWish()
        wish.writes = writes
        for text in addresses.prefix(64) {
            guard let address = PrinterAddress(text) else {
                throw PrinterRefusal(
                    "“\(text)”不是打印机地址，应如 192.168.1.7 或 ipp://192.168.1.7/ipp/print。",
                    "“\(text)” is no printer's address; expected 192.168.1.7 or ipp://192.168.1.7/ipp/print.")
            }
            wish.addresses.append(address)
        }
        if let network {
            guard let range = NetworkRange(network) else {
                throw PrinterRefusal(
                    "--network 应如 192.168.1.0/24，最多 256 个地址。",
                    "--network is such as 192.168.1.0/24, 256 addresses at most.")
            }
            wish.network = range
        }
        if let queue {
            guard let name = QueueName(queue) else {
                throw PrinterRefusal(
                    "--queue 只能用字母、数字、- 和 _。", "--queue is made of letters, digits, - and _.")
            }
            wish.queue = name
        }
        return wish
    }
}

/// A device of which something is learned over days, such as where a panel is touched. The core keeps it over restarts
/// and replugs, per device id.
package protocol LearningDevice: LiveDevice {
    /// Handed over once, before the first check, when something was kept; not to be believed more than any other input.
    /// What does not fit (another version, another resolution) is thrown away.
    func recall(_ memory: [UInt8]) async

    /// What is to be kept, at most `DeviceMemory.limit` bytes; asked for now and then and before `close()`.
    /// `nil`: nothing worth keeping.
    func memory() async -> [UInt8]?
}

package enum DeviceMemory {
    /// Bytes.
    package static let limit = 64 * 1024
}

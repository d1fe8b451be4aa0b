/// One event of the kernel's input layer: `struct input_event` of linux/input.h, 24 bytes on 64-bit Linux
/// (two 8-byte time fields, type, code, value, little-endian here).
package struct InputEvent: Sendable, Hashable {
    package static let byteCount = 24

    package var microseconds: Int64
    package var type: UInt16
    package var code: UInt16
    package var value: Int32

    package init(microseconds: Int64 = 0, type: UInt16, code: UInt16, value: Int32) {
        (self.microseconds, self.type, self.code, self.value) = (microseconds, type, code, value)
    }
}

/// What an input device says it can do.
package struct InputCapabilities: Sendable, Hashable, Codable {
    package struct Axis: Sendable, Hashable, Codable {
        package var minimum: Int32
        package var maximum: Int32
        /// Units per millimetre; 0 when the device does not say.
        package var resolution: Int32

        package init(minimum: Int32, maximum: Int32, resolution: Int32) {
            (self.minimum, self.maximum, self.resolution) = (minimum, maximum, resolution)
        }
    }

    package var name: String
    package var physicalPath: String?
    package var serial: String?
    package var bus: UInt16
    package var vendor: UInt16
    package var product: UInt16
    package var version: UInt16
    /// Multitouch slots (protocol B); 0 for a panel without.
    package var slots: Int
    /// Many touches without slots (protocol A). Absent in what was written before this was known.
    package var isAnonymous: Bool?
    package var x: Axis?
    package var y: Axis?
    package var simulated: Bool

    package init(
        name: String, physicalPath: String? = nil, serial: String? = nil, bus: UInt16, vendor: UInt16,
        product: UInt16, version: UInt16, slots: Int, isAnonymous: Bool = false, x: Axis?, y: Axis?, simulated: Bool
    ) {
        (self.name, self.physicalPath, self.serial, self.simulated) = (name, physicalPath, serial, simulated)
        (self.bus, self.vendor, self.product, self.version) = (bus, vendor, product, version)
        (self.slots, self.x, self.y) = (slots, x, y)
        self.isAnonymous = isAnonymous ? true : nil
    }
}

/// A stream of input events, wherever it comes from.
///
/// After events were lost (SYN_DROPPED) the source itself brings the reader up to date: it delivers SYN_DROPPED and
/// then, as ordinary events, what changed meanwhile, ended by SYN_REPORT. A reader needs no second path.
package protocol InputSource: Sendable {
    var capabilities: InputCapabilities { get }
    /// The present moment of the clock that stamps its events, in µs; `nil` where that clock is not at hand.
    func stampNow() -> Int64?
    /// Starts delivery, once. Both closures run on one serial queue of the source; they must not block.
    func start(
        onEvents: @escaping @Sendable ([InputEvent]) -> Void, onEnd: @escaping @Sendable (DeviceError) -> Void)
    /// Has the device's events for itself, or lets go of it (EVIOCGRAB, linux/input.h). Everything that the kernel had for
    /// the reader before is delivered when this returns.
    /// - Throws: `DeviceError` `.unsupported` where nothing can be grabbed, `.busy` when another program has it.
    func setGrabbed(_ isGrabbed: Bool) async throws(DeviceError)
    /// Idempotent; `onEnd` follows.
    func close()
}

extension InputSource {
    package func stampNow() -> Int64? { nil }

    package func setGrabbed(_ isGrabbed: Bool) async throws(DeviceError) {
        throw DeviceError(.unsupported, doing: "grab", "this source cannot be had alone")
    }
}

/// Opens the input device at an attachment.
package protocol InputOpener: Sendable {
    func open(_ attachment: Attachment) async throws(DeviceError) -> any InputSource
}
